"""Driving a room with the decisions that pages stand for.

Commands carry the page's time as when it occurred, and ids that derive from file and
line: what the room has already is not sent again, so a replay that was killed goes on
where it was, and a second one changes nothing.
"""

import asyncio
import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from contextlib import AsyncExitStack
from typing import Protocol

import msgspec
from abs_contracts import protocol
from abs_contracts.messages.incident import AddNote
from abs_contracts.messages.unit import RegisterUnit
from abs_contracts.messages.values import Discipline, NoteAudience
from abs_contracts.refusal import Refused

from abs_core.application.feeder import Checkpoint
from abs_core.clients import Desk, Operator
from abs_core.pager.adviser import Advice, Adviser, as_sent, from_text
from abs_core.pager.lanes import Lanes
from abs_core.pager.ledger import Held, held, state
from abs_core.pager.outcomes import Taken
from abs_core.pager.page import Message
from abs_core.pager.reconstruct import Reconstruction
from abs_core.pager.record import Difference, Recorder
from abs_core.pager.steps import ACTOR, ROLE, Ask, Do, Step
from abs_core.ports import Bus, Unknown, Unreachable

SETTLING = 120.0
"""Seconds that feeds and blocks may take to catch up at the end."""
LOOK = 0.02


class Stage(Protocol):
    """A running room, with the tokens of its desks."""

    @property
    def room(self) -> str: ...
    @property
    def bus(self) -> Bus: ...
    @property
    def operator(self) -> Operator: ...

    def desk(self, party: str) -> Desk: ...


class Driven(msgspec.Struct, kw_only=True):
    """What became of the commands. `kept_up`: every feed and block was at the end in time.

    `state` is a digest over all that the room holds of this replay, empty if not asked for.
    """

    sent: int = 0
    there_already: int = 0
    refused: dict[str, int] = {}
    first_refusals: list[str] = []
    without_party: int = 0
    unknown: int = 0
    kept_up: bool = False
    state: str = ""


class Replay:
    """One replay of messages into one room; `told` hears of each message."""

    def __init__(self, stage: Stage, fold: Reconstruction, told: Callable[[Taken], None]) -> None:
        self._stage = stage
        self._fold = fold
        self._told = told
        self.record = Recorder()
        self.driven = Driven()
        self._desks: dict[Discipline, Desk] = {}
        self._advisers: dict[Discipline, Adviser] = {}
        self._held = Held(commands=set(), notes={})
        self._ours: set[str] | None = None
        self._registrations: dict[str, Do] = {}
        self._registered: dict[str, asyncio.Task[None]] = {}

    async def run(
        self, messages: Iterable[Message], speed: float | None, *, digest: bool = False
    ) -> None:
        """Take in all messages. `speed` is how many times as fast; None: as fast as it goes.

        `digest`: read the log again at the end, for the digest of the state.
        """
        self._ours = set() if digest else None
        self._held = await held(self._stage.bus, self._stage.room)
        async with AsyncExitStack() as stack:
            await self._meet(stack)
            lanes = await stack.enter_async_context(Lanes())
            pace = _Pace(speed)
            for message in messages:
                await pace.until(message.at)
                result = self._fold.take(message)
                self.record.take(result)
                self._told(result.taken)
                for step in result.steps:
                    await self._put(lanes, step)
        self.driven.kept_up = await self._settled()
        if self._ours is not None:
            self.driven.state = await state(self._stage.bus, self._stage.room, self._ours)

    async def _meet(self, stack: AsyncExitStack) -> None:
        """Find the room's parties by discipline, and the blocks that can advise."""
        for status in (await self._stage.operator.status()).parties:
            discipline = Discipline(status.discipline)
            if discipline in self._desks:
                continue
            desk = self._desks[discipline] = self._stage.desk(status.party)
            if status.block is None:
                continue
            adviser = Adviser(self._stage.bus, self._stage.room, status.party, status.block, desk)
            if adviser.able:
                self._advisers[discipline] = await stack.enter_async_context(adviser)

    async def _put(self, lanes: Lanes, step: Step) -> None:
        if step.discipline not in self._desks:
            self.driven.without_party += 1
            return
        if isinstance(step, Ask):
            await lanes.put(step.incident, lambda: self._ask(step))
            return
        if isinstance(step.payload, RegisterUnit):
            self._registrations.setdefault(step.subject, step)
            return
        await lanes.put(step.subject, lambda: self._do(step))

    async def _do(self, step: Do) -> None:
        if step.unit is not None:
            if step.unit not in self._registered:
                register = self._send(self._registrations[step.unit])
                self._registered[step.unit] = asyncio.create_task(register)
            await self._registered[step.unit]
        await self._send(step)

    async def _send(self, step: Do) -> None:
        id_, discipline, subject, payload = step.id, step.discipline, step.subject, step.payload
        if self._ours is not None:
            self._ours.add(id_)
        if id_ in self._held.commands:
            self.driven.there_already += 1
            return
        desk = self._desks[discipline]
        if (party := getattr(payload, "party", None)) and party in list(Discipline):
            known = self._desks.get(Discipline(party))
            if known is None:
                self.driven.without_party += 1
                return
            payload = msgspec.structs.replace(payload, party=known.party)
        reply = await desk.command(
            payload, subject, actor=ACTOR, role=ROLE, occurred=step.at, command=id_
        )
        match reply:
            case protocol.Accepted():
                self.driven.sent += 1
            case protocol.Rejected(refusal=no):
                self.driven.refused[no.rule] = self.driven.refused.get(no.rule, 0) + 1
                if len(self.driven.first_refusals) < 20:
                    what = f"{no.rule}: {no.what} ({type(payload).__name__}, {subject})"
                    self.driven.first_refusals.append(what)
            case protocol.Unknown():
                self.driven.unknown += 1

    async def _ask(self, step: Ask) -> None:
        """Advice is noted unless the page does the same: so what is noted says it all."""
        adviser = self._advisers.get(step.discipline)
        if adviser is None:
            return
        if step.id in self._held.commands:
            if self._ours is not None:
                self._ours.add(step.id)
            advice = from_text(self._held.notes.get(step.id, ""))
            self.driven.there_already += 1
        elif step.before in self._held.commands:
            advice = as_sent(adviser.block, step.sent)
        else:
            try:
                advice = await adviser.advice(step.incident, step.after, step.sent)
            except (Refused, Unknown, Unreachable):
                self.record.verdicts["unknown"] += 1
                return
            if advice.verdict != "same":
                await self._send(_noted(step, advice))
        if advice is not None:
            difference = Difference(
                line=step.line, at=step.at, incident=step.incident, advice=advice
            )
            self.record.advised(difference)

    async def _settled(self) -> bool:
        """Whether every feed has what the log has, and every block its whole feed."""
        try:
            async with asyncio.timeout(SETTLING):
                feeds = await self._fed()
                while not await self._read_up(feeds):  # noqa: ASYNC110 - a core says it only when asked
                    await asyncio.sleep(LOOK)
        except TimeoutError:
            return False
        return True

    async def _fed(self) -> Mapping[str, int]:
        bus, room = self._stage.bus, self._stage.room
        end = await (await bus.open(protocol.stream("log", room))).last()
        reader = await (await bus.open(protocol.stream("checkpoint", room))).follow()
        try:
            while True:
                for record in await reader.fetch(64):
                    checkpoint = msgspec.json.decode(record.data, type=Checkpoint)
                    if checkpoint.log >= end:
                        return checkpoint.feeds
        finally:
            await reader.close()

    async def _read_up(self, feeds: Mapping[str, int]) -> bool:
        status = await self._stage.operator.status()
        return all(
            party.read >= feeds.get(party.party, 0)
            for party in status.parties
            if party.block is not None
        )


def _noted(step: Ask, advice: Advice) -> Do:
    note = AddNote(text=advice.text(), audience=NoteAudience.OWN)
    return Do(
        id=step.id, at=step.at, discipline=step.discipline, subject=step.incident, payload=note
    )


class _Pace:
    """Holds each message until its time has come."""

    def __init__(self, speed: float | None) -> None:
        self._speed = speed
        self._first: dt.datetime | None = None
        self._began = 0.0

    async def until(self, at: dt.datetime) -> None:
        if self._speed is None:
            await asyncio.sleep(0)  # the room's replies come in between
            return
        loop = asyncio.get_running_loop()
        if self._first is None:
            self._first, self._began = at, loop.time()
        due = self._began + (at - self._first).total_seconds() / self._speed
        await asyncio.sleep(max(0.0, due - loop.time()))
