"""What the fire block knows: its units and the incidents that its feed tells of.

State is frozen and made by feed entries alone, so a rebuild makes the same.
"""

import datetime as dt
from collections.abc import Mapping
from itertools import islice

import msgspec
from abs_contracts.messages import incident as inc
from abs_contracts.messages.unit import UnitRegistered, UnitStatusChanged
from abs_contracts.messages.values import Classification, Location

from abs_core.sdk import Entry, Fed
from abs_fire.contracts import Status

FREE = (Status.BS, Status.KZ)
STATUSES = frozenset(Status)
CLOSED_KEPT = 1000
"""Closed incidents that are kept, newest, because a desk may reopen one."""


class Unit(msgspec.Struct, frozen=True, kw_only=True):
    """One of our own units; without a status it is as its roster says: at its station."""

    id: str
    call_sign: str
    kind: str
    station: str | None = None
    status: Status | None = None
    since: dt.datetime | None = None


class Incident(msgspec.Struct, frozen=True, kw_only=True):
    """`levels` by scale; `units` are our own, in order of assignment."""

    id: str
    classification: Classification | None = None
    location: Location | None = None
    levels: Mapping[str, str] = {}
    units: tuple[str, ...] = ()


class State(msgspec.Struct, frozen=True, kw_only=True):
    units: Mapping[str, Unit] = {}
    incidents: Mapping[str, Incident] = {}
    closed: Mapping[str, Incident] = {}

    def free(self) -> list[Unit]:
        """Units that no open incident holds and that last reported to be free."""
        held = {unit for incident in self.incidents.values() for unit in incident.units}
        return [
            unit
            for unit in self.units.values()
            if unit.id not in held and (unit.status is None or unit.status in FREE)
        ]

    def assigned(self, incident: Incident) -> list[Unit]:
        """Our units on this incident, as far as they are known."""
        return [self.units[unit] for unit in incident.units if unit in self.units]


def evolve(state: State, entry: Entry, party: str) -> State:
    """The state after the entry; only the feed changes it."""
    if not isinstance(entry, Fed):
        return state
    subject, payload = entry.message.envelope.subject, entry.message.payload
    if isinstance(payload, UnitRegistered | UnitStatusChanged):
        return _unit(state, subject, payload) if payload.party == party else state
    return _incident(state, subject, payload, party)


def _unit(state: State, subject: str, payload: UnitRegistered | UnitStatusChanged) -> State:
    if isinstance(payload, UnitRegistered):
        known = state.units.get(subject)
        unit = Unit(
            id=subject,
            call_sign=payload.call_sign,
            kind=payload.kind,
            station=payload.station,
            status=known.status if known else None,
            since=known.since if known else None,
        )
        return _with_unit(state, unit)
    unit_known = state.units.get(subject)
    if unit_known is None or payload.status not in STATUSES:
        return state  # a request to speak is a status too, and says nothing of being free
    if unit_known.since is not None and payload.since < unit_known.since:
        return state  # a late report: what held then does not hold now
    status = Status(payload.status)
    return _with_unit(
        state, msgspec.structs.replace(unit_known, status=status, since=payload.since)
    )


def _incident(state: State, subject: str, payload: msgspec.Struct, party: str) -> State:
    if isinstance(payload, inc.IncidentReopened) and subject in state.closed:
        incident = state.closed[subject]
        return _with_incident(_without(state, subject), incident)
    known = state.incidents.get(subject)
    if known is None:
        opened = isinstance(payload, inc.IncidentOpened) and subject not in state.closed
        return _with_incident(state, Incident(id=subject)) if opened else state
    match payload:
        case inc.IncidentClosed():
            kept = {**state.closed, subject: known}
            newest = dict(islice(kept.items(), max(0, len(kept) - CLOSED_KEPT), None))
            return msgspec.structs.replace(_without(state, subject), closed=newest)
        case inc.PartyDetached(party=detached) if detached == party:
            return _without(state, subject)
        case _:
            after = _changed(known, payload, party)
            return state if after is known else _with_incident(state, after)


def _changed(known: Incident, payload: msgspec.Struct, party: str) -> Incident:
    match payload:
        case inc.IncidentClassified(classification=classification):
            return msgspec.structs.replace(known, classification=classification)
        case inc.IncidentLocated(location=location):
            return msgspec.structs.replace(known, location=location)
        case inc.EscalationChanged(escalation=now):
            return msgspec.structs.replace(known, levels={**known.levels, now.scale: now.level})
        case inc.UnitAssigned(unit=unit, party=owner) if owner == party:
            units = (*(u for u in known.units if u != unit), unit)
            return msgspec.structs.replace(known, units=units)
        case inc.UnitReleased(unit=unit, party=owner) if owner == party:
            return msgspec.structs.replace(known, units=tuple(u for u in known.units if u != unit))
        case _:
            return known


def _with_unit(state: State, unit: Unit) -> State:
    return msgspec.structs.replace(state, units={**state.units, unit.id: unit})


def _with_incident(state: State, incident: Incident) -> State:
    incidents = {**state.incidents, incident.id: incident}
    return msgspec.structs.replace(state, incidents=incidents)


def _without(state: State, subject: str) -> State:
    return msgspec.structs.replace(
        state,
        incidents={k: v for k, v in state.incidents.items() if k != subject},
        closed={k: v for k, v in state.closed.items() if k != subject},
    )
