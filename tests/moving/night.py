"""A room on real processes, its desks, and the standalone system that the bridge leads to."""

import asyncio
import json
import re
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TypeVar
from urllib.request import ProxyHandler, Request, build_opener
from zlib import crc32

import msgspec
import pytest
from abs_ambulance.fleet import load_fleet
from abs_contracts import protocol
from abs_contracts.catalogue import CORE, Catalogue
from abs_contracts.codec import encode
from abs_contracts.messages import incident as m
from abs_contracts.messages.values import CallSource, Location, NoteAudience

from abs_core.adapters.clock import SystemClock
from abs_core.clients import checked
from abs_core.config import default_parties
from abs_core.host import load
from abs_core.moving import MoveBlock, Moved, Mover
from abs_core.ports import Unknown, Unreachable
from abs_core.sdk import Settings
from abs_core.supervisor import System

WITHIN = 60.0
OURS, THEIRS = "nl.meldkamer.dh", "nl.ambulance.rav15"
PARTIES = {
    name: party if name == "ambulance" else party.model_copy(update={"block": None})
    for name, party in default_parties().items()
}
"""The ambulance party has its block; of the others the desks are enough."""
FLEET = len(load_fleet({}).units())
OTHERS = ("fire", "police", "kmar")
A = TypeVar("A", bound=msgspec.Struct)
_taken: msgspec.json.Decoder[protocol.DeskReply] = msgspec.json.Decoder(protocol.DeskReply)


async def until(ask: Callable[[], Awaitable[A | Any]], holds: Callable[[Any], bool]) -> Any:
    """What is said, once this holds for it."""
    found: Any = None
    try:
        async with asyncio.timeout(WITHIN):
            while True:
                try:
                    if holds(found := await ask()):
                        return found
                except (OSError, Unknown, Unreachable):
                    pass
                await asyncio.sleep(0.02)
    except TimeoutError:
        raise AssertionError(f"it did not come to it: {str(found)[:2000]}") from None


class Outside:
    """The standalone system as a process of its own."""

    def __init__(self, folder: Path) -> None:
        if find_spec("standalone_ambulance") is None:
            pytest.skip("the standalone system (example 2) is not installed")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self._folder = folder
        self._program = [sys.executable, "-m", "standalone_ambulance"]
        words = ["init", str(folder), "--port", str(self.port), "--name", THEIRS]
        subprocess.run([*self._program, *words], check=True, capture_output=True)
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def options(self) -> dict[str, str]:
        token = str(self._folder / "partner.token")
        url = f"http://127.0.0.1:{self.port}"
        return {"url": url, "partner": THEIRS, "token_file": token, "poll_seconds": "0.05"}

    async def start(self) -> None:
        words = [*self._program, "serve", str(self._folder)]
        self.process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: ASYNC220 - it only starts
        await until(lambda: self.look("vehicles"), lambda _: True)

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    async def look(self, what: str) -> Any:
        return await asyncio.to_thread(self._asked, f"/desk/{what}", None)

    async def do(self, command: str, **fields: Any) -> Any:
        body = json.dumps({"do": command, **fields}).encode()
        return await asyncio.to_thread(self._asked, "/desk/commands", body)

    def _asked(self, path: str, body: bytes | None) -> Any:
        token = (self._folder / "operator.token").read_text("utf-8").strip()
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        request = Request(f"http://127.0.0.1:{self.port}{path}", data=body, headers=headers)
        with build_opener(ProxyHandler({})).open(request, timeout=10) as answer:
            return json.load(answer)

    async def cases(self) -> dict[str, Any]:
        return {case["id"]: case for case in await self.look("cases")}


class Night:
    """A running room, and what its desks do."""

    def __init__(self, system: System) -> None:
        self.system = system

    # -- the move --------------------------------------------------------------------

    @cached_property
    def mover(self) -> Mover:
        return Mover(self.system)

    async def move(self, block: str, options: dict[str, str] | None = None) -> Moved:
        """As the command asks it, without the broker between."""
        return await self.mover.move(MoveBlock(party="ambulance", block=block, options=options))

    async def in_force(self) -> tuple[int, str | None]:
        status = await self.system.operator.status()
        return next((p.generation, p.block) for p in status.parties if p.party == "ambulance")

    # -- desks -------------------------------------------------------------------------

    async def say(self, party: str, incident: str, payload: msgspec.Struct) -> None:
        """One command, asked until its outcome is known; it must be accepted."""
        desk = self.system.desk(party)
        said = crc32(encode(payload))
        ident = f"{party}-{incident}-{type(payload).__name__}-{said}"
        while True:
            reply = await desk.command(
                payload, incident, actor="desk-1", role="dispatcher", command=ident
            )
            if not isinstance(reply, protocol.Unknown):
                checked(reply)
                return

    async def opens(self, incident: str, street: str) -> None:
        """An incident that the ambulance block has read of: its desk speaks of no other."""
        await self.say("police", incident, m.OpenIncident(source=CallSource.EMERGENCY))
        where = Location(municipality="Den Haag", street=street)
        await self.say("police", incident, m.LocateIncident(location=where))
        for party in ("ambulance", "fire"):
            await self.say("police", incident, m.AttachParty(party=party))
        position = await until(lambda: self._attached(incident), bool)
        await until(self._read, lambda read: read >= position)

    async def _attached(self, incident: str) -> int:
        """The position in the ambulance feed at which it was attached; 0: not yet."""
        here = (incident, "abs.incident.party_attached.v1")
        feed = enumerate(await self.feed("ambulance"), 1)
        return next((n for n, event in feed if (event["subject"], event["type"]) == here), 0)

    async def _read(self) -> int:
        status = await self.system.operator.status()
        return next(p.read for p in status.parties if p.party == "ambulance")

    @asynccontextmanager
    async def at_work(self, incident: str) -> AsyncIterator[list[str]]:
        """Police write lines for everybody, twenty a second, until this is left."""
        texts: list[str] = []

        async def write() -> None:
            while True:
                await self.line(incident, len(texts))
                texts.append(f"line {len(texts)}")
                await asyncio.sleep(0.05)

        writing = asyncio.create_task(write())
        try:
            yield texts
        finally:
            writing.cancel()
            await asyncio.gather(writing, return_exceptions=True)
            await self.line(incident, len(texts))  # the one that was under way
            texts.append(f"line {len(texts)}")

    async def line(self, incident: str, number: int) -> None:
        note = m.AddNote(text=f"line {number}", audience=NoteAudience.ALL)
        await self.say("police", incident, note)

    async def request(self, payload: msgspec.Struct, ident: str) -> protocol.Taken:
        """A request of the ambulance desk to its block, repeated under one id until it is
        taken."""
        asked = protocol.DeskRequest(
            id=ident,
            type=self.catalogue.of(payload).type,
            actor="desk-mka-1",
            role="dispatcher",
            time=SystemClock().now(),
            data=msgspec.Raw(encode(payload)),
        )
        where = protocol.desk("dh", "ambulance")

        async def ask() -> protocol.DeskReply:
            return _taken.decode(await self.system.bus.request(where, encode(asked), within=1.0))

        reply = await until(ask, lambda _: True)
        assert isinstance(reply, protocol.Taken), reply
        return reply

    async def ask(self, question: msgspec.Struct, answer: type[A]) -> A:
        return await self.system.desk("ambulance").ask(self.catalogue, question, answer)

    @cached_property
    def catalogue(self) -> Catalogue:
        return CORE.extended(load("ambulance", Settings(room="dh", party="ambulance")).contracts)

    # -- what stands ---------------------------------------------------------------------

    async def feed(self, party: str) -> list[dict[str, Any]]:
        stream = await self.system.bus.open(protocol.stream("feed", "dh", party, "v1"))
        records = await stream.read(protocol.feed("dh", party, 1))
        return [json.loads(record.data) for record in records]

    async def told(self, party: str, kind: str) -> list[dict[str, Any]]:
        """The data of a party's messages of one type."""
        return [e["data"] for e in await self.feed(party) if e["type"] == f"abs.{kind}.v1"]

    async def settled(self) -> dict[str, list[str]]:
        """What each other party was told, once nobody has anything to do any more."""

        async def look() -> protocol.RoomStatus:
            return await self.system.operator.status()

        await until(look, lambda s: all(p.read == p.feed for p in s.parties if p.block))
        return {party: [plain(each) for each in await self.feed(party)] for party in OTHERS}


IDS_AND_TIMES = ("id", "time", "recordedtime", "correlationid", "causationid", "traceparent")


def plain(event: dict[str, Any]) -> str:
    """A message without what differs from run to run: ids of chance, and times."""
    left = {name: value for name, value in event.items() if name not in IDS_AND_TIMES}
    return re.sub(r"\d{4}-\d\d-\d\dT[\d:.]+Z", "T", json.dumps(left, sort_keys=True))


@asynccontextmanager
async def a_night(data: Path, **named: Any) -> AsyncIterator[Night]:
    async with System(room="dh", data=data, parties=PARTIES, **named) as system:
        await system.ready()
        night = Night(system)
        registered = lambda: night.told("ambulance", "unit.registered")  # noqa: E731 - asked often
        await until(registered, lambda units: len(units) >= FLEET)
        await night.settled()
        yield night
