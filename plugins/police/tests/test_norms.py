"""Response norms, computed from the feed and kept."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import msgspec
import pytest
from abs_contracts.messages import incident as inc
from abs_police.messages.response import Performance, ResponseMeasured, ResponseOverdue

from abs_core.sdk import CancelTimer, Effect, Note, OwnLines, SetTimer, TimerFired

MINUTE = dt.timedelta(minutes=1)
CAR, OTHER = "police-DH-41-01", "police-DH-41-02"


def timers(effects: Sequence[Effect]) -> list[SetTimer]:
    return [effect for effect in effects if isinstance(effect, SetTimer)]


def notes(effects: Sequence[Effect]) -> list[msgspec.Struct]:
    return [effect.payload for effect in effects if isinstance(effect, Note)]


def urgent(talk: Any, incident: str = "i-1", priority: str = "1", **how: Any) -> list[Effect]:
    talk.opened(incident, **how)
    effects: list[Effect] = talk.feed(
        incident, inc.IncidentPrioritised(party="police", priority=priority)
    )
    return effects


@pytest.mark.parametrize(("priority", "minutes"), [("1", 15), ("2", 30)])
def test_a_norm_runs_from_the_opening(talk: Any, priority: str, minutes: int) -> None:
    (timer,) = timers(urgent(talk, priority=priority))
    assert timer.due == talk.state.incidents["i-1"].started + minutes * MINUTE


@pytest.mark.parametrize("priority", ["3", "4", "5"])
def test_what_is_not_urgent_has_no_norm(talk: Any, priority: str) -> None:
    assert timers(urgent(talk, priority=priority)) == []


def test_a_lower_priority_stops_the_clock(talk: Any) -> None:
    urgent(talk)
    effects = talk.feed("i-1", inc.IncidentPrioritised(party="police", priority="3"))
    assert [type(effect) for effect in effects] == [CancelTimer]


def test_another_partys_priority_is_not_ours(talk: Any) -> None:
    talk.opened("i-1")
    assert talk.feed("i-1", inc.IncidentPrioritised(party="fire", priority="1")) == []


def test_police_who_are_attached_later_begin_then(talk: Any) -> None:
    urgent(talk, lead="fire")
    began = talk.state.incidents["i-1"].started
    talk.feed("i-1", inc.IncidentClosedForParty(party="police"))
    talk.pass_by(minutes=60)
    (timer,) = timers(talk.feed("i-1", inc.PartyAttached(party="police")))
    assert timer.due > began + 60 * MINUTE


def test_an_exercise_is_not_measured(talk: Any) -> None:
    assert timers(urgent(talk, exercise=True)) == []
    talk.assigned("i-1", CAR)
    assert notes(talk.status(CAR, "tp", of="i-1")) == []
    assert talk.ask(Performance()).norms[0].measured == 0
    urgent(talk, "i-2", exercise=True)
    talk.pass_by(minutes=20)
    assert talk.take(TimerFired("t-1", talk.now, "response-i-2")) == []


def test_the_first_arrival_counts_and_a_late_report_can_be_the_first(talk: Any) -> None:
    urgent(talk)
    start = talk.state.incidents["i-1"].started
    talk.assigned("i-1", CAR)
    talk.assigned("i-1", OTHER)
    effects = talk.status(CAR, "tp", of="i-1", since=start + 16 * MINUTE)
    (late,) = notes(effects)
    assert isinstance(late, ResponseMeasured)
    assert (late.arrived - late.started, late.within) == (16 * MINUTE, False)
    assert [e.name for e in effects if isinstance(e, CancelTimer)] == ["response-i-1"]
    assert notes(talk.status(CAR, "tp", of="i-1", since=start + 17 * MINUTE)) == []

    (earlier,) = notes(talk.status(OTHER, "tp", since=start + 9 * MINUTE))  # no incident named
    assert isinstance(earlier, ResponseMeasured)
    assert earlier.within is True
    lines = [line.text for line in talk.ask(OwnLines(incident="i-1")).lines]
    assert lines == [
        "first unit on scene after 16.0 min, priority 1: later than the norm",
        "first unit on scene after 9.0 min, priority 1: within the norm",
    ]


def test_a_status_of_a_unit_touches_no_clock_that_still_runs(talk: Any) -> None:
    urgent(talk)
    urgent(talk, "i-2", exercise=True)
    talk.assigned("i-2", OTHER)
    assert talk.status(OTHER, "tp", of="i-2") == []
    assert talk.status(CAR, "vr") == []


def test_on_the_dot_is_within_the_norm(talk: Any) -> None:
    urgent(talk)
    talk.assigned("i-1", CAR)
    due = talk.state.incidents["i-1"].started + 15 * MINUTE
    (kept,) = notes(talk.status(CAR, "tp", of="i-1", since=due))
    assert isinstance(kept, ResponseMeasured)
    assert kept.within is True


def test_an_arrival_without_a_norm_is_kept_and_measured_again_with_one(talk: Any) -> None:
    urgent(talk, priority="3")
    talk.assigned("i-1", CAR)
    (kept,) = notes(talk.status(CAR, "tp", of="i-1"))
    assert isinstance(kept, ResponseMeasured)
    assert (kept.due, kept.within) == (None, None)
    (again,) = notes(talk.feed("i-1", inc.IncidentPrioritised(party="police", priority="2")))
    assert isinstance(again, ResponseMeasured)
    assert again.within is True


def test_a_norm_that_runs_out_is_kept_once_and_shown(talk: Any) -> None:
    (timer,) = timers(urgent(talk))
    talk.late += timer.due - talk.now
    effects = talk.take(TimerFired("t-1", talk.now, timer.name))
    (late,) = notes(effects)
    assert isinstance(late, ResponseOverdue)
    assert late.due == timer.due
    assert talk.state.incidents["i-1"].overdue
    (line,) = talk.ask(OwnLines(incident="i-1")).lines
    assert line.text == "nobody on scene after 15 min, priority 1"


def test_a_timer_that_somebody_beat_is_no_breach(talk: Any) -> None:
    (timer,) = timers(urgent(talk))
    talk.assigned("i-1", CAR)
    talk.status(CAR, "tp", of="i-1")
    talk.late += timer.due - talk.now
    assert talk.take(TimerFired("t-1", talk.now, timer.name)) == []
    assert talk.take(TimerFired("t-2", talk.now, "another timer")) == []


def test_a_part_that_is_closed_is_waited_for_no_longer(talk: Any) -> None:
    urgent(talk)
    for event in (inc.IncidentClosedForParty(party="police"), inc.IncidentClosed()):
        assert talk.feed("i-1", event) == [CancelTimer(key="clock", name="response-i-1")]


def test_the_performance_is_a_share_beside_its_target(talk: Any) -> None:
    assert talk.ask(Performance()).norms[0].share is None
    for number in range(10):
        incident = f"i-{number}"
        urgent(talk, incident)
        start = talk.state.incidents[incident].started
        talk.status(CAR, "tp", of=incident, since=start + (16 if number == 3 else 5) * MINUTE)
    first, second = talk.ask(Performance()).norms
    assert (first.priority, first.minutes, first.measured, first.within) == ("1", 15, 10, 9)
    assert (first.share, first.target) == (0.9, 0.9)
    assert (second.minutes, second.measured, second.target) == (30, 0, None)
