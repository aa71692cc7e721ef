"""Where an errand is done: outside where operators have a word for it, else said why not."""

from collections.abc import Mapping

import pytest
from abs_ambulance_bridge.outside.fleet import nearest, stations, unit_of, vehicle_of
from abs_ambulance_bridge.outside.operators import WORK
from abs_ambulance_bridge.outside.ways import RULES, event_of, ways

from abs_core.sdk import Errand, Way, Where

PLACE = {"municipality": "Delft", "street": "Markt", "number": "1"}
ILL = {"table": "1.0", "mc1": "Gezondheid", "mc2": "Onwel/Ziekte"}
CALL = {"call": "$id", "source": "112", "received": "$now"}


def errand(
    kind: str,
    data: Mapping[str, object] | None = None,
    *,
    about: str | None = "fall",
    is_placed: bool = True,
    expects: str | None = None,
) -> Errand:
    return Errand(
        type=kind,
        is_command=not kind.startswith("ambulance."),
        about=about,
        is_placed=is_placed,
        data=data or {},
        expects=expects,
    )


def way(kind: str, data: Mapping[str, object] | None = None, **more: object) -> Way:
    return ways([errand(kind, data, **more)], ["fire"])[0]  # type: ignore[arg-type]  # as they are


OPEN = errand("incident.open", {"source": "112"}, is_placed=False)
LOCATE = errand("incident.locate", {"location": PLACE})
ADD_CALL = errand("incident.add_call", CALL, is_placed=False)


def where(*errands: Errand) -> str:
    """The first letter of each way: outside, room or nowhere."""
    return "".join(each.where[0] for each in ways(errands, ["fire"]))


# -- calls ---------------------------------------------------------------------------------


def test_a_call_is_taken_outside_once_its_place_is_said() -> None:
    classify = errand("incident.classify", {"classification": ILL})
    assert where(OPEN, ADD_CALL, LOCATE, classify) == "oooo"
    assert where(OPEN, LOCATE, ADD_CALL, classify) == "oooo"


def test_a_call_without_a_place_is_taken_in_the_room_with_all_that_follows() -> None:
    link = errand("incident.link", {"to": "$other", "kind": "double"})
    close = errand("incident.close_for_party")
    assert where(OPEN, ADD_CALL, link, close) == "rrrr"
    assert where(OPEN, errand("ambulance.dispatch", {"units": []})) == "rn"


@pytest.mark.parametrize(
    "location",
    [{"municipality": "Delft"}, {**PLACE, "road": "A13 Re 8,0"}, {"street": "Markt"}, None, "x"],
)
def test_a_place_that_it_cannot_hold_keeps_the_call_in_the_room(location: object) -> None:
    assert where(OPEN, errand("incident.locate", {"location": location})) == "rr"


def test_a_case_outside_has_one_call() -> None:
    assert where(OPEN, ADD_CALL, LOCATE, ADD_CALL) == "ooor"


def test_a_signal_of_somebody_else_is_no_call_of_theirs() -> None:
    assert where(errand("incident.open", {"source": "partner"}), LOCATE) == "rr"


def test_all_that_is_known_at_the_opening_is_enough() -> None:
    assert where(errand("incident.open", {"source": "112", "location": PLACE})) == "o"


def test_of_an_incident_whose_place_nobody_said_nothing_is_known_outside() -> None:
    said = way("incident.close_for_party", is_placed=False)
    assert (said.where, "place" in said.why) == (Where.ROOM, True)
    assert way("ambulance.stand_down", is_placed=False).where is Where.NOWHERE


# -- by their data ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "data", "expected"),
    [
        ("incident.locate", {"location": PLACE}, Where.OUTSIDE),
        ("incident.locate", {"location": {**PLACE, "access": "back"}}, Where.ROOM),
        ("incident.classify", {"classification": ILL}, Where.OUTSIDE),
        ("incident.classify", {"classification": ILL, "call_parties": True}, Where.ROOM),
        ("incident.classify", {"classification": {"mc1": "Brand"}}, Where.ROOM),
        ("incident.prioritise", {"priority": "A1"}, Where.OUTSIDE),
        ("incident.prioritise", {"priority": "1"}, Where.ROOM),
        ("incident.add_note", {"text": "x", "audience": "all"}, Where.OUTSIDE),
        ("incident.add_note", {"text": "x", "audience": "own"}, Where.OUTSIDE),
        ("incident.add_note", {"text": "x", "audience": "named", "named": ["f"]}, Where.ROOM),
        ("incident.add_note", {"text": "a\n -brand", "audience": "all"}, Where.ROOM),
        ("incident.attach_party", {"party": "fire"}, Where.OUTSIDE),
        ("incident.attach_party", {"party": "police"}, Where.ROOM),
        ("incident.assign_unit", {"unit": "ambulance-15131"}, Where.OUTSIDE),
        ("incident.assign_unit", {"unit": "boat"}, Where.ROOM),
        ("incident.close", {}, Where.ROOM),
        ("ambulance.dispatch", {"units": ["ambulance-15131"]}, Where.OUTSIDE),
        ("ambulance.accesses", {}, Where.NOWHERE),
        ("ambulance.unheard_of", {}, Where.NOWHERE),
    ],
)
def test_where(kind: str, data: Mapping[str, object], expected: Where) -> None:
    said = way(kind, data)
    assert said.where is expected
    assert bool(said.why) is (expected is not Where.OUTSIDE)


@pytest.mark.parametrize(("status", "expected"), [("tp", Where.OUTSIDE), ("ov", Where.ROOM)])
def test_a_status_by_hand(status: str, expected: Where) -> None:
    said = way("unit.report_status", {"status": status}, about="ambulance-15131", is_placed=False)
    assert said.where is expected


def test_what_is_tried_on_purpose_is_tried_here() -> None:
    assert way("incident.prioritise", {"priority": "A1"}, expects="X-001").where is Where.ROOM
    assert way("ambulance.dispatch", expects="AMBU-002").where is Where.NOWHERE


def test_what_everybody_must_hear_is_said_in_the_room() -> None:
    count = way("ambulance.count_casualties", {"t1": 1, "t3": 2})
    assert [data["values"] for _, data in count.commands] == [["1"], ["2"]]
    ((command, data),) = way("ambulance.scale_up", {"code": "code-5"}).commands
    assert command == "incident.change_escalation"
    assert data == {"escalation": {"scale": "ops-ambu", "level": "code-5"}}
    ((command, data),) = way("ambulance.warn_infection", {"protection": ["mask"]}).commands
    assert (command, data["advice"]) == ("incident.state_safety", "Protect yourself: mask")


def test_whatever_is_done_outside_somebody_knows_how() -> None:
    """What a rule may send outside, operators have a way for, and the other way round."""
    elsewhere = {kind for kind, rule in RULES.items() if isinstance(rule, Way) and rule.why}
    in_the_room = {"ambulance.count_casualties", "ambulance.warn_infection", "ambulance.scale_up"}
    assert set(RULES) - elsewhere - in_the_room == set(WORK)


# -- words of both sides ------------------------------------------------------------------------


def test_a_class_goes_outside_when_its_code_comes_back_as_the_same_class() -> None:
    event = event_of(ILL)
    assert event == {"code": "C02.00.00", "label": "Gezondheid / Onwel/Ziekte"}
    assert event_of({"mc1": "Gezondheid", "mc2": "Reanimatie"}) is None


@pytest.mark.parametrize(
    ("unit", "vehicle"),
    [("ambulance-15131", "15-131"), ("ambulance-lifeliner-2", "Lifeliner-2")],
)
def test_a_vehicle_has_a_name_on_either_side(unit: str, vehicle: str) -> None:
    assert (vehicle_of(unit), unit_of(vehicle)) == (vehicle, unit)


@pytest.mark.parametrize("unit", ["fire-15-0431", "ambulance-1", "ambulance-15131-b", ""])
def test_nothing_else_has_one(unit: str) -> None:
    assert vehicle_of(unit) is None


def test_the_nearest_vehicle_is_chosen() -> None:
    free = [vehicle for station in stations() for vehicle in station.vehicles]
    zoetermeer = {"city": "Rijswijk", "lat": 52.06, "lon": 4.49}
    assert nearest(zoetermeer, free) == "15-131"
    assert nearest({"city": "Delft"}, free) == "15-121"
    assert nearest({"city": "Delft"}, ["15-101"]) == "15-101"
    assert nearest(zoetermeer, free, helicopter=True) == "Lifeliner-2"
    assert nearest({"city": "Delft"}, []) is None
