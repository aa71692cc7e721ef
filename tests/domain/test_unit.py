"""The unit: registered by its party, with statuses that may come late or twice."""

import datetime as dt

import msgspec
import pytest
from abs_contracts import codelists
from abs_contracts.messages import unit as u
from abs_contracts.messages.values import Discipline, StatusSource
from abs_contracts.refusal import Refused
from hypothesis import given
from hypothesis import strategies as st

from abs_core.domain.unit import KEPT, Unit, decide, evolve

from .played import NOON, PARTIES

REGISTER = u.RegisterUnit(call_sign="17-4331", kind="TS-6")
REGISTERED = u.UnitRegistered(party="fire", call_sign="17-4331", kind="TS-6")


def status(code: str = "tp", since: dt.datetime = NOON, **more: str) -> u.UnitStatusChanged:
    return u.UnitStatusChanged(
        party="fire", status=code, source=StatusSource.RADIO, since=since, **more
    )


def unit_after(*events: msgspec.Struct) -> Unit:
    state = Unit()
    for event in events:
        state = evolve(event, state)
    return state


def decided(
    unit: Unit, command: msgspec.Struct, party: str = "fire", at: dt.datetime = NOON
) -> tuple[msgspec.Struct, ...]:
    return decide(unit, command, party=party, discipline=PARTIES[party], at=at)


REPORT = u.ReportStatus(status="tp", source=StatusSource.RADIO)
REFUSALS = [
    # rule, before, who, command, where
    ("UNIT-001", (), "fire", REPORT, "/subject"),
    ("UNIT-001", (REGISTERED,), "police", REPORT, "/subject"),
    ("UNIT-001", (REGISTERED,), "police", u.RaiseEmergency(), "/subject"),
    ("UNIT-001", (REGISTERED,), "police", u.ClearEmergency(reason="safe"), "/subject"),
    ("UNIT-002", (REGISTERED,), "police", REGISTER, "/subject"),
    (
        "CODELIST-008",
        (REGISTERED,),
        "fire",
        u.ReportStatus(status="vp", source=StatusSource.MANUAL),  # the ambulance's
        "/data/status",
    ),
]


@pytest.mark.parametrize(("rule", "before", "party", "command", "where"), REFUSALS)
def test_a_refusal_names_its_rule_and_points_at_what_is_wrong(
    rule: str, before: tuple[msgspec.Struct, ...], party: str, command: msgspec.Struct, where: str
) -> None:
    with pytest.raises(Refused) as caught:
        decided(unit_after(*before), command, party)

    assert (caught.value.refusal.rule, caught.value.refusal.where) == (rule, where)


def test_registering_again_says_something_only_when_something_changed() -> None:
    unit = unit_after(REGISTERED)
    moved = u.RegisterUnit(call_sign="17-4331", kind="TS-6", station="Delft")

    assert decided(Unit(), REGISTER) == (REGISTERED,)
    assert decided(unit, REGISTER) == ()
    assert decided(unit, moved) == (msgspec.structs.replace(REGISTERED, station="Delft"),)


def test_a_status_holds_since_it_occurred_and_names_its_incident() -> None:
    unit = unit_after(REGISTERED)
    report = u.ReportStatus(status="tp", source=StatusSource.RADIO, incident="i1")

    (event,) = decided(unit, report)

    assert event == status(incident="i1")
    after = evolve(event, unit)
    assert (after.status, after.since, after.incident) == ("tp", NOON, "i1")


def test_radio_repeats_itself_and_that_is_no_news() -> None:
    unit = unit_after(REGISTERED, status())

    assert decided(unit, REPORT) == ()
    assert decided(unit, REPORT, at=NOON + dt.timedelta(seconds=1)) == ()  # it still stands
    manual = u.ReportStatus(status="tp", source=StatusSource.MANUAL)
    assert decided(unit, manual, at=NOON + dt.timedelta(minutes=3)) == ()


def test_typed_first_and_by_radio_later_is_one_arrival_at_the_earlier_time() -> None:
    """Facts 1.14: the radio fails, a desk types, and what the radio kept comes late."""
    early = NOON - dt.timedelta(minutes=2)
    unit = unit_after(REGISTERED, status("ut", NOON - dt.timedelta(minutes=9)), status("tp"))

    (late,) = decided(unit, REPORT, at=early)

    after = evolve(late, unit)
    assert (after.status, after.since) == ("tp", early)
    assert [stay.status for stay in after.stays] == ["ut", "tp"]
    assert decided(after, REPORT, at=early) == ()  # and the radio sends it twice
    left = u.ReportStatus(status="ut", source=StatusSource.RADIO)
    assert decided(after, left, at=NOON - dt.timedelta(minutes=8)) == ()


def test_a_late_status_of_before_finds_its_place_and_overtakes_nothing() -> None:
    unit = unit_after(REGISTERED, status("ut"), status("bs", NOON + dt.timedelta(minutes=30)))
    report = u.ReportStatus(status="tp", source=StatusSource.RADIO)

    (late,) = decided(unit, report, at=NOON + dt.timedelta(minutes=6))

    after = evolve(late, unit)
    assert (after.status, [stay.status for stay in after.stays]) == ("bs", ["ut", "tp", "bs"])


def test_only_the_newest_statuses_are_kept() -> None:
    codes = ["ut", "tp"]
    many = [status(codes[n % 2], NOON + dt.timedelta(minutes=n)) for n in range(100)]
    unit = unit_after(REGISTERED, *many)
    assert len(unit.stays) == len(unit.reports) == KEPT
    ancient = u.ReportStatus(status="ir", source=StatusSource.RADIO)
    assert decided(unit, ancient, at=NOON) == ()


def test_a_request_to_speak_is_news_and_changes_no_availability() -> None:
    unit = unit_after(REGISTERED, status("bs"))
    for code in ("spraak", "spraak-urgent"):
        report = u.ReportStatus(status=code, source=StatusSource.RADIO)
        (event,) = decided(unit, report, at=NOON + dt.timedelta(seconds=5))
        assert evolve(event, unit) == unit
        assert decided(unit, report, at=NOON + dt.timedelta(seconds=5)) != ()


def test_the_emergency_button_is_apart_from_every_status() -> None:
    unit = unit_after(REGISTERED, status("tp"))
    (raised,) = decided(unit, u.RaiseEmergency())
    assert raised == u.EmergencyRaised(party="fire", call_sign="17-4331")
    pressed = evolve(raised, unit)
    assert (pressed.emergency, pressed.status) == (True, "tp")
    assert decided(pressed, u.RaiseEmergency()) == (raised,)  # every press counts
    (cleared,) = decided(pressed, u.ClearEmergency(reason="safe"))
    assert not evolve(cleared, pressed).emergency
    assert decided(unit, u.ClearEmergency(reason="safe")) == ()


def test_registering_again_keeps_the_status() -> None:
    unit = unit_after(REGISTERED, status(), msgspec.structs.replace(REGISTERED, station="Delft"))

    assert (unit.station, unit.status) == ("Delft", "tp")


@given(st.permutations([0, 1, 2, 3, 4]))
def test_the_newest_status_stands_in_whatever_order_they_arrive(order: list[int]) -> None:
    codes = ["ov", "ut", "tp", "ir", "bs"]
    late = [status(codes[n], NOON + dt.timedelta(seconds=n)) for n in order]

    unit = unit_after(REGISTERED, *late)

    assert (unit.status, unit.since) == ("bs", NOON + dt.timedelta(seconds=4))


@pytest.mark.parametrize("party", PARTIES)
def test_every_status_of_a_discipline_can_be_reported(party: str) -> None:
    discipline = Discipline(PARTIES[party])
    unit = Unit(party=party, call_sign="1", kind="X")
    codes = [row.code for row in codelists.STATUSES.of(discipline)]

    assert codes
    for code in codes:
        report = u.ReportStatus(status=code, source=StatusSource.MANUAL)
        (event,) = decided(unit, report, party)
        row = codelists.STATUSES.get(discipline, code)
        assert row is not None
        assert evolve(event, unit).status == (None if row.free == "unchanged" else code)
