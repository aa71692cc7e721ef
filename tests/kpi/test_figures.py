"""The figures of logs made by hand, worked out by hand."""

from collections.abc import Iterable, Sequence

import pytest
from abs_contracts.messages import incident as m
from abs_contracts.messages import party as p
from abs_contracts.messages.values import CallSource, LinkKind

from abs_core.kpi.definitions import INFORMED, PICK_UP, TRANSFER
from abs_core.kpi.figures import WHOLE, Asked, Figure, Outcome, Report, figures

from .hand import (
    BRAND,
    HEALTH,
    Row,
    agreed,
    at,
    attached,
    call,
    classified,
    closed,
    log,
    opened,
    registered,
    taken_up,
)


def report(rows: Iterable[Row], asked: Asked = WHOLE) -> Report:
    return figures("dh", log(rows), asked)


def room(rows: Iterable[Row], name: str, asked: Asked = WHOLE) -> Figure:
    return report(rows, asked).measures[name].room


def outcomes(figure: Figure) -> dict[str, int]:
    """What there is of each outcome, apart from none."""
    return {outcome.value: count for outcome, count in figure.outcomes.items() if count}


END = Row(1000, "i9", m.IncidentOpened(room="dh", lead="fire", source=CallSource.ROOM))
"""The log is known as far as 1000 s."""

PICKED_UP = [
    ("at the limit", [opened(0), call(15, 0), END], {"in_time": 1}),
    ("a second later", [opened(0), call(16, 0), END], {"late": 1}),
    ("two calls of one incident", [
        opened(0), call(1, 0), call(40, 2), END,
    ], {"in_time": 1, "late": 1}),
    ("received after its record", [opened(0), call(5, 6), END], {"clocks_disagree": 1}),
    ("an alarm of a system", [opened(0), call(1, 0, source=CallSource.ALARM_SYSTEM), END], {}),
    ("of an exercise", [opened(0, exercise=True), call(1, 0), END], {}),
    ("of a double, which is a call all the same", [
        opened(0), call(1, 0), Row(2, "i1", m.IncidentLinked(to="i0", kind=LinkKind.DOUBLE)), END,
    ], {"in_time": 1}),
]  # fmt: skip

HANDED_OVER = [
    ("the lead takes up its own", [opened(0), taken_up(5, "fire"), END], {}),
    ("taken up", [opened(0), attached(10, "police"), taken_up(40, "police"), END], {"in_time": 1}),
    ("late", [opened(0), attached(10, "police"), taken_up(41, "police"), END], {"late": 1}),
    ("a unit says so too", [
        opened(0), attached(10, "police"),
        Row(20, "i1", m.UnitAssigned(unit="u", party="police", call_sign="u", kind="NH")), END,
    ], {"in_time": 1}),
    ("another's unit does not", [
        opened(0), attached(10, "police"),
        Row(20, "i1", m.UnitAssigned(unit="u", party="fire", call_sign="u", kind="TS-6")), END,
    ], {"never": 1}),
    ("closed and never taken up", [
        opened(0), attached(10, "police"), *closed(60, "police", "fire"), END,
    ], {"late": 1}),
    ("nobody, in an incident that is open", [opened(0), attached(10, "police"), END], {"never": 1}),
    ("the log ends too soon", [
        opened(0), attached(10, "police"), opened(40, "i2"),
    ], {"undecided": 1}),
    ("and just not too soon", [opened(0), attached(10, "police"), opened(41, "i2")], {"never": 1}),
    ("detached in time", [
        opened(0), attached(10, "police"), Row(39, "i1", m.PartyDetached(party="police")), END,
    ], {"withdrawn": 1}),
    ("detached when it was late", [
        opened(0), attached(10, "police"), Row(41, "i1", m.PartyDetached(party="police")), END,
    ], {"never": 1}),
    ("attached again: twice", [
        opened(0), attached(10, "police"), Row(11, "i1", m.PartyDetached(party="police")),
        attached(50, "police"), taken_up(51, "police"), END,
    ], {"withdrawn": 1, "in_time": 1}),
    ("called back after it closed its part", [
        opened(0), attached(10, "police"), taken_up(11, "police"),
        Row(50, "i1", m.IncidentClosedForParty(party="police")), attached(60, "police"), END,
    ], {"in_time": 1}),
    ("a double is told elsewhere", [
        opened(0), attached(10, "police"),
        Row(12, "i1", m.IncidentLinked(to="i0", kind=LinkKind.DOUBLE)), attached(13, "kmar"), END,
    ], {"withdrawn": 1}),
    ("what is only related is not", [
        opened(0), attached(10, "police"),
        Row(12, "i1", m.IncidentLinked(to="i0", kind=LinkKind.RELATED)), END,
    ], {"never": 1}),
    ("another room has it", [
        opened(0), attached(10, "police"),
        Row(12, "i1", m.RoomTransferred(previous="dh", room="rt", tenure=2)), END,
    ], {"withdrawn": 1}),
    ("of an exercise", [opened(0, exercise=True), attached(1, "police"), END], {}),
]  # fmt: skip

POLICE_FOR_FIRE = registered(0, "police", ("Brand",))
TOLD = [
    ("who opens it is no party to inform", [opened(0), END], {}),
    ("attached in time", [opened(0), attached(120, "police"), END], {"in_time": 1}),
    ("from the call, which came before", [
        opened(5), call(6, 0), attached(121, "police"), END,
    ], {"late": 1}),
    ("from the opening, where the call came after", [
        opened(0), call(60, 59), attached(119, "police"), END,
    ], {"in_time": 1}),
    ("the first attachment counts", [
        opened(0), attached(10, "police"), Row(11, "i1", m.PartyDetached(party="police")),
        attached(500, "police"), END,
    ], {"in_time": 1}),
    ("called by the class, and never informed", [
        POLICE_FOR_FIRE, opened(0), classified(1, BRAND), *closed(9, "fire"), END,
    ], {"never": 1}),
    ("called by the class, and attached late", [
        POLICE_FOR_FIRE, opened(0), classified(1, BRAND), attached(121, "police"), END,
    ], {"late": 1}),
    ("not called by this class", [
        POLICE_FOR_FIRE, opened(0), classified(1, HEALTH), *closed(9, "fire"), END,
    ], {}),
    ("the class calls who opened it", [
        registered(0, "fire", ("Brand",)), opened(0), classified(1, BRAND), END,
    ], {}),
    ("called by a class that was mended in time", [
        POLICE_FOR_FIRE, opened(0), classified(1, BRAND), classified(2, HEALTH), END,
    ], {"withdrawn": 1}),
    ("mended too late", [
        POLICE_FOR_FIRE, opened(0), classified(1, BRAND), classified(200, HEALTH), END,
    ], {"never": 1}),
    ("mended, and mended back", [
        POLICE_FOR_FIRE, opened(0), classified(1, BRAND), classified(2, HEALTH),
        classified(3, BRAND), END,
    ], {"never": 1}),
    ("called while there is time", [
        POLICE_FOR_FIRE, opened(0), classified(1, BRAND), opened(100, "i2"),
    ], {"undecided": 1}),
    ("registered when the class stood already", [
        opened(0), classified(1, BRAND), registered(2, "police", ("Brand",)), END,
    ], {}),
    ("a double", [
        POLICE_FOR_FIRE, opened(0), classified(1, BRAND),
        Row(12, "i1", m.IncidentLinked(to="i0", kind=LinkKind.DOUBLE)),
        attached(13, "police"), END,
    ], {"withdrawn": 1}),
    ("reopened, it is waited for again", [
        POLICE_FOR_FIRE, opened(0), classified(1, BRAND), *closed(9, "fire"),
        Row(20, "i1", m.IncidentReopened(reason="-")), opened(100, "i2"),
    ], {"undecided": 1}),
    ("of an exercise", [
        POLICE_FOR_FIRE, opened(0, exercise=True), classified(1, BRAND), END,
    ], {}),
]  # fmt: skip

TABLE = [
    pytest.param(name, rows, counts, id=f"{name}: {what}")
    for name, table in ((PICK_UP, PICKED_UP), (TRANSFER, HANDED_OVER), (INFORMED, TOLD))
    for what, rows, counts in table
]


@pytest.mark.parametrize(("name", "rows", "counts"), TABLE)
def test_what_a_wait_counts_as(name: str, rows: Sequence[Row], counts: dict[str, int]) -> None:
    figure = room(rows, name)
    assert outcomes(figure) == counts
    whole = sum(counts.get(each, 0) for each in ("in_time", "late", "never"))
    share = figure.share
    assert (share.numerator, share.denominator) == (counts.get("in_time", 0), whole)
    assert share.value == (counts.get("in_time", 0) / whole if whole else None)


def test_a_figure_of_the_room_and_of_each_party() -> None:
    """Ten calls: fire's took 1 to 7 s, of the ambulance's three two took 20 s."""
    fire = [call(100 * n + n, 100 * n) for n in range(1, 8)]
    ambulance = [call(800, 780, by="ambulance"), call(850, 830, by="ambulance")]
    rows = [opened(0), *fire, *ambulance, call(902, 899, by="ambulance")]
    measure = report(rows).measures[PICK_UP]
    assert (measure.room.share.numerator, measure.room.share.denominator) == (8, 10)
    assert measure.room.share.value == 0.8
    seconds = measure.room.seconds
    assert seconds is not None
    assert (seconds.p50, seconds.p90, seconds.max) == (4, 20, 20)
    shares = {each.party: each.share.value for each in measure.parties}
    assert shares == {"ambulance": pytest.approx(1 / 3), "fire": 1.0}


def test_another_time_within_which() -> None:
    rows = [opened(0), call(15, 0), END]
    assert outcomes(room(rows, PICK_UP, Asked(within={PICK_UP: 14.9}))) == {"late": 1}
    assert report(rows, Asked(within={PICK_UP: 14.9})).measures[PICK_UP].within == 14.9


def test_a_period_has_what_began_in_it_and_knows_how_it_ended() -> None:
    rows = [opened(0), attached(10, "police"), taken_up(60, "police"), END]
    inside = Asked(since=at(10), until=at(11))
    assert outcomes(room(rows, TRANSFER, inside)) == {"late": 1}
    assert outcomes(room(rows, TRANSFER, Asked(until=at(10)))) == {}
    assert outcomes(room(rows, TRANSFER, Asked(since=at(10.001)))) == {}
    counted = report(rows, Asked(until=at(11)))
    assert (counted.records, counted.incidents) == (2, 1)


def test_a_room_that_runs_is_known_until_now() -> None:
    rows = [opened(0), attached(10, "police")]
    assert outcomes(room(rows, TRANSFER)) == {"undecided": 1}
    assert outcomes(room(rows, TRANSFER, Asked(now=at(60)))) == {"never": 1}


def test_a_call_before_the_first_record_and_one_after_the_last_are_in_the_whole_log() -> None:
    assert outcomes(room([opened(0), call(1, -9)], PICK_UP)) == {"in_time": 1}
    assert outcomes(room([opened(0), call(1, 99)], PICK_UP)) == {"clocks_disagree": 1}


def test_what_is_beside_the_figures() -> None:
    rows = [
        opened(0),
        call(1, 0),
        opened(10, "i2"),  # nobody recorded its call
        opened(20, "i3", source=CallSource.ALARM_SYSTEM),
        opened(30, "i4", exercise=True),
    ]
    found = report(rows)
    assert (found.incidents, found.without_call, found.exercises, found.records) == (3, 1, 1, 5)


# -- availability --------------------------------------------------------------------

DOWN = p.PartyDegraded(reason="no heartbeat")
UP = p.PartyRecovered()
AVAILABLE = [
    ("never degraded", [agreed(0, "fire"), END], 1000, 1000),
    ("from its first Agreement", [opened(0), agreed(400, "fire"), END], 600, 600),
    ("agreed anew", [agreed(0, "fire"), agreed(400, "fire"), END], 1000, 1000),
    ("once", [agreed(0, "fire"), Row(100, "fire", DOWN), Row(150, "fire", UP), END], 950, 1000),
    ("twice", [
        agreed(0, "fire"), Row(100, "fire", DOWN), Row(150, "fire", UP),
        Row(200, "fire", DOWN), Row(201, "fire", UP), END,
    ], 949, 1000),
    ("still", [agreed(0, "fire"), Row(900, "fire", DOWN), END], 900, 1000),
    ("another's", [
        agreed(0, "fire"), agreed(0, "police"), Row(1, "police", DOWN), END,
    ], 1000, 1000),
]  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "up", "whole"), [pytest.param(*r[1:], id=r[0]) for r in AVAILABLE]
)
def test_availability(rows: Sequence[Row], up: float, whole: float) -> None:
    found = report(rows).availability.parties[0]
    assert (found.party, found.share.numerator, found.share.denominator) == ("fire", up, whole)


def test_an_outage_counts_as_far_as_the_period_has_it() -> None:
    rows = [agreed(0, "fire"), Row(100, "fire", DOWN), Row(200, "fire", UP), END]
    (inside,) = report(rows, Asked(since=at(150), until=at(350))).availability.parties
    assert (inside.share.numerator, inside.share.denominator) == (150, 200)
    assert [each.reason for each in inside.outages] == ["no heartbeat"]
    (after,) = report(rows, Asked(since=at(200))).availability.parties
    assert (after.share.value, after.outages) == (1.0, ())


def test_a_party_has_no_availability_without_a_block_or_before_it() -> None:
    rows = [registered(0, "kmar"), opened(0), agreed(500, "fire"), END]
    assert [each.party for each in report(rows).availability.parties] == ["fire"]
    assert report(rows, Asked(until=at(500))).availability.parties == ()


def test_a_room_that_runs_is_available_or_not_until_now() -> None:
    rows = [agreed(0, "fire"), Row(100, "fire", DOWN)]
    (found,) = report(rows, Asked(now=at(400))).availability.parties
    assert (found.share.numerator, found.share.denominator) == (100, 400)


def test_the_longest_silence() -> None:
    found = report([opened(0), opened(10, "i2"), opened(700, "i3"), END]).availability
    assert (found.silence, found.silence_since) == (690, at(10))


def test_of_an_empty_log_there_is_nothing_to_say() -> None:
    found = report([])
    assert (found.period, found.records, found.incidents) == (None, 0, 0)
    assert [m.room.share.value for m in found.measures.values()] == [None] * 3
    assert (found.availability.parties, found.availability.silence) == ((), 0)


def test_every_outcome_is_met_in_these_tables() -> None:
    met = {outcome for each in TABLE for outcome in each.values[2]}  # type: ignore[union-attr]  # dicts
    assert met == {outcome.value for outcome in Outcome}
