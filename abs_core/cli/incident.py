"""`abs incident`: the incidents of a room, and the story of one."""

import asyncio
import datetime as dt
import sys
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from abs_contracts import protocol
from abs_contracts.codec import decode_event
from abs_contracts.envelope import Envelope
from abs_contracts.refusal import Refused
from rich.table import Table
from rich.text import Text

from abs_core.cli import rooms, screen
from abs_core.cli.options import Data, Json
from abs_core.cli.own_lines import Own
from abs_core.cli.sentences import printable
from abs_core.cli.story import lines, table, with_own
from abs_core.domain.incident import Incident, evolve
from abs_core.domain.parts import part
from abs_core.sdk import OwnLine

incident = typer.Typer(no_args_is_help=True, rich_markup_mode=None)


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """An incident in one row."""

    incident: str
    opened: dt.datetime
    open: bool
    lead: str
    parties: tuple[str, ...]
    units: int
    title: str
    place: str


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """A story as one document; `own` is what the party's own block keeps of it."""

    incident: str
    messages: tuple[msgspec.Raw, ...]
    own: tuple[OwnLine, ...] = ()


# -- the list ------------------------------------------------------------------


@incident.command("list")
def list_(
    data: Data = None,
    closed: Annotated[bool, typer.Option("--all", help="Closed ones as well.")] = False,
    json: Json = False,
) -> None:
    """List the open incidents of the room on this data folder."""
    found = asyncio.run(_summaries(rooms.data_folder(data), closed))
    console = screen.console()
    if json:
        screen.document(found)
    elif found:
        console.print(_listed(found))
    else:
        console.print("no incidents" if closed else "no open incidents; --all lists every one")


async def _summaries(data: Path, closed: bool) -> list[Summary]:
    async with rooms.readable(data) as room:
        ids = await _ids(room, closed=closed)
        found = [summary(each) for each in await rooms.stories(room, ids)]
    return sorted((each for each in found if closed or each.open), key=lambda each: each.opened)


async def _ids(room: rooms.Room, *, closed: bool) -> list[str]:
    if closed or room.operator is None:
        return await rooms.logged_incidents(room)
    return [each.incident for each in (await room.operator.status()).incidents]


def summary(story: protocol.Story) -> Summary:
    """A whole story in one row, by the core's own rules."""
    now = _folded(story)
    kind, place = now.classification, now.location
    first = msgspec.json.decode(story.messages[0], type=Envelope)
    levels = (kind.mc1, kind.mc2, kind.mc3) if kind else ()
    where = (place.street, place.number, place.place or place.municipality) if place else ()
    return Summary(
        incident=story.incident,
        opened=first.recordedtime or first.time,
        open=now.open,
        lead=now.lead,
        parties=now.parties,
        units=len(now.units),
        title=" / ".join(level for level in levels if level),
        place=" ".join(part for part in where if part),
    )


def _folded(story: protocol.Story) -> Incident:
    """The incident as the story leaves it; what this version does not know changes nothing."""
    now = Incident()
    for raw in story.messages:
        with suppress(Refused):
            now = evolve(decode_event(bytes(raw)).payload, now)
    return now


def _listed(found: list[Summary]) -> Table:
    names = screen.shortened([each.incident for each in found])
    grid = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold cyan")
    for column in ("INCIDENT", "OPENED", "STATE", "LEAD, ATTACHED"):
        grid.add_column(column, no_wrap=True)
    grid.add_column("CLASS, PLACE")  # the one that gives way on a narrow terminal
    for each in found:
        about = printable(", ".join(part for part in (each.title, each.place) if part)) or "-"
        others = [party for party in each.parties if party != each.lead]
        grid.add_row(
            names[each.incident],
            f"{each.opened.astimezone():%m-%d %H:%M}",
            Text("open", style="green") if each.open else Text("closed", style="dim"),
            Text(", ".join([each.lead, *others])),
            Text(about, no_wrap=True, overflow="ellipsis"),
        )
    return grid


# -- one story -----------------------------------------------------------------


@incident.command()
def show(
    id_: Annotated[
        str, typer.Argument(metavar="ID", help="Its id, or a beginning or an end of it.")
    ],
    party: Annotated[str | None, typer.Option("--as", help="As this party sees it.")] = None,
    data: Data = None,
    json: Json = False,
) -> None:
    """Tell an incident's story, as the room has it or as one party sees it."""
    story, own = asyncio.run(_story(rooms.data_folder(data), id_, party))
    if own.missing:
        sys.stderr.write(f"Not shown: what {party}'s own block keeps ({own.missing}).\n")
    if json:
        screen.document(Told(incident=story.incident, messages=story.messages, own=own.lines))
        return
    seen = f"as {party} sees it" if party else "as the room has it"
    told = with_own(lines(story.messages), own.lines, party or "")
    day = f"{told[0].recorded.astimezone():%Y-%m-%d}"
    console = screen.console()
    console.print(table(told, title=f"incident {story.incident}, {day}, {seen}"))
    parts = _parts(_folded(story))
    if parts.row_count:
        console.print()
        console.print(parts)


def _parts(now: Incident) -> Table:
    """How far each party is; nothing for who sees a stub."""
    grid = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold cyan")
    for column in ("PART OF", "STAGE", "PRIO", "UNITS NOW"):
        grid.add_column(column, no_wrap=column != "UNITS NOW")
    for each in (part(now, party) for party in now.parties):
        lead = " (lead)" if each.party == now.lead else ""
        units = ", ".join(each.units) or "-"
        grid.add_row(Text(each.party + lead), each.stage, Text(each.priority or "-"), Text(units))
    return grid


async def _story(data: Path, asked: str, party: str | None) -> tuple[protocol.Story, Own]:
    async with rooms.readable(data) as room:
        story = await room.story(await _resolved(room, asked), party)
        return story, await room.own(story.incident, party) if party else Own()


async def _resolved(room: rooms.Room, asked: str) -> str:
    """The id that begins or ends so: among the open incidents, or else among all."""
    for closed in (False, True):
        ids = await _ids(room, closed=closed)
        found = [each for each in ids if each.startswith(asked) or each.endswith(asked)]
        if asked in found:
            return asked
        if len(found) == 1:
            return found[0]
        if found:
            raise Refused(
                rule="CLI-005",
                what=f"{len(found)} incidents begin or end with {asked}",
                where=", ".join(found[:5]),
                fix="give more of the id",
            )
    return asked
