"""The figures as a picture: how soon, party by party, and when blocks did not keep up.

matplotlib draws, and is imported by nobody else. It is an extra of the distribution: only
who wants pictures needs it.
"""

import datetime as dt
import io
import itertools
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from abs_core.application.log import Entry
from abs_core.kpi.figures import Availability, Figure, Measure, Period, Report, by_measure, took
from abs_core.kpi.waits import Wait, waits
from abs_core.kpi.words import percent, seconds

if TYPE_CHECKING:
    from matplotlib.axes import Axes

FORMATS = ("svg", "png")
ROOM, UP, DOWN, NORM = "#1f2430", "#9fc3a8", "#b3392f", "#d98e04"
PARTIES = ("#1d4f91", "#b3392f", "#2e7d4f", "#8a5fb0", "#8a94a6", "#0e8a8a")
STYLE = {"svg.hashsalt": "abs", "svg.fonttype": "none", "font.size": 9, "axes.titlesize": 10}
"""The same ids each time, and text as text, so that one log gives one picture."""


def picture(report: Report, entries: Sequence[Entry], form: str) -> bytes:
    """The report as `svg` or `png`; `entries` are those that it was made of."""
    import matplotlib as mpl  # noqa: PLC0415 - an extra, and slow to import
    from matplotlib.figure import Figure as Sheet  # noqa: PLC0415 - likewise

    with mpl.rc_context(STYLE):
        count, colours = len(report.measures), _colours(report)
        sheet = Sheet(figsize=(9, 2.6 * count + 1.4 + 0.3 * len(report.availability.parties)))
        heights = [2.6] * count + [0.6 + 0.3 * len(report.availability.parties)]
        axes = sheet.subplots(count + 1, 1, height_ratios=heights)
        found = by_measure(waits(entries))
        for name, axis in zip(report.measures, axes, strict=False):
            _curves(axis, report.measures[name], found[name], report.period, colours)
        _lanes(axes[-1], report.availability, report.period)
        sheet.suptitle(f"Room {report.room}: {report.incidents:,} incidents")
        sheet.tight_layout()
        out = io.BytesIO()
        sheet.savefig(out, format=form, dpi=120, metadata={"Date": None} if form == "svg" else {})
    return out.getvalue()


def _colours(report: Report) -> Mapping[str | None, str]:
    """One colour for each party on the whole sheet, and for the room (None)."""
    names = {each.party for measure in report.measures.values() for each in measure.parties}
    parties = zip(sorted(filter(None, names)), itertools.cycle(PARTIES), strict=False)
    return {None: ROOM, **dict(parties)}


def _curves(
    axis: "Axes",
    measure: Measure,
    found: Sequence[Wait],
    period: Period | None,
    colours: Mapping[str | None, str],
) -> None:
    """The share of each party that came within so many seconds, for any number of them."""
    inside = [wait for wait in found if period and period.has(wait.since)]
    end = max([2 * measure.within, *took(inside)]) * 1.1
    for figure in (*measure.parties, measure.room):
        mine = [wait for wait in inside if figure.party in (None, wait.party)]
        _curve(axis, figure, took(mine), end, colours[figure.party])
    axis.axvline(measure.within, color=NORM, linestyle="--", linewidth=1)
    axis.set_xscale("symlog", linthresh=1)
    axis.set_xlim(0, end)
    axis.set_ylim(0, 1.04)
    ticks = [tick for tick in (0, 1, 10, 60, 600, 3600, 36000) if tick < end]
    axis.set_xticks(ticks, [seconds(tick) for tick in ticks])
    axis.xaxis.minorticks_off()
    axis.set_yticks([0, 0.5, 1], ["0 %", "50 %", "100 %"])
    axis.grid(alpha=0.3)
    axis.set_title(
        f"{measure.title}, within so long (dashed: {seconds(measure.within)})", loc="left"
    )
    axis.legend(loc="center left", bbox_to_anchor=(1.0, 0.5), frameon=False)


def _curve(axis: "Axes", figure: Figure, came: Sequence[float], end: float, colour: str) -> None:
    """One step for each that came; what never came keeps the curve below 100 %."""
    whole = figure.share.denominator
    label = f"{figure.party or 'room'} {figure.share.numerator:,.0f} of {whole:,.0f}"
    if not whole:
        axis.plot([], [], color=colour, label=label)
        return
    level = [min(1.0, (n + 1) / whole) for n in range(len(came))]
    axis.step(
        [0, *came, end],
        [0, *level, level[-1] if level else 0],
        where="post",
        label=label,
        color=colour,
        linewidth=1.2 if figure.party else 2.2,
    )


def _lanes(axis: "Axes", availability: Availability, period: Period | None) -> None:
    """A lane for each party with a block: when it kept up, and when not."""
    from matplotlib.dates import ConciseDateFormatter  # noqa: PLC0415 - likewise

    axis.set_title(f"{availability.title} (red: degraded), UTC", loc="left")
    axis.set_yticks(
        range(len(availability.parties)),
        [f"{each.party} {percent(each.share)}" for each in availability.parties],
    )
    if period is None:
        axis.set_xticks([])
        return
    end = min(period.until, period.known)
    for row, each in enumerate(availability.parties):
        began = end - dt.timedelta(seconds=each.share.denominator)
        _bar(axis, row, began, end, UP)
        for outage in each.outages:
            _bar(axis, row, max(outage.begin, began), min(outage.end or end, end), DOWN)
    axis.set_xlim(period.since, end)
    axis.xaxis.set_major_formatter(ConciseDateFormatter(axis.xaxis.get_major_locator()))
    axis.invert_yaxis()


def _bar(axis: "Axes", row: int, begin: dt.datetime, end: dt.datetime, colour: str) -> None:
    axis.barh(row, end - begin, left=begin, height=0.7, color=colour)
