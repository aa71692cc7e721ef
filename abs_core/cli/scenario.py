"""`abs scenario`: the scenarios that come along, and files of one's own: checked, or run."""

from collections.abc import Sequence
from typing import Annotated

import msgspec
import typer
from abs_contracts.refusal import Refusal
from rich.table import Table
from rich.text import Text

from abs_core.cli import screen
from abs_core.cli.demo import Kept, Speed, Wanted, Without, perform
from abs_core.cli.demo_ambulance import Ambulance, Compare
from abs_core.cli.failures import REFUSED
from abs_core.cli.options import Json
from abs_core.scenario import files

scenario = typer.Typer(no_args_is_help=True, rich_markup_mode=None)

File = Annotated[
    str, typer.Argument(metavar="FILE", help="A YAML file, or a name of `abs scenario list`.")
]


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """A scenario in one row; `seconds` is about how long it plays."""

    name: str
    title: str
    summary: str
    parties: tuple[str, ...]
    blocks: tuple[str, ...]
    steps: int
    seconds: int


@scenario.command("list")
def list_(json: Json = False) -> None:
    """List the scenarios that come along."""
    found = [_listed(name) for name in files.names()]
    if json:
        screen.document(found)
        return
    grid = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold cyan")
    grid.add_column("SCENARIO", no_wrap=True)
    grid.add_column("WHAT IT IS", ratio=1)
    grid.add_column("STEPS", justify="right")
    grid.add_column("PLAYS", justify="right")
    for each in found:
        grid.add_row(each.name, Text(f"{each.title}: {each.summary}"), *_size(each))
    screen.console().print(grid)


@scenario.command()
def check(file: File, json: Json = False) -> None:
    """Say everything that is wrong with a scenario: rule, place and how to mend it.

    Exit code 2 when there is anything.
    """
    wrong = files.mistakes(file)
    if json:
        screen.document(wrong)
    else:
        screen.console().print(_said(file, wrong))
    if wrong:
        raise typer.Exit(REFUSED)


@scenario.command()
def run(
    file: File,
    speed: Speed = 1.0,
    data: Kept = None,
    without: Without = None,
    ambulance: Ambulance = None,
    compare: Compare = False,
    json: Json = False,
) -> None:
    """Play a scenario and check what each party saw; exit code 1 when a check does not hold."""
    wanted = Wanted(
        scenario=file,
        speed=speed,
        data=data,
        left_out=without or (),
        modes=ambulance or (),
        compare=compare,
        json=json,
    )
    perform(wanted)


def _size(each: Listed) -> tuple[str, str]:
    return str(each.steps), f"{each.seconds} s"


def _listed(name: str) -> Listed:
    found = files.read(name)
    return Listed(
        name=name,
        title=found.title,
        summary=found.summary,
        parties=tuple(found.parties),
        blocks=tuple(part.block for part in found.parties.values() if part.block),
        steps=len(found.steps),
        seconds=round(found.length / found.pace),
    )


def _said(file: str, wrong: Sequence[Refusal]) -> Text:
    if not wrong:
        return Text(f"{file}: nothing is wrong with it", style="green")
    lines: list[Text] = []
    for each in wrong:
        lines.append(Text.assemble((each.where, "bold")))
        lines.append(Text.assemble((f"  {each.rule}", "red"), f"  {each.what}"))
        lines.append(Text(f"  to mend: {each.fix}", style="dim"))
    lines.append(Text(f"{len(wrong)} wrong", style="bold red"))
    return Text("\n").join(lines)
