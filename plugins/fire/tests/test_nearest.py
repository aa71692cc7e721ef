"""Nearness in time: the way over the sphere, and the crew that has to come first."""

import pytest
from abs_contracts.messages.values import Location, Point
from abs_fire.contracts import Status
from abs_fire.fleet import Crew, Driving, Fleet, Station, TurnOut
from abs_fire.nearest import FAR, Nearest
from abs_fire.state import Unit

HERE = Point(lat=52.0, lon=4.0)
CAREER = Station(
    name="'s-Gravenhage",
    also=("Den Haag",),
    municipality="'s-Gravenhage",
    post="01",
    point=HERE,
    vehicles={},
)
VOLUNTEER = Station(
    name="Dorp",
    municipality="Streek",
    post="02",
    point=Point(lat=52.02, lon=4.0),
    crew=Crew.VOLUNTEER,
    vehicles={},
)
BLANK = Station(name="Elders", post="03", vehicles={})
NEAREST = Nearest(
    Fleet(
        region="15",
        stations=(CAREER, VOLUNTEER, BLANK),
        turn_out=TurnOut(career=90, volunteer=240),
        driving=Driving(detour=1.0, speed=36.0),
    )
)


def unit(station: str | None, status: Status | None = None) -> Unit:
    return Unit(id="u", call_sign="15-0131", kind="TS-6", station=station, status=status)


def place(**more: object) -> Location:
    return Location(**{"municipality": "Streek", **more})  # type: ignore[arg-type]  # fields by name


def test_an_arrival_is_the_crews_turn_out_and_the_way() -> None:
    found = NEAREST.arrival(unit("Dorp"), place(point=HERE))
    assert found is not None
    assert (found.turn_out, found.travel, found.distance) == (240, 222, 2224)
    assert found.seconds == 462


def test_a_crew_that_is_out_with_its_vehicle_needs_no_turn_out() -> None:
    found = NEAREST.arrival(unit("Dorp", Status.BS), place(point=HERE))
    assert found is not None
    assert found.turn_out == 0


@pytest.mark.parametrize(
    ("station", "location"),
    [("Dorp", None), ("Dorp", place()), ("Elders", place(point=HERE)), (None, place(point=HERE))],
)
def test_without_both_points_nothing_is_said_of_times(
    station: str | None, location: Location | None
) -> None:
    assert NEAREST.arrival(unit(station), location) is None


def test_a_farther_station_goes_first_when_its_crew_is_out_sooner() -> None:
    at = place(point=Point(lat=52.012, lon=4.0))
    assert NEAREST.rank(unit("'s-Gravenhage"), at) < NEAREST.rank(unit("Dorp"), at)
    at_the_door = place(point=VOLUNTEER.point)
    assert NEAREST.rank(unit("Dorp"), at_the_door) < NEAREST.rank(
        unit("'s-Gravenhage"), at_the_door
    )


@pytest.mark.parametrize(
    ("station", "location", "apart"),
    [
        ("Dorp", place(place="Dorp"), 0),
        ("Dorp", place(), 1),
        ("'s-Gravenhage", place(municipality="\u2019S-GRAVENHAGE", place="den haag"), 0),
        ("'s-Gravenhage", place(municipality="\u2019s-Gravenhage"), 1),
        ("'s-Gravenhage", place(), 2),
        ("Elders", place(municipality="Elders"), 1),
        ("Nergens", place(municipality="Nergens"), 1),
        (None, place(), 2),
        ("Dorp", None, 2),
    ],
)
def test_without_a_point_the_same_place_is_nearer_than_the_same_municipality(
    station: str | None, location: Location | None, apart: int
) -> None:
    assert NEAREST.rank(unit(station), location) == (FAR, apart)


def test_what_can_be_estimated_goes_before_what_cannot() -> None:
    at = place(municipality="Elders", point=HERE)
    assert NEAREST.rank(unit("Dorp"), at) < NEAREST.rank(unit("Elders"), at)
