"""What the feed has told of one incident and of units, folded for writing about it."""

import datetime as dt
from collections.abc import Iterable

import msgspec
from abs_contracts.messages import incident as m
from abs_contracts.messages import unit as u
from abs_contracts.messages.values import CallSource, Classification, Location, NoteAudience

from abs_ambulance_bridge.profile import Said

At = dt.datetime | None


class Note(msgspec.Struct, frozen=True, kw_only=True):
    """A note that its writer gave to everybody, or that is the ambulance party's own.

    Only its own lines are read back as anything but text: others could write the same.
    """

    text: str
    at: At
    for_all: bool
    own: bool


class Status(msgspec.Struct, frozen=True, kw_only=True):
    code: str
    since: dt.datetime


class Vehicle(msgspec.Struct, kw_only=True):
    """A unit; `assigned` is when it was assigned to the incident, if it is."""

    party: str
    call_sign: str = ""
    kind: str = ""
    station: str | None = None
    on_incident: bool = False
    assigned: At = None
    statuses: tuple[Status, ...] = ()


class Facts(msgspec.Struct, kw_only=True):
    """`opened` is None while the feed has not told of an opening."""

    incident: str = ""
    opened: m.IncidentOpened | None = None
    at: At = None
    source: CallSource | None = None
    calls: tuple[m.CallAdded, ...] = ()
    location: Location | None = None
    classification: Classification | None = None
    injured: str | None = None
    characteristics: dict[str, tuple[str, ...]] = {}
    priority: dict[str, str] = {}
    safety: dict[str, m.SafetyStated] = {}
    taken_up: tuple[str, ...] = ()
    closed_for: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()
    vehicles: dict[str, Vehicle] = {}


OF_INCIDENT = (
    m.IncidentOpened,
    m.CallAdded,
    m.IncidentLocated,
    m.IncidentClassified,
    m.CharacteristicSet,
    m.IncidentPrioritised,
    m.IncidentTakenUp,
    m.SafetyStated,
    m.NoteAdded,
    m.UnitAssigned,
    m.UnitReleased,
    m.IncidentClosedForParty,
)
"""The events that are read at all: an event that is new to the core is no news outside."""
INJURED = "Gewonde / Zieken"
"""The one characteristic for which the outside may have a field: how many are injured or ill."""


def folded(events: Iterable[Said], party: str) -> Facts:
    """The facts after these events; what has no place in them is left out.

    A note for others than everybody is left out, unless `party` wrote it itself.
    """
    facts = Facts()
    for said in events:
        if isinstance(said.payload, u.UnitRegistered | u.UnitStatusChanged):
            _unit(facts, said)
        elif isinstance(said.payload, OF_INCIDENT):
            _incident(facts, said, party)
    return facts


def _incident(facts: Facts, said: Said, party: str) -> None:
    match said.payload:
        case m.IncidentOpened() as opened:
            facts.opened, facts.at, facts.source = opened, said.at, opened.source
        case m.CallAdded() as call:
            facts.calls = (*facts.calls, call)
        case m.IncidentLocated(location=location):
            facts.location = location
        case m.IncidentClassified(classification=classification):
            facts.classification = classification
        case m.CharacteristicSet(name=name, values=values) if name == INJURED:
            facts.injured = values[0]
        case m.CharacteristicSet(name=name, values=values):
            facts.characteristics = {**facts.characteristics, name: values}
        case m.NoteAdded() as note:
            _noted(facts, note, said.at, party)
        case m.UnitAssigned() as assigned:
            _assigned(facts, assigned, said.at)
        case m.UnitReleased(unit=unit) if unit in facts.vehicles:
            facts.vehicles[unit].on_incident = False
        case _:
            _part(facts, said.payload)
    facts.incident = facts.incident or said.subject


def _part(facts: Facts, payload: msgspec.Struct) -> None:
    """What one party says for itself."""
    match payload:
        case m.IncidentPrioritised(party=whose, priority=priority):
            facts.priority = {**facts.priority, whose: priority}
        case m.SafetyStated(party=whose) as safety:
            facts.safety = {**facts.safety, whose: safety}
        case m.IncidentTakenUp(party=whose):
            facts.taken_up = (*facts.taken_up, whose)
        case m.IncidentClosedForParty(party=whose):
            facts.closed_for = (*facts.closed_for, whose)


def _noted(facts: Facts, note: m.NoteAdded, at: At, party: str) -> None:
    for_all = note.audience is NoteAudience.ALL
    own = note.party == party
    if for_all or own:
        found = Note(text=note.text, at=at, for_all=for_all, own=own)
        facts.notes = (*facts.notes, found)


def _assigned(facts: Facts, event: m.UnitAssigned, at: At) -> None:
    vehicle = _vehicle(facts, event.unit, event.party)
    vehicle.call_sign, vehicle.kind = event.call_sign, event.kind
    vehicle.on_incident, vehicle.assigned = True, at


def _unit(facts: Facts, said: Said) -> None:
    match said.payload:
        case u.UnitRegistered(party=party, call_sign=call_sign, kind=kind, station=station):
            vehicle = _vehicle(facts, said.subject, party)
            vehicle.call_sign, vehicle.kind, vehicle.station = call_sign, kind, station
        case u.UnitStatusChanged(party=party, status=status, since=since, incident=incident):
            vehicle = _vehicle(facts, said.subject, party)
            vehicle.statuses = (*vehicle.statuses, Status(code=status, since=since))
            facts.incident = facts.incident or incident or ""


def _vehicle(facts: Facts, unit: str, party: str) -> Vehicle:
    """The vehicle, new if the feed had not told of it; facts are made anew per fold."""
    if unit not in facts.vehicles:
        facts.vehicles = {**facts.vehicles, unit: Vehicle(party=party)}
    return facts.vehicles[unit]
