"""The register of response times: every ride that arrived, against the norm of its priority.

Regeling Tijdelijke wet ambulancezorg, article 7, asks for the share of A1 rides that
arrive within 15 minutes after the call was accepted. Which priority counts when it
changed (the one that stood on arrival), and that a call taken by another discipline
counts from there, is our own assumption.
"""

import datetime as dt
from collections.abc import Sequence

from abs_contracts.messages.unit import UnitStatusChanged

from abs_ambulance import response
from abs_ambulance.entries import ride_key
from abs_ambulance.incident import Incident
from abs_ambulance.response import RideMeasured
from abs_ambulance.ride import Norms, Ride
from abs_ambulance.state import State
from abs_ambulance.values import ROWS_AT_MOST, Priority, Status
from abs_core.sdk import Effect, Fed, Note


def measure(
    state: State, entry: Fed, event: UnitStatusChanged, norms: Norms, clock: Sequence[str]
) -> list[Effect]:
    """What the status makes of the register: an arrival, or one that was earlier than known."""
    served = state.served(entry.message.envelope.subject, event)
    if served is None or served.ride.kind not in clock:
        return []
    incident, ride = served
    if incident.exercise:
        return []  # an exercise and real rides are never mixed
    arrived = measured(norms, incident, ride)
    if arrived is None:
        return []
    known = state.register.get(ride_key(arrived))
    news = known is None or arrived.arrived < known.arrived
    return [Note(key="measured", payload=arrived)] if news else []


def measured(norms: Norms, incident: Incident, ride: Ride) -> RideMeasured | None:
    """The response time of a ride, once it has arrived."""
    arrived = ride.times.get(Status.TP)
    if arrived is None:
        return None
    took = max(arrived - incident.accepted, dt.timedelta())
    priority = incident.priority_at(arrived)
    norm = norms.get(priority) if priority else None
    return RideMeasured(
        incident=incident.id,
        unit=ride.unit,
        call_sign=ride.call_sign,
        assigned=ride.assigned,
        accepted=incident.accepted,
        arrived=arrived,
        seconds=int(took.total_seconds()),
        priority=priority,
        norm_minutes=norm.minutes if norm else None,
        within=took <= dt.timedelta(minutes=norm.minutes) if norm else None,
    )


def registered(state: State, norms: Norms, asked: response.Register) -> response.Registered:
    """The rides of one incident, or all, with how each priority did."""
    rides = [r for r in state.register.values() if asked.incident in (None, r.incident)]
    return response.Registered(
        shares=tuple(share for p in Priority if (share := _share(rides, p, norms)) is not None),
        rides=tuple(rides[-ROWS_AT_MOST:]),
    )


def _share(
    rides: Sequence[RideMeasured], priority: Priority, norms: Norms
) -> response.Share | None:
    """None without a ride of this priority, or without a norm for it."""
    of = [ride for ride in rides if ride.priority is priority and ride.within is not None]
    if not of:
        return None
    within = sum(ride.within is True for ride in of)
    return response.Share(
        priority=priority,
        rides=len(of),
        within=within,
        share=within * 100 // len(of),
        target=norms[priority].share if priority in norms else None,
    )
