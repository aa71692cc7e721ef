"""`abs demo`: a scenario through every layer, told while it happens, and then checked."""

import asyncio
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, redirect_stderr
from pathlib import Path
from typing import Annotated

import typer
from abs_contracts.refusal import Refused
from rich.console import Console
from rich.table import Table
from rich.text import Text

from abs_core import logs
from abs_core.adapters.clock import SystemClock
from abs_core.adapters.ids import TimeIds
from abs_core.cli import screen
from abs_core.cli.options import Json
from abs_core.cli.sentences import printable
from abs_core.cli.signals import until_told
from abs_core.cli.story import sentence
from abs_core.scenario import files
from abs_core.scenario.figures import Spread
from abs_core.scenario.model import Scenario
from abs_core.scenario.play import parties, play
from abs_core.scenario.recording import Outcome, Received, Recording, Result, Told
from abs_core.scenario.report import Report, report
from abs_core.supervisor import System

COLUMNS = 80
FIRST = "first-incident"
COLOURS = {"fire": "red", "police": "blue", "ambulance": "yellow", "kmar": "cyan"}


def demo(
    scenario: Annotated[
        str, typer.Option(help="The name of a scenario that comes along, or a YAML file.")
    ] = FIRST,
    speed: Annotated[
        float, typer.Option(min=0.1, max=100, help="How many times as fast; 10 for a quick check.")
    ] = 1.0,
    data: Annotated[
        Path | None,
        typer.Option(help="Keep what happened in this folder. Default: a temporary one."),
    ] = None,
    json: Json = False,
) -> None:
    """Play a scenario through every layer, and check what each party saw.

    Starts a room of its own (broker, core, blocks) and stops it again. All desks,
    units and alerts are simulated. Exit code 1 when a check does not hold.
    """
    story = files.read(scenario)
    console = Console(quiet=True) if json else _console()
    told: list[Told] = []
    with _folder(data) as folder:
        console.print(_header(story))
        recorded: list[Recording] = []

        def tell(each: Told) -> None:
            told.append(each)
            console.print(_told(story, each))

        ended = asyncio.run(until_told(_run(story, folder, speed, console, tell, recorded)))
        if ended is not None:
            console.print("Stopped before its end; nothing is left running.")
            raise typer.Exit(128 + ended)
        result = report(scenario, recorded[0], told)
        if json:
            screen.document(result)
        console.print("", _figures(result), "", _checks(result), "", sep="\n")
        if not result.ok:
            kept = f"The logs, the feeds and the journals are kept in {folder}"
            Console(stderr=True, highlight=False).print(Text(kept, style="bold red"))
            raise typer.Exit(1)
        console.print(_next(result, data), soft_wrap=True)  # a command must stay whole


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


async def _run(
    story: Scenario,
    folder: Path,
    speed: float,
    console: Console,
    tell: Callable[[Told], None],
    recorded: list[Recording],
) -> None:
    loop = asyncio.get_running_loop()
    began = loop.time()
    system = System(room=story.room, data=folder, parties=dict(parties(story, speed)))
    async with system:
        await system.ready()
        for child in system.children:
            if child.down:
                raise child.why_down()
        names = [f"{p.block} block" for p in story.parties.values() if p.block]
        took, rate = loop.time() - began, story.pace * speed
        ready = f"Ready in {took:.1f} s: {', '.join(['broker', 'core', *names])}."
        console.print(Text(f"{ready} A second here is {rate:g} s of the story.\n", style="dim"))
        clock, ids = SystemClock(), TimeIds()
        recorded.append(await play(story, system, clock=clock, ids=ids, speed=speed, tell=tell))


# -- the story on the screen ---------------------------------------------------


def _console() -> Console:
    plain = Console(highlight=False)
    return plain if plain.is_terminal else Console(width=COLUMNS, highlight=False)


def _header(story: Scenario) -> Text:
    return Text.assemble(
        (story.title, "bold"), f": {story.summary}\n",
        ("Simulated desks, units and radio; nothing reaches a real alert or vehicle.", "yellow"),
    )  # fmt: skip


def _told(story: Scenario, told: Told) -> Table:
    """One moment: when, who and what; under it the outcome and who received what."""
    grid = Table.grid(padding=(0, 1))
    grid.add_column(width=6, no_wrap=True)
    grid.add_column(ratio=1)
    when = Text(f"{int(told.at) // 60:3}:{int(told.at) % 60:02}", style="dim")
    if told.step is None or told.outcome is None:
        grid.add_row(when, _by_others(told))
        return grid
    desk = story.desks[told.step.by]
    who = (f"{desk.party}, {desk.role}", f"bold {_colour(desk.party)}")
    grid.add_row(when, Text.assemble(who, f"  {told.step.say}"))
    grid.add_row("", _outcome(told.outcome, told.received))
    return grid


def _by_others(told: Told) -> Text:
    """What a block or the core wrote, in one line."""
    events = told.entry.events if told.entry else ()
    party = events[0].envelope.party or ""
    said = "; ".join(sentence(event) for event in events)
    return Text.assemble(
        (f"· {party} block  " if party else "· core  ", f"dim {_colour(party)}"),
        (f"{said} ", "dim"),
        _receivers(told.received),
    )


def _outcome(outcome: Outcome, received: Mapping[str, Received]) -> Text:
    ms = f"{outcome.seconds * 1000:.0f} ms"
    match outcome.result:
        case Result.ACCEPTED:
            warned = "".join(f" (warning: {each})" for each in outcome.warnings)
            return Text.assemble(("✓ ", "green"), f"{ms}{warned} ", _receivers(received))
        case Result.REFUSED if outcome.refusal:
            no = outcome.refusal
            return Text.assemble((f"✗ refused, {no.rule}: ", "bold red"), f"{no.what}; {no.fix}")
        case Result.ANSWERED:
            return Text.assemble(("✓ ", "green"), f"{ms}, the block: {_plain(outcome.answer)}")
        case Result.ARRIVED:
            return Text("✓ seen in its feed", style="green")
    return Text(f"✗ {outcome.result}", style="bold red")


def _receivers(received: Mapping[str, Received]) -> Text:
    if not received:
        return Text("→ nobody", style="dim")
    return Text("→ ").append(Text(" · ").join(_receiver(p, got) for p, got in received.items()))


def _receiver(party: str, got: Received) -> Text:
    many = f"{got.whole} messages" if got.whole > 1 else ""
    detail = ", ".join(each for each in (many, "stub" if got.stubs else "") if each)
    return Text(f"{party} ({detail})" if detail else party, style=_colour(party))


def _plain(value: object) -> str:
    """A block's answer in one line, whatever the block is."""
    if isinstance(value, dict):
        rows = (f"{key} {_plain(each)}" for key, each in value.items() if key != "incident")
        return "; ".join(rows)
    if isinstance(value, list):
        return ", ".join(_row(each) for each in value)
    return printable(str(value))


def _row(value: object) -> str:
    parts = value.values() if isinstance(value, dict) else (value,)
    return " ".join(dict.fromkeys(_plain(each) for each in parts))


def _colour(party: str) -> str:
    return COLOURS.get(party, "default")


# -- the end -------------------------------------------------------------------


def _figures(result: Report) -> Table:
    shown = Table(box=None, pad_edge=False, header_style="bold", title_style="bold")
    shown.add_column("What each party got")
    shown.add_column("whole", justify="right")
    shown.add_column("stubs", justify="right")
    shown.add_column("log to feed, ms", justify="right")
    shown.add_column("command to reply, ms", justify="right")
    shown.add_row("", "", "", *[Text("p50    p99    max", style="dim")] * 2)
    for party, row in result.parties.items():
        shown.add_row(
            Text(party, style=_colour(party)),
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


def _checks(result: Report) -> Text:
    lines = []
    for check in result.checks:
        if check.ok:
            lines.append(Text.assemble(("✓ ", "green"), check.name, (f" ({check.detail})", "dim")))
        else:
            seen = f"✗ {check.name}: {check.detail}\n  look at {check.where}"
            lines.append(Text(seen, style="bold red"))
    return Text("\n").join(lines)


def _next(result: Report, chosen: Path | None) -> Text:
    """What to try now."""
    if chosen is None:
        lines = [
            "abs demo --data .abs              the same, and keep what happened",
            "abs incident list --all           then: the incidents of that room",
            "abs incident show ID --as police  what one party saw of it",
            "abs up                            the room itself, from that log",
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
