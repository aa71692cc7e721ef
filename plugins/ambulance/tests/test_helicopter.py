"""The trauma helicopter: requested, in the air, landed, called off."""

import datetime as dt

import pytest
from abs_ambulance import desk
from abs_ambulance.desk import Stage
from abs_ambulance.values import Need
from abs_contracts.messages import incident as inc
from abs_contracts.messages.values import Point
from abs_contracts.refusal import Refused

from .dialogue import Dialogue, commands, kept, response

ONE, TWO = "ambulance-lifeliner-1", "ambulance-lifeliner-2"
AMSTERDAM = Point(lat=52.37, lon=4.89)


def stages(mka: Dialogue, incident: str = "i-1") -> list[tuple[str, Stage]]:
    told = mka.ask(desk.Flights(incident=incident), desk.FlightsTold)
    return [(flight.call_sign, flight.stage) for flight in told.flights]


def test_the_nearest_free_helicopter_is_sent(mka: Dialogue) -> None:
    mka.opened("i-1")
    effects = mka.request(desk.RequestHelicopter(incident="i-1"))
    assert commands(effects) == [inc.AssignUnit(unit=TWO)]
    assert response(effects) == desk.Dispatched(incident="i-1", units=(TWO,))
    assert kept(effects, desk.Decided).proposed == (TWO,)
    mka.assigned("i-1", TWO)
    assert commands(mka.request(desk.RequestHelicopter(incident="i-1"))) == [
        inc.AssignUnit(unit=ONE)
    ]


def test_nearest_is_from_where_the_incident_is(mka: Dialogue) -> None:
    mka.opened("i-1", point=AMSTERDAM)
    effects = mka.request(desk.RequestHelicopter(incident="i-1"))
    assert commands(effects) == [inc.AssignUnit(unit=ONE)]


def test_the_desk_may_name_another(mka: Dialogue) -> None:
    mka.opened("i-1")
    effects = mka.request(desk.RequestHelicopter(incident="i-1", unit=ONE))
    assert commands(effects) == [inc.AssignUnit(unit=ONE)]


def test_a_flight_from_request_to_end(mka: Dialogue) -> None:
    mka.opened("i-1")
    assert stages(mka) == []
    mka.assigned("i-1", TWO)
    assert stages(mka) == [("Lifeliner 2", Stage.REQUESTED)]
    for status, stage in (
        ("vt", Stage.AIRBORNE),
        ("tp", Stage.LANDED),
        ("spraak", Stage.LANDED),
        ("vp", Stage.TRANSPORTING),
    ):
        mka.status(TWO, status, incident="i-1")
        assert stages(mka) == [("Lifeliner 2", stage)]
    mka.released("i-1", TWO)
    assert stages(mka) == [("Lifeliner 2", Stage.ENDED)]


def test_one_that_was_requested_a_moment_ago_can_be_called_off(mka: Dialogue) -> None:
    mka.opened("i-1")
    mka.request(desk.RequestHelicopter(incident="i-1"))
    effects = mka.request(desk.CancelHelicopter(incident="i-1"))
    assert commands(effects) == [inc.ReleaseUnit(unit=TWO, reason="cancelled")]


def test_a_flight_is_since_the_earliest_report_of_its_stage(mka: Dialogue) -> None:
    mka.opened("i-1")
    mka.assigned("i-1", TWO)
    first = mka.now
    for late in (0, 60, 30):
        since = first + dt.timedelta(seconds=late)
        mka.status(TWO, "vt", incident="i-1", since=since)
    (flight,) = mka.ask(desk.Flights(incident="i-1"), desk.FlightsTold).flights
    assert flight.since == first


def test_an_earlier_flight_stays_as_it_ended(
    mka: Dialogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    mka.opened("i-1")
    for _ in range(2):
        mka.assigned("i-1", TWO)
        mka.released("i-1", TWO)
    first, second = mka.ask(desk.Flights(incident="i-1"), desk.FlightsTold).flights
    assert first.since < second.since
    monkeypatch.setattr("abs_ambulance.helicopter.ROWS_AT_MOST", 1)
    assert mka.ask(desk.Flights(incident="i-1"), desk.FlightsTold).flights == (second,)


def test_a_flight_that_is_called_off_under_way_is_cancelled(mka: Dialogue) -> None:
    mka.opened("i-1")
    mka.assigned("i-1", "ambulance-15121")
    mka.assigned("i-1", TWO)
    mka.status(TWO, "vt", incident="i-1")
    effects = mka.request(desk.CancelHelicopter(incident="i-1"))
    assert commands(effects) == [inc.ReleaseUnit(unit=TWO, reason="cancelled")]
    assert response(effects) == desk.StoodDown(incident="i-1", units=(TWO,))
    mka.released("i-1", TWO)
    assert stages(mka) == [("Lifeliner 2", Stage.CANCELLED)]


CRITERIA = [
    (("Ongeval", "Wegvervoer", "Letsel"), ("Beknel/Bedel/Insluit", "Ja"), True),
    (("Ongeval", "Wegvervoer", "Letsel"), ("Beknel/Bedel/Insluit", "Nee"), False),
    (("Gezondheid",), ("Beknel/Bedel/Insluit", "Ja"), False),
    (("Gezondheid",), ("T 1 Levensbedreigend", "1"), True),
    (("Gezondheid",), ("T 1 Levensbedreigend", "0"), False),
    (("Gezondheid",), ("T 2 Zwaar gewond", "3"), False),
    (("Ongeval", "Water", "Persoon te water"), None, True),
    (("Ongeval", "Water", "Letsel"), None, False),
    (("Veiligheid en openbare orde", "Geweld", "Schietpartij"), None, True),
    ((), ("Inzet Ambu", "MMT"), True),
    ((), ("Inzet Ambu", "MICU"), False),
    ((), None, False),
]


@pytest.mark.parametrize(("path", "characteristic", "wanted"), CRITERIA)
def test_it_is_proposed_by_the_criteria_of_the_table(
    mka: Dialogue, path: tuple[str, ...], characteristic: tuple[str, str] | None, wanted: bool
) -> None:
    mka.opened("i-1", *path)
    mka.prioritised("i-1", "A1")
    if characteristic:
        name, value = characteristic
        mka.feed("i-1", inc.CharacteristicSet(name=name, values=(value,)))
    made = mka.ask(desk.Proposal(incident="i-1"), desk.ProposalMade)
    assert (Need(kind="MMT", count=1) in made.wanted) is wanted


def test_ambu_012_none_is_free(mka: Dialogue) -> None:
    mka.opened("i-1")
    mka.assigned("i-1", ONE)
    mka.status(TWO, "nb")
    with pytest.raises(Refused, match=r"^AMBU-012: none is free"):
        mka.request(desk.RequestHelicopter(incident="i-1"))


@pytest.mark.parametrize("unit", ["ambulance-15121", "ambulance-lifeliner-9"])
def test_ambu_012_not_a_helicopter_of_ours(mka: Dialogue, unit: str) -> None:
    mka.opened("i-1")
    with pytest.raises(Refused, match=rf"^AMBU-012: {unit}"):
        mka.request(desk.RequestHelicopter(incident="i-1", unit=unit))


def test_ambu_013_nothing_to_call_off(mka: Dialogue) -> None:
    mka.opened("i-1")
    mka.assigned("i-1", "ambulance-15121")
    with pytest.raises(Refused, match=r"^AMBU-013"):
        mka.request(desk.CancelHelicopter(incident="i-1"))


def test_ambu_001_flights_of_nothing(mka: Dialogue) -> None:
    with pytest.raises(Refused, match=r"^AMBU-001"):
        mka.request(desk.RequestHelicopter(incident="i-9"))
    with pytest.raises(Refused, match=r"^AMBU-001"):
        mka.request(desk.CancelHelicopter(incident="i-9"))
    with pytest.raises(Refused, match=r"^AMBU-001"):
        mka.ask(desk.Flights(incident="i-9"), desk.FlightsTold)
