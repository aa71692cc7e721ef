"""`abs sim`: seeds played on simulated time, one of them again, and the leaky mutants."""

import sys
import time
from collections.abc import Iterable, Mapping
from typing import Annotated

import typer
from abs_contracts.refusal import Refused
from msgspec.structs import replace
from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from abs_core.cli import screen
from abs_core.cli.options import Json
from abs_core.sim import telling
from abs_core.sim.campaign import Campaign, Found, Result
from abs_core.sim.desks import Load
from abs_core.sim.equivalence import case as equivalent
from abs_core.sim.equivalence import compare
from abs_core.sim.mutants import MUTANTS, Caught, hunt
from abs_core.sim.plan import MAKERS
from abs_core.sim.run import Played, case, play
from abs_core.sim.world import Ambulance

sim = typer.Typer(no_args_is_help=True, rich_markup_mode=None)

Faults = Annotated[
    list[str] | None,
    typer.Option(help=f"Only these kinds, one per option or with commas: {', '.join(MAKERS)}."),
]
Incidents = Annotated[int, typer.Option(min=0, max=100, help="How many each desk opens in a run.")]
AmbulanceCare = Annotated[
    Ambulance | None,
    typer.Option(
        help="What ambulance care has: a block, or the bridge before a simulated system "
        "outside. Without it: drawn, and nobody is behind a bridge."
    ),
]
USUAL = Load().incidents
SHOWN = 20
"""Violating seeds that are told on the screen; JSON has all."""


@sim.command("run")
def run_(
    seeds: Annotated[int, typer.Option(min=1, help="How many seeds.")] = 100,
    start: Annotated[int, typer.Option("--from", min=0, help="The first seed.")] = 0,
    faults: Faults = None,
    twice: Annotated[
        bool,
        typer.Option(
            help="Play each seed again, some audited, in a process that hashes otherwise."
        ),
    ] = False,
    transcripts: Annotated[
        int, typer.Option(min=0, help="Compare transcripts once in so many seeds; 0: never.")
    ] = 10,
    incidents: Incidents = USUAL,
    ambulance: AmbulanceCare = None,
    scenario: Annotated[
        str | None, typer.Option(help="Play this scenario under each seed, instead of drawn work.")
    ] = None,
    json: Json = False,
) -> None:
    """Play seeds: a room with faults on simulated time, and judge each. Exit code 1 for a
    violation."""
    campaign = Campaign(
        start,
        seeds,
        kinds(faults),
        load=load(incidents),
        ambulance=None if scenario else ambulance,
        scenario=scenario,
        transcripts=0 if scenario else transcripts,
        twice=twice and not scenario,
        spent=time.process_time,
    )
    with _progress() as progress:
        task = progress.add_task("seeds", total=campaign.steps, found="")
        for _ in campaign.run():
            found = f"{campaign.violating} violating" if campaign.violating else ""
            progress.update(task, advance=1, found=found)
    result = campaign.result()
    if json:
        screen.document(result)
    else:
        _show(screen.console(), result)
    if result.found:
        raise typer.Exit(1)


@sim.command()
def replay(
    seed: Annotated[int, typer.Option(min=0, help="The seed to play again.")],
    faults: Faults = None,
    until: Annotated[int | None, typer.Option(min=0, help="Print every step up to this.")] = None,
    explain: Annotated[
        str | None, typer.Option(help="An incident: its records, and the causes of each step.")
    ] = None,
    incidents: Incidents = USUAL,
    ambulance: AmbulanceCare = None,
    transcript: Annotated[
        bool, typer.Option(help="Compare with the transcript of one party, as `run` does.")
    ] = False,
) -> None:
    """Play one seed again and tell what happened, with causes."""
    if transcript:
        _compare(seed, load(incidents), ambulance)
        return
    played = play(case(seed, kinds(faults), load(incidents), ambulance), audit=True)
    lines: Iterable[str]
    if until is not None:
        lines = telling.steps(played.trace, until)
    elif explain is not None:
        lines = telling.explanation(played, explain)
    else:
        lines = _summary(played)
    for each in lines:
        sys.stdout.write(each + "\n")
    for violation in played.outcome.violations:
        sys.stdout.write(f"violation: {violation}\n")
    if played.outcome.violations:
        raise typer.Exit(1)


@sim.command()
def mutants(
    seeds: Annotated[int, typer.Option(min=1, help="How many seeds each is searched for.")] = 40,
    json: Json = False,
) -> None:
    """Put each leaky mutant into the code and look whether it is caught. Exit code 1 if not."""
    caught: list[Caught] = []
    with _progress() as progress:
        task = progress.add_task("mutants", total=len(MUTANTS), found="")
        for mutant in MUTANTS:
            progress.update(task, found=mutant.name)
            caught.append(hunt(mutant, seeds))
            progress.advance(task)
    if json:
        screen.document(caught)
    else:
        _show_mutants(screen.console(), caught)
    if not all(each.by for each in caught):
        raise typer.Exit(1)


def _compare(seed: int, load: Load, ambulance: Ambulance | None) -> None:
    verdict = compare(replace(equivalent(seed, ambulance), load=load))
    sys.stdout.write(
        f"seed {seed}: {verdict.fault} of {verdict.party}; {verdict.spoken} messages in its "
        f"transcript, {verdict.compared} of others compared\n"
    )
    for each in (*verdict.differences, *verdict.violations):
        sys.stdout.write(f"violation: {each}\n")
    if verdict.differences or verdict.violations:
        raise typer.Exit(1)


def load(incidents: int) -> Load:
    """The work of desks that open so many incidents each."""
    return Load(incidents=incidents, decisions=4 + 2 * incidents)


def kinds(faults: list[str] | None) -> tuple[str, ...]:
    """The kinds that were asked for. Raises Refused for one that there is not."""
    if not faults:
        return tuple(MAKERS)
    asked = _split(",".join(faults))
    unknown = [kind for kind in asked if kind not in MAKERS]
    if unknown:
        raise Refused(
            rule="SIM-001",
            what=f"there is no fault called {', '.join(unknown)}",
            where="--faults",
            fix=f"use some of: {'; '.join(MAKERS)}",
        )
    return tuple(asked)


def _split(text: str) -> list[str]:
    """The names between commas; one name has a comma in it itself."""
    rest = text.replace("broker, tail lost", "broker\0 tail lost")
    return [part.strip().replace("\0", ",") for part in rest.split(",") if part.strip()]


def _progress() -> Progress:
    """On standard error, and only where somebody looks."""
    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[found]}"),
        console=Console(stderr=True),
        transient=True,
        disable=not sys.stderr.isatty(),
    )


# -- what is shown ------------------------------------------------------------------


def _show(console: Console, result: Result) -> None:
    end = result.start + result.seeds - 1
    console.print(
        f"Seeds {result.start} to {end}: {result.incidents} incidents, {result.commands} commands "
        f"of desks, {result.deliveries} deliveries in {result.virtual_seconds:.0f} s of their time"
    )
    each = result.commands / max(1, result.incidents)
    console.print(
        f"{result.rate:.0f} incidents a second of one processor core, {each:.0f} commands each"
    )
    console.print(_counts("fault", result.faults), "", sep="\n")
    met = f"Refused by {len(result.rules)} rules"
    never = ", ".join(result.rules_never_met) or "none"
    console.print(f"{met}; of the rules of the core never met: {never}")
    if result.transcripts:
        told = ", ".join(f"{what} {n}" for what, n in result.transcripts.items())
        console.print(f"Transcripts compared: {told}")
    if result.twice:
        console.print(f"Played twice, in two processes: {result.twice} seeds")
    _verdict(console, result.found)


def _verdict(console: Console, found: tuple[Found, ...]) -> None:
    if not found:
        console.print(Text("✓ no violation", style="green"))
        return
    for each in found[:SHOWN]:
        console.print(Text(f"✗ seed {each.seed}, {each.kind}", style="bold red"))
        for violation in each.violations:
            console.print(Text(f"    {violation}"))
    console.print(f"{len(found)} violating; look closer with: abs sim replay --seed SEED")


def _counts(name: str, counts: Mapping[str, int]) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column(name)
    table.add_column("times", justify="right")
    for kind, number in counts.items():
        table.add_row(kind, str(number))
    return table


def _summary(played: Played) -> Iterable[str]:
    outcome = played.outcome
    yield f"seed {outcome.seed}: {outcome.incidents} incidents, {outcome.commands} commands"
    yield f"{outcome.events} steps in {outcome.seconds:.1f} s of its time, hash {outcome.digest}"
    for number, event in enumerate(played.trace.events):
        if event.link.startswith("fault"):
            yield telling.line(number, event)


def _show_mutants(console: Console, caught: list[Caught]) -> None:
    table = Table(box=None, pad_edge=False)
    for column in ("mutant", "put into", "caught by", "seed", "runs"):
        table.add_column(column, justify="right" if column in ("seed", "runs") else "left")
    for each in caught:
        by = Text(each.by, style="green") if each.by else Text("not caught", style="bold red")
        seed = "" if each.seed is None else str(each.seed)
        table.add_row(each.name, each.where, by, seed, str(each.runs))
    console.print(table)
    console.print(f"{sum(bool(each.by) for each in caught)} of {len(caught)} caught")
