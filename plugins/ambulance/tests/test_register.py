"""Response times: from the accepted call to the scene, against the norm that stood then."""

import datetime as dt

import pytest
from abs_ambulance import response
from abs_ambulance.crew import Alarm
from abs_ambulance.response import RideMeasured
from abs_ambulance.ride import load_norms
from abs_ambulance.values import Priority
from abs_contracts.messages import incident as inc
from abs_contracts.messages.values import CallSource

from abs_core.sdk import Note, OwnLines, OwnLinesTold

from .dialogue import Dialogue, kept, sent

NEAR, NEXT = "ambulance-15121", "ambulance-15122"
MINUTE = dt.timedelta(minutes=1)


def arrives(
    mka: Dialogue, minutes: float, *, priority: str | None = "A1", incident: str = "i-1"
) -> list[RideMeasured]:
    """A unit arrives so many minutes after the call; what is measured of it."""
    mka.opened(incident)
    accepted = mka.now
    mka.called(incident, accepted)
    if priority:
        mka.prioritised(incident, priority)
    mka.assigned(incident, NEAR)
    effects = mka.status(NEAR, "tp", incident=incident, since=accepted + minutes * MINUTE)
    return [
        e.payload for e in effects if isinstance(e, Note) and isinstance(e.payload, RideMeasured)
    ]


@pytest.mark.parametrize(
    ("priority", "minutes", "norm", "within"),
    [
        ("A0", 15, 15, True),
        ("A1", 14.9, 15, True),
        ("A1", 15, 15, True),
        ("A1", 15.02, 15, False),
        ("A2", 30, 30, True),
        ("A2", 30.02, 30, False),
        ("B1", 90, None, None),
        (None, 5, None, None),
    ],
)
def test_an_arrival_is_held_to_the_norm_of_its_priority(
    mka: Dialogue, priority: str | None, minutes: float, norm: int | None, within: bool | None
) -> None:
    (ride,) = arrives(mka, minutes, priority=priority)
    assert (ride.priority, ride.norm_minutes, ride.within) == (priority, norm, within)
    assert ride.seconds == int(minutes * 60)
    assert ride.arrived - ride.accepted == minutes * MINUTE
    assert list(mka.state.register.values()) == [ride]


def test_the_norms_are_those_of_the_law() -> None:
    norms = load_norms()
    assert {p: (n.minutes, n.share) for p, n in norms.items()} == {
        Priority.A0: (15, 95),
        Priority.A1: (15, 95),
        Priority.A2: (30, None),
    }


def test_it_runs_from_the_earliest_call_and_without_one_from_the_opening(
    mka: Dialogue,
) -> None:
    opened = mka.now
    mka.opened("i-1")
    assert mka.state.incidents["i-1"].accepted == opened
    mka.called("i-1", opened - 3 * MINUTE)
    mka.called("i-1", opened - 5 * MINUTE)
    mka.called("i-1", opened - 1 * MINUTE)
    assert mka.state.incidents["i-1"].accepted == opened - 5 * MINUTE


def test_the_priority_that_stood_on_arrival_counts(mka: Dialogue) -> None:
    mka.opened("i-1")
    accepted = mka.now
    mka.called("i-1", accepted)
    mka.prioritised("i-1", "A2")
    mka.assigned("i-1", NEAR)
    mka.prioritised("i-1", "A1")
    arrived = mka.now
    mka.now += MINUTE
    mka.prioritised("i-1", "B1")
    ride = kept(mka.status(NEAR, "tp", incident="i-1", since=arrived), RideMeasured)
    assert ride.priority is Priority.A1


def test_late_and_double_reports_leave_the_earliest_arrival(mka: Dialogue) -> None:
    (first,) = arrives(mka, 12)
    assert mka.status(NEAR, "tp", incident="i-1", since=first.arrived + MINUTE) == []
    assert mka.status(NEAR, "tp", incident="i-1", since=first.arrived) == []
    mka.now = first.arrived + 5 * MINUTE
    mka.status(NEAR, "vr")
    mka.released("i-1", NEAR)
    late = mka.status(NEAR, "tp", incident="i-1", since=first.arrived - 2 * MINUTE)
    assert kept(late, RideMeasured).seconds == first.seconds - 120
    assert len(mka.state.register) == 1
    assert mka.state.units[NEAR].status == "vr"


def test_a_second_ride_to_the_same_incident_is_one_of_its_own(mka: Dialogue) -> None:
    (first,) = arrives(mka, 0.05)
    mka.now = first.arrived + MINUTE
    mka.released("i-1", NEAR)
    mka.assigned("i-1", NEAR)
    second = kept(mka.status(NEAR, "tp", incident="i-1"), RideMeasured)
    assert second.assigned > first.assigned
    assert len(mka.state.register) == 2


def test_a_status_that_names_no_incident_is_about_the_ride_that_runs(mka: Dialogue) -> None:
    mka.opened("i-1")
    mka.assigned("i-1", NEAR)
    assert kept(mka.status(NEAR, "tp"), RideMeasured).incident == "i-1"


def test_of_a_unit_with_two_rides_it_is_about_the_newest(mka: Dialogue) -> None:
    for incident in ("i-2", "i-1"):
        mka.opened(incident)
        mka.assigned(incident, NEAR)
    assert kept(mka.status(NEAR, "tp"), RideMeasured).incident == "i-1"


@pytest.mark.parametrize("unit", ["ambulance-15171", "ambulance-lifeliner-2"])
def test_only_kinds_that_stop_the_clock_are_measured(mka: Dialogue, unit: str) -> None:
    mka.opened("i-1")
    mka.assigned("i-1", unit)
    assert mka.status(unit, "tp", incident="i-1") == []


def test_an_exercise_is_not_measured_and_its_alarm_says_so(mka: Dialogue) -> None:
    opened = inc.IncidentOpened(room="dh", lead="ambulance", source=CallSource.ROOM, exercise=True)
    mka.feed("i-1", opened)
    (alarm,) = sent(mka.assigned("i-1", NEAR), Alarm)
    assert alarm.exercise
    assert mka.status(NEAR, "tp", incident="i-1") == []


def test_a_status_that_is_no_arrival_or_of_no_ride_is_not_measured(mka: Dialogue) -> None:
    assert mka.status(NEAR, "tp") == []
    mka.opened("i-1")
    before = mka.now - MINUTE
    mka.assigned("i-1", NEAR)
    assert mka.status(NEAR, "vt", incident="i-1") == []
    assert mka.status(NEAR, "tp", incident="i-1", since=before) == []
    assert mka.status(NEAR, "tp", incident="i-9") == []
    assert mka.state.register == {}


def test_the_register_says_what_share_was_within(mka: Dialogue) -> None:
    for index, minutes in enumerate((10, 14, 16)):
        arrives(mka, minutes, incident=f"i-{index}")
        mka.now += 20 * MINUTE
        mka.released(f"i-{index}", NEAR)
    arrives(mka, 20, priority="A2", incident="i-3")
    mka.now += 30 * MINUTE
    mka.released("i-3", NEAR)
    arrives(mka, 90, priority="B1", incident="i-4")
    told = mka.ask(response.Register(), response.Registered)
    assert told.shares == (
        response.Share(priority=Priority.A1, rides=3, within=2, share=66, target=95),
        response.Share(priority=Priority.A2, rides=1, within=1, share=100),
    )
    assert [ride.incident for ride in told.rides] == ["i-0", "i-1", "i-2", "i-3", "i-4"]
    one = mka.ask(response.Register(incident="i-2"), response.Registered)
    assert one.shares == (
        response.Share(priority=Priority.A1, rides=1, within=0, share=0, target=95),
    )


def test_an_answer_has_the_newest_rides_and_memory_too(
    mka: Dialogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("abs_ambulance.register.ROWS_AT_MOST", 1)
    monkeypatch.setattr("abs_ambulance.entries.RIDES_KEPT", 2)
    for index in range(3):
        arrives(mka, 10, incident=f"i-{index}")
        mka.now += 20 * MINUTE
        mka.released(f"i-{index}", NEAR)
    assert [ride.incident for ride in mka.state.register.values()] == ["i-1", "i-2"]
    told = mka.ask(response.Register(), response.Registered)
    assert [ride.incident for ride in told.rides] == ["i-2"]
    assert told.shares[0].rides == 2


@pytest.mark.parametrize(
    ("minutes", "priority", "text"),
    [
        (12, "A1", "15121 on scene 12:00 after the call; A1: within the norm of 15 minutes"),
        (16.1, "A1", "15121 on scene 16:06 after the call; A1: beyond the norm of 15 minutes"),
        (5, None, "15121 on scene 5:00 after the call; no norm"),
    ],
)
def test_an_arrival_makes_a_line_of_its_own(
    mka: Dialogue, minutes: float, priority: str | None, text: str
) -> None:
    arrives(mka, minutes, priority=priority)
    assert mka.ask(OwnLines(incident="i-1"), OwnLinesTold).lines[-1].text == text
