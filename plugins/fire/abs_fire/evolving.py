"""What each entry makes of the state. Late news finds its incident also when it is closed."""

import datetime as dt

import msgspec
from abs_contracts.envelope import Envelope
from abs_contracts.messages import incident as inc
from abs_contracts.messages.unit import UnitRegistered, UnitStatusChanged
from msgspec.structs import replace

from abs_core.sdk import Entry, Fed, Noted
from abs_fire import contracts as fire
from abs_fire.contracts import Status
from abs_fire.state import KEPT_LINES, Incident, Kept, State, Unit

STATUSES = frozenset(Status)


def evolve(state: State, entry: Entry, party: str) -> State:
    """The state after the entry: only the feed and our own private events change it."""
    match entry:
        case Fed(message=message):
            return _fed(state, message.envelope, message.payload, party)
        case Noted(at=at, payload=event) if isinstance(event, fire.Remembered):
            return _noted(state, at, event)
        case _:
            return state


# -- units -------------------------------------------------------------------------


def _fed(state: State, envelope: Envelope, payload: msgspec.Struct, party: str) -> State:
    match payload:
        case UnitRegistered(party=owner):
            return _registered(state, envelope.subject, payload) if owner == party else state
        case UnitStatusChanged(party=owner):
            return _status(state, envelope.subject, payload) if owner == party else state
        case _:
            return _about(state, envelope, payload, party)


def _registered(state: State, id_: str, payload: UnitRegistered) -> State:
    known = state.units.get(id_)
    return state.with_unit(
        Unit(
            id=id_,
            call_sign=payload.call_sign,
            kind=payload.kind,
            station=payload.station,
            status=known.status if known else None,
            since=known.since if known else None,
        )
    )


def _status(state: State, id_: str, payload: UnitStatusChanged) -> State:
    known = state.units.get(id_)
    if known is None or payload.status not in STATUSES:
        return state  # a request to speak is a status too, and says nothing of being free
    if payload.status == Status.TP:
        state = _arrived(state, id_, payload)
    if known.since is not None and payload.since < known.since:
        return state  # a late report: what held then does not hold now
    return state.with_unit(replace(known, status=Status(payload.status), since=payload.since))


def _arrived(state: State, unit: str, payload: UnitStatusChanged) -> State:
    """The first arrival of a unit counts, whenever the news of it comes."""
    incident = scene(state, unit, payload)
    if incident is None or payload.since < incident.accepted:
        return state
    first = min(payload.since, incident.arrivals.get(unit, payload.since))
    return state.with_incident(replace(incident, arrivals={**incident.arrivals, unit: first}))


def scene(state: State, unit: str, payload: UnitStatusChanged) -> Incident | None:
    """The incident that a status is about: the one it names, or the one it is assigned to."""
    if payload.incident is not None:
        return state.known(payload.incident)
    serves = list(state.served_by(unit))
    return state.incidents[serves[-1]] if serves else None


# -- incidents ---------------------------------------------------------------------


def _about(state: State, envelope: Envelope, payload: msgspec.Struct, party: str) -> State:
    id_ = envelope.subject
    known = state.known(id_)
    if known is None:
        if not isinstance(payload, inc.IncidentOpened):
            return state
        return state.with_incident(
            Incident(id=id_, accepted=envelope.time, exercise=payload.exercise)
        )
    if id_ in state.aside and _ours_again(payload, party):
        state = state.taken_back(id_)
    elif id_ in state.incidents and _ours_no_more(payload, party):
        state = state.set_aside(id_)
    after = _changed(known, payload, party)
    return state if after is known else state.with_incident(after)


def _ours_again(payload: msgspec.Struct, party: str) -> bool:
    match payload:
        case inc.IncidentReopened():
            return True
        case inc.PartyAttached(party=attached):
            return attached == party
        case _:
            return False


def _ours_no_more(payload: msgspec.Struct, party: str) -> bool:
    match payload:
        case inc.IncidentClosed():
            return True
        case inc.PartyDetached(party=detached):
            return detached == party
        case _:
            return False


def _changed(known: Incident, payload: msgspec.Struct, party: str) -> Incident:  # noqa: PLR0911 - one return per kind of event
    match payload:
        case inc.CallAdded(received=received):
            first = min(received, known.accepted) if known.called else received
            return replace(known, called=True, accepted=first)
        case inc.IncidentClassified(classification=classification):
            return replace(known, classification=classification)
        case inc.IncidentLocated(location=location):
            return replace(known, location=location)
        case inc.CharacteristicSet(name=name, values=values):
            return replace(known, characteristics={**known.characteristics, name: values})
        case inc.EscalationChanged(escalation=now):
            levels = {**known.levels, now.scale: now.level}
            return replace(_settled(known, scale=now.scale), levels=levels)
        case inc.SafetyStated(party=speaker) if speaker != party:
            return replace(known, safety={**known.safety, speaker: payload})
        case _:
            return _our_part(known, payload, party)


def _our_part(known: Incident, payload: msgspec.Struct, party: str) -> Incident:
    match payload:
        case inc.IncidentPrioritised(party=owner, priority=priority) if owner == party:
            return replace(known, priority=priority)
        case inc.IncidentTakenUp(party=owner) if owner == party:
            return replace(known, taken_up=True)
        case inc.PartyAttached(party=owner) if owner == party:
            return replace(known, taken_up=False)  # called anew, after we had left
        case inc.UnitAssigned(unit=unit, party=owner) if owner == party:
            units = (*_without(known.units, unit), unit)
            return replace(_settled(known, unit=unit), units=units)
        case inc.UnitReleased(unit=unit, party=owner) if owner == party:
            reliefs = {by: old for by, old in known.reliefs.items() if unit not in (by, old)}
            return replace(known, units=_without(known.units, unit), reliefs=reliefs)
        case _:
            return known


def _ordered(incident: Incident, *units: str) -> Incident:
    more = (unit for unit in units if unit not in incident.there)
    return replace(incident, ordered_units=(*incident.ordered_units, *more))


def _not_ordered(incident: Incident, what: str, _: str, which: str) -> Incident:
    match what:
        case "unit":
            reliefs = {by: unit for by, unit in incident.reliefs.items() if by != which}
            return replace(_settled(incident, unit=which), reliefs=reliefs)
        case "scale":
            return _settled(incident, scale=which)
        case _:
            return incident


def _settled(incident: Incident, *, unit: str = "", scale: str = "") -> Incident:
    """Not on its way any more: the core has it, or has refused it."""
    return replace(
        incident,
        ordered_units=_without(incident.ordered_units, unit),
        ordered_levels={s: level for s, level in incident.ordered_levels.items() if s != scale},
    )


def _without(units: tuple[str, ...], unit: str) -> tuple[str, ...]:
    return tuple(each for each in units if each != unit)


# -- what we keep --------------------------------------------------------------------


def _noted(state: State, at: dt.datetime, event: fire.Remembered) -> State:
    incident = state.known(event.incident)
    if isinstance(event, fire.ResponseRecorded):
        state = state.with_response(event)
    if incident is None:
        return state
    match event:
        case fire.ResponseRecorded(motive=motive):
            incident = replace(incident, motive=motive)
        case fire.Decided(taken=units):
            incident = _ordered(incident, *units)
        case fire.LevelOrdered(scale=scale, level=level):
            levels = {**incident.ordered_levels, scale: level}
            incident = replace(incident, ordered_levels=levels)
        case fire.Relief(unit=unit, by=by):
            reliefs = {**incident.reliefs, by: unit}
            incident = replace(_ordered(incident, by), reliefs=reliefs)
        case fire.NotOrdered(order=order):
            incident = _not_ordered(incident, *order.partition("/"))
    kept = (*incident.kept, Kept(at=at, event=event))[-KEPT_LINES:]
    return state.with_incident(replace(incident, kept=kept))
