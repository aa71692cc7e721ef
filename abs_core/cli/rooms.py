"""Reaching a room: the one that runs on a data folder, or the log that one left there."""

import asyncio
import logging
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple

import msgspec
from abs_contracts import protocol
from abs_contracts.refusal import Refused

from abs_core import bootstrap, config, logs
from abs_core.adapters.server import EmbeddedServer, alive
from abs_core.application.chains import Chains
from abs_core.application.health import Health
from abs_core.application.log import RoomLog
from abs_core.application.projection import Projection
from abs_core.application.queries import Queries
from abs_core.application.registry import Registry
from abs_core.cli import own_lines
from abs_core.clients import Operator
from abs_core.ports import Bus, Stream, Unreachable
from abs_core.supervisor import RunFile

StoryOf = Callable[[str, str | None], Awaitable[protocol.Story]]


class Room(NamedTuple):
    """What can be read of a room. Without `operator` nothing runs: the log alone is there."""

    name: str
    log: Stream
    story: StoryOf
    own: own_lines.OwnLinesOf
    operator: Operator | None = None


def data_folder(given: Path | None) -> Path:
    """The folder of `--data`, or what configuration and environment say."""
    return given if given is not None else config.read().data


def run_file(data: Path) -> RunFile:
    """Where the room on this data folder runs. Raises Refused, CLI-001 or CLI-002."""
    path = data / "run.json"
    try:
        run = msgspec.json.decode(path.read_bytes(), type=RunFile)
    except FileNotFoundError:
        raise Refused(
            rule="CLI-001",
            what="no room runs on this data folder",
            where=str(path),
            fix=f"start one: abs up --data {data}",
        ) from None
    except (OSError, msgspec.DecodeError) as error:
        raise _stale(path, f"it can not be read: {error}") from None
    if not alive(run.pid):
        raise _stale(path, f"it names process {run.pid}, which is gone: it ended without a word")
    return run


def _stale(path: Path, what: str) -> Refused:
    return Refused(
        rule="CLI-002",
        what=what,
        where=str(path),
        fix=f"nothing acknowledged is lost; start it again: abs up --data {path.parent}",
    )


@asynccontextmanager
async def attached(data: Path) -> AsyncIterator[tuple[RunFile, Bus, Operator]]:
    """A connection to the room that runs on this folder. Raises Refused or Unreachable."""
    run = run_file(data)
    if not alive(run.server):
        raise Unreachable(f"the broker of this room, process {run.server}, is gone")
    logs.configure(level=logging.ERROR)
    bus = await bootstrap.connect(run.url, "abs command line")
    try:
        yield run, bus, bootstrap.operator(bus, run.room)
    finally:
        await bus.close()


@asynccontextmanager
async def readable(data: Path) -> AsyncIterator[Room]:
    """The room that runs on this folder, or else what its log holds."""
    try:
        run_file(data)
    except Refused as nobody:
        if nobody.refusal.rule not in ("CLI-001", "CLI-002") or not logged(data):
            raise
        async with _archive(data) as room:
            yield room
        return
    async with attached(data) as (run, bus, operator):
        log = await bus.open(protocol.stream("log", run.room))
        yield Room(run.room, log, operator.story, own_lines.asking(bus, operator), operator)


@asynccontextmanager
async def _archive(data: Path) -> AsyncIterator[Room]:
    """A server over the folder while we read; no core runs, so nothing is written."""
    sys.stderr.write(f"No room runs on {data}: reading its log.\n")
    logs.configure(level=logging.ERROR)
    name = _only(logged(data), data)
    async with EmbeddedServer(data / "server") as server:
        bus = await bootstrap.connect(server.url, "abs command line")
        try:
            log = RoomLog(await bus.open(protocol.stream("log", name)), name)
            own = own_lines.replaying(bus, name, Registry(log))
            yield Room(name, log.stream, _teller(log, bus), own)
        finally:
            await bus.close()


def _teller(log: RoomLog, bus: Bus) -> StoryOf:
    async def nobody(_party: str, _payload: msgspec.Struct) -> None:
        raise Unreachable("no core runs")

    projection = Projection(log)
    health = Health(bus, projection, nobody)
    queries = Queries(log, Registry(log), projection, health, Chains(log))

    async def story(incident: str, party: str | None) -> protocol.Story:
        return await queries.story(protocol.StoryQuery(incident=incident, party=party))

    return story


def logged(data: Path) -> list[str]:
    """The rooms whose log lies in this folder, by the names of the broker's stream folders."""
    found = (data / "server" / "jetstream").glob("jetstream/*/streams/LOG_*")
    return sorted(path.name.removeprefix("LOG_") for path in found)


def _only(rooms: list[str], data: Path) -> str:
    if len(rooms) == 1:
        return rooms[0]
    raise Refused(
        rule="CLI-003",
        what=f"this folder holds the logs of several rooms: {', '.join(rooms)}",
        where=str(data),
        fix=f"start the one that you mean: abs up --data {data} --room {rooms[0]}",
    )


async def logged_incidents(room: Room) -> list[str]:
    """Every incident that the log ever held, oldest first; reads all of them."""
    records = await room.log.read(f"inc.{room.name}.*")
    return list(dict.fromkeys(record.subject.split(".")[2] for record in records))


async def stories(room: Room, ids: list[str]) -> list[protocol.Story]:
    """The whole stories of these incidents, a few at a time."""
    few = asyncio.Semaphore(16)

    async def one(incident: str) -> protocol.Story:
        async with few:
            return await room.story(incident, None)

    return list(await asyncio.gather(*(one(each) for each in ids)))
