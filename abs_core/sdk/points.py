"""How far two points are apart, for blocks that propose what is nearest."""

import math

from abs_contracts.messages.values import Point

EARTH = 6_371_000.0
"""Mean radius in metres."""


def distance(one: Point, other: Point) -> float:
    """Metres over the surface of a sphere (haversine): as the crow flies, and no route."""
    lat_one, lat_other = math.radians(one.lat), math.radians(other.lat)
    half_lat = (lat_other - lat_one) / 2
    half_lon = math.radians(other.lon - one.lon) / 2
    half = math.sin(half_lat) ** 2
    half += math.cos(lat_one) * math.cos(lat_other) * math.sin(half_lon) ** 2
    return 2 * EARTH * math.asin(min(1.0, math.sqrt(half)))
