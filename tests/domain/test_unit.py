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

from abs_core.domain.unit import Unit, decide, evolve

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
    assert decided(unit, REPORT, at=NOON + dt.timedelta(seconds=1)) != ()


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
        assert evolve(event, unit).status == code
