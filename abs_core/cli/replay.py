"""`abs replay p2000`: rebuilds, in a room, what was dispatched according to received pages."""

import asyncio
import datetime as dt
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr
from importlib import resources
from pathlib import Path
from typing import Annotated, NamedTuple

import typer
from abs_contracts.refusal import Refused
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from abs_core import logs
from abs_core.cli import screen
from abs_core.cli.replay_room import stage
from abs_core.cli.signals import until_told
from abs_core.pager import report as reports
from abs_core.pager.outcomes import Taken
from abs_core.pager.readers import PagerFile
from abs_core.pager.reconstruct import Reconstruction
from abs_core.pager.replay import Replay
from abs_core.pager.summary import Summary, summary
from abs_core.pager.times import zone

EXAMPLE = Path(str(resources.files("abs_core.pager").joinpath("data/example-night.txt")))
"""An invented night, for who has no file."""

replay = typer.Typer(no_args_is_help=True, rich_markup_mode=None)


@replay.callback()
def _replay() -> None:
    """Rebuild what was dispatched, in a room."""


@replay.command("p2000")
def p2000(
    file: Annotated[
        Path,
        typer.Argument(
            help="Received pages: lines, table rows, GeoJSON, multimon, PDW; or `example`."
        ),
    ],
    speed: Annotated[str, typer.Option(help="How many times as fast as it was, or max.")] = "max",
    json: Annotated[
        bool, typer.Option("--json", help="Print a JSON line for each message, and one at the end.")
    ] = False,
    report: Annotated[
        Path | None, typer.Option(help="Write a page (HTML) about it to this file.")
    ] = None,
    data: Annotated[
        Path | None,
        typer.Option(help="A room's folder: one that runs is driven, else one is started on it."),
    ] = None,
    state: Annotated[
        bool, typer.Option("--state", help="End with a digest of what the room holds of it.")
    ] = False,
    start: Annotated[
        str, typer.Option(help="When the first line was sent, for a file that says no times.")
    ] = "2000-01-01T00:00:00",
) -> None:
    """Rebuild what was dispatched from the pages in FILE.

    A page stands for the decision of a desk; the fire block runs beside it as adviser.
    Nothing is sent to anybody. The same file again changes nothing.
    """
    rate = _speed(speed)
    console = Console(stderr=True, quiet=json and not Console(stderr=True).is_terminal)
    pages = PagerFile(EXAMPLE if file == Path("example") else file, _start(start))
    with _folder(data) as folder, _progress(console, len(pages)) as step:
        made = _made(pages, folder, rate, step, json=json, digest=state)
    if json:
        screen.document(made.summary, pretty=False)
    else:
        _show(made.summary)
    if report is not None:
        _write(report, reports.page(made.summary, made.replay.record, made.replay.driven))


class _Made(NamedTuple):
    summary: Summary
    replay: Replay


def _made(
    pages: PagerFile,
    folder: Path,
    speed: float | None,
    step: Callable[[], None],
    *,
    json: bool,
    digest: bool,
) -> _Made:
    """The whole replay. Raises Exit when it was stopped."""
    done: list[_Made] = []

    def told(taken: Taken) -> None:
        step()
        if json:
            screen.document(taken, pretty=False)

    async def run() -> None:
        async with stage(folder, pages.disciplines) as room:
            began = time.monotonic()
            fold = Reconstruction(pages.name)
            work = Replay(room, fold, told)
            await work.run(pages.messages(), speed, digest=digest)
            took = time.monotonic() - began
            end = summary(pages, work.record, work.driven, open_at_end=len(fold.open), seconds=took)
            done.append(_Made(end, work))

    ended = asyncio.run(until_told(run(), again=True))
    if ended is not None or not done:
        Console(stderr=True).print("Stopped before its end; run it again to go on.")
        raise typer.Exit(128 + (ended or 0))
    return done[0]


@contextmanager
def _folder(chosen: Path | None) -> Iterator[Path]:
    folder = chosen or Path(tempfile.mkdtemp(prefix="abs-replay-"))
    try:
        path = folder / "logs"
        path.mkdir(parents=True, exist_ok=True)
        with redirect_stderr((path / "replay.log").open("a", buffering=1)):
            logs.configure(role="replay")
        yield folder
    except OSError as error:
        raise Refused(
            rule="PAGER-004",
            what=f"the data folder cannot be used: {error.strerror}",
            where=str(folder),
            fix="name a folder that you may write in, or leave --data out",
        ) from None
    finally:
        if chosen is None:
            shutil.rmtree(folder, ignore_errors=True)


# -- what goes in and what is shown --------------------------------------------------


def _speed(said: str) -> float | None:
    if said == "max":
        return None
    try:
        speed = float(said)
    except ValueError:
        speed = 0.0
    if not 0 < speed < float("inf"):
        raise Refused(
            rule="PAGER-005",
            what=f"{said!r} is not a speed",
            where="--speed",
            fix="give a number above 0, such as 60, or max",
        )
    return speed


def _start(said: str) -> dt.datetime:
    try:
        at = dt.datetime.fromisoformat(said)
    except ValueError:
        raise Refused(
            rule="PAGER-006",
            what=f"{said!r} is not a time",
            where="--start",
            fix="write it as 2020-01-01T00:00:00",
        ) from None
    return at if at.tzinfo else at.replace(tzinfo=zone())


@contextmanager
def _progress(console: Console, total: int) -> Iterator[Callable[[], None]]:
    """A bar on standard error, where that is a terminal."""
    columns = (TextColumn("pages"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task("pages", total=total)
        yield lambda: bar.advance(task)


def _show(end: Summary) -> None:
    console = screen.console()
    table = Table(box=None, pad_edge=False)
    table.add_column("outcome")
    table.add_column("messages", justify="right")
    for outcome, count in end.outcomes.items():
        if count:
            table.add_row(outcome.replace("_", " "), f"{count:,}")
    table.add_row("read", f"{end.read:,}", style="bold")
    console.print(table)
    driven = end.commands
    console.print(
        f"{end.incidents:,} incidents, {end.units:,} units; {driven.sent:,} commands accepted, "
        f"{driven.there_already:,} there already, {sum(driven.refused.values()):,} refused; "
        f"{end.seconds:.1f} s"
    )
    if driven.state:
        console.print(f"State: {driven.state}")
    for line in driven.first_refusals:
        console.print(line)
    if end.advice:
        said = ", ".join(f"{what.replace('_', ' ')} {n:,}" for what, n in end.advice.items())
        console.print(f"The fire block beside it: {said}")


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, "utf-8")
    except OSError as error:
        raise Refused(
            rule="PAGER-007",
            what=f"the report cannot be written: {error.strerror}",
            where=str(path),
            fix="name a file in a folder that you may write in",
        ) from None
