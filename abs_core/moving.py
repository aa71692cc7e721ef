"""Moving a party to another block, or to another generation of its own, while the room works.

The steps are those of every swap: the new one is started beside the old one and reads
along; the old one finishes what it owes and ends; the next Agreement is put in force;
the new one acts from there. Until the Agreement is in force nothing has happened, and
the old one goes on. The way back is the same way.
"""

import asyncio
import uuid
from collections.abc import Awaitable
from typing import Protocol

import msgspec
import structlog
from abs_contracts import protocol
from abs_contracts.manifest import find_manifest
from abs_contracts.messages.party import AgreeBlock
from abs_contracts.refusal import Refused

from abs_core import bootstrap
from abs_core.child import Child
from abs_core.clients import Operator
from abs_core.credentials import Folder, Kept, Plan
from abs_core.ports import Bus, Unknown, Unreachable

STAGE_SECONDS = 60.0
"""How long a new block may take to load and to read along."""
DRAIN_SECONDS = 10.0
"""How long the old one may take to finish; what it then owes to the core undoes the move."""
READY_SECONDS = 20.0
LOOK_SECONDS = 0.01

logger = structlog.get_logger(__name__)


def subject(room: str) -> str:
    """Where the runner of a room is asked for a move; not a part of the block protocol."""
    return f"runner.{room}.move"


class MoveBlock(msgspec.Struct, frozen=True, kw_only=True):
    """Have a party run this block. Without `options`: those that it has, or none."""

    party: str
    block: str
    options: dict[str, str] | None = None


class Moved(msgspec.Struct, frozen=True, kw_only=True, tag_field="outcome", tag="moved"):
    """The block acts. The old one acted up to feed position `position`, the new one beyond.

    `away` are the seconds in which neither took a request.
    """

    party: str
    before: str
    block: str
    generation: int
    position: int
    away: float


Answer = Moved | protocol.Rejected | protocol.Unknown


class Runner(Protocol):
    """Who holds the processes of the room."""

    room: str
    bus: Bus
    operator: Operator
    folder: Folder

    def configured(self, party: str) -> Plan | None:
        """What the configuration says that this party runs."""

    def running(self, party: str) -> tuple[Child, Plan] | None:
        """The process of this party's block."""

    async def start(self, name: str, plan: Plan, log: str, *, staged: bool) -> Child:
        """Start and keep up a process of a block."""

    async def again(self, child: Child) -> None:
        """Start and keep up one that was ended."""

    def replace(self, party: str, child: Child, plan: Plan) -> None:
        """From now on this is the process of the party's block."""

    async def drop(self, child: Child) -> None:
        """End a process, and know it no more."""


class Mover:
    """Moves one party at a time."""

    def __init__(self, runner: Runner) -> None:
        self._runner = runner
        self._party = ""

    async def move(self, asked: MoveBlock) -> Moved:
        """Raises Refused: nothing happened, except with MOVE-006."""
        if self._party:
            raise Refused(
                rule="MOVE-002",
                what=f"{self._party} is being moved",
                where="/party",
                fix="wait for it, and ask again",
            )
        self._party = asked.party
        try:
            return await self._move(asked)
        finally:
            self._party = ""

    async def _move(self, asked: MoveBlock) -> Moved:
        held = await self._checked(asked)
        found = self._runner.running(asked.party)
        assert found is not None
        old, before = found
        options = before.options if before.block == asked.block else {}
        plan = Plan(block=asked.block, options=options if asked.options is None else asked.options)
        command, credentials = bootstrap.next_agreement(
            self._runner.room, asked.party, asked.block, held.generation + 1
        )
        new = await self._staged(asked.party, plan, credentials)
        try:
            await self._read_along(new, credentials)
            left = asyncio.get_running_loop().time()
            staged = await self._finished(old, held, new, credentials)
            self._write_down(asked.party, plan, credentials)
            await self._fence(command, asked.party)
        except Exception:
            await self._undo(asked.party, old, new)
            raise
        new.tell(b"")
        self._runner.replace(asked.party, new, plan)
        try:
            self._write_down(asked.party, plan, credentials, final=True)
            await self._acts(asked.party, new)
            away = asyncio.get_running_loop().time() - left
        finally:
            await old.stop()
        moved = Moved(
            party=asked.party,
            before=before.block,
            block=plan.block,
            generation=credentials.generation,
            position=staged.position,
            away=away,
        )
        logger.info("moved", **msgspec.structs.asdict(moved))
        return moved

    async def _checked(self, asked: MoveBlock) -> protocol.PartyStatus:
        """How the party stands. Raises Refused for a move that makes no sense."""
        status = await self._runner.operator.status()
        held = next((each for each in status.parties if each.party == asked.party), None)
        if held is None or self._runner.running(asked.party) is None:
            with_block = sorted(p.party for p in status.parties if self._runner.running(p.party))
            raise Refused(
                rule="MOVE-001",
                what=f"this room runs no block of a party {asked.party!r}",
                where="/party",
                fix=f"name one of: {', '.join(with_block) or '(none)'}; "
                "a party gets its first block from the configuration",
            )
        manifest = find_manifest(asked.block)
        if manifest.discipline != held.discipline:
            raise Refused(
                rule="MOVE-003",
                what=f"{asked.block} is a block of {manifest.discipline}, "
                f"and {asked.party} is a party of {held.discipline}",
                where="/block",
                fix="name a block of that discipline: abs block list",
            )
        return held

    # -- before the Agreement is in force ----------------------------------------------

    async def _staged(self, party: str, plan: Plan, credentials: protocol.Credentials) -> Child:
        log = f"block-{party}-g{credentials.generation}"
        new = await self._runner.start(f"next-{party}", plan, log, staged=True)
        new.tell(msgspec.json.encode(credentials))
        return new

    async def _read_along(self, new: Child, me: protocol.Credentials) -> protocol.Staged:
        """How far the new one has read along, up to now. Raises Refused."""
        where = protocol.stage(me.room, me.party, me.generation)
        loop = asyncio.get_running_loop()
        until = loop.time() + STAGE_SECONDS
        while not new.down and loop.time() < until:
            try:
                answer = await self._runner.bus.request(where, b"", within=STAGE_SECONDS)
                return msgspec.json.decode(answer, type=protocol.Staged)
            except (Unknown, Unreachable):
                await asyncio.sleep(LOOK_SECONDS)
        if new.down:
            raise new.why_down()
        raise Refused(
            rule="MOVE-004",
            what=f"{me.block} was not ready within {STAGE_SECONDS:.0f} s",
            where=str(new.log),
            fix="look in its log; nothing happened, and the block before it goes on",
        )

    async def _finished(
        self, old: Child, held: protocol.PartyStatus, new: Child, me: protocol.Credentials
    ) -> protocol.Staged:
        """End the old one when it owes nothing to the core any more. Raises Refused."""
        old.let_end()
        drain = protocol.drain(me.room, me.party, held.generation)
        asked = self._runner.bus.request(drain, b"", within=DRAIN_SECONDS)
        async with asyncio.TaskGroup() as group:
            drained, ended = group.create_task(_done(asked)), group.create_task(old.ended())
            await asyncio.wait((drained, ended), return_when=asyncio.FIRST_COMPLETED)
            said_so = drained.done() and drained.result()
            drained.cancel()
            ended.cancel()
        if not said_so:
            await old.stop()
        staged = await self._read_along(new, me)
        if staged.owed:
            raise Refused(
                rule="MOVE-005",
                what=f"{held.block} owes the core {staged.owed} commands, whose outcome nobody has",
                where=f"journal of {me.party}",
                fix="nothing happened, and it goes on: move it once it keeps up (abs status)",
            )
        return staged

    async def _undo(self, party: str, old: Child, new: Child) -> None:
        """As if nothing had been: the old one goes on."""
        await self._runner.drop(new)
        self._runner.folder.drop(party)
        if old.stopped:
            await old.stop()
            await self._runner.again(old)

    # -- from the Agreement on ------------------------------------------------------------

    def _write_down(
        self, party: str, plan: Plan, credentials: protocol.Credentials, *, final: bool = False
    ) -> None:
        configured = self._runner.configured(party)
        kept = Kept(
            **msgspec.structs.asdict(credentials),
            options=plan.options,
            instead_of=None if configured == plan else configured,
        )
        write = self._runner.folder.keep if final else self._runner.folder.stage
        write(party, kept)

    async def _fence(self, command: AgreeBlock, party: str) -> None:
        """Put the Agreement in force: asked until it is known. Raises Refused."""
        ident = str(uuid.uuid4())
        while True:
            try:
                await self._runner.operator.command(command, party, command=ident)
                return
            except Unknown as doubt:
                logger.warning("agreed or not, nobody says", party=party, doubt=repr(doubt))

    async def _acts(self, party: str, new: Child) -> None:
        """Return when the new one answers its desk. Raises Refused, and it stays in force."""
        where = protocol.questions(self._runner.room, party)
        loop = asyncio.get_running_loop()
        until = loop.time() + READY_SECONDS
        while not new.down and loop.time() < until:
            try:
                await self._runner.bus.request(where, b"", within=1.0)
                return
            except (Unknown, Unreachable):
                await asyncio.sleep(LOOK_SECONDS)
        raise Refused(
            rule="MOVE-006",
            what=f"{party} is moved, and the new block does not answer",
            where=str(new.log),
            fix="look in its log; it is in force: mend it, or move the party back",
        )


async def _done(asked: Awaitable[bytes]) -> bool:
    """Whether it says that it is done; if not, its journal tells what is left."""
    try:
        await asked
    except (Unknown, Unreachable) as doubt:
        logger.warning("not drained", doubt=repr(doubt))
        return False
    return True
