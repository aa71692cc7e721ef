"""The part of a party in an incident (deelincident): its priority and how far it is."""

import enum
from typing import NamedTuple

from abs_core.domain.incident import Incident


class Stage(enum.StrEnum):
    """How far a party is with its part; derived, so that nobody has to keep it."""

    CALLED = "called"  # attached, and nobody has it in hand
    TAKEN_UP = "taken up"  # a desk has it in hand
    ENGAGED = "engaged"  # units are assigned
    CLOSED = "closed"


class Part(NamedTuple):
    """One party's part."""

    party: str
    stage: Stage
    priority: str | None
    units: tuple[str, ...]


def part(incident: Incident, party: str) -> Part:
    """The part of a party that is attached."""
    units = tuple(unit for unit, owner in incident.units.items() if owner == party)
    return Part(party, _stage(incident, party, units), incident.priorities.get(party), units)


def _stage(incident: Incident, party: str, units: tuple[str, ...]) -> Stage:
    if party in incident.closed_for:
        return Stage.CLOSED
    if units:
        return Stage.ENGAGED
    return Stage.TAKEN_UP if party in incident.taken_up else Stage.CALLED
