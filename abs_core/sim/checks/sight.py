"""Feeds: what each party must see of the log, and no more, by a view of its own.

What an attached party sees is the event's bytes as they stand in the log. Of a stub
every field is accounted for.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import msgspec
from abs_contracts.catalogue import CORE, Sight

from abs_core.sim.checks.history import Entry, History, Json

if TYPE_CHECKING:
    from abs_core.sim.evidence import Evidence

STUB_READERS: Mapping[str, tuple[str, ...]] = {
    "ambulance": ("police", "fire"),
    "fire": ("police", "ambulance"),
}
"""Who may know of an incident without being attached, by the discipline that leads it."""
STUB_FIELDS = ("room", "open", "municipality", "mc1", "exercise")
STUB_ATTRIBUTES = {"specversion", "id", "source", "type", "subject", "time", "recordedtime", "data"}

_SIGHTS = {contract.name: contract.sight for contract in CORE.values()}
Stub = tuple[Any, ...]


class Shared(msgspec.Struct):
    """What the view knows of an incident."""

    room: str = ""
    lead: str = ""
    open: bool = False
    municipality: str | None = None
    mc1: str | None = None
    exercise: bool = False
    attached: set[str] = set()
    served: set[str] = set()
    passed: list[Entry] = []
    released: dict[str, int] = {}


class View:
    """What each party should have in its feed: bytes, or what a stub has to say."""

    def __init__(self, disciplines: Mapping[str, str]) -> None:
        self._disciplines = disciplines
        self._incidents: dict[str, Shared] = {}
        self._known: list[str] = []
        self.due: dict[str, list[bytes | Stub]] = {party: [] for party in disciplines}

    def take(self, entry: Entry) -> None:
        sight = _SIGHTS[entry.name]
        if sight is Sight.CORE:
            return
        owner = entry.data["party"] if sight is Sight.UNIT else None
        if owner in self.due:
            self.due[owner].append(entry.raw)
        if sight is Sight.ROOM:
            for due in self.due.values():
                due.append(entry.raw)
            return
        about = entry.data.get("incident") if sight is Sight.UNIT else entry.about
        known = self._incidents.setdefault(about, Shared()) if about else None
        if known is None or (sight is Sight.UNIT and entry.about not in known.served):
            return
        before = {party: self._stub(known, party) for party in self.due}
        attached = set(known.attached)
        _change(known, entry)
        for party in self.due:
            if party != owner:
                self._show(known, entry, party, party in attached, before[party])
        known.passed.append(entry)
        for party in attached | known.attached:
            known.released[party] = len(known.passed)

    def _show(
        self, known: Shared, entry: Entry, party: str, was: bool, before: Stub | None
    ) -> None:
        due = self.due[party]
        if was:
            due.extend(e.raw for e in [entry] if _permitted(e, party))
        elif party in known.attached:
            missed = known.passed[known.released.get(party, 0) :]
            own = (e for e in missed if not (e.kind == "unit" and e.data["party"] == party))
            due.extend(e.raw for e in [*own, entry] if _permitted(e, party))
        else:
            stub = self._stub(known, party)
            if stub is not None and stub != before:
                due.append((entry.about, entry.event["time"], *stub))

    def _stub(self, known: Shared, party: str) -> Stub | None:
        readers = STUB_READERS.get(self._disciplines.get(known.lead, ""), ())
        if not known.lead or self._disciplines[party] not in readers:
            return None
        return (known.room, known.open, known.municipality, known.mc1, known.exercise or None)


def _change(known: Shared, entry: Entry) -> None:
    data = entry.data
    match entry.name.removeprefix("incident."):
        case "opened":
            known.room, known.lead, known.open = data["room"], data["lead"], True
            known.exercise = data.get("exercise", False)
            known.attached = {data["lead"]}
        case "party_attached":
            known.attached.add(data["party"])
        case "party_detached":
            known.attached.discard(data["party"])
        case "lead_transferred":
            known.lead = data["lead"]
        case "room_transferred":
            known.room = data["room"]
        case "located":
            known.municipality = data["location"]["municipality"]
        case "classified":
            known.mc1 = data["classification"]["mc1"]
        case "unit_assigned":
            known.served.add(data["unit"])
        case "closed" | "reopened" as what:
            known.open = what == "reopened"


def _permitted(entry: Entry, party: str) -> bool:
    """Whether an attached party may see it: of notes, its writer and those it chose."""
    if entry.name != "incident.note_added" or entry.data["party"] == party:
        return True
    return entry.data["audience"] == "all" or party in entry.data.get("named", ())


def check(evidence: "Evidence", told: History) -> list[str]:
    """Every feed is what its party must see, in order, numbered from 1 without a gap."""
    view = View(evidence.disciplines)
    for entry in told:
        view.take(entry)
    wrong = []
    for party, feed in evidence.feeds.items():
        if [record.seq for record in feed] != list(range(1, len(feed) + 1)):
            wrong.append(f"the feed of {party} is not numbered from 1 without a gap")
        wrong += _difference(party, view.due[party], [record.data for record in feed])
    return wrong


def _difference(party: str, due: Sequence[bytes | Stub], feed: Sequence[bytes]) -> list[str]:
    for number, (want, have) in enumerate(zip(due, feed, strict=False), 1):
        if isinstance(want, bytes):
            problem = None if want == have else f"{_brief(have)} instead of {_brief(want)}"
        else:
            problem = _stub_problem(want, msgspec.json.decode(have))
        if problem:
            return [f"message {number} of {party}: {problem}"]
    if len(due) != len(feed):
        return [f"the feed of {party} has {len(feed)} messages, {len(due)} are due to it"]
    return []


def _stub_problem(want: Stub, have: Json) -> str | None:
    subject, time, *content = want
    if have["type"] != "abs.incident.stub.v1":
        return f"{have['type']} instead of a stub"
    if odd := set(have) - STUB_ATTRIBUTES:
        return f"a stub that says {', '.join(sorted(odd))}"
    said = zip(STUB_FIELDS, content, strict=True)
    due = {name: value for name, value in said if value is not None}
    if (have["subject"], have["time"], have["data"]) != (subject, time, due):
        return f"a stub that says {have['data']} instead of {due}"
    return None


def _brief(raw: bytes) -> str:
    event = msgspec.json.decode(raw)
    return f"{event['type']} {event['id']}"
