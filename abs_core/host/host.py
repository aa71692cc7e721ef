"""The host: runs one block, inline or in a process of its own.

Whatever reaches the block goes through one inbox: the block takes the entries,
ahead of the journal by a page at most, the journal gets them with their effects,
and only then are they answered, acknowledged, and the effects performed.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

import structlog
from abs_contracts import protocol
from abs_contracts.catalogue import Catalogue
from abs_contracts.codec import encode
from abs_contracts.refusal import Refused

from abs_core import ports
from abs_core.host.alarms import Alarms
from abs_core.host.books import Books
from abs_core.host.counter import Counter
from abs_core.host.dead_letters import DeadLetters, Letter
from abs_core.host.draft import Draft, Taken
from abs_core.host.entries import Scribe, derived
from abs_core.host.inbox import Arrival, Inbox
from abs_core.host.journal import Journal, KeptFed, KeptOrder, KeptSend, KeptStarted, Line
from abs_core.host.link import Link
from abs_core.host.outside import attend
from abs_core.host.performer import Performer
from abs_core.host.rebuild import read_on, take_over
from abs_core.host.retry import insist
from abs_core.host.steps import Steps
from abs_core.sdk import Block, Connector

S = TypeVar("S")

log = structlog.get_logger(__name__)


class Host(Generic[S]):
    """One generation of a party's block. `catalogue`: the core's, with the block's own."""

    def __init__(
        self,
        block: Block[S],
        connectors: Sequence[Connector],
        catalogue: Catalogue,
        credentials: protocol.Credentials,
        bus: ports.Bus,
        clock: ports.Clock,
    ) -> None:
        self._me = credentials
        self._bus = bus
        self._clock = clock
        self._connectors = {connector.name: connector for connector in connectors}
        self._scribe = Scribe(credentials.room, credentials.party, catalogue, self._connectors)
        self._steps = Steps(block, self._scribe)
        self._books = Books()
        self._seen = (0, block.initial())  # by the journal
        self._floor = 0  # by the journal; the books are ahead of it, like the next state
        self._ahead = self._seen[1]
        self._inbox = Inbox()
        self._draft = Draft()
        self._writing = False
        self._link = Link(bus, credentials)
        self._alarms = Alarms(self._books.timers, clock, self._inbox)
        self._counter = Counter(block, self._scribe, self._inbox, lambda: self._seen)
        commands = protocol.commands(credentials.room, credentials.party, credentials.token)
        self._performer = Performer(
            bus, clock, commands, self._connectors, self._scribe, self._inbox
        )
        self._served: dict[str, ports.Subscription] = {}
        self._intake: list[asyncio.Task[None]] = []
        self._draining = False
        self._drained = asyncio.Event()
        self._turned = asyncio.Event()
        self.ready = asyncio.Event()

    async def run(self, released: Awaitable[object] | None = None) -> None:
        """Run until drained. Raises Refused when the core or another process ends it.

        With `released` the generation is not in force yet: until then it reads along.
        """
        who = {"room": self._me.room, "party": self._me.party, "generation": self._me.generation}
        with structlog.contextvars.bound_contextvars(**who):
            try:
                await self._run(released)
            except BaseExceptionGroup as group:
                refused = group.subgroup(Refused)
                if refused is None:
                    raise
                raise _first(refused) from None
            finally:
                await self._close()

    @property
    def state(self) -> S:
        """The block's state as the journal holds it."""
        return self._seen[1]

    async def until(self, holds: Callable[[S], bool]) -> S:
        """The state, as soon as this holds for it; for whoever runs a host inline."""
        while not holds(self.state):
            await self._turned.wait()
        return self.state

    # -- the life of a generation ---------------------------------------------

    async def _stage(self, released: Awaitable[object]) -> Journal:
        """Read along with the generation in force, which does not notice."""
        journal, lock = await self._open_journal(), asyncio.Lock()

        async def read_along(_: ports.Message) -> bytes:
            async with lock:
                state = await read_on(journal, self._steps, self._books, self.state)
                self._seen = (self._books.position, state)
                owed = len(self._books.orders)
                return encode(protocol.Staged(position=self._books.position, owed=owed))

        subject = protocol.stage(self._me.room, self._me.party, self._me.generation)
        served = await self._bus.serve(subject, read_along)
        await released
        await served.close()
        async with lock:  # who is reading still, reads to the end
            log.info("released", position=self._books.position)
        return journal

    async def _run(self, released: Awaitable[object] | None) -> None:
        journal = None if released is None else await self._stage(released)
        welcome = await self._link.greet(self._books.position)
        room, party = self._me.room, self._me.party
        self._journal = journal or await self._open_journal()
        dead = protocol.stream("dead", room)
        stream = await insist(dead, lambda: self._bus.open(dead))
        self._dead = DeadLetters(stream, protocol.dead_letters(room, party))
        state = await take_over(self._journal, self._steps, self._books, self._seen[1])
        self._seen = (self._books.position, state)
        self._ahead = state
        async with asyncio.TaskGroup() as group:
            self._group = group
            beats = group.create_task(self._beats(welcome.beat_seconds), name="beats")
            await self._begin()
            self.ready.set()
            pages = group.create_task(self._pages(), name="pages")
            await self._work()
            pages.cancel()
            beats.cancel()
        self._drained.set()
        log.info("drained", position=self._seen[0])

    async def _open_journal(self) -> Journal:
        me = self._me
        name = protocol.stream("journal", me.room, me.party)
        stream = await insist(name, lambda: self._bus.open(name))
        return Journal(stream, protocol.journal(me.room, me.party), me.generation, me.block)

    async def _begin(self) -> None:
        """Owe again what was owed, and open every way in."""
        me, books = self._me, self._books
        for owed in books.orders.values():
            self._performer.perform(owed.order, self._group)
        for send in books.sends.values():
            if send.connector in self._connectors:
                self._performer.perform(send, self._group)
            else:
                log.error("no such connector any more", connector=send.connector, effect=send.id)
        started_id = derived(me.room, me.party, "started", str(me.generation))
        started = KeptStarted(id=started_id, at=self._clock.now(), generation=me.generation)
        self._inbox.put(Arrival(started))
        ways = [self._link.pump(self._inbox, self._clock, books.position), self._alarms.run()]
        for connector in self._connectors.values():
            ways.append(attend(connector, self._scribe, self._inbox, self._clock))
        self._intake = [self._group.create_task(way) for way in ways]
        for subject, handler in (
            (protocol.questions(me.room, me.party), self._counter.question),
            (protocol.desk(me.room, me.party), self._counter.request),
            (protocol.drain(me.room, me.party, me.generation), self._on_drain),
        ):
            self._served[subject] = await self._bus.serve(subject, handler)

    async def _beats(self, seconds: float) -> None:
        subject = protocol.beats(self._me.room, self._me.party, self._me.token)
        while True:
            beat = protocol.Beat(
                generation=self._me.generation,
                position=self._seen[0],
                pending=len(self._books.orders) + len(self._books.sends),
                draining=self._draining,
            )
            try:
                await self._bus.publish(subject, encode(beat))
                await self._link.ack(self._floor, few=True)
            except (ports.Unknown, ports.Unreachable) as doubt:
                log.info("no heartbeat", doubt=repr(doubt))
            await asyncio.sleep(seconds)

    async def _on_drain(self, _: ports.Message) -> bytes:
        """Take in nothing more, finish what is owed, and answer when that is done."""
        if not self._draining:
            self._draining = True
            log.info("draining", position=self._seen[0])
            for task in self._intake:
                task.cancel()
            # The desk's next requests are for the successor.
            await self._served.pop(protocol.desk(self._me.room, self._me.party)).close()
            self._performer.drain()
            self._inbox.wake()
        await self._drained.wait()
        return b"{}"

    async def _close(self) -> None:
        self._inbox.close()
        await self._link.close()
        for served in self._served.values():
            await served.close()

    # -- the one order --------------------------------------------------------

    async def _work(self) -> None:
        while not (self._draining and self._idle):
            arrival = await self._inbox.take()
            if arrival is not None:
                await self._take(arrival)
        await self._link.ack(self._floor, few=True)

    @property
    def _idle(self) -> bool:
        written = self._draft.empty and not self._writing
        return written and self._inbox.empty and self._performer.idle

    async def _take(self, arrival: Arrival) -> None:
        """Have the block take one arrival, ahead of the journal."""
        state, line = self._ahead, None
        if not self._books.knows(arrival.entry):
            if self._books.is_mine(arrival.entry, True):
                state, line = self._steps.take(state, arrival.entry)
            else:  # the block that wanted it knows it once it is back
                line = Line(entry=arrival.entry)
            if line.poison is not None:
                await self._dead.append(_letter(arrival, line.poison))
            self._books.apply(line)
        self._ahead = state
        await self._draft.add(Taken(arrival, line))

    async def _pages(self) -> None:
        """Write page after page."""
        while True:
            taken = await self._draft.cut()
            # What stands now is what this page leads to: nothing else was taken since.
            self._writing, seen = True, (self._books.position, self._ahead)
            floor = self._books.floor
            lines = [each.line for each in taken if each.line is not None]
            if lines:
                await self._write(lines)
            self._seen, self._floor, self._writing = seen, floor, False
            await self._follow(taken)

    async def _follow(self, taken: Sequence[Taken]) -> None:
        """What the journal has: answer it, perform its effects, acknowledge it."""
        self._turned.set()
        self._turned = asyncio.Event()
        for arrival, line in taken:
            if arrival.done is not None and not arrival.done.done():
                arrival.done.set_result(self._books.reply(arrival.entry))
            for effect in line.effects if line else ():
                if isinstance(effect, KeptOrder | KeptSend):
                    self._performer.perform(effect, self._group)
        self._alarms.changed()
        repeated = any(a.line is None and isinstance(a.arrival.entry, KeptFed) for a in taken)
        await self._link.ack(self._floor, again=repeated)
        if self._draining:
            self._inbox.wake()

    async def _write(self, lines: Sequence[Line]) -> None:
        try:
            await self._journal.append(lines)
        except ports.Conflict:
            raise Refused(
                rule="HOST-001",
                what="another process of this block has taken the journal over",
                where=self._journal.subject,
                fix="let one of them run; what this one had not journaled, it has not done",
            ) from None


def _letter(arrival: Arrival, reason: str) -> Letter:
    entry = arrival.entry
    data = arrival.raw if isinstance(entry, KeptFed) else encode(entry)
    kind = str(entry.__struct_config__.tag)
    return Letter(origin=entry.id, kind=kind, at=entry.at, reason=reason, data=data)


def _first(group: BaseExceptionGroup[Refused]) -> Refused:
    error = group.exceptions[0]
    return _first(error) if isinstance(error, BaseExceptionGroup) else error
