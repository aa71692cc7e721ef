"""The figures as one page of HTML that needs nothing else, with the picture in it."""

from collections.abc import Iterable, Sequence
from html import escape

from abs_core.kpi.figures import Outcome, Report
from abs_core.kpi.words import not_in_log, percent, seconds

STYLE = """
body{font:15px/1.5 system-ui,sans-serif;color:#1f2430;margin:2rem auto;
max-width:1000px;padding:0 1rem}
h1{font-size:1.6rem;margin:0}
h2{font-size:1.15rem;margin:2rem 0 .5rem}
p,dd{color:#5c6577;margin:0 0 .6rem}
table{border-collapse:collapse;width:100%;font-size:.9rem;font-variant-numeric:tabular-nums}
th,td{text-align:right;padding:.25rem .6rem .25rem 0;border-bottom:1px solid #dde1e8}
th:first-child,td:first-child{text-align:left}
svg{width:100%;height:auto}
"""


def page(report: Report, picture: bytes) -> str:
    """The whole page; `picture` is an SVG document."""
    period = report.period
    when = (
        f"{period.since:%d-%m-%Y %H:%M:%S} to {period.known:%d-%m-%Y %H:%M:%S} UTC"
        if period
        else "an empty log"
    )
    svg = picture.decode()
    parts = [
        f"<h1>Room {escape(report.room)}</h1><p>{when}: {report.incidents:,} incidents, "
        f"{report.records:,} records; {report.exercises:,} exercises left out.</p>",
        svg[svg.index("<svg") :],
        "<h2>Within the time</h2>",
        _table(("", "within", "share", "in time", "of", *_outcomes(), "p50", "max"), _rows(report)),
        "<h2>Blocks</h2>",
        _table(("party", "share", "outages"), _blocks(report)),
        "<h2>What each means</h2>",
        _list((m.title, f"{m.means}. Source: {m.source}") for m in report.measures.values()),
        "<h2>Not in the log</h2>",
        _list(not_in_log(report)),
    ]
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f"<title>Figures of room {escape(report.room)}</title><style>{STYLE}</style></head>"
        f"<body>{''.join(parts)}</body></html>\n"
    )


def _outcomes() -> list[str]:
    return [outcome.value.replace("_", " ") for outcome in Outcome if outcome != Outcome.IN_TIME]


def _rows(report: Report) -> Iterable[Sequence[str]]:
    for measure in report.measures.values():
        for figure in (measure.room, *measure.parties):
            share, took = figure.share, figure.seconds
            yield (
                f"· {figure.party}" if figure.party else measure.title,
                seconds(measure.within),
                percent(share),
                f"{share.numerator:,.0f}",
                f"{share.denominator:,.0f}",
                *(f"{figure.outcomes[each]:,}" for each in Outcome if each != Outcome.IN_TIME),
                seconds(took.p50) if took else "-",
                seconds(took.max) if took else "-",
            )


def _blocks(report: Report) -> Iterable[Sequence[str]]:
    for each in report.availability.parties:
        outages = "; ".join(
            f"{outage.begin:%d-%m %H:%M:%S} to "
            f"{f'{outage.end:%d-%m %H:%M:%S}' if outage.end else 'now'}, {outage.reason}"
            for outage in each.outages
        )
        yield each.party, percent(each.share), outages or "none"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    def row(tag: str, cells: Iterable[str]) -> str:
        return f"<tr>{''.join(f'<{tag}>{escape(cell)}</{tag}>' for cell in cells)}</tr>"

    return f"<table>{row('th', head)}{''.join(row('td', cells) for cells in rows)}</table>"


def _list(items: Iterable[tuple[str, str]]) -> str:
    inside = "".join(f"<dt>{escape(name)}</dt><dd>{escape(text)}</dd>" for name, text in items)
    return f"<dl>{inside}</dl>"
