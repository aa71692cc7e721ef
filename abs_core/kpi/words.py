"""Shares and times as people read them, and what stands beside the figures."""

from collections.abc import Iterator

from abs_core.kpi.figures import COUNTED, Measure, Outcome, Report, Share


def percent(share: Share) -> str:
    """A share; never rounded up to the whole of it."""
    if share.value is None:
        return "-"
    shown = f"{share.value * 100:.2f}"
    return f"{'99.99' if shown == '100.00' and share.value < 1 else shown} %"


def seconds(value: float) -> str:
    """A time in the unit that suits it."""
    if value < 0.001:
        return "<1 ms" if value else "0"
    if value < 1:
        return f"{value * 1000:.0f} ms"
    for size, unit in ((3600, "h"), (60, "min")):
        if value >= size * (2 if value % size else 1):
            return f"{value / size:.3g} {unit}"
    return f"{value:.3g} s"


def left_out(measure: Measure) -> str:
    """What is in no denominator of a measure, in words; empty for nothing."""
    counts = measure.room.outcomes
    others = (outcome for outcome in Outcome if outcome not in COUNTED and counts[outcome])
    return ", ".join(f"{counts[each]:,} {each.replace('_', ' ')}" for each in others)


def not_in_log(report: Report) -> Iterator[tuple[str, str]]:
    """What the log can not tell, by the title of the figure that it is about."""
    for measure in report.measures.values():
        yield measure.title, measure.not_in_log
    yield report.availability.title, report.availability.not_in_log
    if report.without_call:
        yield (
            "calls",
            f"when the call came in, of incidents opened by 112: {report.without_call:,}",
        )
    if report.unvouched:
        yield "records", f"what {report.unvouched:,} records said that no hash chain vouches for"
