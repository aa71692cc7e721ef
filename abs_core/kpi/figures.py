"""The figures: shares with numerator and denominator, and what was left out of them."""

import datetime as dt
import enum
import itertools
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import msgspec

from abs_core.application.log import Entry
from abs_core.kpi.definitions import AVAILABLE, DEFINITIONS, INFORMED, PICK_UP, TRANSFER
from abs_core.kpi.outages import Outage, Service, services
from abs_core.kpi.waits import End, Wait, Waits, recorded, waits


class Outcome(enum.StrEnum):
    """What a wait counts as. The last three are in no denominator."""

    IN_TIME = "in_time"
    LATE = "late"
    NEVER = "never"  # or not by the end of the log, when the time was over
    UNDECIDED = "undecided"  # the log ends before the time is over
    WITHDRAWN = "withdrawn"  # nobody waited any more, before the time was over
    CLOCKS_DISAGREE = "clocks_disagree"  # it came before it was waited for


COUNTED = (Outcome.IN_TIME, Outcome.LATE, Outcome.NEVER)


class Period(msgspec.Struct, frozen=True, kw_only=True):
    """What is looked at: from `since` until just before `until`, known as far as `known`."""

    since: dt.datetime
    until: dt.datetime
    known: dt.datetime

    def has(self, at: dt.datetime) -> bool:
        return self.since <= at < self.until


class Share(msgspec.Struct, frozen=True, kw_only=True):
    """A part of a whole; `value` is None where there is no whole."""

    numerator: float
    denominator: float
    value: float | None


class Seconds(msgspec.Struct, frozen=True, kw_only=True):
    """How long it took where it came; percentiles by nearest rank."""

    p50: float
    p90: float
    max: float


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """One share; `party` None is the whole room. `outcomes` has every wait once."""

    party: str | None
    share: Share
    outcomes: Mapping[Outcome, int]
    seconds: Seconds | None


class Measure(msgspec.Struct, frozen=True, kw_only=True):
    """A figure of the room and of each party, for `within` seconds."""

    title: str
    within: float
    room: Figure
    parties: tuple[Figure, ...]
    means: str
    source: str
    not_in_log: str


class Available(msgspec.Struct, frozen=True, kw_only=True):
    """One party's block: a share of seconds, and the outages that the period has a part of."""

    party: str
    share: Share
    outages: tuple[Outage, ...]


class Availability(msgspec.Struct, frozen=True, kw_only=True):
    """`silence` is the longest time without a record of the log, from when it lasted."""

    title: str
    parties: tuple[Available, ...]
    silence: float
    silence_since: dt.datetime | None
    means: str
    source: str
    not_in_log: str


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """The figures of a room's log. `period` None: the log is empty.

    `incidents`: opened in the period and no exercise; `without_call`: of these, opened by 112
    and without a call in the log; `exercises` are in no figure. `unvouched`: records of the
    whole log that no hash chain vouches for, and that are in no figure either.
    """

    room: str
    period: Period | None
    records: int
    unvouched: int
    incidents: int
    without_call: int
    exercises: int
    measures: Mapping[str, Measure]
    availability: Availability


class Asked(NamedTuple):
    """What to look at: the whole log, unless it says otherwise; `within` by measure, in seconds.

    `now`: a room that runs is known as far as this; without it, as far as the last record.
    """

    since: dt.datetime | None = None
    until: dt.datetime | None = None
    now: dt.datetime | None = None
    within: Mapping[str, float] = {}


WHOLE = Asked()


def figures(
    room: str, entries: Sequence[Entry], asked: Asked = WHOLE, *, unvouched: int = 0
) -> Report:
    """The figures of these entries: a whole log, in its order."""
    times = sorted(recorded(entry.events[0]) for entry in entries)
    found = waits(entries)
    kinds = by_measure(found)
    period = _period(times, [wait.since for each in kinds.values() for wait in each], asked)
    inside = [at for at in times if period and period.has(at)]

    def count(moments: Iterable[dt.datetime]) -> int:
        return sum(period is not None and period.has(at) for at in moments)

    return Report(
        room=room,
        period=period,
        records=len(inside),
        unvouched=unvouched,
        incidents=count(found.openings),
        without_call=count(found.unrecorded),
        exercises=count(found.exercises),
        measures={name: _measure(name, each, period, asked) for name, each in kinds.items()},
        availability=_availability(services(entries), period, inside),
    )


def by_measure(found: Waits) -> Mapping[str, Sequence[Wait]]:
    """The waits that each measure is of."""
    return {PICK_UP: found.calls, TRANSFER: found.transfers, INFORMED: found.notices}


def judge(wait: Wait, within: float, known: dt.datetime) -> Outcome:
    """What a wait counts as when so many seconds are allowed, and the log is known so far."""
    took = ((wait.until or known) - wait.since).total_seconds()
    if wait.end is End.NEVER:
        return Outcome.NEVER
    if wait.end is End.CAME and took < 0:
        return Outcome.CLOCKS_DISAGREE
    if took > within:
        return Outcome.LATE if wait.end is End.CAME else Outcome.NEVER
    return _IN_TIME[wait.end]


_IN_TIME = {
    End.CAME: Outcome.IN_TIME,
    End.WITHDRAWN: Outcome.WITHDRAWN,
    End.OPEN: Outcome.UNDECIDED,
}


def took(found: Iterable[Wait]) -> list[float]:
    """How many seconds each took that came, in order of size; not where the clocks disagree."""
    seconds = (
        (wait.until - wait.since).total_seconds()
        for wait in found
        if wait.end is End.CAME and wait.until is not None
    )
    return sorted(each for each in seconds if each >= 0)


def share(numerator: float, denominator: float) -> Share:
    value = numerator / denominator if denominator else None
    return Share(numerator=numerator, denominator=denominator, value=value)


def _period(
    times: Sequence[dt.datetime], begun: Sequence[dt.datetime], asked: Asked
) -> Period | None:
    """Unless it is asked for, one that everything is inside: calls come before their record."""
    if not times:
        return None
    known = max(asked.now or times[-1], times[-1])
    return Period(
        since=asked.since or min((times[0], *begun)),
        until=asked.until or max((known, *begun)) + dt.timedelta(microseconds=1),
        known=known,
    )


def _measure(name: str, found: Sequence[Wait], period: Period | None, asked: Asked) -> Measure:
    definition = DEFINITIONS[name]
    within = asked.within.get(name, definition.within or 0)
    inside = [wait for wait in found if period and period.has(wait.since)]
    parties = sorted({wait.party for wait in inside})
    return Measure(
        title=definition.title,
        within=within,
        room=_figure(None, inside, within, period),
        parties=tuple(
            _figure(each, [wait for wait in inside if wait.party == each], within, period)
            for each in parties
        ),
        means=definition.means,
        source=definition.source,
        not_in_log=definition.not_in_log,
    )


def _figure(
    party: str | None, found: Sequence[Wait], within: float, period: Period | None
) -> Figure:
    counts = Counter(judge(wait, within, period.known) for wait in found if period)
    return Figure(
        party=party,
        share=share(counts[Outcome.IN_TIME], sum(counts[each] for each in COUNTED)),
        outcomes={outcome: counts[outcome] for outcome in Outcome},
        seconds=_seconds(took(found)),
    )


def _seconds(ordered: Sequence[float]) -> Seconds | None:
    if not ordered:
        return None

    def percentile(part: float) -> float:
        return ordered[max(0, math.ceil(part * len(ordered)) - 1)]

    return Seconds(p50=percentile(0.50), p90=percentile(0.90), max=ordered[-1])


def _availability(
    found: Mapping[str, Service], period: Period | None, inside: Sequence[dt.datetime]
) -> Availability:
    definition = DEFINITIONS[AVAILABLE]
    gaps = [(b - a, a) for a, b in itertools.pairwise(inside)]
    silence, since = max(gaps, default=(dt.timedelta(), None))
    available = (_available(name, found[name], period) for name in sorted(found) if period)
    return Availability(
        title=definition.title,
        parties=tuple(each for each in available if each is not None),
        silence=silence.total_seconds(),
        silence_since=since,
        means=definition.means,
        source=definition.source,
        not_in_log=definition.not_in_log,
    )


def _available(party: str, service: Service, period: Period) -> Available | None:
    """None where the party had no block yet in this period."""
    begin, end = max(period.since, service.since), min(period.until, period.known)
    whole = (end - begin).total_seconds()
    if whole <= 0:
        return None
    outages, down = [], 0.0
    for outage in service.outages:
        first, last = max(outage.begin, begin), min(outage.end or end, end)
        if last > first:
            outages.append(outage)
            down += (last - first).total_seconds()
    return Available(party=party, share=share(whole - down, whole), outages=tuple(outages))
