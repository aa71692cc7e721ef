"""`abs block`: the installed blocks by their manifests, and one block in the foreground."""

import asyncio
import sys
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from abs_contracts import protocol
from abs_contracts.catalogue import CORE
from abs_contracts.manifest import find_manifest, installed_blocks
from abs_contracts.negotiate import agree
from abs_contracts.refusal import Refusal, Refused
from rich.table import Table
from rich.text import Text

from abs_core import bootstrap, logs, moving
from abs_core.cli import screen
from abs_core.cli.options import Data, Json
from abs_core.cli.rooms import attached, data_folder
from abs_core.cli.signals import code, until_told
from abs_core.clients import checked

block = typer.Typer(no_args_is_help=True, rich_markup_mode=None)


class Installed(msgspec.Struct, frozen=True, kw_only=True):
    """An installed block; with `refusal`, this core would not start it."""

    block: str
    distribution: str = ""
    version: str = ""
    discipline: str = ""
    major: int = 0
    consumes: tuple[str, ...] = ()
    produces: tuple[str, ...] = ()
    refusal: Refusal | None = None


# -- the list ------------------------------------------------------------------


@block.command("list")
def list_(json: Json = False) -> None:
    """List the installed blocks, and whether this core agrees with each; runs none of them."""
    found = [_installed(name) for name in installed_blocks()]
    console = screen.console()
    if json:
        screen.document(found)
    elif found:
        console.print(_listed(found))
    else:
        console.print("no blocks are installed; a block is a distribution, such as abs-fire")


def _installed(name: str) -> Installed:
    row = Installed(block=name)
    try:
        manifest = find_manifest(name)
        row = Installed(
            block=name,
            distribution=manifest.distribution,
            version=manifest.version,
            discipline=manifest.discipline,
            major=manifest.core,
        )
        agreed = agree(manifest, CORE, 1)
    except Refused as refused:
        return msgspec.structs.replace(row, refusal=refused.refusal)
    return msgspec.structs.replace(row, consumes=agreed.consumes, produces=agreed.produces)


def _listed(found: list[Installed]) -> Table:
    grid = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold cyan")
    for column in ("BLOCK", "DISTRIBUTION", "DISCIPLINE"):
        grid.add_column(column, no_wrap=True)
    grid.add_column("THIS CORE", ratio=1)
    for each in found:
        grid.add_row(
            each.block,
            f"{each.distribution} {each.version}".strip() or "?",
            each.discipline or "?",
            _verdict(each),
        )
    return grid


def _verdict(each: Installed) -> Text:
    if each.refusal is not None:
        return Text(str(each.refusal), style="red")
    counts = f"reads {len(each.consumes)} events, sends {len(each.produces)} commands"
    return Text("agrees", style="green") + Text(f": contract major {each.major}, {counts}", "")


# -- a move --------------------------------------------------------------------

MOVE_SECONDS = 120.0
"""How long an answer is waited for; the room goes on with the move whoever waits."""


@block.command()
def move(
    party: Annotated[str, typer.Argument(help="The party, as `abs status` names it.")],
    to: Annotated[str, typer.Option(metavar="BLOCK", help="The installed block that it gets.")],
    option: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=VALUE",
            help="An option of the block's own. Default: those that it has, or none.",
        ),
    ] = None,
    data: Data = None,
    json: Json = False,
) -> None:
    """Move a party to another block while the room works, incidents open or not.

    The new one is started and reads along, the old one finishes what it owes and ends,
    and the new one acts from there. Refused means that nothing happened (all but
    MOVE-006). The same block once more is a next generation of it: a new version, or
    other options. The way back is the same command.
    """
    options = dict(map(_option, option)) if option else None
    asked = moving.MoveBlock(party=party, block=to, options=options)
    moved = asyncio.run(_move(data_folder(data), asked))
    if json:
        screen.document(moved)
        return
    screen.console().print(
        f"{moved.party} is moved from {moved.before} to {moved.block}: generation "
        f"{moved.generation} acts beyond feed position {moved.position}; "
        f"{moved.away:.2f} s without a block"
    )


async def _move(data: Path, asked: moving.MoveBlock) -> moving.Moved:
    async with attached(data) as (run, bus, _):
        raw = await bus.request(
            moving.subject(run.room), msgspec.json.encode(asked), within=MOVE_SECONDS
        )
        answer: moving.Answer = msgspec.json.decode(raw, type=moving.Answer)
    if isinstance(answer, moving.Moved):
        return answer
    checked(answer)
    raise TypeError("a move is not accepted, it is done")


# -- one block -----------------------------------------------------------------


@block.command()
def run(
    name: Annotated[str, typer.Argument(help="The block's name, as `abs block list` says it.")],
    url: Annotated[str, typer.Option(help="The broker, for example nats://127.0.0.1:4222.")],
    credentials: Annotated[
        str, typer.Option(metavar="FILE|-", help="What it was given to start with; -: read it.")
    ],
    option: Annotated[
        list[str] | None, typer.Option(metavar="NAME=VALUE", help="An option of the block's own.")
    ] = None,
) -> None:
    """Run one block in the foreground: for systemd, a container, or a look at its log.

    Ends with 0 when it was told to stop, and with 2 when it must not be started
    again as it is: it was replaced, or core and block do not agree.
    """
    held, options = _credentials(credentials), dict(map(_option, option or []))
    logs.configure(role="block")
    work = bootstrap.run_block(url, name, held, options)
    raise typer.Exit(code(asyncio.run(until_told(work, again=True))))


def _credentials(source: str) -> protocol.Credentials:
    where = "standard input" if source == "-" else source
    try:
        raw = sys.stdin.buffer.readline() if source == "-" else Path(source).read_bytes()
        return msgspec.json.decode(raw, type=protocol.Credentials)
    except (OSError, msgspec.DecodeError) as error:
        raise Refused(
            rule="CLI-006",
            what=f"these are no credentials: {error}",
            where=where,
            fix="give the JSON that was made for this generation of the block",
        ) from None


def _option(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise typer.BadParameter(f"{text!r} is not NAME=VALUE")
    return name, value
