"""The vehicles outside: what they are called on either side, and which is the nearest."""

import functools
import re
from collections.abc import Iterable, Mapping, Sequence
from importlib.resources import files

import msgspec
from abs_contracts.messages.values import Point

from abs_core.sdk import distance

_NUMBER = re.compile(r"ambulance-(?P<region>[0-9]{2})(?P<number>[0-9]{3})\Z")
_NAME = re.compile(r"ambulance-(?P<name>[a-z]{1,12})-(?P<number>[0-9]{1,3})\Z")
HELICOPTER = "Lifeliner-"
"""How the name of a trauma helicopter begins."""


class Station(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    town: str
    lat: float
    lon: float
    vehicles: tuple[str, ...]


class _File(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    station: tuple[Station, ...]


@functools.cache
def stations() -> Sequence[Station]:
    """The demonstration fleet."""
    raw = files("abs_ambulance_bridge.outside").joinpath("stations.toml").read_bytes()
    return msgspec.toml.decode(raw, type=_File).station


def vehicle_of(unit: str) -> str | None:
    """What a unit of a story is called outside: `ambulance-15131` is `15-131`."""
    if found := _NUMBER.match(unit):
        return f"{found['region']}-{found['number']}"
    if found := _NAME.match(unit):
        return f"{found['name'].capitalize()}-{found['number']}"
    return None


def unit_of(vehicle: str) -> str:
    """The way back, for an answer that a story goes on with."""
    name, _, number = vehicle.partition("-")
    return f"ambulance-{name}{number}" if name.isdigit() else f"ambulance-{name.lower()}-{number}"


def nearest(
    place: Mapping[str, object], free: Iterable[str], *, helicopter: bool = False
) -> str | None:
    """The vehicle that an operator takes: by distance, or the town's own where nobody knows it."""
    kept = [each for each in free if each.startswith(HELICOPTER) == helicopter]
    return min(kept, key=lambda each: _far(place, each), default=None)


def _far(place: Mapping[str, object], vehicle: str) -> tuple[bool, int, str]:
    station = next((each for each in stations() if vehicle in each.vehicles), None)
    lat, lon = place.get("lat"), place.get("lon")
    here = station is not None and station.town == place.get("city")
    metres = 0
    if station is not None and isinstance(lat, float) and isinstance(lon, float):
        metres = round(distance(Point(lat=lat, lon=lon), Point(lat=station.lat, lon=station.lon)))
        here = True
    return not here, metres, vehicle
