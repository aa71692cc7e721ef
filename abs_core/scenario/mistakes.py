"""What is wrong with a scenario: everything at once, each with its rule and place.

First the parts by their types, each for itself, so that one mistake hides no other; then
what the parts say about each other and about the catalogues.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import pairwise
from typing import Annotated, NamedTuple, get_args, get_origin

import msgspec
from abs_contracts.catalogue import CORE, Catalogue, Kind
from abs_contracts.codec import decode_as, encode, located
from abs_contracts.refusal import Refused

from abs_core.host.loader import load
from abs_core.scenario.document import mapping
from abs_core.scenario.model import Consult, Do, Scenario, Step, Wait, seconds
from abs_core.scenario.references import filled, references
from abs_core.sdk import Settings

SAMPLE_TIME = "2026-01-01T00:00:00Z"
BUILT_IN = ("now", "id")


class Mistake(NamedTuple):
    """One thing that is wrong; without a fix of its own, the rule's."""

    rule: str
    what: str
    pointer: str
    fix: str = ""


def examined(data: object) -> tuple[Scenario | None, tuple[Mistake, ...]]:
    """The scenario as far as it can be read, and all that is wrong with the data.

    Steps that cannot be read are left out of it; with any other part that cannot be
    read, there is none.
    """
    wrong = tuple(_ill_formed(data))
    broken = {each.pointer.split("/")[2] for each in wrong if each.pointer.startswith("/steps/")}
    raw = mapping(data).get("steps")
    steps = raw if isinstance(raw, list) else []
    numbers = [number for number in range(len(steps)) if str(number) not in broken]
    try:
        readable = {**mapping(data), "steps": [steps[n] for n in numbers]}
        scenario = msgspec.convert(readable, Scenario)
    except msgspec.ValidationError:
        return None, wrong
    lost = [keep for n, step in enumerate(steps) if str(n) in broken for keep in _keeps(step)]
    return scenario, (*wrong, *_Examiner(scenario, numbers, lost).mistakes())


def contract_type(name: str, catalogue: Catalogue = CORE) -> str | None:
    """The newest message type of this name, if the catalogue has one."""
    found = [c for c in catalogue.values() if c.name == name]
    return max(found, key=lambda c: (c.major, c.minor)).type if found else None


def catalogue_of(scenario: Scenario, party: str) -> Catalogue:
    """The core's catalogue with the messages of the party's block. Raises Refused."""
    block = scenario.parties[party].block
    if block is None:
        return CORE
    return CORE.extended(load(block, Settings(room=scenario.room, party=party)).contracts)


# -- by type --------------------------------------------------------------------


def _ill_formed(data: object) -> Iterator[Mistake]:
    """What does not fit its type, part by part."""
    if not isinstance(data, Mapping):
        yield Mistake("SCENARIO-003", "a scenario is a mapping of names to values", "")
        return
    fields = {field.name: field for field in msgspec.structs.fields(Scenario)}
    for name in data:
        if name not in fields:
            yield Mistake("SCENARIO-003", f"a scenario has no field {name!r}", f"/{name}")
    for name, field in fields.items():
        if name not in data:
            if field.required:
                yield Mistake("SCENARIO-003", f"the field {name!r} is missing", "")
            continue
        for pointer, value, kind in _parts(f"/{name}", data[name], field.type):
            try:
                msgspec.convert(value, kind)
            except msgspec.ValidationError as error:
                what, where = located(error)
                yield Mistake("SCENARIO-003", what, f"{pointer}{where}")


def _parts(pointer: str, value: object, kind: object) -> Iterator[tuple[str, object, object]]:
    """The smallest parts that can be read alone: names and items, or else the whole."""
    plain = get_args(kind)[0] if get_origin(kind) is Annotated else kind
    inner = get_args(plain)
    if get_origin(plain) is dict and isinstance(value, Mapping) and value:
        for key, each in value.items():
            yield f"{pointer}/{key}", key, inner[0]
            yield f"{pointer}/{key}", each, inner[1]
    elif get_origin(plain) is tuple and isinstance(value, list) and value:
        for number, each in enumerate(value):
            yield f"{pointer}/{number}", each, inner[0]
    else:
        yield pointer, value, kind


def _keeps(step: object) -> Iterator[str]:
    """The names that a step that cannot be read would have kept an answer under."""
    for part in mapping(step).values():
        keep = mapping(part).get("keep")
        if isinstance(keep, str):
            yield keep


# -- by what it says ------------------------------------------------------------


class _Examiner:
    """Looks at a scenario that can be read. `numbers`: which step of the file each is.

    `lost`: names that a step that cannot be read keeps an answer under.
    """

    def __init__(self, scenario: Scenario, numbers: list[int], lost: Iterable[str]) -> None:
        self._scenario = scenario
        self._numbered = list(zip(numbers, scenario.steps, strict=True))
        self._kept = set(lost)
        self._catalogues: dict[str, Catalogue | None] = {}

    def mistakes(self) -> Iterator[Mistake]:
        """All of them, by part."""
        yield from self._cast()
        yield from self._times()
        for number, step in self._numbered:
            yield from self._step(step, f"/steps/{number}")
        yield from self._sights()
        for party in self._scenario.never:
            yield from _unknown(party, self._scenario.parties, f"/never/{party}", "party")

    def _cast(self) -> Iterator[Mistake]:
        for name, party in self._scenario.parties.items():
            for reference in sorted(references(party.options)):
                yield from _unknown(reference, ("minute",), f"/parties/{name}/options", "name")
            try:
                self._catalogues[name] = catalogue_of(self._scenario, name)
            except Refused as no:
                self._catalogues[name] = None
                refusal = no.refusal
                where = f"/parties/{name}/block"
                yield Mistake(refusal.rule, refusal.what, where, refusal.fix)
        for alias, desk in self._scenario.desks.items():
            yield from _unknown(
                desk.party, self._scenario.parties, f"/desks/{alias}/party", "party"
            )

    def _times(self) -> Iterator[Mistake]:
        chapters = [chapter.at for chapter in self._scenario.chapters]
        steps = [(step.at, f"/steps/{number}") for number, step in self._numbered]
        for times in ([(at, f"/chapters/{n}") for n, at in enumerate(chapters)], steps):
            for (before, _), (at, where) in pairwise(times):
                if seconds(at) < seconds(before):
                    yield Mistake("SCENARIO-005", f"{at} is earlier than {before}", f"{where}/at")
        if chapters and seconds(steps[0][0]) < seconds(chapters[0]):
            what = f"{steps[0][0]} is before the first chapter"
            yield Mistake("SCENARIO-005", what, f"{steps[0][1]}/at")
        for number, step in self._numbered:
            occurred = step.do.occurred if step.do else None
            begun = [at for at in chapters if seconds(at) <= seconds(step.at)]
            first = begun[-1] if begun else steps[0][0]
            if occurred and not seconds(first) <= seconds(occurred) <= seconds(step.at):
                what = f"{occurred} is not between the begin of the chapter and the step"
                yield Mistake("SCENARIO-005", what, f"/steps/{number}/do/occurred")

    # -- steps -----------------------------------------------------------------

    def _step(self, step: Step, where: str) -> Iterator[Mistake]:
        yield from _unknown(step.by, self._scenario.desks, f"{where}/by", "desk")
        parts = {"do": step.do, "ask": step.ask, "request": step.request, "wait": step.wait}
        given = [name for name, part in parts.items() if part is not None]
        if len(given) != 1:
            what = f"a step does one thing, this one {' and '.join(given) or 'nothing'}"
            yield Mistake("SCENARIO-003", what, where)
        if step.say is None and not step.do:
            yield Mistake("SCENARIO-003", "only what a command did tells itself; say it", where)
        if step.do:
            yield from self._do(step.do, f"{where}/do")
        if step.wait:
            yield from self._wait(step.wait, f"{where}/wait")
        for name, consult in (("ask", step.ask), ("request", step.request)):
            if consult and step.by in self._scenario.desks:
                yield from self._consult(consult, step.by, f"{where}/{name}")

    def _do(self, do: Do, where: str) -> Iterator[Mistake]:
        meant = [name for name in ("refused", "warned", "nothing_new") if getattr(do, name)]
        if len(meant) > 1:
            what = f"it cannot be {' and '.join(meant)} at once"
            yield Mistake("SCENARIO-003", what, where)
        if do.command.startswith("incident."):
            yield from _unknown(do.about, self._scenario.incidents, f"{where}/about", "incident")
        message_type = contract_type(do.command)
        if message_type is None or CORE[message_type].kind is not Kind.COMMAND:
            what = f"the catalogue has no command {do.command}"
            yield Mistake("SCENARIO-004", what, f"{where}/command")
            return
        yield from self._data(do.data, CORE[message_type].payload, f"{where}/data", ())

    def _consult(self, consult: Consult, by: str, where: str) -> Iterator[Mistake]:
        party = self._scenario.desks[by].party
        if party not in self._scenario.parties:
            return
        block = self._scenario.parties[party].block
        if block is None:
            yield Mistake("SCENARIO-004", f"{party} has no block to speak to", where)
            return
        catalogue = self._catalogues[party]
        if catalogue is not None:
            message_type = contract_type(consult.type, catalogue)
            if message_type is None or catalogue[message_type].kind is not Kind.PRIVATE:
                what = f"block {block} has no message {consult.type}"
                yield Mistake("SCENARIO-004", what, f"{where}/type")
            else:
                payload = catalogue[message_type].payload
                yield from self._data(consult.data, payload, f"{where}/data", self._kept)
        if consult.keep:
            self._kept.add(consult.keep)

    def _data(
        self, data: object, payload: type[msgspec.Struct], where: str, kept: Collection[str]
    ) -> Iterator[Mistake]:
        """What a message's data does not say as its type wants it.

        Data out of an answer that is not there yet is looked at when it is played.
        """
        samples = {"now": SAMPLE_TIME, "id": "x", **dict.fromkeys(self._scenario.incidents, "x")}
        named = references(data)
        for reference in sorted(named):
            yield from _unknown(reference, {*samples, *kept}, where, "name")
        if named - set(samples):
            return
        try:
            decode_as(encode(filled(data, samples)), payload, pointer=where)
        except Refused as no:
            yield Mistake("SCENARIO-006", no.refusal.what, no.refusal.where)

    def _wait(self, wait: Wait, where: str) -> Iterator[Mistake]:
        yield from _unknown(wait.party, self._scenario.parties, f"{where}/party", "party")
        if wait.about:
            yield from _unknown(wait.about, self._scenario.incidents, f"{where}/about", "incident")
        wrong = tuple(_no_event(wait.type, f"{where}/type"))
        yield from wrong
        message_type = contract_type(wait.type)
        if message_type and not wrong:
            fields = CORE[message_type].payload.__struct_fields__
            for name in wait.data:
                yield from _unknown(name, fields, f"{where}/data/{name}", f"field of {wait.type}")

    # -- what was seen -----------------------------------------------------------

    def _sights(self) -> Iterator[Mistake]:
        incidents, parties = self._scenario.incidents, self._scenario.parties
        for alias, by_party in self._scenario.sees.items():
            yield from _unknown(alias, incidents, f"/sees/{alias}", "incident")
            for party, seen in by_party.items():
                yield from _unknown(party, parties, f"/sees/{alias}/{party}", "party")
                for name in (*seen.must, *seen.must_not):
                    yield from _no_event(name, f"/sees/{alias}/{party}")
        for alias in incidents:
            said = self._scenario.sees.get(alias, {})
            missing = [party for party in parties if party not in said]
            if missing:
                what = f"nothing says what {', '.join(missing)} saw of {alias}"
                yield Mistake("SCENARIO-008", what, f"/sees/{alias}")


def _no_event(name: str, where: str) -> Iterator[Mistake]:
    message_type = contract_type(name)
    if message_type is None or CORE[message_type].kind is not Kind.EVENT:
        yield Mistake("SCENARIO-004", f"the catalogue has no event {name}", where)


def _unknown(name: str, among: Collection[str], where: str, what: str) -> Iterator[Mistake]:
    if name not in among:
        choices = ", ".join(sorted(among)) or "nothing yet"
        said = f"no {what} is called {name!r}; there is: {choices}"
        yield Mistake("SCENARIO-004", said, where)
