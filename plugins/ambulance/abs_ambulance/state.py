"""What the ambulance block knows: its units, its incidents, and what it measured."""

import datetime as dt
from collections.abc import Mapping
from itertools import islice
from typing import NamedTuple, TypeVar

import msgspec
from abs_contracts.messages.unit import UnitStatusChanged
from msgspec.structs import replace

from abs_ambulance.incident import Incident
from abs_ambulance.response import RideMeasured
from abs_ambulance.ride import Ride
from abs_ambulance.values import Status
from abs_core.sdk import OwnLine

FREE = (Status.VR, Status.OP)
CLOSED_KEPT = 1000
"""Closed incidents in memory, newest, because a desk may reopen one."""
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
    """`closed` holds what we are detached from as well; `register` is by ride.

    `ordered` are the units that a desk sent and of which the core said nothing yet,
    with their incident: two desks must not be proposed the same ambulance.
    """

    units: Mapping[str, Unit] = {}
    ordered: Mapping[str, str] = {}
    incidents: Mapping[str, Incident] = {}
    closed: Mapping[str, Incident] = {}
    register: Mapping[str, RideMeasured] = {}

    # -- what is asked of it --------------------------------------------------------

    def free(self) -> list[Unit]:
        """Units that no open incident holds and that last reported to be free."""
        held = {ride.unit for incident in self.incidents.values() for ride in incident.running}
        held |= self.ordered.keys()
        return [
            unit
            for unit in self.units.values()
            if unit.id not in held and (unit.status is None or unit.status in FREE)
        ]

    def there(self, incident: Incident) -> list[Unit]:
        """Units that serve the incident, or were sent to it just now."""
        sent = {unit for unit, to in self.ordered.items() if to == incident.id}
        there = sent | {ride.unit for ride in incident.running}
        return [unit for id_, unit in self.units.items() if id_ in there]

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

    # -- the state with something changed -------------------------------------------

    def with_incident(self, incident: Incident) -> "State":
        """This incident where it was, or among the open ones when it is new."""
        if incident.id in self.closed:
            return replace(self, closed={**self.closed, incident.id: incident})
        return replace(self, incidents={**self.incidents, incident.id: incident})

    def with_opened(self, incident: Incident) -> "State":
        closed = without(self.closed, incident.id)
        return replace(self, closed=closed, incidents={**self.incidents, incident.id: incident})

    def with_closed(self, incident: Incident) -> "State":
        kept = {**without(self.closed, incident.id), incident.id: incident}
        open_ = without(self.incidents, incident.id)
        return replace(self, incidents=open_, closed=newest(kept, CLOSED_KEPT))

    def with_line(self, incident: str, line: OwnLine | None) -> "State":
        known = self.incident(incident)
        if known is None or line is None:
            return self
        return self.with_incident(replace(known, lines=(*known.lines, line)[-LINES_KEPT:]))


def newest(kept: Mapping[str, V], count: int) -> Mapping[str, V]:
    """The last so many, in their order."""
    return dict(islice(kept.items(), max(0, len(kept) - count), None))


def without(kept: Mapping[str, V], key: str) -> Mapping[str, V]:
    return {each: value for each, value in kept.items() if each != key}
