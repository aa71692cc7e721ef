"""Commands: what was acknowledged stands in the log once, and everybody is answered."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

import msgspec
from abs_contracts import protocol

from abs_core.host.journal import KeptSettled
from abs_core.sim.checks.history import Entry, History, Json

if TYPE_CHECKING:
    from abs_core.sim.evidence import Evidence
    from abs_core.sim.processes import Said


def replies(said: "Said") -> Iterator[Json]:
    """The answer, if there was one."""
    if said.answer is not None:
        yield _read(said.answer)


@lru_cache(maxsize=4096)  # several checks read the same answers
def _read(answer: bytes) -> Json:
    read: Json = msgspec.json.decode(answer)
    return read


def commanded(said: "Said") -> bool:
    """Whether this was a command."""
    return said.subject.startswith("cmd.") or said.subject.endswith(".command")


def acknowledged(evidence: "Evidence", told: History) -> list[str]:
    """Accepted, even if nobody heard it: once in the log, unless all stood as asked.
    Refused, if its sender heard it: never. Unknown: at most once."""
    by_command: dict[str, list[Entry]] = {}
    for entry in told:
        by_command.setdefault(entry.command, []).append(entry)
    wrong = [
        f"command {command} stands in {records} records"
        for command, records in _records(told).items()
        if records > 1
    ]
    for said in evidence.said:
        if not commanded(said):
            continue
        for reply in replies(said):
            written = by_command.get(reply.get("command", ""), [])
            if reply["outcome"] == "accepted" and not written:
                command = msgspec.json.decode(said.data)
                if not _stands(command, told, said.subject):
                    wrong.append(f"{command['id']} ({command['type']}) was accepted, and is lost")
    wrong += [
        f"{command} was refused, and stands in the log"
        for command in _heard_refusals(evidence)
        if command in by_command
    ]
    return wrong


def _heard_refusals(evidence: "Evidence") -> Iterator[str]:
    """The commands whose sender was told that they are refused.

    A refusal that came too late for its sender says nothing: the sender asked again.
    """
    for told in evidence.told:
        if isinstance(told.reply, protocol.Rejected):
            yield told.reply.command
    for lines in evidence.journals.values():
        for line in (each.line for each in lines):
            entry = line.entry
            if isinstance(entry, KeptSettled) and isinstance(entry.reply, protocol.Rejected):
                yield entry.effect


def _records(told: History) -> Counter[str]:
    """In how many records each command stands; ids are each sender's own."""
    return Counter(
        f"{command} of {party}"
        for _, command, party in {(e.seq, e.command, e.event.get("party", "")) for e in told}
    )


def answered(evidence: "Evidence", _told: History) -> list[str]:
    """Every command of a desk has an answer; a desk that has none for long is told so."""
    if len(evidence.told) < evidence.sent:
        return [f"{evidence.sent - len(evidence.told)} commands were never answered"]
    return [
        f"{told.party} never heard what became of {told.reply.command}: {told.reply.what}"
        for told in evidence.told
        if isinstance(told.reply, protocol.Unknown)
    ]


def generations(evidence: "Evidence", _told: History) -> list[str]:
    """What came in from a block after its successor was agreed on was not accepted."""
    fenced: dict[tuple[str, int], float] = {}
    for said in evidence.said:
        if said.subject.endswith(".command") and b"agree_block" in said.data:
            command = msgspec.json.decode(said.data)
            if any(reply["outcome"] == "accepted" for reply in replies(said)):
                generation = command["data"]["agreement"]["generation"]
                key = (command["subject"], generation - 1)
                fenced[key] = min(fenced.get(key, said.until), said.until)
    wrong = []
    for said in evidence.said:
        kind, _, party, *rest = said.subject.split(".")
        generation = evidence.generations.get(rest[0]) if rest else None
        if kind not in ("cmd", "hello") or generation is None:
            continue
        late = said.at > fenced.get((party, generation), float("inf"))
        if late and any(r["outcome"] in ("accepted", "welcome") for r in replies(said)):
            wrong.append(f"generation {generation} of {party} was heard after its successor")
    return wrong


# -- what need not be written, because it stands --------------------------------


def _stands(command: Json, told: History, subject: str) -> bool:
    """Whether the log says already what this command asks for."""
    same = STANDING.get(command["type"].removeprefix("abs.").rpartition(".")[0])
    party = subject.split(".")[2]
    return same is not None and any(
        same(command, entry, party) for entry in told if entry.about == command["subject"]
    )


def _said(event: str, *fields: str) -> Callable[[Json, Entry, str], bool]:
    def same(command: Json, entry: Entry, _party: str) -> bool:
        return entry.name == event and all(
            entry.data.get(field) == command["data"].get(field) for field in fields
        )

    return same


def _of_party(event: str) -> Callable[[Json, Entry, str], bool]:
    return lambda _command, entry, party: entry.name == event and entry.data["party"] == party


STANDING: Mapping[str, Callable[[Json, Entry, str], bool]] = {
    "incident.add_call": _said("incident.call_added", "call"),
    "incident.link": _said("incident.linked", "to"),
    "incident.close_for_party": _of_party("incident.closed_for_party"),
    "incident.take_up": _of_party("incident.taken_up"),
    "incident.state_safety": _said("incident.safety_stated", "scene", "advice"),
    "incident.meet_clock": _said("incident.clock_met", "clock"),
    "unit.clear_emergency": lambda *_: True,  # there was no emergency, or it was cleared
    "unit.register": _said("unit.registered", "call_sign", "kind", "station"),
    "unit.report_status": _said("unit.status_changed", "status"),
    "party.register": _said("party.registered", "desk_token"),
    "party.degrade": lambda *_: True,
    "party.recover": lambda *_: True,
}
"""Commands that are accepted without an event when all stands as they ask."""
