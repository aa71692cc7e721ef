"""Properties of the proposal, for any class, level and state of the fleet."""

from collections import Counter

import msgspec
from abs_contracts.messages.values import Classification, Location
from abs_fire.contracts import ProposalMade
from abs_fire.fleet import load_fleet
from abs_fire.proposal import propose
from abs_fire.state import Incident, State, Unit
from abs_fire.table import LEVELS, load_table
from hypothesis import given
from hypothesis import strategies as st

TABLE = load_table()
FLEET = [
    Unit(id=id_, call_sign=unit.call_sign, kind=unit.kind, station=unit.station)
    for id_, unit in load_fleet({}).units().items()
]
classes = st.sampled_from([row.path for row in TABLE.classes]).map(
    lambda path: Classification(table="1.0", **dict(zip(("mc1", "mc2", "mc3"), path, strict=False)))
)
places = st.sampled_from(["Zoetermeer", "Delft", "Wassenaar"]).map(
    lambda place: Location(municipality=place)
)
incidents = st.builds(Incident, id=st.just("i-1"), classification=classes, location=places)
levels = st.sampled_from(LEVELS)


@st.composite
def fleets(draw: st.DrawFn) -> tuple[list[Unit], list[Unit]]:
    """Units on the incident and free units, apart."""
    where = draw(st.lists(st.sampled_from("afb"), min_size=len(FLEET), max_size=len(FLEET)))
    there = [unit for unit, w in zip(FLEET, where, strict=True) if w == "a"]
    return there, [unit for unit, w in zip(FLEET, where, strict=True) if w == "f"]


def counted(needs: object) -> Counter[str]:
    return Counter({need.kind: need.count for need in needs})  # type: ignore[attr-defined]  # any row of Needs


def shape(proposal: ProposalMade) -> list[tuple[str, str]]:
    return [(unit.unit, unit.fills) for unit in proposal.units]


@given(incidents, levels, fleets())
def test_it_proposes_only_free_units_and_each_once(
    incident: Incident, level: str, fleet: tuple[list[Unit], list[Unit]]
) -> None:
    assigned, free = fleet
    proposed = [
        unit.unit for unit in propose(TABLE, incident, level, assigned=assigned, free=free).units
    ]
    assert len(proposed) == len(set(proposed))
    assert set(proposed) <= {unit.id for unit in free}


@given(incidents, levels, fleets())
def test_wanted_less_the_units_is_short(
    incident: Incident, level: str, fleet: tuple[list[Unit], list[Unit]]
) -> None:
    assigned, free = fleet
    made = propose(TABLE, incident, level, assigned=assigned, free=free)
    by_kind = Counter(unit.fills for unit in made.units)
    assert counted(made.wanted) - by_kind == counted(made.short)
    assert by_kind <= counted(made.wanted)
    for unit in made.units:
        assert unit.kind in TABLE.filled_by(unit.fills)


@given(incidents, levels, fleets())
def test_it_is_short_only_of_what_no_free_unit_can_fill(
    incident: Incident, level: str, fleet: tuple[list[Unit], list[Unit]]
) -> None:
    assigned, free = fleet
    made = propose(TABLE, incident, level, assigned=assigned, free=free)
    left = {unit.id for unit in free} - {unit.unit for unit in made.units}
    kinds_left = {unit.kind for unit in free if unit.id in left}
    assert not any(kinds_left & set(TABLE.filled_by(need.kind)) for need in made.short)


@given(incidents, levels, fleets(), st.randoms(use_true_random=False))
def test_the_order_in_which_units_are_known_does_not_matter(
    incident: Incident, level: str, fleet: tuple[list[Unit], list[Unit]], shuffler: object
) -> None:
    assigned, free = fleet
    shuffled = list(free)
    shuffler.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis gives a random.Random
    once = propose(TABLE, incident, level, assigned=assigned, free=free)
    assert once == propose(TABLE, incident, level, assigned=assigned, free=shuffled)


@given(incidents, levels, fleets())
def test_after_sending_what_is_proposed_only_the_shortage_is_wanted(
    incident: Incident, level: str, fleet: tuple[list[Unit], list[Unit]]
) -> None:
    assigned, free = fleet
    first = propose(TABLE, incident, level, assigned=assigned, free=free)
    sent = {unit.unit for unit in first.units}
    again = propose(
        TABLE,
        incident,
        level,
        assigned=[*assigned, *(unit for unit in free if unit.id in sent)],
        free=[unit for unit in free if unit.id not in sent],
    )
    assert again.units == ()
    assert counted(again.wanted) == counted(first.short) == counted(again.short)


@given(incidents, levels)
def test_units_of_the_own_place_go_first(incident: Incident, level: str) -> None:
    assert incident.location is not None
    here = incident.location.municipality
    made = propose(TABLE, incident, level, assigned=[], free=FLEET)
    for unit in made.units:
        if unit.station != here:
            near = {u.id for u in FLEET if u.kind == unit.kind and u.station == here}
            assert near <= {u.unit for u in made.units}


def test_a_unit_with_a_free_status_on_another_incident_is_not_free() -> None:
    unit = FLEET[0]
    state = State(units={unit.id: unit}, incidents={"i-9": Incident(id="i-9", units=(unit.id,))})
    assert state.free() == []
    assert msgspec.structs.replace(state, incidents={}).free() == [unit]
