"""A whole room on one machine: embedded server, cores, blocks, each its own process.

A simple runner: it starts what the configuration names, starts again what
falls over, and gives up on what falls over too often. systemd or containers
are as good; whether a block keeps up is the core's own finding.
"""

import asyncio
import os
import sys
from collections.abc import Mapping, Sequence
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
from abs_contracts.protocol import Rejected, RoomStatus, questions
from abs_contracts.protocol import Unknown as NotKnown
from abs_contracts.refusal import Refused

from abs_core import bootstrap
from abs_core.adapters.server import EmbeddedServer
from abs_core.application.registry import digest
from abs_core.callouts import ClassPaths, called_for
from abs_core.child import Budget, Child
from abs_core.clients import Desk, Operator
from abs_core.credentials import Folder, Kept, Plan, planned
from abs_core.moving import Answer, MoveBlock, Mover, subject
from abs_core.ports import Bus, Message, Unknown, Unreachable

PROGRAM = (sys.executable, "-P", "-m", "abs_core.process")
LOOK_SECONDS = 0.01
"""Between looks at whether somebody answers; a look costs 0.2 ms."""

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
        self.folder = Folder(data / "credentials")
        self._plans: dict[str, Plan] = {}
        self._mover = Mover(self)

    # -- up and down -------------------------------------------------------

    async def __aenter__(self) -> "System":
        (self.data / "logs").mkdir(parents=True, exist_ok=True)
        self.folder.make()
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
        """Everything at once: a block is given its credentials when they are agreed.

        Where a move was not written down to its end, the log is asked first what runs.
        """
        self._keeping.append(asyncio.create_task(self._keep_server()))
        at = ["--url", self.url]
        for number in range(1, self._core_count + 1):
            await self._add(f"core-{number}", ["core", *at, "--room", self.room])
        blocks = [name for name in self.parties if self.configured(name)]
        for name in blocks:
            if not self.folder.is_moving(name):
                await self._start_block(name, self.folder.last(name))
        self.bus: Bus = await bootstrap.connect(self.url, "operator")
        self.operator: Operator = bootstrap.operator(self.bus, self.room)
        await self._status(set())
        await asyncio.gather(*(self._register(*party) for party in self.parties.items()))
        status = await self._status(set(self.parties))
        for name in blocks:
            held = next(p.generation for p in status.parties if p.party == name)
            kept = self.folder.kept(name, held)
            if name not in self._plans:
                await self._start_block(name, kept)
            credentials = await self._credentials(name, held, kept)
            self.child(f"block-{name}").tell(msgspec.json.encode(credentials))
        self._write_run_file()
        await self.bus.serve(subject(self.room), self._on_move)

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

    async def _add(self, name: str, arguments: list[str], log: str = "") -> Child:
        path = self.data / "logs" / f"{log or name}.log"
        child = Child(name, [*self._program, *arguments], path, Budget(self._restarts))
        self.children.append(child)
        await self.again(child)
        return child

    async def _start_block(self, party: str, kept: Kept | None) -> None:
        configured = self.configured(party)
        assert configured is not None
        plan = self._plans[party] = planned(configured, kept)
        if plan != configured:
            logger.warning("moved by command", party=party, block=plan.block, rule="RUN-002")
        await self.start(f"block-{party}", plan, f"block-{party}", staged=False)

    async def _register(self, name: str, plan: PartyPlan) -> None:
        registered = RegisterParty(
            discipline=plan.discipline,
            name=plan.name,
            desk_token=digest(self.folder.desk_token(name)),
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

    async def _credentials(self, party: str, held: int, kept: Kept | None) -> Kept:
        """The ones in force if the block is still as agreed, or those of a next generation."""
        plan, configured = self._plans[party], self.configured(party)
        instead_of = None if plan == configured else configured
        if kept is not None and kept.block == plan.block:
            same = agreement_hash(agree(find_manifest(plan.block), CORE, held))
            if kept.agreement == same:
                kept = msgspec.structs.replace(kept, options=plan.options, instead_of=instead_of)
                self.folder.keep(party, kept)
                return kept
        made = await bootstrap.agree_block(self.operator, self.room, party, plan.block, held + 1)
        kept = Kept(**msgspec.structs.asdict(made), options=plan.options, instead_of=instead_of)
        self.folder.keep(party, kept)
        return kept

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

    # -- what a move asks ----------------------------------------------------

    async def _on_move(self, message: Message) -> bytes:
        try:
            asked = msgspec.json.decode(message.data, type=MoveBlock)
            answer: Answer = await self._mover.move(asked)
        except msgspec.DecodeError as error:
            no = Refused(rule="MOVE-007", what=str(error), where="", fix="send a MoveBlock")
            answer = Rejected(command="", refusal=no.refusal)
        except Refused as no:
            answer = Rejected(command="", refusal=no.refusal)
        except (Unknown, Unreachable) as doubt:
            answer = NotKnown(command="", what=str(doubt) or "the core does not answer")
        return msgspec.json.encode(answer)

    def configured(self, party: str) -> Plan | None:
        """What the configuration says that this party runs."""
        plan = self.parties.get(party)
        return Plan(block=plan.block, options=plan.options) if plan and plan.block else None

    def running(self, party: str) -> tuple[Child, Plan] | None:
        """The process of this party's block."""
        plan = self._plans.get(party)
        return (self.child(f"block-{party}"), plan) if plan else None

    async def start(self, name: str, plan: Plan, log: str, *, staged: bool) -> Child:
        """Start and keep up a process of a block."""
        options = msgspec.json.encode(plan.options).decode()
        words = ["block", "--url", self.url, "--block", plan.block, "--options", options]
        return await self._add(name, [*words, *(["--staged"] if staged else [])], log)

    async def again(self, child: Child) -> None:
        """Start and keep up one that is not there, or was ended."""
        await child.spawn()
        self._keeping.append(asyncio.create_task(child.keep_up(self._write_run_file)))

    async def drop(self, child: Child) -> None:
        """End a process, and know it no more."""
        self.children.remove(child)
        await child.stop()

    def replace(self, party: str, child: Child, plan: Plan) -> None:
        """From now on this is the process of the party's block."""
        self.children.remove(self.child(f"block-{party}"))
        child.name = f"block-{party}"
        self._plans[party] = plan
        self._write_run_file()

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
        return bootstrap.desk(self.bus, self.room, party, self.folder.desk_token(party))

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
