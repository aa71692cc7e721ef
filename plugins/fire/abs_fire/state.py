"""What the fire block knows: its units and the incidents that its feed tells of.

State is frozen and made by entries alone, so a rebuild makes the same.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import TypeVar

import msgspec
from abs_contracts.messages.incident import SafetyStated
from abs_contracts.messages.values import Classification, Location
from msgspec.structs import replace

from abs_fire.contracts import Remembered, ResponseRecorded, Status

T = TypeVar("T")

FREE = (Status.BS, Status.KZ)
ASIDE_KEPT = 1000
"""Incidents set aside that are kept, newest: a desk may reopen one, or be called again."""
KEPT_LINES = 200
"""What the block keeps of one incident, newest."""
RESPONSES_KEPT = 10_000
"""Response times that are kept at hand, newest; the journal has them all."""


class Unit(msgspec.Struct, frozen=True, kw_only=True):
    """One of our own units; without a status it is as its roster says: at its station."""

    id: str
    call_sign: str
    kind: str
    station: str | None = None
    status: Status | None = None
    since: dt.datetime | None = None


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """A private event and when it was kept."""

    at: dt.datetime
    event: Remembered


class Incident(msgspec.Struct, frozen=True, kw_only=True):
    """An incident as far as fire needs it.

    `accepted`: when the room took the first call, or else when it was opened.
    `levels` by scale; `units` are our own, in order of assignment; what is `ordered` of
    both is on its way through the core. `arrivals` is when each unit was first on the
    scene, `reliefs` the unit that is relieved, by who relieves it, and `safety` the
    newest word of each other party.
    """

    id: str
    accepted: dt.datetime
    called: bool = False
    exercise: bool = False
    classification: Classification | None = None
    location: Location | None = None
    characteristics: Mapping[str, tuple[str, ...]] = {}
    priority: str | None = None
    levels: Mapping[str, str] = {}
    ordered_levels: Mapping[str, str] = {}
    taken_up: bool = False
    units: tuple[str, ...] = ()
    ordered_units: tuple[str, ...] = ()
    arrivals: Mapping[str, dt.datetime] = {}
    reliefs: Mapping[str, str] = {}
    safety: Mapping[str, SafetyStated] = {}
    motive: str | None = None
    kept: tuple[Kept, ...] = ()

    @property
    def there(self) -> tuple[str, ...]:
        """Our units that are assigned, or will be as soon as the core has it."""
        return (*self.units, *(unit for unit in self.ordered_units if unit not in self.units))

    def level(self, scale: str) -> str | None:
        """The level that stands, or will as soon as the core has it."""
        return self.ordered_levels.get(scale, self.levels.get(scale))


class State(msgspec.Struct, frozen=True, kw_only=True):
    """`aside`: closed, or no longer ours; `responses` by incident, the oldest first."""

    units: Mapping[str, Unit] = {}
    incidents: Mapping[str, Incident] = {}
    aside: Mapping[str, Incident] = {}
    responses: Mapping[str, ResponseRecorded] = {}

    def free(self) -> list[Unit]:
        """Units that no open incident holds and that last reported to be free."""
        held = {unit for incident in self.incidents.values() for unit in incident.there}
        return [
            unit
            for unit in self.units.values()
            if unit.id not in held and (unit.status is None or unit.status in FREE)
        ]

    def assigned(self, incident: Incident) -> list[Unit]:
        """Our units on this incident, as far as they are known."""
        return [self.units[unit] for unit in incident.there if unit in self.units]

    def known(self, incident: str) -> Incident | None:
        """An incident, open for us or set aside."""
        return self.incidents.get(incident) or self.aside.get(incident)

    def served_by(self, unit: str) -> Iterator[str]:
        """The open incidents that this unit is assigned to."""
        return (i.id for i in self.incidents.values() if unit in i.units)

    # -- the next state --------------------------------------------------------------

    def with_unit(self, unit: Unit) -> "State":
        return replace(self, units={**self.units, unit.id: unit})

    def with_incident(self, incident: Incident) -> "State":
        """The incident in its new form, where it is: open for us or set aside."""
        if incident.id in self.aside:
            return replace(self, aside={**self.aside, incident.id: incident})
        return replace(self, incidents={**self.incidents, incident.id: incident})

    def set_aside(self, incident: str) -> "State":
        known = self.incidents[incident]
        left = {id_: each for id_, each in self.incidents.items() if id_ != incident}
        return replace(
            self, incidents=left, aside=_newest({**self.aside, incident: known}, ASIDE_KEPT)
        )

    def taken_back(self, incident: str) -> "State":
        known = self.aside[incident]
        left = {id_: each for id_, each in self.aside.items() if id_ != incident}
        return replace(self, aside=left, incidents={**self.incidents, incident: known})

    def with_response(self, response: ResponseRecorded) -> "State":
        kept = _newest({**self.responses, response.incident: response}, RESPONSES_KEPT)
        return replace(self, responses=kept)


def _newest(mapping: dict[str, T], count: int) -> dict[str, T]:
    return dict(islice(mapping.items(), max(0, len(mapping) - count), None))
