"""What is wrong with a scenario: everything at once, each with its rule and place.

First what does not fit its type; then, of all that can be read, what the parts say about
each other and about the catalogues.
"""

from collections.abc import Collection, Iterator, Mapping
from itertools import pairwise

import msgspec
from abs_contracts.catalogue import CORE, Catalogue, Kind
from abs_contracts.codec import decode_as, encode
from abs_contracts.refusal import Refused

from abs_core.host.loader import load
from abs_core.scenario.document import mapping
from abs_core.scenario.model import Consult, Do, Scenario, Step, Wait, seconds
from abs_core.scenario.references import filled, references
from abs_core.scenario.shape import Mistake, ill_formed, readable
from abs_core.sdk import Settings

SAMPLE_TIME = "2026-01-01T00:00:00Z"


def examined(data: object) -> tuple[Scenario | None, tuple[Mistake, ...]]:
    """The scenario as far as it can be read, and all that is wrong with the data.

    What cannot be read is left out of it, but its names are known to exist. Where too
    little is left there is no scenario.
    """
    wrong = tuple(ill_formed(data))
    raw = mapping(data)
    numbers, left = readable(raw, {tuple(each.pointer.split("/")[1:3]) for each in wrong})
    try:
        scenario = msgspec.convert(left, Scenario)
    except msgspec.ValidationError:
        return None, wrong
    return scenario, (*wrong, *_Examiner(scenario, numbers, raw).mistakes())


def contract_type(name: str, catalogue: Catalogue = CORE) -> str | None:
    """The newest message type of this name, if the catalogue has one."""
    found = [c for c in catalogue.values() if c.name == name]
    return max(found, key=lambda c: (c.major, c.minor)).type if found else None


def catalogue_of(scenario: Scenario, party: str) -> Catalogue:
    """The core's catalogue with the messages of the party's block. Raises Refused."""
    part = scenario.parties[party]
    if part.block is None:
        return CORE
    known = {name: v for name, v in part.options.items() if references(v) <= {"minute"}}
    options = {name: str(filled(value, {"minute": "60"})) for name, value in known.items()}
    settings = Settings(room=scenario.room, party=party, options=options)
    return CORE.extended(load(part.block, settings).contracts)


class _Examiner:
    """Looks at a scenario that can be read. `numbers`: which step of the file each is.

    `raw` is the whole file, for the names of what could not be read.
    """

    def __init__(self, scenario: Scenario, numbers: list[int], raw: Mapping[str, object]) -> None:
        self._scenario = scenario
        self._numbered = list(zip(numbers, scenario.steps, strict=True))
        self._parties = set(mapping(raw.get("parties")))
        self._desks = set(mapping(raw.get("desks")))
        self._incidents = set(mapping(raw.get("incidents")))
        self._kept = _kept(raw.get("steps"), numbers)
        self._catalogues: dict[str, Catalogue | None] = {}

    def mistakes(self) -> Iterator[Mistake]:
        """All of them, by part."""
        yield from self._cast()
        yield from self._times()
        for number, step in self._numbered:
            yield from self._step(step, f"/steps/{number}")
        yield from self._sights()
        for party in self._scenario.never:
            yield from _unknown(party, self._parties, f"/never/{party}", "party")

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
            yield from _unknown(desk.party, self._parties, f"/desks/{alias}/party", "party")

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
        yield from _unknown(step.by, self._desks, f"{where}/by", "desk")
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
            yield from _unknown(do.about, self._incidents, f"{where}/about", "incident")
        message_type = contract_type(do.command)
        if message_type is None or CORE[message_type].kind is not Kind.COMMAND:
            what = f"the catalogue has no command {do.command}"
            yield Mistake("SCENARIO-004", what, f"{where}/command")
            return
        yield from self._data(do.data, CORE[message_type].payload, f"{where}/data", ())

    def _consult(self, consult: Consult, by: str, where: str) -> Iterator[Mistake]:
        party = self._scenario.desks[by].party
        if party not in self._scenario.parties:  # which is said already
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
        samples = {"now": SAMPLE_TIME, "id": "x", **dict.fromkeys(self._incidents, "x")}
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
        yield from _unknown(wait.party, self._parties, f"{where}/party", "party")
        if wait.about:
            yield from _unknown(wait.about, self._incidents, f"{where}/about", "incident")
        wrong = tuple(_no_event(wait.type, f"{where}/type"))
        yield from wrong
        message_type = contract_type(wait.type)
        if message_type and not wrong:
            fields = CORE[message_type].payload.__struct_fields__
            for name in wait.data:
                yield from _unknown(name, fields, f"{where}/data/{name}", f"field of {wait.type}")

    # -- what was seen -----------------------------------------------------------

    def _sights(self) -> Iterator[Mistake]:
        for alias, by_party in self._scenario.sees.items():
            yield from _unknown(alias, self._incidents, f"/sees/{alias}", "incident")
            for party, seen in by_party.items():
                yield from _unknown(party, self._parties, f"/sees/{alias}/{party}", "party")
                for name in (*seen.must, *seen.must_not):
                    yield from _no_event(name, f"/sees/{alias}/{party}")
        for alias in self._scenario.incidents:
            said = self._scenario.sees.get(alias, {})
            missing = [party for party in self._scenario.parties if party not in said]
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


def _kept(steps: object, numbers: list[int]) -> set[str]:
    """The names that steps that cannot be read would have kept an answer under."""
    lost = [
        mapping(part).get("keep")
        for number, step in enumerate(steps if isinstance(steps, list) else [])
        if number not in numbers
        for part in mapping(step).values()
    ]
    return {keep for keep in lost if isinstance(keep, str)}
