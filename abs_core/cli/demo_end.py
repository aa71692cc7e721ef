"""The end of `abs demo`: what each party got, the checks, and what stood outside."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from rich.table import Table
from rich.text import Text

from abs_core.cli.demo_screen import colour
from abs_core.cli.sentences import printable
from abs_core.scenario.figures import Spread
from abs_core.scenario.report import Report
from abs_core.sdk import Where

SHORT = 44
"""Characters of a command that has room for words beside it; a longer one stands alone."""
SHOWN = 5
"""Differences of one party that are shown; all are in --json."""


def end(result: Report) -> Iterator[Table | Text]:
    """What each party got, what holds, and what was not done outside: parts with a line between."""
    yield figures(result)
    yield Text("")
    yield checks(result)
    if result.outside:
        yield Text("")
        yield elsewhere(result)
    if result.compared:
        yield Text("")
        yield equality(result)


def beside() -> Text:
    """That it is played once more."""
    return Text("\nThe same with every block inside, to compare …", style="dim")


def elsewhere(result: Report) -> Text:
    """Where the steps of parties were done that have their system outside, and why not there."""
    steps = [step for step in result.steps if step.where is not None]
    counts = Counter(step.where for step in steps)
    who = ", ".join(result.outside)
    head = f"Of {len(steps)} steps of {who}, {counts[Where.OUTSIDE]} were done outside"
    shown = Text(f"{head}, {counts[Where.ROOM]} by a desk in the room, ", style="bold")
    shown.append(f"{counts[Where.NOWHERE]} left out", style="bold")
    for where, word in ((Where.ROOM, "in the room"), (Where.NOWHERE, "left out")):
        why = Counter((step.type, step.why) for step in steps if step.where is where)
        for (kind, reason), many in sorted(why.items()):
            times = f" ({many} times)" if many > 1 else ""
            shown.append(f"\n  {word}: {kind}{times}, because {reason}")
    return shown


def equality(result: Report) -> Text:
    """Whether the others' feeds are those of the same story with every block inside."""
    shown = Text("Beside the same story with every block inside, as docs/bridge.md compares")
    for party, row in result.compared.items():
        if not row.differences:
            counted = f"equal ({row.outside} messages, {row.inside} inside)"
            shown.append("\n✓ ", style="green").append(f"{party}: {counted}")
            continue
        shown.append(f"\n✗ {party}: not equal ({len(row.differences)})", style="bold red")
        for each in row.differences[:SHOWN]:
            shown.append(f"\n  {printable(each)}")
    return shown


def figures(result: Report) -> Table:
    """What each party received, and how fast."""
    shown = Table(box=None, pad_edge=False, header_style="bold", title_style="bold")
    shown.add_column("What each party got")
    shown.add_column("whole", justify="right")
    shown.add_column("stubs", justify="right")
    shown.add_column("log to feed, ms", justify="right")
    shown.add_column("command to reply, ms", justify="right")
    shown.add_row("", "", "", *[Text("p50    p99    max", style="dim")] * 2)
    for party, row in result.parties.items():
        shown.add_row(
            Text(party, style=colour(party)),
            str(row.received.whole),
            str(row.received.stubs),
            _spread(row.log_to_feed),
            _spread(row.command_to_reply),
        )
    return shown


def _spread(spread: Spread | None) -> str:
    if spread is None:
        return "-"
    return " ".join(f"{ms:6.1f}" for ms in (spread.p50, spread.p99, spread.max))


def checks(result: Report) -> Text:
    """What holds, and what does not, with what was seen and where to look."""
    lines = []
    for check in result.checks:
        if check.ok:
            lines.append(Text.assemble(("✓ ", "green"), check.name, (f" ({check.detail})", "dim")))
        else:
            seen = f"✗ {check.name}: {check.detail}\n  look at {check.where}"
            lines.append(Text(seen, style="bold red"))
    return Text("\n").join(lines)


def commands(result: Report, chosen: Path | None, again: str) -> Text:
    """What to try now; `again` is the command that played it."""
    if chosen is None:
        rows = {
            f"{again} --data .abs": "the same, and keep what happened",
            "abs incident list --all": "then: the incidents of that room",
            "abs incident show ID --as police": "what one party saw of it",
            "abs up": "the room itself, from that log",
            "abs scenario list": "other stories, or write your own",
        }
        width = max(len(command) for command in rows if len(command) <= SHORT)
        lines = [
            f"{command:{width}}  {what}" if len(command) <= width else command
            for command, what in rows.items()
        ]
    else:
        option = "" if chosen == Path(".abs") else f" --data {chosen}"
        first = next(iter(result.incidents.values()), "ID")
        lines = [
            f"abs incident show {first}{option}",
            f"abs incident show {first} --as police{option}",
            f"abs up{option}",
        ]
    return Text("Next:\n" + "\n".join(f"  {line}" for line in lines))
