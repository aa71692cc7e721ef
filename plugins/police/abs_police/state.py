"""What the police block knows: its units, its incidents, and the police data it keeps.

State is frozen and made by entries alone, so a rebuild makes the same.
"""

import datetime as dt
from collections.abc import Mapping
from itertools import islice
from typing import TypeVar

import msgspec
from abs_contracts.messages import incident as inc
from abs_contracts.messages import unit as un
from abs_contracts.messages.values import Point
from msgspec.structs import replace

from abs_core.sdk import Entry, Fed, Inbound, Noted, OwnLine
from abs_police.incidents import Incident, changed
from abs_police.lines import line
from abs_police.messages.desk import NotDone
from abs_police.messages.radio import Emergency, RadioStatus, Status
from abs_police.messages.response import ResponseMeasured, ResponseOverdue
from abs_police.register import Register, remember

FREE = (Status.VR,)
SPEAKS = (Status.SPRAAK, Status.SPRAAK_URGENT, Status.EIGEN_MELDING, Status.INFO)
"""Requests to speak and remarks: they change no availability."""
STATUSES = frozenset(Status) - frozenset(SPEAKS)
KEPT = 1000
"""Closed incidents and measured responses that are kept, newest."""
UNDONE = 100
"""Refused orders that are shown, newest."""

LINES = 500
"""Own lines that are kept per incident, newest."""

V = TypeVar("V")


class Unit(msgspec.Struct, frozen=True, kw_only=True):
    """One of our own units; without a status it is free, as its roster says."""

    id: str
    call_sign: str
    kind: str
    team: str | None = None
    status: Status | None = None
    since: dt.datetime | None = None
    point: Point | None = None


class State(msgspec.Struct, frozen=True, kw_only=True):
    units: Mapping[str, Unit] = {}
    incidents: Mapping[str, Incident] = {}
    closed: Mapping[str, Incident] = {}
    emergencies: Mapping[str, Emergency] = {}
    responses: Mapping[str, ResponseMeasured] = {}
    register: Register = Register()
    lines: Mapping[str, tuple[OwnLine, ...]] = {}
    undone: tuple[NotDone, ...] = ()

    def free(self) -> list[Unit]:
        """Units that no open incident holds and that last reported to be free."""
        held = {unit for incident in self.incidents.values() for unit in incident.units}
        return [
            unit
            for unit in self.units.values()
            if unit.id not in held and (unit.status is None or unit.status in FREE)
        ]


def evolve(state: State, entry: Entry, party: str) -> State:
    """The state after the entry: the feed, where units are, and our own private events."""
    match entry:
        case Fed(message=message):
            subject, at = message.envelope.subject, message.envelope.time
            return _fed(state, subject, message.payload, at, party)
        case Inbound(payload=RadioStatus(unit=id_, point=Point() as point)) if id_ in state.units:
            return _with_unit(state, replace(state.units[id_], point=point))
        case Noted(payload=payload, at=at):
            return with_line(_noted(state, payload, at), *line(payload, at))
        case _:
            return state


def _noted(state: State, payload: msgspec.Struct, at: dt.datetime) -> State:
    match payload:
        case NotDone():
            return replace(state, undone=(*state.undone, payload)[-UNDONE:])
        case ResponseMeasured(incident=id_):
            others = {k: v for k, v in state.responses.items() if k != id_}
            return replace(state, responses=newest({**others, id_: payload}))
        case ResponseOverdue(incident=id_) if id_ in state.incidents:
            return _with_incident(state, replace(state.incidents[id_], overdue=True))
        case _:
            return replace(state, register=remember(state.register, payload, at))


def with_line(state: State, incident: str, said: OwnLine | None) -> State:
    """The state with one more of the block's own lines about an incident."""
    if said is None:
        return state
    others = {k: v for k, v in state.lines.items() if k != incident}
    lines = (*state.lines.get(incident, ()), said)[-LINES:]
    return replace(state, lines=newest({**others, incident: lines}))


def newest(kept: Mapping[str, V]) -> dict[str, V]:
    """The last of them, in order."""
    return dict(islice(kept.items(), max(0, len(kept) - KEPT), None))


def _fed(state: State, subject: str, payload: msgspec.Struct, at: dt.datetime, party: str) -> State:
    match payload:
        case un.EmergencyRaised():
            raised = Emergency(
                unit=subject,
                party=payload.party,
                call_sign=payload.call_sign,
                since=at,
                point=payload.point,
            )
            state = replace(state, emergencies={**state.emergencies, subject: raised})
            return _on_its_incidents(state, subject, f"EMERGENCY BUTTON of {raised.call_sign}", at)
        case un.EmergencyCleared():
            left = {unit: e for unit, e in state.emergencies.items() if unit != subject}
            text = f"emergency of {payload.call_sign} over: {payload.reason}"
            return _on_its_incidents(replace(state, emergencies=left), subject, text, at)
        case un.UnitRegistered() if payload.party == party:
            return _registered(state, subject, payload)
        case un.UnitStatusChanged() if payload.party == party:
            return _arrival(_status(state, subject, payload), subject, payload)
        case un.UnitRegistered() | un.UnitStatusChanged():
            return state
        case _:
            return _incident(state, subject, payload, at, party)


def _on_its_incidents(state: State, unit: str, text: str, at: dt.datetime) -> State:
    """A line for the incidents that one of our units serves."""
    for incident in [each.id for each in state.incidents.values() if unit in each.units]:
        state = with_line(state, incident, OwnLine(at=at, text=text[:1000]))
    return state


def _registered(state: State, subject: str, payload: un.UnitRegistered) -> State:
    known = state.units.get(subject)
    unit = Unit(
        id=subject,
        call_sign=payload.call_sign,
        kind=payload.kind,
        team=payload.station,
        status=known.status if known else None,
        since=known.since if known else None,
        point=known.point if known else None,
    )
    return _with_unit(state, unit)


def _status(state: State, subject: str, payload: un.UnitStatusChanged) -> State:
    known = state.units.get(subject)
    if known is None or payload.status not in STATUSES:
        return state
    if known.since is not None and payload.since < known.since:
        return state  # a late report: what held then does not hold now
    return _with_unit(state, replace(known, status=Status(payload.status), since=payload.since))


def _arrival(state: State, unit: str, payload: un.UnitStatusChanged) -> State:
    """The first unit on scene, by when it occurred: a late report can be the first."""
    if payload.status != Status.TP:
        return state
    holding = (each.id for each in state.incidents.values() if unit in each.units)
    incident = state.incidents.get(payload.incident or next(holding, ""))
    if incident is None or (incident.arrived and incident.arrived <= payload.since):
        return state
    return _with_incident(state, replace(incident, arrived=payload.since))


def _incident(
    state: State, subject: str, payload: msgspec.Struct, at: dt.datetime, party: str
) -> State:
    if isinstance(payload, inc.IncidentReopened) and subject in state.closed:
        incident = state.closed[subject]
        return _with_incident(_without(state, subject), incident)
    known = state.incidents.get(subject)
    if known is None:
        if not isinstance(payload, inc.IncidentOpened) or subject in state.closed:
            return state
        opened = Incident(
            id=subject,
            started=at,
            lead=payload.lead,
            exercise=payload.exercise,
            parties=(payload.lead,),
        )
        return _with_incident(state, opened)
    match payload:
        case inc.IncidentClosed():
            kept = newest({**state.closed, subject: known})
            return replace(_without(state, subject), closed=kept)
        case inc.PartyDetached(party=detached) if detached == party:
            return _without(state, subject)
        case _:
            after = changed(known, payload, at, party)
            return state if after is known else _with_incident(state, after)


def _with_unit(state: State, unit: Unit) -> State:
    return replace(state, units={**state.units, unit.id: unit})


def _with_incident(state: State, incident: Incident) -> State:
    return replace(state, incidents={**state.incidents, incident.id: incident})


def _without(state: State, subject: str) -> State:
    return replace(
        state,
        incidents={k: v for k, v in state.incidents.items() if k != subject},
        closed={k: v for k, v in state.closed.items() if k != subject},
    )
