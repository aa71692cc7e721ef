"""Properties of the proposal, for any priority, class, code and state of the fleet."""

from collections import Counter

from abs_ambulance.desk import ProposalMade
from abs_ambulance.fleet import load_fleet
from abs_ambulance.incident import Incident, Standing
from abs_ambulance.proposal import Means, nearest, propose
from abs_ambulance.state import Unit
from abs_ambulance.table import load_table
from abs_ambulance.values import Need, Priority
from abs_contracts.messages.values import Classification, Location, Point
from hypothesis import given
from hypothesis import strategies as st

from abs_core.sdk import distance

from .dialogue import DELFT, START

TABLE = load_table()
FLEET_FILE = load_fleet({})
MEANS = Means(TABLE, FLEET_FILE.places())
FLEET = [
    Unit(id=id_, call_sign=unit.call_sign, kind=unit.kind, station=unit.station)
    for id_, unit in FLEET_FILE.units().items()
]
points = st.builds(
    Point,
    lat=st.floats(51.9, 52.2, allow_nan=False),
    lon=st.floats(4.1, 4.6, allow_nan=False),
)
classes = st.sampled_from(
    [
        Classification(table="1.0", mc1="Gezondheid", mc2="Reanimatie"),
        Classification(table="1.0", mc1="Ongeval", mc2="Water", mc3="Persoon te water"),
    ]
)
incidents = st.builds(
    Incident,
    id=st.just("i-1"),
    opened=st.just(START),
    classification=classes | st.none(),
    location=st.builds(
        Location, municipality=st.sampled_from(["Delft", "Wassenaar"]), point=points | st.none()
    )
    | st.none(),
    priorities=st.sampled_from(Priority).map(lambda p: (Standing(START, p),)) | st.just(()),
)
codes = st.sampled_from([None, "code-5", "code-10", "code-20"])
fleets = st.lists(st.sampled_from("afb"), min_size=len(FLEET), max_size=len(FLEET)).map(
    lambda where: (
        [unit for unit, w in zip(FLEET, where, strict=True) if w == "a"],
        [unit for unit, w in zip(FLEET, where, strict=True) if w == "f"],
    )
)
Fleets = tuple[list[Unit], list[Unit]]


def made(incident: Incident, code: str | None, fleet: Fleets) -> ProposalMade:
    assigned, free = fleet
    return propose(MEANS, incident, code, assigned=assigned, free=free)


def away(point: Point, station: str | None) -> int:
    return round(distance(point, MEANS.places[station or ""]))


def counted(needs: tuple[Need, ...]) -> Counter[str]:
    return Counter({need.kind: need.count for need in needs})


@given(incidents, codes, fleets)
def test_it_proposes_only_free_units_and_each_once(
    incident: Incident, code: str | None, fleet: Fleets
) -> None:
    proposed = [unit.unit for unit in made(incident, code, fleet).units]
    assert len(proposed) == len(set(proposed))
    assert set(proposed) <= {unit.id for unit in fleet[1]}


@given(incidents, codes, fleets)
def test_wanted_less_the_units_is_short(
    incident: Incident, code: str | None, fleet: Fleets
) -> None:
    proposal = made(incident, code, fleet)
    by_kind = Counter(unit.fills for unit in proposal.units)
    assert counted(proposal.wanted) - by_kind == counted(proposal.short)
    assert by_kind <= counted(proposal.wanted)
    for unit in proposal.units:
        assert unit.kind in TABLE.filled_by(unit.fills)


@given(incidents, codes, fleets)
def test_it_is_short_only_of_what_no_free_unit_can_fill(
    incident: Incident, code: str | None, fleet: Fleets
) -> None:
    proposal = made(incident, code, fleet)
    taken = {unit.unit for unit in proposal.units}
    left = {unit.kind for unit in fleet[1] if unit.id not in taken}
    assert not any(left & set(TABLE.filled_by(need.kind)) for need in proposal.short)


@given(incidents, codes, fleets, st.randoms(use_true_random=False))
def test_the_order_in_which_units_are_known_does_not_matter(
    incident: Incident, code: str | None, fleet: Fleets, shuffler: object
) -> None:
    shuffled = list(fleet[1])
    shuffler.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis gives a random.Random
    assert made(incident, code, fleet) == made(incident, code, (fleet[0], shuffled))


@given(incidents, codes, fleets)
def test_after_sending_what_is_proposed_only_the_shortage_is_wanted(
    incident: Incident, code: str | None, fleet: Fleets
) -> None:
    first = made(incident, code, fleet)
    sent = {unit.unit for unit in first.units}
    assigned, free = fleet
    again = made(
        incident,
        code,
        (
            [*assigned, *(unit for unit in free if unit.id in sent)],
            [unit for unit in free if unit.id not in sent],
        ),
    )
    assert again.units == ()
    assert counted(again.wanted) == counted(first.short)


@given(incidents, fleets)
def test_no_free_unit_of_the_same_kind_is_nearer_than_one_that_is_proposed(
    incident: Incident, fleet: Fleets
) -> None:
    proposal = made(incident, None, fleet)
    point = incident.location.point if incident.location else None
    if point is None:
        assert all(unit.metres is None for unit in proposal.units)
        return
    taken = {unit.unit for unit in proposal.units}
    for unit in proposal.units:
        assert unit.metres == away(point, unit.station)
        others = [u for u in fleet[1] if u.kind == unit.kind and u.id not in taken]
        assert all(away(point, u.station) >= unit.metres for u in others)


def test_without_a_point_units_of_the_place_go_first() -> None:
    incident = Incident(id="i-1", opened=START, location=Location(municipality="Wassenaar"))
    assert nearest(MEANS.places, incident, FLEET)[0].station == "Wassenaar"
    nowhere = Incident(id="i-1", opened=START)
    assert next(u.id for u in nearest(MEANS.places, nowhere, FLEET)) == "ambulance-15101"


def test_a_unit_without_a_known_station_goes_last() -> None:
    stray = Unit(id="ambulance-15199", call_sign="15199", kind="Ambu", station="elsewhere")
    incident = Incident(
        id="i-1", opened=START, location=Location(municipality="Delft", point=DELFT)
    )
    assert nearest(MEANS.places, incident, [stray, *FLEET])[-1] is stray
