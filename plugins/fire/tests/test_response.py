"""Response times: from the taking of the call to the first fire unit, kept and corrected."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import pytest
from abs_contracts.messages import incident as inc
from abs_contracts.messages.values import CallSource
from abs_fire import contracts as fire
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from abs_core.sdk import Effect, Note

HOME = ("Brand", "Gebouw", "01 Woning/Woongebouw")
NEAR, NEXT, OFFICER = "fire-15-0431", "fire-15-0432", "fire-15-0491"


def noted(effects: Sequence[Effect]) -> fire.ResponseRecorded | None:
    found = [effect.payload for effect in effects if isinstance(effect, Note)]
    (only,) = found or [None]
    assert only is None or isinstance(only, fire.ResponseRecorded)
    return only


@pytest.fixture
def taken(dialogue: Any) -> dt.datetime:
    """A dwelling burns; when the room took the call, of which two pumps are sent."""
    dialogue.opened("i-1", *HOME)
    when: dt.datetime = dialogue.now - dt.timedelta(minutes=1)
    dialogue.called("i-1", when)
    for unit in (NEAR, NEXT, OFFICER):
        dialogue.assigned("i-1", unit)
    return when


def minutes(count: float) -> dt.timedelta:
    return dt.timedelta(minutes=count)


@pytest.mark.parametrize(
    ("took", "met", "within"), [(8, True, True), (8.01, False, True), (18.01, False, False)]
)
def test_the_first_fire_unit_ends_the_time_and_it_is_judged(
    dialogue: Any, taken: dt.datetime, took: float, met: bool, within: bool
) -> None:
    made = noted(dialogue.status(NEAR, "tp", since=taken + minutes(took), incident="i-1"))
    assert made == fire.ResponseRecorded(
        incident="i-1",
        accepted=taken,
        arrived=taken + minutes(took),
        unit=NEAR,
        seconds=int(took * 60),
        norm=8,
        object="other dwelling",
        met=met,
        within_longest=within,
    )
    assert dialogue.state.responses == {"i-1": made}


def test_a_second_unit_that_comes_later_changes_nothing(dialogue: Any, taken: dt.datetime) -> None:
    assert noted(dialogue.status(NEAR, "tp", since=taken + minutes(7)))
    assert noted(dialogue.status(NEXT, "tp", since=taken + minutes(9))) is None
    assert noted(dialogue.status(NEAR, "tp", since=taken + minutes(20))) is None


def test_late_news_of_an_earlier_arrival_corrects_it(dialogue: Any, taken: dt.datetime) -> None:
    """Typed by hand first; what the radio brings hours later was first (facts 1.14)."""
    assert noted(dialogue.status(NEAR, "tp", since=taken + minutes(9)))
    dialogue.feed("i-1", inc.UnitReleased(unit=NEXT, party="fire"))
    dialogue.status(NEXT, "kz", since=taken + minutes(60))
    late = noted(dialogue.status(NEXT, "tp", since=taken + minutes(6), incident="i-1"))
    assert late is not None
    assert (late.unit, late.seconds, late.met) == (NEXT, 360, True)
    assert dialogue.state.units[NEXT].status == "kz", "and it is not there again"


def test_late_news_finds_an_incident_that_is_closed(dialogue: Any, taken: dt.datetime) -> None:
    dialogue.feed("i-1", inc.IncidentClosed())
    assert noted(dialogue.status(NEAR, "tp", since=taken + minutes(6), incident="i-1"))
    assert dialogue.ask(fire.Response(incident="i-1")).recorded.met is True
    assert "i-1" not in dialogue.state.incidents, "and leaves it closed"


def test_an_officer_and_another_status_end_nothing(dialogue: Any, taken: dt.datetime) -> None:
    assert noted(dialogue.status(OFFICER, "tp", since=taken + minutes(4))) is None
    assert noted(dialogue.status(NEAR, "ut", since=taken + minutes(2))) is None


def test_an_arrival_before_the_call_is_of_something_else(dialogue: Any, taken: dt.datetime) -> None:
    assert noted(dialogue.status(NEAR, "tp", since=taken - minutes(1), incident="i-1")) is None


def test_a_call_that_is_known_after_an_arrival_and_was_taken_after_it(dialogue: Any) -> None:
    """Opened without a call, a unit was there at once, and then somebody called."""
    dialogue.opened("i-3", *HOME)
    dialogue.assigned("i-3", NEAR)
    there = dialogue.now
    assert noted(dialogue.status(NEAR, "tp", since=there, incident="i-3"))
    call = inc.CallAdded(call="c-1", source=CallSource.EMERGENCY, received=there + minutes(1))
    assert noted(dialogue.feed("i-3", call)) is None


def test_a_status_without_an_incident_is_of_the_one_it_serves(
    dialogue: Any, taken: dt.datetime
) -> None:
    assert noted(dialogue.status("fire-15-0331", "tp", since=taken + minutes(5))) is None
    assert noted(dialogue.status(NEAR, "tp", since=taken + minutes(5)))


def test_the_earliest_call_counts_and_without_one_the_opening(dialogue: Any) -> None:
    dialogue.opened("i-2", *HOME)
    opened = dialogue.ask(fire.Response(incident="i-2")).accepted
    first = opened + minutes(1)
    dialogue.called("i-2", first)
    assert dialogue.ask(fire.Response(incident="i-2")).accepted == first, "a call is better known"
    dialogue.called("i-2", opened - minutes(1), "c-2")
    dialogue.called("i-2", opened + minutes(5), "c-3")
    assert dialogue.ask(fire.Response(incident="i-2")).accepted == opened - minutes(1)


def test_another_class_or_characteristic_is_judged_anew(dialogue: Any, taken: dt.datetime) -> None:
    dialogue.status(NEAR, "tp", since=taken + minutes(7))
    assert dialogue.state.responses["i-1"].met is True
    dialogue.characteristic("i-1", "Soort woning", "Portiekwoning")
    again = dialogue.state.responses["i-1"]
    assert (again.norm, again.met) == (6, False)
    dialogue.characteristic("i-1", "Delaycode brw", "Geen eenheid")
    assert dialogue.state.responses["i-1"].delay == ("Geen eenheid",)


def test_the_desk_says_why_and_that_stays(dialogue: Any, taken: dt.datetime) -> None:
    dialogue.status(NEAR, "tp", since=taken + minutes(12))
    effects = dialogue.request(fire.Motivate(incident="i-1", motive="bridge open"))
    assert effects[0].payload == effects[1].payload == dialogue.state.responses["i-1"]
    assert dialogue.state.responses["i-1"].motive == "bridge open"
    assert dialogue.orders(effects) == [], "and nobody else hears of it"
    dialogue.characteristic("i-1", "Soort woning", "Flat")
    assert dialogue.state.responses["i-1"].motive == "bridge open"


def test_an_exercise_has_no_response_time(dialogue: Any) -> None:
    dialogue.opened("i-2", *HOME, exercise=True)
    dialogue.assigned("i-2", NEAR)
    assert noted(dialogue.status(NEAR, "tp")) is None
    assert dialogue.state.responses == {}


def test_a_question_tells_when_it_is_due_before_anybody_is_there(
    dialogue: Any, taken: dt.datetime
) -> None:
    assert dialogue.ask(fire.Response(incident="i-1")) == fire.ResponseTold(
        incident="i-1",
        accepted=taken,
        latest=taken + minutes(18),
        norm=8,
        object="other dwelling",
        due=taken + minutes(8),
    )
    dialogue.opened("i-2", "Brand", "Buiten")
    assert dialogue.ask(fire.Response(incident="i-2")).due is None


def test_the_register_counts_and_shows_a_span_of_time(dialogue: Any) -> None:
    start = dialogue.now
    for number, (path, took) in enumerate(
        [(HOME, 7), (HOME, 9), (("Brand", "Buiten"), 9), (HOME, 5)]
    ):
        id_ = f"i-{number}"
        accepted = start + minutes(60 * number)
        dialogue.opened(id_, *path)
        dialogue.called(id_, accepted)
        dialogue.assigned(id_, NEAR)
        dialogue.status(NEAR, "tp", since=accepted + minutes(took), incident=id_)
        dialogue.feed(id_, inc.UnitReleased(unit=NEAR, party="fire"))
    told = dialogue.ask(fire.Responses())
    assert (told.met, told.missed, told.without_norm) == (2, 1, 1)
    assert [each.incident for each in told.newest] == ["i-3", "i-2", "i-1", "i-0"]
    span = dialogue.ask(fire.Responses(since=start + minutes(60), until=start + minutes(180)))
    assert [each.incident for each in span.newest] == ["i-2", "i-1"]
    assert (span.met, span.missed, span.without_norm) == (0, 1, 1)


def test_the_oldest_response_times_leave_the_state_first(
    dialogue: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("abs_fire.state.RESPONSES_KEPT", 2)
    for id_ in ("i-1", "i-2", "i-3"):
        dialogue.opened(id_, *HOME)
        dialogue.assigned(id_, NEAR)
        dialogue.status(NEAR, "tp", incident=id_)
    assert list(dialogue.state.responses) == ["i-2", "i-3"]


ARRIVALS = [
    (NEAR, 9, None),
    (NEAR, 8, "i-1"),
    (NEXT, 7, "i-1"),
    (OFFICER, 2, "i-1"),
    (NEXT, 30, "i-1"),
]


@given(st.permutations(ARRIVALS))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_whatever_the_order_of_the_news_the_same_time_is_kept(
    dialogue: Any, news: list[tuple[str, float, str | None]]
) -> None:
    made = type(dialogue)()
    made.fleet_registered()
    made.opened("i-1", *HOME)
    accepted = made.now
    made.called("i-1", accepted)
    for unit in (NEAR, NEXT, OFFICER):
        made.assigned("i-1", unit)
    for unit, took, incident in news:
        made.status(unit, "tp", since=accepted + minutes(took), incident=incident)
    kept = made.state.responses["i-1"]
    assert (kept.unit, kept.seconds, kept.met) == (NEXT, 420, True)
