"""A whole room on one machine: embedded server, cores, blocks, each its own process.

A simple runner: it starts what the configuration names, starts again what
falls over, and gives up on what falls over too often. systemd or containers
are as good; whether a block keeps up is the core's own finding.
"""

import asyncio
import os
import sys
from asyncio.subprocess import PIPE
from collections.abc import Callable, Mapping, Sequence
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
from abs_contracts.protocol import Credentials, RoomStatus, questions
from abs_contracts.refusal import Refused

from abs_core import bootstrap
from abs_core.adapters.server import EmbeddedServer
from abs_core.application.registry import digest
from abs_core.callouts import ClassPaths, called_for
from abs_core.clients import Desk, Operator
from abs_core.ports import Bus, Unknown, Unreachable

PROGRAM = (sys.executable, "-P", "-m", "abs_core.process")
REFUSED = 3
"""Exit code of a process that must not be started again as it is."""
STOP_SECONDS = 5.0
LOOK_SECONDS = 0.01
"""Between looks at whether somebody answers; a look costs 0.2 ms."""
DENIED = "refused"
GIVEN_UP = "given up"

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
    @property
    def called_for(self) -> ClassPaths | None: ...
    @property
    def added_classes(self) -> ClassPaths: ...


class RunFile(msgspec.Struct, frozen=True, kw_only=True):
    """`run.json` in the data folder: how to reach a running system."""

    room: str
    url: str
    pid: int
    server: int
    processes: dict[str, int]


class Budget:
    """How often something may be started again: `restarts` times within `seconds`."""

    def __init__(self, restarts: int = 5, seconds: float = 30.0) -> None:
        self._restarts = restarts
        self._seconds = seconds
        self._spent: list[float] = []

    def spend(self, now: float) -> float | None:
        """Seconds to wait before this restart, longer each time; None: the budget is spent."""
        self._spent = [then for then in self._spent if now - then < self._seconds]
        if len(self._spent) >= self._restarts:
            return None
        self._spent.append(now)
        return 0.05 * float(2 ** (len(self._spent) - 1))


class Child:
    """One process of the room, kept up within its restart budget."""

    def __init__(self, name: str, command: Sequence[str], log: Path, budget: Budget) -> None:
        self.name = name
        self.state = "starting"
        self.log = log
        self._command = command
        self._budget = budget
        self._first_line = b""
        self._process: asyncio.subprocess.Process | None = None

    @property
    def pid(self) -> int:
        """Its process id, 0 while it is down."""
        return self._process.pid if self._process and self._process.returncode is None else 0

    @property
    def down(self) -> bool:
        """Whether it is left down for good."""
        return self.state in (DENIED, GIVEN_UP)

    async def spawn(self) -> None:
        with self.log.open("ab") as log:
            # A session of its own: Ctrl-C reaches the runner, which stops things in order.
            self._process = await asyncio.create_subprocess_exec(
                *self._command, stdin=PIPE, stdout=log, stderr=log, start_new_session=True
            )
        self.state = "running"
        self._write()

    def tell(self, line: bytes) -> None:
        """Give it its first line of input, now and whenever it is started again."""
        self._first_line = line + b"\n"
        self._write()

    def _write(self) -> None:
        if self._process and self._process.stdin:
            self._process.stdin.write(self._first_line)

    async def keep_up(self, changed: Callable[[], None]) -> None:
        """Start it again when it ends, until cancelled, refused, or the budget is spent."""
        while self._process is not None:
            code = await self._process.wait()
            pause = self._budget.spend(asyncio.get_running_loop().time())
            if code == REFUSED or pause is None:
                self.state = DENIED if code == REFUSED else GIVEN_UP
                logger.error("process down", process=self.name, code=code, log=str(self.log))
                changed()
                return
            logger.warning("process restarts", process=self.name, code=code)
            self.state = "starting"
            await asyncio.sleep(pause)
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

    def why_down(self) -> Refused:
        """What it said last before it was left down, as a refusal."""
        for line in reversed(self.log.read_bytes().splitlines()):
            try:
                said = msgspec.json.decode(line, type=_Said)
            except msgspec.DecodeError:
                continue
            if said.event == "refused":
                return Refused(rule=said.rule, what=said.what, where=said.where, fix=said.fix)
        return Refused(
            rule="RUN-001",
            what=f"{self.name} does not stay up",
            where=str(self.log),
            fix="mend what the log says, then start again",
        )


class _Said(msgspec.Struct, frozen=True):
    """A log line, as far as it tells of a refusal."""

    event: str
    rule: str = ""
    what: str = ""
    where: str = ""
    fix: str = ""


class System:
    """A running room. Use it as an async context manager; leaving it stops everything.

    `program` is how a core or block process is started, before its own arguments.
    """

    def __init__(
        self,
        *,
        room: str,
        data: Path,
        parties: Mapping[str, PartyPlan],
        port: int = 0,
        cores: int = 1,
        max_file_store: int = 0,
        program: Sequence[str] = PROGRAM,
        restarts: int = 5,
    ) -> None:
        self.room = room
        self.data = data
        self.parties = parties
        self._core_count = cores
        self._program = program
        self._restarts = restarts
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
        await self._server.start()
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
        stopping = asyncio.ensure_future(self._stop())
        try:
            await asyncio.shield(stopping)
        except asyncio.CancelledError:
            await stopping  # who is told to stop while stopping stops all the same
            raise

    async def _start(self) -> None:
        """Everything at once: a block is given its credentials when they are agreed."""
        self._keeping.append(asyncio.create_task(self._keep_server()))
        at = ["--url", self.url]
        for number in range(1, self._core_count + 1):
            await self._add(f"core-{number}", ["core", *at, "--room", self.room])
        blocks = {name: plan for name, plan in self.parties.items() if plan.block}
        for name, plan in blocks.items():
            options = msgspec.json.encode(plan.options).decode()
            block = ["block", *at, "--block", plan.block or "", "--options", options]
            await self._add(f"block-{name}", block)
        self.bus: Bus = await bootstrap.connect(self.url, "operator")
        self.operator: Operator = bootstrap.operator(self.bus, self.room)
        await self._status(set())
        await asyncio.gather(*(self._register(*party) for party in self.parties.items()))
        status = await self._status(set(self.parties))
        for name, plan in blocks.items():
            held = next(p.generation for p in status.parties if p.party == name)
            credentials = await self._credentials(name, plan.block or "", held)
            self.child(f"block-{name}").tell(msgspec.json.encode(credentials))
        self._write_run_file()

    async def _stop(self) -> None:
        for task in self._keeping:
            task.cancel()
        await asyncio.gather(*self._keeping, return_exceptions=True)
        await asyncio.gather(*(child.stop() for child in self.children))
        if hasattr(self, "bus"):
            await self.bus.close()
        await self._server.stop()
        (self.data / "run.json").unlink(missing_ok=True)

    async def _keep_server(self) -> None:
        budget = Budget(self._restarts)
        while True:
            await self._server.wait()
            pause = budget.spend(asyncio.get_running_loop().time())
            if pause is None:
                logger.error("server down", log=str(self._server.log))
                return
            logger.warning("server restarts", log=str(self._server.log))
            await asyncio.sleep(pause)
            try:
                await self._server.start()
            except Refused as refused:
                logger.error("server refused", **msgspec.structs.asdict(refused.refusal))
            self._write_run_file()

    async def _add(self, name: str, arguments: list[str]) -> None:
        log = self.data / "logs" / f"{name}.log"
        child = Child(name, [*self._program, *arguments], log, Budget(self._restarts))
        await child.spawn()
        self.children.append(child)
        self._keeping.append(asyncio.create_task(child.keep_up(self._write_run_file)))

    async def _register(self, name: str, plan: PartyPlan) -> None:
        registered = RegisterParty(
            discipline=plan.discipline,
            name=plan.name,
            desk_token=digest(self._desk_token(name)),
            called_for=called_for(plan.discipline, plan.called_for),
            added_classes=plan.added_classes,
        )
        await self.operator.command(registered, name)

    async def _status(self, parties: set[str]) -> RoomStatus:
        """The room's status once a core has read of these parties. Raises Refused."""
        cores = self.children[: self._core_count]
        while not all(core.down for core in cores):
            try:
                status = await self.operator.status()
                if parties <= {p.party for p in status.parties}:
                    return status
            except (Unknown, Unreachable):
                pass
            await asyncio.sleep(LOOK_SECONDS)
        raise cores[0].why_down()

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

    async def ready(self) -> None:
        """Return when every block answers its desk, or is left down."""
        for name, plan in self.parties.items():
            if plan.block:
                await self._answers(self.child(f"block-{name}"), questions(self.room, name))

    async def _answers(self, block: Child, subject: str) -> None:
        while not block.down:
            try:
                await self.bus.request(subject, b"", within=1.0)
            except (Unknown, Unreachable):
                await asyncio.sleep(LOOK_SECONDS)
            else:
                return

    # -- what others ask ---------------------------------------------------

    @property
    def url(self) -> str:
        return self._server.url

    @property
    def server_pid(self) -> int:
        """The server's process id, 0 while it is down."""
        return self._server.pid if self._server.running else 0

    def child(self, name: str) -> Child:
        """The process of this name: `core-1`, `block-fire`."""
        return next(child for child in self.children if child.name == name)

    def desk(self, party: str) -> Desk:
        """This party's desk, with the token that was made for it."""
        return bootstrap.desk(self.bus, self.room, party, self._desk_token(party))

    def _desk_token(self, party: str) -> str:
        path = self.data / "credentials" / f"{party}.desk"
        if not path.exists():
            _write_secret(path, bootstrap.new_token().encode())
        return path.read_text()

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
