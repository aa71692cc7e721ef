"""Properties of the proposal, for any class, place and state of the fleet."""

import datetime as dt
from collections import Counter

from abs_contracts.codelists import CHARACTERISTICS, LMC, PRIORITIES, STATUSES
from abs_contracts.messages.values import Classification, Location, Point
from abs_police.files import table
from abs_police.fleet import load_fleet
from abs_police.incidents import Incident
from abs_police.messages.desk import ProposalMade
from abs_police.messages.radio import Status
from abs_police.norms import MINUTES
from abs_police.proposal import Table, kilometres, propose
from abs_police.release import PLATE
from abs_police.state import FREE, SPEAKS, State, Unit
from hypothesis import given
from hypothesis import strategies as st

AT = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
TABLE = table("proposals", Table, {}, "proposals.toml")
FLEET = load_fleet("dh", {})
UNITS = [
    Unit(id=id_, call_sign=unit.call_sign, kind=unit.kind, team=unit.station)
    for id_, unit in FLEET.units().items()
]
points = st.builds(Point, lat=st.floats(51.9, 52.3), lon=st.floats(4.1, 4.8))
places = st.builds(
    Location,
    municipality=st.sampled_from(["Zoetermeer", "Delft", "Elders"]),
    point=st.none() | points,
)
classes = st.sampled_from([row.path for row in TABLE.classes]).map(
    lambda path: Classification(table="1.0", **dict(zip(("mc1", "mc2", "mc3"), path, strict=False)))
)
incidents = st.builds(
    Incident,
    id=st.just("i-1"),
    started=st.just(AT),
    lead=st.just("police"),
    classification=st.none() | classes,
    location=st.none() | places,
    priority=st.none() | st.sampled_from("12345"),
)
free = st.lists(st.sampled_from(UNITS), unique_by=lambda unit: unit.id)


def counted(needs: object) -> Counter[str]:
    return Counter({need.kind: need.count for need in needs})  # type: ignore[attr-defined]  # any row of Needs


@given(incidents, free)
def test_wanted_less_the_units_is_short_and_no_unit_is_proposed_twice(
    incident: Incident, units: list[Unit]
) -> None:
    made = propose(TABLE, FLEET, incident, units)
    chosen = [unit.unit for unit in made.units]
    assert len(set(chosen)) == len(chosen)
    assert set(chosen) <= {unit.id for unit in units}
    by_kind = Counter(unit.kind for unit in made.units)
    assert counted(made.wanted) - by_kind == counted(made.short)
    assert by_kind <= counted(made.wanted)


@given(incidents, free)
def test_no_free_unit_of_the_kind_is_nearer_than_one_that_is_proposed(
    incident: Incident, units: list[Unit]
) -> None:
    made = propose(TABLE, FLEET, incident, units)
    place = incident.location
    there = place and (place.point or FLEET.place(place.municipality))
    for unit in made.units:
        left = [
            u for u in units if u.kind == unit.kind and u.id not in {m.unit for m in made.units}
        ]
        nearer = [kilometres(there or None, FLEET.home(u.team)) for u in left]
        assert unit.km is None or all(km is not None and km >= unit.km for km in nearer)


@given(incidents, free, st.randoms(use_true_random=False))
def test_the_order_in_which_units_are_known_does_not_matter(
    incident: Incident, units: list[Unit], shuffler: object
) -> None:
    shuffled = list(units)
    shuffler.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis gives a random.Random
    assert propose(TABLE, FLEET, incident, units) == propose(TABLE, FLEET, incident, shuffled)


def made_for(
    *path: str, priority: str | None = None, units: dict[str, str] | None = None
) -> ProposalMade:
    mc1, mc2, mc3 = (*path, None, None, None)[:3]
    c = Classification(table="1.0", mc1=mc1, mc2=mc2, mc3=mc3) if mc1 else None
    incident = Incident(
        id="i-1", started=AT, lead="police", classification=c, priority=priority, units=units or {}
    )
    return propose(TABLE, FLEET, incident, UNITS)


def test_the_class_decides_or_otherwise_the_priority_and_that_may_be_the_classes_own() -> None:
    robbery = ("Bezitsaantasting", "Overval")
    assert counted(made_for(*robbery, "Woning").wanted) == {"NH": 3, "HOND": 1}
    noise = ("Leefmilieu", "Overlast van/door", "Geluid")
    assert (made_for(*noise).priority, counted(made_for(*noise).wanted)) == ("3", {"NH": 1})
    assert counted(made_for(*noise, priority="1").wanted) == {"NH": 2}
    assert counted(made_for(priority="2").wanted) == {"NH": 1}


def test_what_is_assigned_is_not_wanted_again_and_nothing_laid_down_is_said() -> None:
    made = made_for("Bezitsaantasting", "Overval", units={"a": "NH", "b": "NH"})
    assert counted(made.wanted) == {"NH": 1, "HOND": 1}
    assert "2 assigned already" in made.why
    for nothing in (made_for(), made_for("Dienstverlening", "Politie", "Oefening")):
        assert nothing.wanted == ()
        assert "choose units yourself" in nothing.why


def test_the_last_position_of_a_unit_counts_before_its_teams_place() -> None:
    near = Point(lat=52.30, lon=4.80)
    units = [
        *UNITS,
        Unit(id="x", call_sign="ZZ 99.99", kind="NH", team="Gouda", point=near),
    ]
    incident = Incident(
        id="i-1",
        started=AT,
        lead="police",
        priority="2",
        location=Location(municipality="Elders", point=near),
    )
    (first,) = propose(TABLE, FLEET, incident, units).units
    assert (first.unit, first.km) == ("x", 0.0)


def test_a_distance_is_that_over_the_ground() -> None:
    hague, gouda = FLEET.place("'s-Gravenhage"), FLEET.place("Gouda")
    km = kilometres(hague, gouda)
    assert km is not None
    assert 27 < km < 30  # about 28 km on a map
    assert kilometres(hague, None) is None


def test_a_unit_on_another_incident_is_not_free() -> None:
    unit = UNITS[0]
    busy = Incident(id="i-9", started=AT, lead="police", units={unit.id: unit.kind})
    state = State(units={unit.id: unit}, incidents={"i-9": busy})
    assert state.free() == []


def test_every_class_priority_status_and_kind_exists_in_the_lists() -> None:
    assert [row.path for row in TABLE.classes if not LMC.has(*row.path)] == []
    assert {*TABLE.priorities, *MINUTES} <= {each.code for each in PRIORITIES.of("police")}
    wanted = {kind for row in TABLE.classes for kind in row.wanted}
    assert wanted <= {unit.kind for unit in UNITS}
    statuses = {each.code: each.free for each in STATUSES.of("police")}
    assert set(statuses) == {str(status) for status in Status}
    assert {s for s, free in statuses.items() if free == "yes"} == set(FREE)
    assert {s for s, free in statuses.items() if free == "unchanged"} == set(SPEAKS)
    plate = CHARACTERISTICS.get(PLATE)
    assert plate is not None
    assert plate.owner is None
