"""A whole room on one machine: embedded server, cores, blocks, each its own process.

A simple runner: it starts what the configuration names, starts again what
falls over, and gives up on what falls over too often. systemd or containers
are as good; whether a block keeps up is the core's own finding.
"""

import asyncio
import os
import sys
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Protocol

import msgspec
import structlog
from abs_contracts.catalogue import CORE
from abs_contracts.manifest import find_manifest
from abs_contracts.messages.party import RegisterParty
from abs_contracts.messages.values import Discipline
from abs_contracts.negotiate import agree, agreement_hash
from abs_contracts.protocol import Credentials, RoomStatus

from abs_core import bootstrap
from abs_core.adapters.server import EmbeddedServer
from abs_core.application.registry import digest
from abs_core.clients import Desk, Operator
from abs_core.ports import Bus, Unknown, Unreachable

REFUSED = 3
BUDGET = 5
"""So many restarts within `BUDGET_SECONDS`, then the process is left down."""
BUDGET_SECONDS = 30.0
STOP_SECONDS = 5.0

logger = structlog.get_logger(__name__)


class PartyPlan(Protocol):
    """What the configuration says of a party."""

    @property
    def discipline(self) -> Discipline: ...
    @property
    def name(self) -> str: ...
    @property
    def block(self) -> str | None: ...
    @property
    def options(self) -> dict[str, str]: ...


class RunFile(msgspec.Struct, frozen=True, kw_only=True):
    """`run.json` in the data folder: how to reach a running system."""

    room: str
    url: str
    pid: int
    server: int
    processes: dict[str, int]


class Child:
    """One process of the room, kept up within its restart budget."""

    def __init__(self, name: str, arguments: list[str], first_line: bytes, log: Path) -> None:
        self.name = name
        self._arguments = arguments
        self._first_line = first_line
        self._log = log
        self._process: asyncio.subprocess.Process | None = None
        self.restarts: list[float] = []
        self.state = "starting"

    @property
    def pid(self) -> int:
        return self._process.pid if self._process else 0

    async def spawn(self) -> None:
        with self._log.open("ab") as log:
            # A session of its own: Ctrl-C reaches the runner, which stops things in order.
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-P", "-m", "abs_core.process", *self._arguments,
                stdin=asyncio.subprocess.PIPE, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        if self._process.stdin and self._first_line:
            self._process.stdin.write(self._first_line + b"\n")
        self.state = "running"

    async def keep_up(self, changed: Callable[[], None]) -> None:
        """Start it again when it ends, until cancelled or the budget is spent."""
        loop = asyncio.get_running_loop()
        while self._process is not None:
            code = await self._process.wait()
            now = loop.time()
            self.restarts = [t for t in self.restarts if now - t < BUDGET_SECONDS]
            if code == REFUSED or len(self.restarts) >= BUDGET:
                self.state = "refused" if code == REFUSED else "given up"
                logger.error("process down", process=self.name, code=code, log=str(self._log))
                return
            logger.warning("process restarts", process=self.name, code=code)
            await asyncio.sleep(0.05 * 2 ** len(self.restarts))
            self.restarts.append(now)
            await self.spawn()
            changed()

    async def stop(self) -> None:
        if self._process is None or self._process.returncode is not None:
            return
        self._process.terminate()
        try:
            async with asyncio.timeout(STOP_SECONDS):
                await self._process.wait()
        except TimeoutError:
            self._process.kill()
            await self._process.wait()


class System:
    """A running room. Use it as an async context manager; leaving it stops everything."""

    def __init__(
        self,
        *,
        room: str,
        data: Path,
        parties: dict[str, PartyPlan],
        port: int = 0,
        cores: int = 1,
        max_file_store: int = 0,
    ) -> None:
        self.room = room
        self.data = data
        self.parties = parties
        self._core_count = cores
        self._server = EmbeddedServer(
            data / "server", port=port or None, max_bytes=max_file_store or None
        )
        self.children: list[Child] = []
        self._keeping: list[asyncio.Task[None]] = []

    # -- up and down -------------------------------------------------------

    async def __aenter__(self) -> "System":
        for folder in ("logs", "credentials"):
            (self.data / folder).mkdir(parents=True, exist_ok=True)
        (self.data / "credentials").chmod(0o700)
        await self._server.__aenter__()
        try:
            await self._start()
        except BaseException:
            await self._stop()
            raise
        return self

    async def __aexit__(
        self,
        _type: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        await self._stop()

    async def _start(self) -> None:
        for number in range(1, self._core_count + 1):
            arguments = ["core", "--url", self.url, "--room", self.room]
            await self._add(Child(f"core-{number}", arguments, b"", self._log(f"core-{number}")))
        self.bus: Bus = await bootstrap.connect(self.url, "operator")
        self.operator: Operator = bootstrap.operator(self.bus, self.room)
        for name, plan in self.parties.items():
            registered = RegisterParty(
                discipline=plan.discipline,
                name=plan.name,
                desk_token=digest(self._desk_token(name)),
            )
            await self.operator.command(registered, name)
        status = await self._status()
        for name, plan in self.parties.items():
            if plan.block:
                await self._start_block(name, plan, status)
        self._write_run_file()

    async def _stop(self) -> None:
        for task in self._keeping:
            task.cancel()
        for child in reversed(self.children):
            await child.stop()
        if hasattr(self, "bus"):
            await self.bus.close()
        await self._server.__aexit__(None, None, None)
        (self.data / "run.json").unlink(missing_ok=True)

    async def _status(self) -> RoomStatus:
        while True:
            try:
                status = await self.operator.status()
                if set(self.parties) <= {p.party for p in status.parties}:
                    return status
            except (Unknown, Unreachable):
                pass
            await asyncio.sleep(0.005)

    async def _start_block(self, party: str, plan: PartyPlan, status: RoomStatus) -> None:
        block = plan.block or ""
        held = next(p.generation for p in status.parties if p.party == party)
        credentials = await self._credentials(party, block, held)
        arguments = ["block", "--url", self.url, "--block", block]
        arguments += ["--options", msgspec.json.encode(plan.options).decode()]
        line = msgspec.json.encode(credentials)
        await self._add(Child(f"block-{party}", arguments, line, self._log(f"block-{party}")))

    async def _credentials(self, party: str, block: str, held: int) -> Credentials:
        """The ones in force if the block is still as agreed, or those of a next generation."""
        path = self.data / "credentials" / f"{party}.block.json"
        if held and path.exists():
            kept = msgspec.json.decode(path.read_bytes(), type=Credentials)
            same = agreement_hash(agree(find_manifest(block), CORE, held))
            if (kept.generation, kept.agreement) == (held, same):
                return kept
        made = await bootstrap.agree_block(self.operator, self.room, party, block, held + 1)
        _write_secret(path, msgspec.json.encode(made))
        return made

    async def _add(self, child: Child) -> None:
        await child.spawn()
        self.children.append(child)
        self._keeping.append(asyncio.create_task(child.keep_up(self._write_run_file)))

    # -- what others ask ---------------------------------------------------

    @property
    def url(self) -> str:
        return self._server.url

    @property
    def server_pid(self) -> int:
        return self._server.pid

    def desk(self, party: str) -> Desk:
        """This party's desk, with the token that was made for it."""
        return bootstrap.desk(self.bus, self.room, party, self._desk_token(party))

    def _desk_token(self, party: str) -> str:
        path = self.data / "credentials" / f"{party}.desk"
        if not path.exists():
            _write_secret(path, bootstrap.new_token().encode())
        return path.read_text()

    def _log(self, name: str) -> Path:
        return self.data / "logs" / f"{name}.log"

    def _write_run_file(self) -> None:
        run = RunFile(
            room=self.room,
            url=self.url,
            pid=os.getpid(),
            server=self.server_pid,
            processes={child.name: child.pid for child in self.children},
        )
        draft = self.data / "run.json.new"
        draft.write_bytes(msgspec.json.format(msgspec.json.encode(run)) + b"\n")
        draft.replace(self.data / "run.json")


def _write_secret(path: Path, data: bytes) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(data)
