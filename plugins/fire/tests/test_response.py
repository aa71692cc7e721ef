"""Response times: from the taking of the call to the first fire unit, kept and corrected."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import pytest
from abs_contracts.messages import incident as inc
from abs_fire import contracts as fire

from abs_core.sdk import Effect, Note

HOME = ("Brand", "Gebouw", "01 Woning/Woongebouw")
NEAR, NEXT, OFFICER = "fire-15-0431", "fire-15-0432", "fire-15-0491"


def noted(effects: Sequence[Effect]) -> fire.ResponseRecorded | None:
    found = [effect.payload for effect in effects if isinstance(effect, Note)]
    (only,) = found or [None]
    assert only is None or isinstance(only, fire.ResponseRecorded)
    return only


@pytest.fixture
def taken(room: Any) -> dt.datetime:
    """A dwelling burns; when the room took the call, of which two pumps are sent."""
    room.opened("i-1", *HOME)
    when: dt.datetime = room.now - dt.timedelta(minutes=1)
    room.called("i-1", when)
    for unit in (NEAR, NEXT, OFFICER):
        room.assigned("i-1", unit)
    return when


def minutes(count: float) -> dt.timedelta:
    return dt.timedelta(minutes=count)


@pytest.mark.parametrize(
    ("took", "met", "within"), [(8, True, True), (8.01, False, True), (18.01, False, False)]
)
def test_the_first_fire_unit_ends_the_time_and_it_is_judged(
    room: Any, taken: dt.datetime, took: float, met: bool, within: bool
) -> None:
    made = noted(room.status(NEAR, "tp", since=taken + minutes(took), incident="i-1"))
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
    assert room.state.responses == {"i-1": made}


def test_a_second_unit_that_comes_later_changes_nothing(room: Any, taken: dt.datetime) -> None:
    assert noted(room.status(NEAR, "tp", since=taken + minutes(7)))
    assert noted(room.status(NEXT, "tp", since=taken + minutes(9))) is None
    assert noted(room.status(NEAR, "tp", since=taken + minutes(20))) is None


def test_late_news_of_an_earlier_arrival_corrects_it(room: Any, taken: dt.datetime) -> None:
    """Typed by hand first; what the radio brings hours later was first (facts 1.14)."""
    assert noted(room.status(NEAR, "tp", since=taken + minutes(9)))
    room.feed("i-1", inc.UnitReleased(unit=NEXT, party="fire"))
    room.status(NEXT, "kz", since=taken + minutes(60))
    late = noted(room.status(NEXT, "tp", since=taken + minutes(6), incident="i-1"))
    assert late is not None
    assert (late.unit, late.seconds, late.met) == (NEXT, 360, True)
    assert room.state.units[NEXT].status == "kz", "and it is not there again"


def test_late_news_finds_an_incident_that_is_closed(room: Any, taken: dt.datetime) -> None:
    room.feed("i-1", inc.IncidentClosed())
    assert noted(room.status(NEAR, "tp", since=taken + minutes(6), incident="i-1"))
    assert room.ask(fire.Response(incident="i-1")).recorded.met is True


def test_an_officer_and_another_status_end_nothing(room: Any, taken: dt.datetime) -> None:
    assert noted(room.status(OFFICER, "tp", since=taken + minutes(4))) is None
    assert noted(room.status(NEAR, "ut", since=taken + minutes(2))) is None


def test_an_arrival_before_the_call_is_of_something_else(room: Any, taken: dt.datetime) -> None:
    assert noted(room.status(NEAR, "tp", since=taken - minutes(1), incident="i-1")) is None


def test_a_status_without_an_incident_is_of_the_one_it_serves(
    room: Any, taken: dt.datetime
) -> None:
    assert noted(room.status("fire-15-0331", "tp", since=taken + minutes(5))) is None
    assert noted(room.status(NEAR, "tp", since=taken + minutes(5)))


def test_the_earliest_call_counts_and_without_one_the_opening(room: Any) -> None:
    room.opened("i-2", *HOME)
    opened = room.ask(fire.Response(incident="i-2")).accepted
    first = opened + minutes(1)
    room.called("i-2", first)
    assert room.ask(fire.Response(incident="i-2")).accepted == first, "a call is better known"
    room.called("i-2", opened - minutes(1), "c-2")
    room.called("i-2", opened + minutes(5), "c-3")
    assert room.ask(fire.Response(incident="i-2")).accepted == opened - minutes(1)


def test_another_class_or_characteristic_is_judged_anew(room: Any, taken: dt.datetime) -> None:
    room.status(NEAR, "tp", since=taken + minutes(7))
    assert room.state.responses["i-1"].met is True
    room.characteristic("i-1", "Soort woning", "Portiekwoning")
    again = room.state.responses["i-1"]
    assert (again.norm, again.met) == (6, False)
    room.characteristic("i-1", "Delaycode brw", "Geen eenheid")
    assert room.state.responses["i-1"].delay == ("Geen eenheid",)


def test_the_desk_says_why_and_that_stays(room: Any, taken: dt.datetime) -> None:
    room.status(NEAR, "tp", since=taken + minutes(12))
    effects = room.request(fire.Motivate(incident="i-1", motive="bridge open"))
    assert effects[0].payload == effects[1].payload == room.state.responses["i-1"]
    assert room.state.responses["i-1"].motive == "bridge open"
    room.characteristic("i-1", "Soort woning", "Flat")
    assert room.state.responses["i-1"].motive == "bridge open"


def test_an_exercise_has_no_response_time(room: Any) -> None:
    room.opened("i-2", *HOME, exercise=True)
    room.assigned("i-2", NEAR)
    assert noted(room.status(NEAR, "tp")) is None
    assert room.state.responses == {}


def test_a_question_tells_when_it_is_due_before_anybody_is_there(
    room: Any, taken: dt.datetime
) -> None:
    assert room.ask(fire.Response(incident="i-1")) == fire.ResponseTold(
        incident="i-1",
        accepted=taken,
        latest=taken + minutes(18),
        norm=8,
        object="other dwelling",
        due=taken + minutes(8),
    )
    room.opened("i-2", "Brand", "Buiten")
    assert room.ask(fire.Response(incident="i-2")).due is None


def test_the_register_counts_and_shows_a_span_of_time(room: Any) -> None:
    start = room.now
    for number, (path, took) in enumerate(
        [(HOME, 7), (HOME, 9), (("Brand", "Buiten"), 9), (HOME, 5)]
    ):
        id_ = f"i-{number}"
        accepted = start + minutes(60 * number)
        room.opened(id_, *path)
        room.called(id_, accepted)
        room.assigned(id_, NEAR)
        room.status(NEAR, "tp", since=accepted + minutes(took), incident=id_)
        room.feed(id_, inc.UnitReleased(unit=NEAR, party="fire"))
    told = room.ask(fire.Responses())
    assert (told.met, told.missed, told.without_norm) == (2, 1, 1)
    assert [each.incident for each in told.newest] == ["i-3", "i-2", "i-1", "i-0"]
    span = room.ask(fire.Responses(since=start + minutes(60), until=start + minutes(180)))
    assert [each.incident for each in span.newest] == ["i-2", "i-1"]
    assert (span.met, span.missed, span.without_norm) == (0, 1, 1)


def test_the_oldest_response_times_leave_the_state_first(
    room: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("abs_fire.state.RESPONSES_KEPT", 2)
    for id_ in ("i-1", "i-2", "i-3"):
        room.opened(id_, *HOME)
        room.assigned(id_, NEAR)
        room.status(NEAR, "tp", incident=id_)
    assert list(room.state.responses) == ["i-2", "i-3"]
