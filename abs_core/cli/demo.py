"""`abs demo`: a scenario through every layer, told while it happens, and then checked."""

import asyncio
import shutil
import tempfile
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, redirect_stderr
from pathlib import Path
from typing import Annotated

import typer
from abs_contracts.refusal import Refused
from rich.console import Console
from rich.text import Text

from abs_core import logs
from abs_core.adapters.clock import SystemClock
from abs_core.adapters.ids import TimeIds
from abs_core.cli import demo_screen, screen
from abs_core.cli.options import Json
from abs_core.cli.signals import until_told
from abs_core.scenario import files, play
from abs_core.scenario.model import Scenario
from abs_core.scenario.recording import Recording, Told
from abs_core.scenario.report import report
from abs_core.supervisor import System

DEFAULT = "new-years-night"
Speed = Annotated[
    float, typer.Option(min=0.1, max=100, help="How many times as fast; 10 for a quick check.")
]
Kept = Annotated[
    Path | None,
    typer.Option("--data", help="Keep what happened in this folder. Default: a temporary one."),
]
Without = Annotated[
    list[str] | None,
    typer.Option(metavar="PARTY", help="Leave the block of this party out; can be repeated."),
]


def demo(
    scenario: Annotated[
        str, typer.Option(help="A scenario of `abs scenario list`, or a YAML file.")
    ] = DEFAULT,
    speed: Speed = 1.0,
    data: Kept = None,
    without: Without = None,
    json: Json = False,
) -> None:
    """Play a scenario through every layer, and check what each party saw.

    Starts a room of its own (broker, core, blocks) and stops it again. All desks,
    units and alerts are simulated. Exit code 1 when a check does not hold.
    """
    perform(scenario, speed=speed, data=data, left_out=without or (), json=json)


def perform(
    scenario: str, *, speed: float, data: Path | None, left_out: Collection[str], json: bool
) -> None:
    """Play this scenario for whoever watches. Raises Refused, or Exit when a check fails."""
    story = play.without(files.read(scenario), left_out)
    console = Console(quiet=True) if json else demo_screen.console()
    with _folder(data) as folder:
        console.print(demo_screen.header(story))
        recording, told = _played(story, folder, speed, console)
        result = report(scenario, recording, told)
        if json:
            screen.document(result)
        console.print("", demo_screen.figures(result), "", demo_screen.checks(result), "", sep="\n")
        if not result.ok:
            kept = f"The logs, the feeds and the journals are kept in {folder}"
            Console(stderr=True, highlight=False).print(Text(kept, style="bold red"))
            raise typer.Exit(1)
        # Not wrapped: a command must stay whole to be copied.
        again = "abs demo" if scenario == DEFAULT else f"abs scenario run {scenario}"
        console.print(demo_screen.commands(result, data, again), soft_wrap=True)


@contextmanager
def _folder(chosen: Path | None) -> Iterator[Path]:
    """The data folder; a temporary one goes, unless it is the evidence of a failure."""
    folder = chosen or Path(tempfile.mkdtemp(prefix="abs-demo-"))
    keep = chosen is not None
    try:
        _log_into(folder / "logs" / "demo.log")
        yield folder
    except typer.Exit as ending:
        keep = keep or ending.exit_code == 1
        raise
    except Refused as no:
        keep = keep or str(folder) in no.refusal.where
        raise
    finally:
        if not keep:
            shutil.rmtree(folder, ignore_errors=True)


def _log_into(path: Path) -> None:
    """What our own process logs goes to a file: the terminal belongs to the story."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = path.open("a", buffering=1)
    except OSError as error:
        raise Refused(
            rule="DEMO-001",
            what=f"the data folder cannot be used: {error.strerror}",
            where=str(path.parent),
            fix="name a folder that you may write in, or leave --data out",
        ) from None
    with redirect_stderr(file):
        logs.configure(role="demo")


# -- running -------------------------------------------------------------------


def _played(
    story: Scenario, folder: Path, speed: float, console: Console
) -> tuple[Recording, list[Told]]:
    """What was recorded, and what was told meanwhile. Raises Exit when it was stopped."""
    told: list[Told] = []
    recorded: list[Recording] = []

    def tell(each: Told) -> None:
        told.append(each)
        console.print(demo_screen.told(story, each))

    async def run() -> None:
        recorded.append(await _run(story, folder, speed, console, tell))

    ended = asyncio.run(until_told(run()))
    if ended is not None:
        console.print("Stopped before its end; nothing is left running.")
        raise typer.Exit(128 + ended)
    return recorded[0], told


async def _run(
    story: Scenario, folder: Path, speed: float, console: Console, tell: Callable[[Told], None]
) -> Recording:
    loop = asyncio.get_running_loop()
    began = loop.time()
    async with System(
        room=story.room, data=folder, parties=dict(play.parties(story, speed))
    ) as system:
        await system.ready()
        for child in system.children:
            if child.down:
                raise child.why_down()
        took, rate = loop.time() - began, story.pace * speed
        console.print(demo_screen.ready(story, took, rate))
        return await play.play(
            story, system, clock=SystemClock(), ids=TimeIds(), speed=speed, tell=tell
        )
