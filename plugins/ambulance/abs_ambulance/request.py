"""A request of the desk beside what is known when it comes."""

from collections.abc import Iterable
from typing import NamedTuple

import msgspec
from abs_contracts.messages.incident import TakeUpIncident
from abs_contracts.refusal import Refused

from abs_ambulance.desk import ProposalMade
from abs_ambulance.incident import Incident
from abs_ambulance.proposal import Means, propose
from abs_ambulance.ride import Ride
from abs_ambulance.state import State
from abs_core.sdk import Order, Requested

CANCELLED = "cancelled"
"""Why a unit is released, as the others see it: never a medical reason."""


class Request(NamedTuple):
    """Who asks and when stands in the entry."""

    state: State
    entry: Requested
    party: str
    means: Means

    def order(self, what: str, incident: str, payload: msgspec.Struct) -> Order:
        """A command by the one who asks; its key says what it is for to a person."""
        return Order(
            key=f"{what} {incident}",
            subject=incident,
            payload=payload,
            actor=self.entry.actor,
            role=self.entry.role,
        )

    def take_up(self, incident: Incident) -> list[Order]:
        """A desk that decides something has the part of its party in hand."""
        if incident.taken_up:
            return []
        return [self.order("take-up", incident.id, TakeUpIncident())]

    def proposal(self, incident: Incident, code: str | None = None) -> ProposalMade:
        return proposal(self.state, self.means, incident, code)


def proposal(state: State, means: Means, incident: Incident, code: str | None) -> ProposalMade:
    """What to send now beyond what is there. Raises Refused for a code that does not exist."""
    return propose(means, incident, code, assigned=state.there(incident), free=state.free())


def open_incident(state: State, id_: str) -> Incident:
    """Raises Refused for one that is closed, or that we are not attached to."""
    if id_ not in state.incidents:
        raise _no_incident(id_)
    return state.incidents[id_]


def any_incident(state: State, id_: str) -> Incident:
    """The same for one that may be closed: records and accounts of it remain."""
    incident = state.incident(id_)
    if incident is None:
        raise _no_incident(id_)
    return incident


def _no_incident(id_: str) -> Refused:
    return Refused(
        rule="AMBU-001",
        what=f"the ambulance service knows no such incident {id_}",
        where="/incident",
        fix="check the number, or have the ambulance service attached to the incident first",
    )


def check_units(state: State, units: Iterable[str], where: str = "/units") -> None:
    """Raises Refused for a unit that is not ours."""
    unknown = [unit for unit in units if unit not in state.units]
    if unknown:
        raise Refused(
            rule="AMBU-002",
            what=f"the ambulance service has no unit {', '.join(unknown)}",
            where=where,
            fix="use unit ids of this party; a new unit must be registered first",
        )


def running(incident: Incident, unit: str) -> Ride:
    """The unit's ride here. Raises Refused when it has none that still runs."""
    for ride in incident.running:
        if ride.unit == unit:
            return ride
    raise not_there(incident, unit, "/unit")


def not_there(incident: Incident, unit: str, where: str) -> Refused:
    return Refused(
        rule="AMBU-010",
        what=f"{unit} does not serve incident {incident.id}",
        where=where,
        fix="name a unit of this party that is assigned here",
    )
