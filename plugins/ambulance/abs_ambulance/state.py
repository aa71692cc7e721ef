"""What the ambulance block knows: its units, its incidents, and what it measured.

State is frozen and made by the feed and by the block's own private events alone, so
a rebuild makes the same. It needs no option of the configuration.
"""

import datetime as dt
from collections.abc import Mapping
from itertools import islice
from typing import NamedTuple, TypeVar

import msgspec
from abs_contracts.messages import incident as inc
from abs_contracts.messages.unit import UnitRegistered, UnitStatusChanged
from abs_contracts.protocol import Rejected
from msgspec.structs import replace

from abs_ambulance import medical
from abs_ambulance.desk import Decided, RideMeasured
from abs_ambulance.incident import Incident, changed, reported
from abs_ambulance.lines import line
from abs_ambulance.patient import noted
from abs_ambulance.ride import Ride
from abs_ambulance.values import Status
from abs_core.sdk import Entry, Fed, Noted, OwnLine, Settled

FREE = (Status.VR, Status.OP)
STATUSES = frozenset(Status)
CLOSED_KEPT = 1000
"""Closed incidents in memory, newest, because a desk may reopen one."""
RIDES_KEPT = 5000
"""Measured rides in memory, newest; the journal keeps every one."""
ACCESSES_KEPT = 200
"""Accesses in memory per incident, newest; the journal keeps every one (NEN 7513)."""
LINES_KEPT = 500
"""Own lines in memory per incident, newest."""

V = TypeVar("V")


class Unit(msgspec.Struct, frozen=True, kw_only=True):
    """One of our own units; without a status it is as its roster says: at its station."""

    id: str
    call_sign: str
    kind: str
    station: str | None = None
    status: Status | None = None
    since: dt.datetime | None = None


class Served(NamedTuple):
    """A ride and its incident."""

    incident: Incident
    ride: Ride


class State(msgspec.Struct, frozen=True, kw_only=True):
    """`closed` holds what we are detached from as well; `register` is by ride."""

    units: Mapping[str, Unit] = {}
    incidents: Mapping[str, Incident] = {}
    closed: Mapping[str, Incident] = {}
    register: Mapping[str, RideMeasured] = {}

    def free(self) -> list[Unit]:
        """Units that no open incident holds and that last reported to be free."""
        held = {ride.unit for incident in self.incidents.values() for ride in incident.running}
        return [
            unit
            for unit in self.units.values()
            if unit.id not in held and (unit.status is None or unit.status in FREE)
        ]

    def incident(self, id_: str) -> Incident | None:
        """An incident, open or not."""
        return self.incidents.get(id_) or self.closed.get(id_)

    def served(self, unit: str, event: UnitStatusChanged) -> Served | None:
        """The ride that a status is about: of the incident that it names, or the newest."""
        if event.incident is not None:
            named = self.incident(event.incident)
            found = [named] if named else []
        else:
            found = [i for i in self.incidents.values() if any(r.unit == unit for r in i.running)]
        rides = [
            Served(incident, ride)
            for incident in found
            if (ride := incident.ride(unit, event.since)) is not None
        ]
        return max(rides, key=lambda each: each.ride.assigned) if rides else None


def evolve(state: State, entry: Entry, party: str) -> State:
    """The state after the entry."""
    match entry:
        case Fed():
            subject, payload = entry.message.envelope.subject, entry.message.payload
            if isinstance(payload, UnitRegistered | UnitStatusChanged):
                return _unit(state, subject, payload) if payload.party == party else state
            return _fed(state, subject, payload, entry.message.envelope.time, party)
        case Noted(payload=RideMeasured() as ride):
            register = _newest({**state.register, ride_key(ride): ride}, RIDES_KEPT)
            kept = replace(state, register=register)
            return _said(kept, ride.incident, line(entry.at, ride))
        case Noted():
            return _noted(state, entry)
        case Settled(reply=Rejected() as no):
            *_, id_ = entry.effect.rpartition(" ")
            text = f"The core refused: {entry.effect} ({no.refusal.rule}: {no.refusal.what})"
            return _said(state, id_, OwnLine(at=entry.at, text=text))
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
        after = reported(served.incident, subject, status, payload.since)
        state = _with(state, after)
    if known.since is not None and payload.since < known.since:
        return state  # a late report: it belongs to the ride, and does not hold now
    unit = replace(known, status=status, since=payload.since)
    return replace(state, units={**state.units, subject: unit})


# -- incidents ----------------------------------------------------------------------


def _fed(state: State, subject: str, payload: msgspec.Struct, at: dt.datetime, party: str) -> State:
    known = state.incident(subject)
    if known is None:
        opened = isinstance(payload, inc.IncidentOpened)
        return _with(state, Incident(id=subject, opened=at)) if opened else state
    match payload:
        case inc.IncidentClosed():
            return _closed(state, known)
        case inc.PartyDetached(party=who) if who == party:
            return _closed(state, known)  # medical records are ours to keep (BW 7:454)
        case inc.IncidentReopened():
            return _opened(state, known)
        case inc.PartyAttached(party=who) if who == party:
            return _opened(state, known)
        case _:
            return _with(state, changed(known, payload, at, party))


def _opened(state: State, incident: Incident) -> State:
    closed = {id_: each for id_, each in state.closed.items() if id_ != incident.id}
    return replace(state, closed=closed, incidents={**state.incidents, incident.id: incident})


def _closed(state: State, incident: Incident) -> State:
    open_ = {id_: each for id_, each in state.incidents.items() if id_ != incident.id}
    others = {id_: each for id_, each in state.closed.items() if id_ != incident.id}
    closed = _newest({**others, incident.id: incident}, CLOSED_KEPT)
    return replace(state, incidents=open_, closed=closed)


def _with(state: State, incident: Incident) -> State:
    """The state with this incident where it was, or among the open ones when it is new."""
    if incident.id in state.closed:
        return replace(state, closed={**state.closed, incident.id: incident})
    return replace(state, incidents={**state.incidents, incident.id: incident})


def _newest(kept: Mapping[str, V], count: int) -> Mapping[str, V]:
    return dict(islice(kept.items(), max(0, len(kept) - count), None))


# -- the block's own events -----------------------------------------------------------


def _noted(state: State, entry: Noted) -> State:
    event = entry.payload
    known = state.incident(getattr(event, "incident", ""))
    if known is None:
        return state
    match event:
        case Decided(early=early):
            known = replace(known, early=early or known.early)
        case medical.Triaged():
            known = replace(known, triaged=True)
        case medical.Accessed():
            fields = {name: getattr(event, name) for name in _ACCESS}
            access = medical.Access(at=entry.at, **fields)
            known = replace(known, accesses=(*known.accesses, access)[-ACCESSES_KEPT:])
    after = replace(known, patients=noted(known.patients, event))
    return _said(_with(state, after), known.id, line(entry.at, event))


_ACCESS = ("patient", "action", "ground", "actor", "role")


def _said(state: State, id_: str, said: OwnLine | None) -> State:
    known = state.incident(id_)
    if known is None or said is None:
        return state
    return _with(state, replace(known, lines=(*known.lines, said)[-LINES_KEPT:]))
