"""An incident as the ambulance service knows it, and what its feed makes of it."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import NamedTuple

import msgspec
from abs_contracts.messages import incident as inc
from abs_contracts.messages.values import Classification, Hazard, Location, Scene
from msgspec.structs import replace

from abs_ambulance.desk import Early
from abs_ambulance.medical import Access
from abs_ambulance.patient import Patients
from abs_ambulance.ride import Ride
from abs_ambulance.values import Priority, Status
from abs_core.sdk import OwnLine

SCALE = "ops-ambu"
UNSAFE = "a safe distance"
"""Where to wait when somebody says that it is unsafe and not where (our assumption)."""

_PRIORITIES = frozenset(Priority)


class Standing(NamedTuple):
    """A priority and since when it stands."""

    at: dt.datetime
    priority: Priority


class Caution(NamedTuple):
    """What crews must know before they go in, put together from what every party stated."""

    wait_at: str | None
    hazards: tuple[Hazard, ...]
    advice: tuple[str, ...]


class Incident(msgspec.Struct, frozen=True, kw_only=True):
    """`first_call` is when the earliest call was accepted; `rides` are in order of assignment."""

    id: str
    opened: dt.datetime
    exercise: bool = False
    taken_up: bool = False
    first_call: dt.datetime | None = None
    classification: Classification | None = None
    location: Location | None = None
    characteristics: Mapping[str, tuple[str, ...]] = {}
    code: str | None = None
    priorities: tuple[Standing, ...] = ()
    safety: Mapping[str, inc.SafetyStated] = {}
    rides: tuple[Ride, ...] = ()
    early: Early | None = None
    triaged: bool = False
    patients: Patients = {}
    accesses: tuple[Access, ...] = ()
    lines: tuple[OwnLine, ...] = ()

    @property
    def accepted(self) -> dt.datetime:
        """When the call was accepted; of an incident without a call, when it was opened."""
        return self.first_call or self.opened

    @property
    def priority(self) -> Priority | None:
        return self.priorities[-1].priority if self.priorities else None

    def priority_at(self, at: dt.datetime) -> Priority | None:
        """The priority that stood then; before the first one, the first."""
        if not self.priorities:
            return None
        stood = [each.priority for each in self.priorities if each.at <= at]
        return stood[-1] if stood else self.priorities[0].priority

    @property
    def running(self) -> tuple[Ride, ...]:
        return tuple(ride for ride in self.rides if ride.running)

    def ride(self, unit: str, since: dt.datetime) -> Ride | None:
        """The newest ride of this unit that had begun by then."""
        rides = [ride for ride in self.rides if ride.unit == unit and ride.assigned <= since]
        return rides[-1] if rides else None

    def caution(self) -> Caution:
        """Wait until no party says any more that crews should."""
        said = tuple(self.safety.values())  # who says safe, says neither hazard nor staging
        places = [each.staging for each in said if each.staging]
        unsafe = any(each.scene is Scene.UNSAFE for each in said)
        return Caution(
            wait_at=places[0] if places else UNSAFE if unsafe else None,
            hazards=tuple(dict.fromkeys(hazard for each in said for hazard in each.hazards)),
            advice=tuple(each.advice for each in said if each.advice),
        )


def changed(known: Incident, payload: msgspec.Struct, at: dt.datetime, party: str) -> Incident:
    """The incident after one message about it; `at` is when that occurred."""
    after = _of_all(known, payload)
    return after if after is not known else _of_ours(known, payload, at, party)


def _of_all(known: Incident, payload: msgspec.Struct) -> Incident:
    match payload:
        case inc.CallAdded(received=received):
            first = min(known.first_call or received, received)
            return replace(known, first_call=first)
        case inc.IncidentClassified(classification=classification):
            return replace(known, classification=classification)
        case inc.IncidentLocated(location=location):
            return replace(known, location=location)
        case inc.CharacteristicSet(name=name, values=values):
            return replace(known, characteristics={**known.characteristics, name: values})
        case inc.SafetyStated(party=who):
            return replace(known, safety={**known.safety, who: payload})
        case _:
            return known


def _of_ours(known: Incident, payload: msgspec.Struct, at: dt.datetime, party: str) -> Incident:
    match payload:
        case inc.EscalationChanged(escalation=now) if now.scale == SCALE:
            return replace(known, code=now.level)
        case inc.IncidentPrioritised(party=who, priority=code) if who == party:
            return _prioritised(known, code, at)
        case inc.IncidentTakenUp(party=who) if who == party:
            return replace(known, taken_up=True)
        case inc.UnitAssigned(party=who) if who == party:
            return _assigned(known, payload, at)
        case inc.UnitReleased(party=who, unit=unit) if who == party:
            return replace(known, rides=tuple(_released(known.rides, unit, at)))
        case _:
            return known


def reported(known: Incident, unit: str, status: Status, since: dt.datetime) -> Incident:
    """The incident after a status of one of its units."""
    ride = known.ride(unit, since)
    if ride is None:
        return known
    after = ride.reported(status, since)
    return replace(known, rides=tuple(after if each is ride else each for each in known.rides))


def _prioritised(known: Incident, code: str, at: dt.datetime) -> Incident:
    if code not in _PRIORITIES:
        return known
    return replace(known, priorities=(*known.priorities, Standing(at, Priority(code))))


def _assigned(known: Incident, event: inc.UnitAssigned, at: dt.datetime) -> Incident:
    if any(ride.unit == event.unit for ride in known.running):
        return known
    ride = Ride(unit=event.unit, call_sign=event.call_sign, kind=event.kind, assigned=at)
    return replace(known, rides=(*known.rides, ride))


def _released(rides: Iterable[Ride], unit: str, at: dt.datetime) -> Iterable[Ride]:
    for ride in rides:
        yield replace(ride, released=at) if ride.unit == unit and ride.running else ride
