"""`abs kpi`: the pilots' figures, from the log of a room that runs or of one that ran."""

import asyncio
import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer
from abs_contracts.refusal import Refused
from rich.console import Console
from rich.table import Table
from rich.text import Text

from abs_core.adapters.clock import SystemClock
from abs_core.application.log import Entry, RoomLog, vouched
from abs_core.cli import rooms, screen
from abs_core.cli.options import Data, Json
from abs_core.domain.chain import GENESIS
from abs_core.kpi.definitions import INFORMED, PICK_UP, TRANSFER
from abs_core.kpi.figures import Asked, Measure, Outcome, Report, figures
from abs_core.kpi.page import page
from abs_core.kpi.plot import FORMATS, picture
from abs_core.kpi.words import left_out, not_in_log, percent, seconds
from abs_core.ports import Record, Stream


def kpi(
    data: Data = None,
    since: Annotated[
        str | None, typer.Option(help="Only what began at this time or later.")
    ] = None,
    until: Annotated[str | None, typer.Option(help="Only what began before this time.")] = None,
    pick_up: Annotated[
        float | None, typer.Option(min=0, help="Seconds within which a 112 call is picked up.")
    ] = None,
    transfer: Annotated[
        float | None, typer.Option(min=0, help="Seconds within which a hand-over is taken up.")
    ] = None,
    informed: Annotated[
        float | None, typer.Option(min=0, help="Seconds within which a party is informed.")
    ] = None,
    json: Json = False,
    plot: Annotated[
        Path | None, typer.Option(help="Write a picture (.svg, .png) or page (.html) to this file.")
    ] = None,
) -> None:
    """Show the pilots' figures from the log: pick-up, hand-over, informing, availability."""
    form = _form(plot) if plot else ""
    within = {PICK_UP: pick_up, TRANSFER: transfer, INFORMED: informed}
    asked = Asked(
        since=_moment("--since", since),
        until=_moment("--until", until),
        within={name: value for name, value in within.items() if value is not None},
    )
    if asked.since and asked.until and asked.since >= asked.until:
        raise _refused("CLI-030", "the period ends before it begins", "--until", "give a later one")
    report, entries = asyncio.run(_read(rooms.data_folder(data), asked))
    if plot:
        _write(plot, report, entries, form)
    if json:
        screen.document(report)
    else:
        show(screen.console(), report)


async def _read(data: Path, asked: Asked) -> tuple[Report, list[Entry]]:
    async with rooms.readable(data) as room:
        if room.operator is not None:
            asked = asked._replace(now=SystemClock().now())
        entries, unvouched = await whole(room.log, room.name)
    return figures(room.name, entries, asked, unvouched=unvouched), entries


async def whole(log: Stream, room: str) -> tuple[list[Entry], int]:
    """The entries of a whole log in its order, and how many records no chain vouches for."""
    subjects: dict[str, list[Record]] = {}
    for subject in RoomLog.subjects(room):
        for record in await log.read(subject):
            subjects.setdefault(record.subject, []).append(record)
    entries = [entry for records in subjects.values() for entry in vouched(records, GENESIS)]
    unvouched = sum(map(len, subjects.values())) - len(entries)
    return sorted(entries, key=lambda entry: entry.seq), unvouched


# -- what is asked for -----------------------------------------------------------


def _moment(option: str, said: str | None) -> dt.datetime | None:
    """A time as a person writes it: local, unless it says otherwise. Raises Refused."""
    if said is None:
        return None
    try:
        return dt.datetime.fromisoformat(said).astimezone()
    except (ValueError, OverflowError):
        fix = "write it as 2026-01-01, 2026-01-01T02:42 or 2026-01-01T02:42:00+01:00"
        raise _refused("CLI-030", f"{said!r} is not a time", option, fix) from None


def _form(plot: Path) -> str:
    """The kind of file that is asked for. Raises Refused before any work is done."""
    form = plot.suffix.lower().removeprefix(".")
    if form not in (*FORMATS, "html"):
        fix = "give a name that ends in .svg, .png or .html"
        raise _refused("CLI-031", f"{plot.name!r} is no kind of picture", "--plot", fix)
    if find_spec("matplotlib") is None:
        fix = "install matplotlib, the extra `plot` of abs-core; --json has the figures without it"
        raise _refused("CLI-032", "what draws pictures is not installed", "--plot", fix)
    return form


def _write(plot: Path, report: Report, entries: Sequence[Entry], form: str) -> None:
    drawn = picture(report, entries, "svg" if form == "html" else form)
    try:
        plot.write_bytes(page(report, drawn).encode() if form == "html" else drawn)
    except OSError as error:
        what = f"the picture cannot be written: {error.strerror}"
        fix = "name a file in a folder that you may write in"
        raise _refused("CLI-033", what, str(plot), fix) from None


def _refused(rule: str, what: str, where: str, fix: str) -> Refused:
    return Refused(rule=rule, what=what, where=where, fix=fix)


# -- what is shown ---------------------------------------------------------------


def show(console: Console, report: Report) -> None:
    if report.period is None:
        console.print(f"The log of room {report.room} is empty: there is nothing to measure.")
        return
    console.print(_head(report), _shares(report), "", _blocks(report), "", sep="\n")
    for line in _remarks(report):
        console.print(Text(line))
    console.print("\nNot in the log:", _beside(not_in_log(report)), sep="\n")


def _head(report: Report) -> str:
    """Of what the figures are, in two lines."""
    assert report.period is not None
    begin = report.period.since.astimezone()
    end = min(report.period.until, report.period.known).astimezone()
    to = f"{end:%H:%M:%S}" if begin.date() == end.date() else f"{end:%Y-%m-%d %H:%M:%S}"
    return (
        f"Room {report.room}, {begin:%Y-%m-%d %H:%M:%S} to {to}\n"
        f"Incidents: {report.incidents:,}; exercises, left out: {report.exercises:,}; "
        f"records: {report.records:,}\n"
    )


def _grid(*columns: str) -> Table:
    grid = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold cyan")
    for number, column in enumerate(columns):
        grid.add_column(column, no_wrap=True, justify="right" if number else "left")
    return grid


def _shares(report: Report) -> Table:
    grid = _grid("", "WITHIN", "SHARE", "IN TIME", "P50", "P90", "MAX")
    for measure in report.measures.values():
        for row in _rows(measure):
            grid.add_row(*row)
    return grid


def _rows(measure: Measure) -> Iterator[Sequence[Text]]:
    for figure in (measure.room, *measure.parties):
        share, took = figure.share, figure.seconds
        cells = (
            f"  {figure.party}" if figure.party else measure.title,
            "" if figure.party else seconds(measure.within),
            percent(share),
            f"{share.numerator:,.0f} of {share.denominator:,.0f}",
            *((seconds(each) for each in (took.p50, took.p90, took.max)) if took else "---"),
        )
        yield [Text(cell, style="" if figure.party else "bold") for cell in cells]


def _blocks(report: Report) -> Table:
    grid = _grid(report.availability.title, "SHARE", "UP", "OUTAGES")
    for each in report.availability.parties:
        whole = f"{seconds(each.share.numerator)} of {seconds(each.share.denominator)}"
        grid.add_row(f"  {each.party}", percent(each.share), whole, str(len(each.outages)))
    if not report.availability.parties:
        grid.add_row("  no party has a block", "-", "", "")
    return grid


def _remarks(report: Report) -> Iterator[str]:
    for measure in report.measures.values():
        if never := measure.room.outcomes[Outcome.NEVER]:
            yield f"{measure.title}: {never:,} never, or not by the end of the log"
        if others := left_out(measure):
            yield f"{measure.title}: not in the share: {others}"
    yield f"Longest time without a record: {seconds(report.availability.silence)}"


def _beside(said: Iterable[tuple[str, str]]) -> Table:
    """What stands beside the figures, wrapped to the width there is."""
    grid = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), show_header=False)
    grid.add_column(no_wrap=True)
    grid.add_column()
    for title, text in said:
        grid.add_row(Text(f"  {title}"), Text(text))
    return grid
