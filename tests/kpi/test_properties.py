"""What holds for the figures of every history that the rules allow."""

import datetime as dt
from collections import Counter
from collections.abc import Sequence

from abs_contracts.messages import party as p
from hypothesis import given
from hypothesis import strategies as st

from abs_core.application.log import Entry
from abs_core.domain.party import Party, evolve
from abs_core.kpi.definitions import DEFINITIONS
from abs_core.kpi.figures import COUNTED, Asked, Report, by_measure, figures
from abs_core.kpi.waits import waits

from ..domain.played import Played
from ..domain.strategies import histories
from .hand import Row, agreed, at
from .hand import log as log_of

SECONDS = st.integers(min_value=0, max_value=80)


def entries(steps: list[object]) -> list[Entry]:
    """What the steps wrote, a second each: an entry for every event."""
    played = Played(steps)  # type: ignore[arg-type]  # as the strategy draws them
    kinds = {"incident": "inc", "unit": "unit", "party": "party"}
    return [
        Entry(n, kinds[e.contract.name.split(".")[0]], e.envelope.subject, f"c-{n}", "", (e,))
        for n, e in enumerate(played.log, 1)
    ]


logs = histories.map(entries)


def totals(report: Report) -> Counter[tuple[str, str | None, str]]:
    """Every count of outcomes, by measure and party."""
    return Counter(
        {
            (name, figure.party, outcome.value): count
            for name, measure in report.measures.items()
            for figure in (measure.room, *measure.parties)
            for outcome, count in figure.outcomes.items()
            if count
        }
    )


@given(logs)
def test_every_wait_is_counted_once_and_the_parties_make_the_room(log: Sequence[Entry]) -> None:
    report = figures("dh", log)
    found = by_measure(waits(log))
    for name, measure in report.measures.items():
        assert sum(measure.room.outcomes.values()) == len(found[name])
        for outcome, count in measure.room.outcomes.items():
            assert count == sum(each.outcomes[outcome] for each in measure.parties)
        for figure in (measure.room, *measure.parties):
            counted = sum(figure.outcomes[each] for each in COUNTED)
            assert figure.share.denominator == counted
            assert 0 <= figure.share.numerator <= counted


@given(logs, SECONDS)
def test_two_periods_that_meet_have_together_what_the_whole_has(
    log: Sequence[Entry], second: int
) -> None:
    before = figures("dh", log, Asked(until=at(second)))
    after = figures("dh", log, Asked(since=at(second)))
    whole = figures("dh", log)
    assert totals(before) + totals(after) == totals(whole)
    for what in ("records", "incidents", "without_call", "exercises"):
        assert getattr(before, what) + getattr(after, what) == getattr(whole, what)


@given(logs, SECONDS, SECONDS)
def test_with_more_time_no_fewer_are_in_time(log: Sequence[Entry], one: int, other: int) -> None:
    less, more = (
        figures("dh", log, Asked(within=dict.fromkeys(DEFINITIONS, float(each))))
        for each in sorted((one, other))
    )
    for name in less.measures:
        shares = [each.measures[name].room.share.numerator for each in (less, more)]
        assert shares == sorted(shares)


@given(logs)
def test_exercises_leave_no_trace_in_a_share(log: Sequence[Entry]) -> None:
    exercises = {
        entry.id for entry in log if getattr(entry.events[0].payload, "exercise", False) is True
    }
    real = [entry for entry in log if entry.id not in exercises]
    end = Asked(now=at(len(log)))
    assert totals(figures("dh", log, end)) == totals(figures("dh", real, end))


said_of_parties = st.lists(
    st.builds(
        Row,
        second=SECONDS,
        subject=st.sampled_from(["fire", "police"]),
        by=st.just("fire"),
        payload=st.sampled_from(
            [agreed(0, "fire").payload, p.PartyDegraded(reason="-"), p.PartyRecovered()]
        ),
    ),
    unique_by=lambda row: row.second,
).map(lambda rows: log_of(sorted(rows, key=lambda row: row.second)))


@given(said_of_parties, SECONDS, SECONDS)
def test_availability_is_what_counting_the_seconds_gives(
    log: Sequence[Entry], begin: int, length: int
) -> None:
    asked = Asked(since=at(begin), until=at(begin + length + 1), now=at(1000))
    report = figures("dh", log, asked)
    shown = {
        each.party: (each.share.numerator, each.share.denominator)
        for each in report.availability.parties
    }
    assert shown == (_seconds(log, begin, begin + length + 1) if log else {})


def _seconds(log: Sequence[Entry], begin: int, end: int) -> dict[str, tuple[float, float]]:
    """Second by second: whether each party that has a block is degraded by then."""
    states: dict[str, Party] = {}
    found: dict[str, tuple[float, float]] = {}
    written: dict[dt.datetime, Entry] = {
        entry.events[0].envelope.time: entry for entry in log if entry.kind == "party"
    }
    for second in range(end):
        entry = written.get(at(second))
        if entry is not None:
            state = states.get(entry.id, Party())
            agreed = isinstance(entry.events[0].payload, p.BlockAgreed)
            if state.generation or agreed:  # what is said of a party without a block is nothing
                states[entry.id] = evolve(entry.events[0].payload, state)
        for name, state in states.items() if second >= begin else ():
            up, whole = found.get(name, (0, 0))
            found[name] = (up + (not state.degraded), whole + 1)
    return found
