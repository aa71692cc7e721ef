"""The trauma helicopter (MMT): requested, called off, and where it is.

Its flight is a ride like another, so the shared statuses tell the others that it
comes; what they mean in the air is read off here.
"""

from collections.abc import Sequence

from abs_contracts.messages import incident as inc
from abs_contracts.refusal import Refused

from abs_ambulance import desk
from abs_ambulance.incident import Incident
from abs_ambulance.proposal import nearest
from abs_ambulance.request import CANCELLED, Request, any_incident, open_incident
from abs_ambulance.ride import HELICOPTER
from abs_ambulance.state import State
from abs_ambulance.values import ROWS_AT_MOST
from abs_core.sdk import Effect, Note, Respond


def request_helicopter(request: Request, asked: desk.RequestHelicopter) -> Sequence[Effect]:
    """Assign the one that is named, or else the nearest that is free."""
    incident = open_incident(request.state, asked.incident)
    proposed = _nearest(request, incident)
    unit = asked.unit or next(iter(proposed), None)
    known = request.state.units.get(unit or "")
    if unit is None or known is None or known.kind != HELICOPTER:
        raise Refused(
            rule="AMBU-012",
            what=f"{unit} is not a trauma helicopter of this party" if unit else "none is free",
            where="/unit",
            fix="leave the unit out for the nearest one that is free, or name one that is not",
        )
    decided = desk.Decided(
        incident=incident.id,
        proposed=proposed[:1],
        taken=(unit,),
        actor=request.entry.actor,
        role=request.entry.role,
    )
    return [
        *request.take_up(incident),
        request.order(f"assign {unit}", incident.id, inc.AssignUnit(unit=unit)),
        Note(key="decided", payload=decided),
        Respond(key="answer", payload=desk.Dispatched(incident=incident.id, units=(unit,))),
    ]


def cancel_helicopter(request: Request, asked: desk.CancelHelicopter) -> Sequence[Effect]:
    """Release every helicopter that is on its way or on the scene."""
    incident = open_incident(request.state, asked.incident)
    there = request.state.there(incident)
    units = tuple(unit.id for unit in there if unit.kind == HELICOPTER)
    if not units:
        raise Refused(
            rule="AMBU-013",
            what=f"no trauma helicopter serves {incident.id}",
            where="/incident",
            fix="nothing needs calling off; ambulance.flights tells of earlier ones",
        )
    release = [
        request.order(f"release {unit}", incident.id, inc.ReleaseUnit(unit=unit, reason=CANCELLED))
        for unit in units
    ]
    return [
        *release,
        Respond(key="answer", payload=desk.StoodDown(incident=incident.id, units=units)),
    ]


def flights(state: State, asked: desk.Flights) -> desk.FlightsTold:
    """Every flight of the incident, ended ones as well."""
    incident = any_incident(state, asked.incident)
    told = []
    for ride in incident.rides:
        if ride.kind == HELICOPTER:
            stage, since = ride.stage()
            told.append(
                desk.Flight(unit=ride.unit, call_sign=ride.call_sign, stage=stage, since=since)
            )
    newest = tuple(told[-ROWS_AT_MOST:])
    return desk.FlightsTold(incident=incident.id, flights=newest)


def _nearest(request: Request, incident: Incident) -> tuple[str, ...]:
    free = [unit for unit in request.state.free() if unit.kind == HELICOPTER]
    ordered = nearest(request.means.places, incident, free)
    return tuple(unit.id for unit in ordered)
