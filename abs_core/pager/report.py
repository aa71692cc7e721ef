"""The report of a replay: one page of HTML that needs nothing else."""

import datetime as dt
from collections.abc import Iterable, Sequence
from html import escape

from abs_core.pager import charts
from abs_core.pager.charts import Lane, Span
from abs_core.pager.outcomes import CHANGES, Outcome, Taken
from abs_core.pager.record import Difference, Recorder, Story
from abs_core.pager.replay import Driven
from abs_core.pager.summary import Summary

KINDS = ("opened", "changed", "other", "not understood")
LANES = 24
STYLE = """
:root{color-scheme:light;--ink:#1f2430;--soft:#5c6577;--line:#dde1e8;--paper:#fff}
body{font:15px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper);margin:2rem auto;
max-width:1080px;padding:0 1rem}
h1{font-size:1.6rem;margin:0 0 .2rem}
h2{font-size:1.15rem;margin:2.2rem 0 .6rem}
p.lead{color:var(--soft);margin:0 0 1rem}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(130px,1fr));gap:.7rem}
.tile{border:1px solid var(--line);border-radius:8px;padding:.6rem .8rem}
.tile b{display:block;font-size:1.4rem;font-variant-numeric:tabular-nums}
.tile span{color:var(--soft)}
table{border-collapse:collapse;width:100%;font-size:.88rem}
th,td{text-align:left;padding:.25rem .6rem .25rem 0;border-bottom:1px solid var(--line);
vertical-align:top}
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}
td.t{white-space:nowrap}
code{font:.85em ui-monospace,monospace;overflow-wrap:anywhere}
details{border-bottom:1px solid var(--line);padding:.35rem 0}
summary{cursor:pointer}
summary small{color:var(--soft)}
svg{width:100%;height:auto;font:11px system-ui,sans-serif}
svg text{fill:var(--soft);text-anchor:middle}
svg text.end{text-anchor:end}
svg text.on{fill:#fff;font-weight:600}
svg .tick{stroke:var(--line)}
svg a text{fill:#1d4f91}
svg .grip{fill:#1d4f91;stroke:#fff}
.legend{margin:.2rem 0;color:var(--soft);font-size:.85rem}
.key{margin-right:1rem}
.key i{display:inline-block;width:.8em;height:.8em;border-radius:2px;margin-right:.35em}
.inferred td{color:var(--soft);font-style:italic}
"""


def page(end: Summary, record: Recorder, driven: Driven) -> str:
    """The whole report as HTML."""
    stories = record.biggest()
    parts = [
        f"<h1>What was dispatched, by {escape(end.file)}</h1>",
        '<p class="lead">A reconstruction from pager messages. A page stands for the decision of a '
        "desk; releases and closings are inferred by named rules. Nobody was alerted by this.</p>",
        _tiles(end),
        "<h2>Messages over time</h2>",
        charts.bars(_kinds(record), KINDS) + charts.legend(KINDS),
        "<h2>The largest incidents: scale-ups over time</h2>",
        charts.lanes([_lane(story) for story in _scaled(stories)])
        + charts.legend(("klein", "middel", "groot", "zeer-groot"))
        + '<p class="legend">A blue disc is a change of GRIP, with its level.</p>',
        _outcomes(end),
        f"<h2>Incidents</h2><p>{end.incidents:,} incidents and {end.units:,} units; "
        f"the {len(stories)} that took most are told here, a line for each page.</p>",
        *(_story(story) for story in stories),
        _advice(end, record.differences),
        _inferred(end),
        _unknown(record.unknown, end.outcomes[Outcome.UNKNOWN.value]),
        _room(driven),
    ]
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>Pager replay: {escape(end.file)}</title><style>{STYLE}</style></head>"
        f"<body>{''.join(parts)}</body></html>\n"
    )


def _tiles(end: Summary) -> str:
    tiles = (
        ("messages read", end.read),
        ("incidents", end.incidents),
        ("changes", end.changed),
        ("repeats", end.outcomes[Outcome.REPEAT.value]),
        ("units", end.units),
        ("not understood", end.outcomes[Outcome.UNKNOWN.value]),
    )
    inside = "".join(
        f'<div class="tile"><b>{count:,}</b><span>{escape(name)}</span></div>'
        for name, count in tiles
    )
    return f'<div class="tiles">{inside}</div>'


def _kinds(record: Recorder) -> dict[dt.datetime, dict[str, int]]:
    names = {Outcome.OPENED: "opened", Outcome.UNKNOWN: "not understood"}
    names |= dict.fromkeys(CHANGES, "changed")
    hours: dict[dt.datetime, dict[str, int]] = {}
    for hour, counts in record.hours.items():
        for outcome, count in counts.items():
            kind = names.get(outcome, "other")
            hours.setdefault(hour, {})[kind] = hours.get(hour, {}).get(kind, 0) + count
    return hours


def _scaled(stories: Sequence[Story]) -> list[Story]:
    most = sorted(stories, key=lambda story: story.weight, reverse=True)[:LANES]
    return sorted(most, key=lambda story: story.at)


def _lane(story: Story) -> Lane:
    """An incident's levels from page to page, until its last line."""
    level, since = "klein", story.at
    spans: list[Span] = []
    marks: list[tuple[dt.datetime, str]] = []
    for line in story.lines:
        for change in line.changes:
            what, _, value = change.rpartition(" ")
            if what.startswith("GRIP"):
                marks.append((line.at, value))
            elif what.startswith("ops-") and value in charts.COLOURS:
                spans.append(Span(since, line.at, level))
                level, since = value, line.at
    last = max((each.at for each in story.lines if each.outcome != "inferred"), default=story.at)
    spans.append(Span(since, last, level))
    return Lane(story.title, f"i-{story.id[:12]}", spans, marks)


def _outcomes(end: Summary) -> str:
    rows = ((name.replace("_", " "), f"{count:,}") for name, count in end.outcomes.items() if count)
    skipped = f"<p>{end.skipped:,} lines hold no message.</p>" if end.skipped else ""
    table = _table(("outcome", "messages"), rows, numbers={1})
    return f"<h2>What became of each message</h2>{table}{skipped}"


def _story(story: Story) -> str:
    rows = "".join(
        f'<tr{" class=inferred" if line.outcome == "inferred" else ""}><td class="t">'
        f"{line.at:%d-%m %H:%M:%S}</td><td>{escape(line.outcome.replace('_', ' '))}</td>"
        f"<td>{escape('; '.join(line.changes))}</td><td><code>{escape(line.text)}</code></td>"
        f"<td>{escape(line.rule)}</td></tr>"
        for line in story.lines
    )
    size = f"{len(story.units)} units, {len(story.lines)} lines"
    size += f", GRIP {story.grip}" if story.grip else ""
    size += f", {story.level}" if story.level else ""
    chart = charts.lanes([_lane(story)]) if story.weight[1] > 1 else ""
    head = "<tr><th>time<th>outcome<th>change<th>page<th>rule</tr>"
    return (
        f'<details id="i-{story.id[:12]}"><summary>{story.at:%d-%m %H:%M} {escape(story.title)} '
        f"<small>{escape(size)}</small></summary>{chart}<table>{head}{rows}</table></details>"
    )


def _advice(end: Summary, differences: Sequence[Difference]) -> str:
    if not end.advice:
        return ""
    verdicts = ((name.replace("_", " "), f"{count:,}") for name, count in end.advice.items())
    rows = (
        (
            f"{each.at:%d-%m %H:%M:%S}",
            str(each.line),
            _kinds_listed(each.advice.proposed),
            _kinds_listed(each.advice.sent),
            each.advice.why,
        )
        for each in differences
    )
    return (
        "<h2>The block as adviser</h2><p>For every page that sends units the fire block was asked "
        "what it would propose. Kinds of vehicle are compared; <i>none</i> is where its table has "
        "no row for the class, or everything it wants is there.</p>"
        + _table(("proposal beside page", "pages"), verdicts, numbers={1})
        + f"<details><summary>The first {len(differences)} that differ</summary>"
        + _table(("time", "line", "proposed", "page sent", "why"), rows)
        + "</details>"
    )


def _kinds_listed(kinds: dict[str, int]) -> str:
    return ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items())) or "nothing"


def _inferred(end: Summary) -> str:
    rows = ((what, f"{count:,}") for what, count in end.inferred.items())
    return "<h2>Inferred by rule</h2>" + _table(("what: rule", "times"), rows, numbers={1})


def _unknown(unknown: Sequence[Taken], count: int) -> str:
    rows = (
        (f"{each.at:%d-%m %H:%M:%S}", str(each.line), each.text, each.reason, str(each.where))
        for each in unknown
    )
    table = _table(("time", "line", "message", "reason", "from character"), rows)
    more = f"<p>The first {len(unknown)} of {count:,}.</p>" if count > len(unknown) else ""
    return f"<h2>Not understood</h2>{table if unknown else '<p>Nothing.</p>'}{more}"


def _room(driven: Driven) -> str:
    rows = [
        ("commands accepted", f"{driven.sent:,}"),
        ("in the log already", f"{driven.there_already:,}"),
        ("without a party in the room", f"{driven.without_party:,}"),
        ("outcome unknown", f"{driven.unknown:,}"),
        *((f"refused, {rule}", f"{count:,}") for rule, count in driven.refused.items()),
        ("every feed and block kept up", "yes" if driven.kept_up else "no"),
    ]
    return "<h2>In the room</h2>" + _table(("what", ""), rows, numbers={1})


def _table(
    head: Sequence[str],
    rows: Iterable[Sequence[str]],
    numbers: frozenset[int] | set[int] = frozenset(),
) -> str:
    def cell(tag: str, index: int, text: str) -> str:
        mark = ' class="n"' if index in numbers else ""
        return f"<{tag}{mark}>{escape(text)}</{tag}>"

    top = "".join(cell("th", n, text) for n, text in enumerate(head))
    body = "".join(
        f"<tr>{''.join(cell('td', n, text) for n, text in enumerate(row))}</tr>" for row in rows
    )
    return f"<table><tr>{top}</tr>{body}</table>"
