"""What every entry makes of the state.

It is made by the feed, by the block's own private events and by what the core
refused: so a rebuild makes the same. It needs no option of the configuration.
"""

import datetime as dt

import msgspec
from abs_contracts.messages import incident as inc
from abs_contracts.messages.unit import UnitRegistered, UnitStatusChanged
from abs_contracts.protocol import Rejected
from msgspec.structs import replace

from abs_ambulance import medical
from abs_ambulance.desk import Decided
from abs_ambulance.incident import Incident, changed, reported
from abs_ambulance.lines import line
from abs_ambulance.patient import noted
from abs_ambulance.response import RideMeasured
from abs_ambulance.state import State, Unit, newest, without
from abs_ambulance.values import Status
from abs_core.sdk import Entry, Fed, Noted, OwnLine, Settled

STATUSES = frozenset(Status)
RIDES_KEPT = 5000
"""Measured rides in memory, newest; the journal keeps every one."""
ACCESSES_KEPT = 200
"""Accesses in memory per incident, newest; the journal keeps every one (NEN 7513)."""


def evolve(state: State, entry: Entry, party: str) -> State:
    """The state after the entry."""
    match entry:
        case Fed():
            subject, payload = entry.message.envelope.subject, entry.message.payload
            if isinstance(payload, UnitRegistered | UnitStatusChanged):
                return _unit(state, subject, payload) if payload.party == party else state
            return _fed(state, subject, payload, entry.message.envelope.time, party)
        case Noted(payload=RideMeasured() as ride):
            register = newest({**state.register, ride_key(ride): ride}, RIDES_KEPT)
            kept = replace(state, register=register)
            return kept.with_line(ride.incident, line(entry.at, ride))
        case Noted():
            return _noted(state, entry)
        case Settled(reply=Rejected() as no):
            return _refused(state, entry, no)
        case _:
            return state


def ride_key(ride: RideMeasured) -> str:
    """A ride by incident, unit and when it was assigned."""
    return f"{ride.incident} {ride.unit} {ride.assigned.isoformat()}"


# -- units ------------------------------------------------------------------------


def _unit(state: State, subject: str, payload: UnitRegistered | UnitStatusChanged) -> State:
    known = state.units.get(subject)
    if isinstance(payload, UnitRegistered):
        unit = Unit(
            id=subject,
            call_sign=payload.call_sign,
            kind=payload.kind,
            station=payload.station,
            status=known.status if known else None,
            since=known.since if known else None,
        )
        return replace(state, units={**state.units, subject: unit})
    if known is None or payload.status not in STATUSES:
        return state  # a request to speak is a status too, and says nothing of being free
    status = Status(payload.status)
    served = state.served(subject, payload)
    if served is not None:
        state = state.with_incident(reported(served.incident, subject, status, payload.since))
    if known.since is not None and payload.since < known.since:
        return state  # a late report: it belongs to the ride, and does not hold now
    unit = replace(known, status=status, since=payload.since)
    return replace(state, units={**state.units, subject: unit})


# -- incidents ----------------------------------------------------------------------


def _fed(state: State, subject: str, payload: msgspec.Struct, at: dt.datetime, party: str) -> State:
    if isinstance(payload, inc.UnitAssigned):
        state = replace(state, ordered=without(state.ordered, payload.unit))
    known = state.incident(subject)
    if known is None:
        return _new(state, subject, payload, at)
    match payload:
        case inc.IncidentClosed():
            return state.with_closed(known)
        case inc.PartyDetached(party=who) if who == party:
            # Medical records are ours to keep (BW 7:454); the part is taken up anew.
            return state.with_closed(replace(known, taken_up=False))
        case inc.IncidentReopened():
            return state.with_opened(known)
        case inc.PartyAttached(party=who) if who == party:
            return state.with_opened(known)
        case _:
            return state.with_incident(changed(known, payload, at, party))


def _new(state: State, subject: str, payload: msgspec.Struct, at: dt.datetime) -> State:
    """Of an incident that we do not know only its opening tells us anything."""
    if not isinstance(payload, inc.IncidentOpened):
        return state
    return state.with_incident(Incident(id=subject, opened=at, exercise=payload.exercise))


# -- the block's own events, and what the core refused --------------------------------


def _noted(state: State, entry: Noted) -> State:
    event = entry.payload
    known = state.incident(getattr(event, "incident", ""))
    if known is None:
        return state
    match event:
        case Decided(early=early, taken=taken):
            known = replace(known, early=early or known.early)
            state = replace(state, ordered={**state.ordered, **dict.fromkeys(taken, known.id)})
        case medical.Triaged():
            known = replace(known, triaged=True)
        case medical.Accessed():
            fields = {name: getattr(event, name) for name in _ACCESS}
            access = medical.Access(at=entry.at, **fields)
            known = replace(known, accesses=(*known.accesses, access)[-ACCESSES_KEPT:])
    after = replace(known, patients=noted(known.patients, event))
    return state.with_incident(after).with_line(known.id, line(entry.at, event))


_ACCESS = ("patient", "action", "ground", "actor", "role")


def _refused(state: State, entry: Settled, no: Rejected) -> State:
    """A line for the desk; and a unit that was not sent after all is free again.

    The key of an order ends with its incident, that of an assignment has its unit before it.
    """
    *what, incident = entry.effect.split(" ")
    if what[:1] == ["assign"]:
        state = replace(state, ordered=without(state.ordered, what[1]))
    text = f"The core refused: {entry.effect} ({no.refusal.rule}: {no.refusal.what})"
    return state.with_line(incident, OwnLine(at=entry.at, text=text))
