"""The standalone system as a process of its own, and its operators' HTTP interface."""

import asyncio
import contextlib
import re
import socket
import sys
import uuid
from asyncio.subprocess import DEVNULL, PIPE, STDOUT
from collections.abc import Sequence
from http import HTTPStatus
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TypeVar

import aiohttp
import msgspec
from abs_contracts.refusal import Refused

from abs_ambulance_bridge.live.http import GONE
from abs_core.sdk import pauses

T = TypeVar("T")

PACKAGE = "standalone_ambulance"
PROGRAM = (sys.executable, "-P", "-m", PACKAGE)
STOP_SECONDS = 5.0
_PORT = re.compile(r"^port = \d+$", re.MULTILINE)
PATIENCE = 15.0
"""Seconds for what the other side, or the bridge, does in well under one."""
LOOK_SECONDS = 0.02
ONE_TRY = aiohttp.ClientTimeout(total=5.0)


class Vehicle(msgspec.Struct, frozen=True):
    """A vehicle, as far as its operators need it here."""

    id: str
    station: str
    in_service: bool
    case: str | None


class Reached(msgspec.Struct, frozen=True):
    step: str


class Mission(msgspec.Struct, frozen=True):
    vehicle: str
    steps: tuple[Reached, ...]

    @property
    def step(self) -> str:
        return self.steps[-1].step


class Note(msgspec.Struct, frozen=True):
    by: str
    text: str


class Case(msgspec.Struct, frozen=True):
    """A case of the standalone system, as far as it is needed here."""

    id: str
    place: dict[str, object]
    urgency: str | None
    missions: tuple[Mission, ...]
    notes: tuple[Note, ...]
    closed: str | None


class Done(msgspec.Struct, frozen=True):
    case: str | None = None


class _Letter(msgspec.Struct, frozen=True):
    number: int
    type: str
    answer: str | None


class _WhyNot(msgspec.Struct, frozen=True):
    what: str
    where: str
    fix: str


class Standalone:
    """One standalone system with a folder of its own; `partner` is whom it shares with."""

    def __init__(self, folder: Path, name: str, partner: str) -> None:
        self.name = name
        self.partner = partner
        self._folder = folder
        self._port = 0
        self._process: asyncio.subprocess.Process | None = None
        self._http: aiohttp.ClientSession | None = None
        self._answered = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    @property
    def pid(self) -> int:
        """Its process id, 0 while it is down."""
        return self._process.pid if self._process and self._process.returncode is None else 0

    @property
    def token_file(self) -> Path:
        """The partner's secret."""
        return self._folder / "partner.token"

    # -- up and down -----------------------------------------------------------------

    def prepare(self) -> None:
        """Choose where it listens. Raises Refused when it is not installed."""
        if find_spec(PACKAGE) is None:
            raise Refused(
                rule="BRIDGE-008",
                what="the standalone ambulance system is not installed here",
                where=f"package {PACKAGE}",
                fix="install abs-example-standalone-ambulance (examples/02_standalone_ambulance)",
            )
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port = free.getsockname()[1]

    async def start(self) -> None:
        """Make it, or go on with the one that is there. Raises Refused when it does not come up."""
        settings = self._folder / "station.toml"
        if settings.exists():
            there = settings.read_text("utf-8")
            settings.write_text(_PORT.sub(f"port = {self._port}", there), "utf-8")
        else:
            self._folder.parent.mkdir(parents=True, exist_ok=True)
            made = ("--port", str(self._port), "--name", self.name, "--partner", self.partner)
            await self._run("init", str(self._folder), *made)
        token = (self._folder / "operator.token").read_text("utf-8").strip()
        await self._hang_up()
        headers = {"Authorization": f"Bearer {token}"}
        self._http = aiohttp.ClientSession(self.url, headers=headers, timeout=ONE_TRY)
        with (self._folder / "serve.log").open("ab") as log:
            # A session of its own: Ctrl-C reaches whoever started it, which stops it in order.
            self._process = await asyncio.create_subprocess_exec(
                *PROGRAM, "serve", str(self._folder),
                stdin=DEVNULL, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        await self._is_up()

    async def _run(self, *words: str) -> None:
        process = await asyncio.create_subprocess_exec(
            *PROGRAM, *words, stdin=DEVNULL, stdout=PIPE, stderr=STDOUT
        )
        try:
            said, _ = await process.communicate()
        finally:
            if process.returncode is None:  # told to stop meanwhile
                process.kill()
                await process.wait()
        if process.returncode != 0:
            raise self.down(said.decode(errors="replace").strip())

    async def _is_up(self) -> None:
        for _ in range(round(PATIENCE / LOOK_SECONDS)):
            if self._process is None or self._process.returncode is not None:
                break
            with contextlib.suppress(Refused):
                await self.vehicles()
                return
            await asyncio.sleep(LOOK_SECONDS)
        raise self.down("it does not answer")

    def down(self, why: str) -> Refused:
        """That it does not run, and where its log is."""
        return Refused(
            rule="BRIDGE-009",
            what=f"the standalone ambulance system {self.name} does not run: {why}",
            where=str(self._folder / "serve.log"),
            fix="mend what the log says, then start again",
        )

    async def stop(self) -> None:
        """By its own process id; nothing of it is left running."""
        await self._hang_up()
        process, self._process = self._process, None
        if process is None or process.returncode is not None:
            return
        process.terminate()
        try:
            async with asyncio.timeout(STOP_SECONDS):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()

    # -- what operators do ---------------------------------------------------------------

    async def do(self, command: str, **fields: object) -> Done:
        """One command, once, however often it has to be sent. Raises Refused."""
        body = {"do": command, **{k: v for k, v in fields.items() if v is not None}}
        key = {"Idempotency-Key": str(uuid.uuid4())}
        async with asyncio.timeout(PATIENCE):
            for pause in pauses(LOOK_SECONDS, 32 * LOOK_SECONDS):
                try:
                    status, said = await self._ask("POST", "commands", json=body, headers=key)
                    break
                except GONE:
                    await asyncio.sleep(pause)
        if status == HTTPStatus.UNPROCESSABLE_ENTITY:
            no = msgspec.json.decode(said, type=_WhyNot)
            raise Refused(
                rule="BRIDGE-010", what=f"{command}: {no.what}", where=no.where, fix=no.fix
            )
        if status != HTTPStatus.OK:
            raise self.down(f"{status} {said[:200].decode(errors='replace')}")
        return msgspec.json.decode(said, type=Done)

    async def vehicles(self) -> Sequence[Vehicle]:
        return await self._look("vehicles", list[Vehicle])

    async def cases(self) -> Sequence[Case]:
        return await self._look("cases?everything=true", list[Case])

    async def raw_cases(self) -> bytes:
        """Every case with all that is kept of it, as it tells them."""
        return await self._get("cases?everything=true")

    async def _look(self, what: str, type_: type[list[T]]) -> list[T]:
        return msgspec.json.decode(await self._get(what), type=type_)

    async def _get(self, what: str) -> bytes:
        """Raises Refused when it gives no answer: it is on this machine, so then it is down."""
        try:
            status, said = await self._ask("GET", what)
        except GONE as error:
            raise self.down(f"{type(error).__name__} {error}".strip()) from None
        if status != HTTPStatus.OK:
            raise self.down(f"{status} {said[:200].decode(errors='replace')}")
        return said

    async def _ask(self, method: str, what: str, **more: Any) -> tuple[HTTPStatus, bytes]:
        """Status and body of one answer; raises one of `GONE` when there is none."""
        if self._http is None:
            raise aiohttp.ClientConnectionError("it was not started")
        async with self._http.request(method, f"/desk/{what}", **more) as answer:
            return HTTPStatus(answer.status), await answer.read()

    async def _hang_up(self) -> None:
        http, self._http = self._http, None
        if http is not None:
            await http.close()

    async def settled(self) -> None:
        """Once the room has answered all that was told to it.

        Raises Refused for the first that it refused, TimeoutError when it says nothing.
        """
        async with asyncio.timeout(PATIENCE):
            while letters := await self._unanswered():
                if any(_is_open(each) for each in letters):
                    await asyncio.sleep(LOOK_SECONDS)
                    continue
                self._answered = letters[-1].number
                for each in letters:
                    if each.answer not in ("INTEGRE", None):
                        raise Refused(
                            rule="BRIDGE-011",
                            what=f"the room refused {each.type}: {each.answer}",
                            where=self.name,
                            fix="look in the incident's own lines what the core said",
                        )

    async def _unanswered(self) -> Sequence[_Letter]:
        return await self._look(f"letters/{self.partner}?after={self._answered}", list[_Letter])


def _is_open(letter: _Letter) -> bool:
    """Whether the room still has to say what becomes of it; an answer of ours it never answers."""
    return letter.type not in ("RC-REF", "RS-ERROR") and letter.answer in (None, "RECU")
