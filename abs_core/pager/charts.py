"""Charts as inline SVG: no script, no font and no picture from elsewhere."""

import datetime as dt
from collections.abc import Mapping, Sequence
from html import escape
from typing import NamedTuple

WIDTH = 1040
LEFT = 250
ROW = 20
COLOURS = {
    "opened": "#b3392f",
    "changed": "#d98e04",
    "other": "#8a94a6",
    "not understood": "#1f2430",
    "klein": "#e8b7a5",
    "middel": "#d98e04",
    "groot": "#b3392f",
    "zeer-groot": "#6d1410",
}
MOST_BARS = 400


class Span(NamedTuple):
    """A stretch of a lane: from, until, and what colours it."""

    begin: dt.datetime
    end: dt.datetime
    level: str


class Lane(NamedTuple):
    """An incident over time; `marks` are the moments at which GRIP became what it says."""

    label: str
    link: str
    spans: Sequence[Span]
    marks: Sequence[tuple[dt.datetime, str]]


def bars(hours: Mapping[dt.datetime, Mapping[str, int]], kinds: Sequence[str]) -> str:
    """Messages over time, stacked by kind; hours are joined where there are very many."""
    if not hours:
        return ""
    begin, end = min(hours), max(hours)
    span = max(1, int((end - begin).total_seconds() // 3600) + 1)
    width = -(-span // MOST_BARS)  # hours in one bar
    columns: dict[int, dict[str, int]] = {}
    for hour, counts in hours.items():
        column = columns.setdefault(int((hour - begin).total_seconds() // 3600) // width, {})
        for kind, count in counts.items():
            column[kind] = column.get(kind, 0) + count
    top = max(sum(column.values()) for column in columns.values())
    height, step = 180, (WIDTH - 60) / (span // width + 1)
    shapes = []
    for index, column in sorted(columns.items()):
        base = float(height)
        when = begin + dt.timedelta(hours=index * width)
        title = ", ".join(f"{column[k]} {k}" for k in kinds if column.get(k))
        parts = []
        for kind in kinds:
            size = column.get(kind, 0) / top * (height - 20)
            if size:
                base -= size
                parts.append(
                    f'<rect x="{50 + index * step:.1f}" y="{base:.1f}" '
                    f'width="{max(step - 0.4, 0.6):.1f}" height="{size:.1f}" '
                    f'fill="{COLOURS[kind]}"/>'
                )
        shapes.append(
            f"<g><title>{when:%d-%m-%Y %H:%M}: {escape(title)}</title>{''.join(parts)}</g>"
        )
    axis = _days(begin, begin + dt.timedelta(hours=span), 50, WIDTH - 10, height)
    scale = "".join(
        f'<text x="44" y="{y}" class="end">{count}</text>' for y, count in ((28, top), (height, 0))
    )
    per = "an hour" if width == 1 else f"{width} hours"
    return _svg(
        height + 24, f"Messages per {per.replace('an ', '')}", scale + "".join(shapes) + axis
    )


def lanes(rows: Sequence[Lane]) -> str:
    """Incidents under each other, coloured by operational level, GRIP where it changed."""
    if not rows:
        return ""
    begin = min(span.begin for row in rows for span in row.spans)
    end = max(span.end for row in rows for span in row.spans)
    whole = max(1.0, (end - begin).total_seconds())

    def x(at: dt.datetime) -> float:
        return LEFT + (at - begin).total_seconds() / whole * (WIDTH - LEFT - 20)

    shapes = []
    for number, row in enumerate(rows):
        y = 8 + number * ROW
        label = row.label if len(row.label) < 35 else row.label[:33] + "…"
        shapes.append(
            f'<a href="#{row.link}"><text x="{LEFT - 8}" y="{y + 12}" class="end">{escape(label)}'
            f"<title>{escape(row.label)}</title></text></a>"
        )
        for span in row.spans:
            wide = max(2.0, x(span.end) - x(span.begin))
            shapes.append(
                f'<rect x="{x(span.begin):.1f}" y="{y + 2}" width="{wide:.1f}" height="{ROW - 7}" '
                f'fill="{COLOURS[span.level]}"><title>{escape(span.level)}, '
                f"{span.begin:%d-%m %H:%M} to {span.end:%d-%m %H:%M}</title></rect>"
            )
        shapes += [
            f"<g><title>GRIP {grip}, {at:%d-%m %H:%M:%S}</title>"
            f'<circle cx="{x(at):.1f}" cy="{y + 8}" r="7" class="grip"/>'
            f'<text x="{x(at):.1f}" y="{y + 12}" class="on">{grip}</text></g>'
            for at, grip in row.marks
        ]
    height = 14 + len(rows) * ROW
    return _svg(
        height + 24,
        "Incidents over time, by level and GRIP",
        "".join(shapes) + _days(begin, end, LEFT, WIDTH - 20, height),
    )


def legend(kinds: Sequence[str]) -> str:
    keys = (
        f'<span class="key"><i style="background:{COLOURS[k]}"></i>{escape(k)}</span>'
        for k in kinds
    )
    return f'<p class="legend">{"".join(keys)}</p>'


def _days(begin: dt.datetime, end: dt.datetime, left: float, right: float, y: int) -> str:
    """Ticks at midnight, or at full hours when it was less than three days."""
    whole = max(1.0, (end - begin).total_seconds())
    hours = whole / 3600
    every = next((n for n in (1, 3, 6, 12, 24) if hours / n <= 14), 24 * (int(hours / 24 / 14) + 1))
    at = begin.replace(minute=0, second=0, microsecond=0)
    ticks = []
    while at <= end:
        since = at.hour if every < 24 else at.hour + 24 * (at.date() - begin.date()).days
        if at >= begin and since % every == 0:
            x = left + (at - begin).total_seconds() / whole * (right - left)
            text = f"{at:%d-%m}" if every >= 24 or at.hour == 0 else f"{at:%H:%M}"
            ticks.append(
                f'<path d="M{x:.1f} 0V{y}" class="tick"/>'
                f'<text x="{x:.1f}" y="{y + 16}">{text}</text>'
            )
        at += dt.timedelta(hours=1)
    return "".join(ticks)


def _svg(height: int, title: str, inside: str) -> str:
    return (
        f'<svg viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{escape(title)}">'
        f"{inside}</svg>"
    )
