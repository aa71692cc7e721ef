"""Distances on a sphere, against arcs whose length is known."""

import math

import pytest
from abs_contracts.messages.values import Point
from hypothesis import given
from hypothesis import strategies as st

from abs_core.sdk import distance

DEGREE = 2 * math.pi * 6_371_000 / 360
ARCS = [
    ("nowhere", (52.0, 4.0), (52.0, 4.0), 0.0),
    ("a degree of latitude", (52.0, 4.0), (53.0, 4.0), DEGREE),
    ("a degree of longitude on the equator", (0.0, 4.0), (0.0, 5.0), DEGREE),
    ("over the date line", (0.0, 179.5), (0.0, -179.5), DEGREE),
    ("over the pole", (80.0, 0.0), (80.0, 180.0), 20 * DEGREE),
    ("half around", (0.0, 0.0), (0.0, 180.0), 180 * DEGREE),
]
points = st.builds(Point, lat=st.floats(-90, 90), lon=st.floats(-180, 180))


@pytest.mark.parametrize(
    ("one", "other", "metres"), [arc[1:] for arc in ARCS], ids=[arc[0] for arc in ARCS]
)
def test_an_arc_of_known_length(
    one: tuple[float, float], other: tuple[float, float], metres: float
) -> None:
    found = distance(Point(lat=one[0], lon=one[1]), Point(lat=other[0], lon=other[1]))
    assert found == pytest.approx(metres, rel=1e-9, abs=1e-6)


@given(points, points)
def test_it_is_the_same_both_ways_and_never_beyond_half_around(one: Point, other: Point) -> None:
    assert 0 <= distance(one, other) <= 180 * DEGREE * (1 + 1e-12)
    assert distance(one, other) == pytest.approx(distance(other, one))
