"""Properties of the proposal, for any class, level and state of the fleet."""

import datetime as dt
from collections import Counter

import msgspec
from abs_contracts.messages.values import Classification, Location, Point
from abs_fire.contracts import Need, ProposalMade
from abs_fire.fleet import load_fleet
from abs_fire.nearest import Nearest
from abs_fire.proposal import Proposer
from abs_fire.state import Incident, State, Unit
from abs_fire.table import LEVELS, load_table
from abs_fire.vehicles import load_vehicles
from hypothesis import given
from hypothesis import strategies as st

TABLE = load_table()
VEHICLES = load_vehicles()
PROPOSER = Proposer(TABLE, VEHICLES, Nearest(load_fleet({})))
OPENED = dt.datetime(2026, 1, 1, 2, 42, 59, tzinfo=dt.UTC)
FLEET = [
    Unit(id=id_, call_sign=unit.call_sign, kind=unit.kind, station=unit.station)
    for id_, unit in load_fleet({}).units().items()
]
points = st.none() | st.builds(Point, lat=st.floats(51.9, 52.2), lon=st.floats(4.1, 4.6))
towns = st.sampled_from(["Zoetermeer", "Delft", "Wassenaar"])
places = st.builds(Location, municipality=towns, point=points)


@st.composite
def incidents(draw: st.DrawFn) -> Incident:
    """Of a class of the table, with characteristics that change something for it."""
    path = draw(st.sampled_from([row.path for row in TABLE.classes]))
    kind = Classification(table="1.0", **dict(zip(("mc1", "mc2", "mc3"), path, strict=False)))
    able = [c for c in TABLE.characteristics if c.path is None or path[: len(c.path)] == c.path]
    changes = draw(st.lists(st.sampled_from(able), max_size=3))
    return Incident(
        id="i-1",
        accepted=OPENED,
        classification=kind,
        characteristics={c.name or "": c.values or (str(c.least or 1),) for c in changes},
        location=draw(places),
    )


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


@given(incidents(), levels, fleets())
def test_it_proposes_only_free_units_and_each_once(
    incident: Incident, level: str, fleet: tuple[list[Unit], list[Unit]]
) -> None:
    assigned, free = fleet
    proposed = [
        unit.unit for unit in PROPOSER.propose(incident, level, assigned=assigned, free=free).units
    ]
    assert len(proposed) == len(set(proposed))
    assert set(proposed) <= {unit.id for unit in free}


@given(incidents(), levels, fleets())
def test_what_is_sent_and_what_is_short_is_all_that_is_wanted(
    incident: Incident, level: str, fleet: tuple[list[Unit], list[Unit]]
) -> None:
    """One vehicle may count for two kinds: it is the count of those that can that counts."""
    assigned, free = fleet
    made = PROPOSER.propose(incident, level, assigned=assigned, free=free)
    turnout = TABLE.turnout(incident.classification, level, incident.characteristics)
    assert turnout is not None
    kinds = Counter(unit.kind for unit in (*assigned, *made.units))
    short = counted(made.short)
    for kind, count in turnout.wanted.items():
        there = sum(kinds[each] for each in VEHICLES.filled_by(kind))
        assert there + short[kind] >= count
        assert not short[kind] or there + short[kind] == count
    for unit in made.units:
        assert unit.kind in VEHICLES.filled_by(unit.fills)


@given(incidents(), levels, fleets())
def test_no_vehicle_is_sent_that_could_stay(
    incident: Incident, level: str, fleet: tuple[list[Unit], list[Unit]]
) -> None:
    assigned, free = fleet
    made = PROPOSER.propose(incident, level, assigned=assigned, free=free)
    for spared in made.units:
        rest = [*assigned, *(u for u in free if u.id in sent(made) - {spared.unit})]
        again = PROPOSER.propose(incident, level, assigned=rest, free=[])
        assert total(again.short) > total(made.short), f"{spared.unit} was not needed"


def total(needs: tuple[Need, ...]) -> int:
    return sum(need.count for need in needs)


def sent(made: ProposalMade) -> set[str]:
    return {unit.unit for unit in made.units}


@given(incidents(), levels, fleets())
def test_it_is_short_only_of_what_no_free_unit_can_fill(
    incident: Incident, level: str, fleet: tuple[list[Unit], list[Unit]]
) -> None:
    assigned, free = fleet
    made = PROPOSER.propose(incident, level, assigned=assigned, free=free)
    left = {unit.id for unit in free} - {unit.unit for unit in made.units}
    kinds_left = {unit.kind for unit in free if unit.id in left}
    assert not any(kinds_left & set(VEHICLES.filled_by(need.kind)) for need in made.short)


@given(incidents(), levels, fleets(), st.randoms(use_true_random=False))
def test_the_order_in_which_units_are_known_does_not_matter(
    incident: Incident, level: str, fleet: tuple[list[Unit], list[Unit]], shuffler: object
) -> None:
    assigned, free = fleet
    shuffled = list(free)
    shuffler.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis gives a random.Random
    once = PROPOSER.propose(incident, level, assigned=assigned, free=free)
    assert once == PROPOSER.propose(incident, level, assigned=assigned, free=shuffled)


@given(incidents(), levels, fleets())
def test_after_sending_what_is_proposed_only_the_shortage_is_wanted(
    incident: Incident, level: str, fleet: tuple[list[Unit], list[Unit]]
) -> None:
    assigned, free = fleet
    first = PROPOSER.propose(incident, level, assigned=assigned, free=free)
    again = PROPOSER.propose(
        incident,
        level,
        assigned=[*assigned, *(unit for unit in free if unit.id in sent(first))],
        free=[unit for unit in free if unit.id not in sent(first)],
    )
    assert again.units == ()
    assert counted(again.wanted) == counted(first.short) == counted(again.short)


@given(incidents(), levels)
def test_no_free_unit_of_the_same_kind_is_nearer(incident: Incident, level: str) -> None:
    nearest = Nearest(load_fleet({}))
    made = PROPOSER.propose(incident, level, assigned=[], free=FLEET)
    known = {unit.id: unit for unit in FLEET}
    for each in made.units:
        rank = nearest.rank(known[each.unit], incident.location)
        left = (u for u in FLEET if u.kind == each.kind and u.id not in sent(made))
        assert all(rank <= nearest.rank(unit, incident.location) for unit in left)


def test_a_proposal_says_when_each_unit_can_be_there_and_with_how_many() -> None:
    here = Location(municipality="Zoetermeer", point=Point(lat=52.058, lon=4.494))
    fire_at = Incident(
        id="i-1",
        accepted=OPENED,
        classification=Classification(table="1.0", mc1="Brand", mc2="Gebouw"),
        location=here,
    )
    (first,) = PROPOSER.propose(fire_at, None, assigned=[], free=FLEET).units
    assert (first.unit, first.crew, first.seconds, first.metres) == ("fire-15-0431", 6, 90, 0)
    large = PROPOSER.propose(fire_at, "groot", assigned=[], free=FLEET)
    pumps = [unit for unit in large.units if unit.fills == "TS"]
    assert [unit.kind for unit in pumps] == ["TS-6", "TS-6", "TS-4"], "all of Zoetermeer first"
    nowhere = msgspec.structs.replace(fire_at, location=None)
    (blind,) = PROPOSER.propose(nowhere, None, assigned=[], free=FLEET).units
    assert (blind.seconds, blind.metres) == (None, None)


def at(*path: str, lat: float, lon: float) -> Incident:
    return Incident(
        id="i-1",
        accepted=OPENED,
        classification=Classification(
            table="1.0", **dict(zip(("mc1", "mc2", "mc3"), path, strict=False))
        ),
        location=Location(municipality="Zoetermeer", point=Point(lat=lat, lon=lon)),
    )


LEIDSCHENDAM = {"lat": 52.088, "lon": 4.394}


def test_of_one_station_the_vehicle_goes_that_is_meant_for_it() -> None:
    small = PROPOSER.propose(at("Brand", **LEIDSCHENDAM), None, assigned=[], free=FLEET)
    assert [unit.call_sign for unit in small.units] == ["15-0641"], "its TS-4"
    building = at("Brand", "Gebouw", **LEIDSCHENDAM)
    large = PROPOSER.propose(building, "middel", assigned=[], free=FLEET)
    assert [u.call_sign for u in large.units if u.fills == "TS"] == ["15-0631", "15-0641"]


def test_one_vehicle_counts_for_all_that_it_can_do() -> None:
    chimney = msgspec.structs.replace(
        at("Brand", "Gebouw", **LEIDSCHENDAM),
        characteristics={"Onderdeel gebouw": ("Schoorsteen",)},
    )
    made = PROPOSER.propose(chimney, "middel", assigned=[], free=FLEET)
    kinds = Counter(unit.kind for unit in made.units)
    assert kinds == {"TS-6": 1, "TS-4": 1, "RV": 1, "DV-OVD": 1}
    trapped = msgspec.structs.replace(
        at("Ongeval", "Wegvervoer", "Letsel", **LEIDSCHENDAM),
        characteristics={"Beknel/Bedel/Insluit": ("Ja",)},
    )
    made = PROPOSER.propose(trapped, None, assigned=[], free=FLEET)
    assert Counter(u.kind for u in made.units) == {"TS-6": 1, "HV": 1, "DV-OVD": 1}


def test_the_priority_is_the_partys_own_or_else_that_of_the_class() -> None:
    container = Classification(table="1.0", mc1="Brand", mc2="Buiten", mc3="Container")
    fire_at = Incident(id="i-1", accepted=OPENED, classification=container)
    assert PROPOSER.propose(fire_at, None, assigned=[], free=[]).priority == "2"
    own = msgspec.structs.replace(fire_at, priority="1")
    assert PROPOSER.propose(own, None, assigned=[], free=[]).priority == "1"
    bare = msgspec.structs.replace(fire_at, classification=None)
    assert PROPOSER.propose(bare, None, assigned=[], free=[]).priority is None


def test_a_unit_with_a_free_status_on_another_incident_is_not_free() -> None:
    unit = FLEET[0]
    state = State(
        units={unit.id: unit},
        incidents={"i-9": Incident(id="i-9", accepted=OPENED, units=(unit.id,))},
    )
    assert state.free() == []
    assert msgspec.structs.replace(state, incidents={}).free() == [unit]
