"""Which units are nearest, in time: turn-out of the crew and the way from the station.

With a point of the incident it is an estimate in seconds; without one, whether the
station stands in the same place or municipality. It is no route planner.
"""

from collections.abc import Iterable
from typing import NamedTuple

from abs_contracts.messages.values import Location

from abs_core.sdk import distance
from abs_fire.contracts import Status
from abs_fire.fleet import Fleet, Station
from abs_fire.state import Unit

FAR = 2**31
"""Stands for a time that nobody can estimate: after every one that can be."""
KM_PER_HOUR = 1000 / 3600  # in metres per second


class Arrival(NamedTuple):
    """An estimate of how soon a unit can be on the scene, in seconds and metres."""

    turn_out: int
    travel: int
    distance: int

    @property
    def seconds(self) -> int:
        """From alarm to arrival."""
        return self.turn_out + self.travel


class Nearest:
    """Estimates from the stations of one fleet."""

    def __init__(self, fleet: Fleet) -> None:
        self._stations = {station.name: station for station in fleet.stations}
        self._turn_out = {"career": fleet.turn_out.career, "volunteer": fleet.turn_out.volunteer}
        self._pace = fleet.driving.detour / (fleet.driving.speed * KM_PER_HOUR)

    def arrival(self, unit: Unit, location: Location | None) -> Arrival | None:
        """None where the point of the incident or of the station is not known."""
        station = self._stations.get(unit.station or "")
        if location is None or location.point is None or station is None or station.point is None:
            return None
        metres = distance(station.point, location.point)
        manned = unit.status is Status.BS  # out of the station with its crew
        turn_out = 0 if manned else self._turn_out[station.crew]
        return Arrival(turn_out, round(metres * self._pace), round(metres))

    def rank(self, unit: Unit, location: Location | None) -> tuple[int, int]:
        """Sorts units by nearness: by seconds, or else same place, municipality, elsewhere."""
        estimate = self.arrival(unit, location)
        if estimate is not None:
            return estimate.seconds, estimate.distance
        return FAR, _apart(self._stations.get(unit.station or ""), unit.station, location)


def _apart(station: Station | None, name: str | None, location: Location | None) -> int:
    names = _plain((name, *(station.also if station else ())))
    if location is None or not names:
        return 2
    if names & _plain((location.place,)):
        return 0
    municipality = (station.municipality if station else None, *names)
    return 1 if _plain(municipality) & _plain((location.municipality,)) else 2


def _plain(names: Iterable[str | None]) -> set[str]:
    """Names as they compare: without case, and with one kind of apostrophe."""
    return {name.casefold().replace("\u2019", "'") for name in names if name}
