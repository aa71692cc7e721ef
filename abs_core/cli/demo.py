"""`abs demo`: a scenario through every layer, told while it happens, and then checked."""

import shutil
import tempfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stderr
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from abs_contracts.refusal import Refused
from rich.console import Console
from rich.text import Text

from abs_core import logs
from abs_core.cli import demo_ambulance, demo_end, demo_screen, screen
from abs_core.cli.demo_ambulance import Ambulance, Compare
from abs_core.cli.demo_run import played
from abs_core.cli.options import Json
from abs_core.scenario import files, play
from abs_core.scenario.model import Scenario
from abs_core.scenario.outside import INSIDE, compared, prepared
from abs_core.scenario.report import Compared, Report, report

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
        str | None,
        typer.Option(
            help=f"A scenario of `abs scenario list`, or a YAML file.  [default: {DEFAULT}]"
        ),
    ] = None,
    speed: Speed = 1.0,
    data: Kept = None,
    without: Without = None,
    ambulance: Ambulance = None,
    compare: Compare = False,
    json: Json = False,
) -> None:
    """Play a scenario through every layer, and check what each party saw.

    Starts a room of its own (broker, core, blocks) and stops it again. All desks,
    units and alerts are simulated. Exit code 1 when a check does not hold.
    """
    modes = ambulance or ()
    chosen = demo_ambulance.scenario_of(scenario, modes, DEFAULT)
    wanted = Wanted(
        scenario=chosen,
        speed=speed,
        data=data,
        left_out=without or (),
        modes=modes,
        compare=compare,
        json=json,
    )
    perform(wanted)


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be played, and how; `modes` are those of `--ambulance`."""

    scenario: str
    speed: float
    data: Path | None
    left_out: Collection[str]
    modes: Sequence[str]
    compare: bool
    json: bool

    @property
    def again(self) -> str:
        """The command that plays it."""
        played = "abs demo" if self.scenario == DEFAULT else f"abs scenario run {self.scenario}"
        return " ".join([played, *(f"--ambulance {mode}" for mode in self.modes)])


def perform(wanted: Wanted) -> None:
    """Play it for whoever watches. Raises Refused, or Exit when a check fails."""
    story = play.without(files.read(wanted.scenario), wanted.left_out)
    there = demo_ambulance.cast(story, wanted.modes)
    if wanted.compare:
        demo_ambulance.comparable(story, there)
    console = Console(quiet=True) if wanted.json else demo_screen.console()
    with _folder(wanted.data) as folder:
        result = _result(wanted, story, there, folder, console)
        if wanted.json:
            screen.document(result)
        parts = demo_end.end(result)
        console.print("", *parts, "", sep="\n")
        if not result.ok:
            kept = f"The logs, the feeds and the journals are kept in {folder}"
            Console(stderr=True, highlight=False).print(Text(kept, style="bold red"))
            raise typer.Exit(1)
        # Not wrapped: a command must stay whole to be copied.
        console.print(demo_end.commands(result, wanted.data, wanted.again), soft_wrap=True)


def _result(
    wanted: Wanted, story: Scenario, there: Scenario, folder: Path, console: Console
) -> Report:
    """It played as it is asked for, and beside it with its blocks where that is asked for too."""
    outsides = prepared(there, folder, wanted.speed)
    titles = {party: system.title for party, system in outsides.systems.items()}
    console.print(demo_screen.header(there, titles))
    recording, told = played(there, outsides, folder, wanted.speed, console)
    beside: Mapping[str, Compared] = {}
    if wanted.compare:
        console.print(demo_end.beside())
        quiet = Console(quiet=True)
        other, _ = played(story, INSIDE, folder / "inside", wanted.speed, quiet)
        beside = compared(other, recording, outsides)
    return report(wanted.scenario, recording, told, outside=titles, compared=beside)


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
