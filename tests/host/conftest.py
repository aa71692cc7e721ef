"""The host's world over the memory bus: a scripted core, a connector and a small block.

Nothing here is the product's: the core answers as a test tells it to, and the
block writes down what it sees and does what it is asked.
"""

import asyncio
import contextlib
import datetime as dt
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Any

import msgspec
import pytest
from abs_contracts import CORE, Contract, Kind, Refused, Sight, protocol, seal
from abs_contracts.codec import encode
from abs_contracts.envelope import Envelope
from abs_contracts.messages.incident import AddNote, IncidentClosed, IncidentOpened, NoteAdded
from abs_contracts.messages.values import CallSource, NoteAudience

from abs_core import ports
from abs_core.adapters.clock import LoopClock
from abs_core.adapters.memory import MemoryBus
from abs_core.host import Host
from abs_core.host.dead_letters import Letter
from abs_core.host.journal import Line, Page
from abs_core.sdk import (
    CancelTimer,
    Deliver,
    Effect,
    Entry,
    Fed,
    Inbound,
    Note,
    Noted,
    Order,
    Requested,
    Respond,
    Send,
    SetTimer,
    Settled,
    Started,
    TimerFired,
)

ROOM, PARTY, TOKEN = "dh", "fire", "block-token"
START = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


class Do(msgspec.Struct, frozen=True, kw_only=True):
    """What the desk, or the outside, asks of the block; `what` names an effect."""

    what: str
    text: str = "-"
    seconds: float = 0.0


class Said(msgspec.Struct, frozen=True, kw_only=True):
    text: str


PRIVATE = (
    Contract(name="test.do", payload=Do, kind=Kind.PRIVATE, sight=Sight.BLOCK),
    Contract(name="test.said", payload=Said, kind=Kind.PRIVATE, sight=Sight.BLOCK),
)
CATALOGUE = CORE.extended(PRIVATE)


class Scripted:
    """A block whose state is the list of what it saw; `reacted` counts beside the state."""

    def __init__(self) -> None:
        self.reacted = 0
        self.evolved = 0

    def initial(self) -> tuple[str, ...]:
        return ()

    def evolve(self, state: tuple[str, ...], entry: Entry) -> tuple[str, ...]:
        self.evolved += 1
        return (*state, _seen(entry))

    def react(self, state: tuple[str, ...], entry: Entry) -> Sequence[Effect]:
        self.reacted += 1
        match entry:
            case Fed() if isinstance(entry.message.payload, IncidentOpened):
                return [_order("answer", entry.message.envelope.subject)]
            case Fed() if isinstance(entry.message.payload, NoteAdded):
                raise RuntimeError("the block cannot stand notes")
            case Requested() | Inbound():
                assert isinstance(entry.payload, Do)
                return _do(entry.payload, entry.at, len(state))
            case _:
                return []

    def answer(self, state: tuple[str, ...], question: object) -> Said:
        assert isinstance(question, Do)
        if question.what == "fail":
            raise RuntimeError("no")
        return Said(text=str(len(state)))


def _seen(entry: Entry) -> str:  # noqa: PLR0911 - one return per kind of entry
    match entry:
        case Started():
            return f"started {entry.generation}"
        case Fed():
            where = " in the shadow" if entry.shadow else ""
            return f"fed {entry.position} {entry.message.envelope.type}{where}"
        case Requested():
            return f"requested {entry.id} {entry.payload}"
        case TimerFired():
            return f"timer {entry.name}"
        case Inbound():
            return f"inbound {entry.connector} {entry.id}"
        case Settled():
            return f"settled {entry.effect} {type(entry.reply).__name__}"
        case Noted():
            return f"noted {entry.payload}"


def _order(key: str, incident: str) -> Order:
    note = AddNote(text="seen", audience=NoteAudience.ALL)
    return Order(key=key, subject=incident, payload=note, actor="block", role="dispatcher")


def _do(asked: Do, at: dt.datetime, count: int) -> list[Effect]:
    due = at + dt.timedelta(seconds=asked.seconds)
    match asked.what:
        case "refuse":
            raise Refused(rule="TEST-001", what="not now", where="/what", fix="ask later")
        case "boom":
            raise RuntimeError("boom")
        case "bad-order":
            return [_order("bad", "not a subject")]
        case "unknown-connector":
            return [Send(key="s", connector="nobody", payload=Said(text="x"))]
    effects: dict[str, Effect] = {
        "order": _order("order", asked.text),
        "respond": Respond(key="r", payload=Said(text=str(count))),
        "note": Note(key="n", payload=Said(text=asked.text)),
        "send": Send(
            key="s",
            connector="outside",
            payload=Said(text=asked.text),
            about=asked.text.rpartition(" ")[0],
        ),
        "timer": SetTimer(key="t", name=asked.text, due=due),
        "cancel": CancelTimer(key="c", name=asked.text),
    }
    return [effects[asked.what]] if asked.what in effects else []


class Outside:
    """A connector in memory: `sent` is what arrived, in order; `broken` breaks it.

    `falls`: how often it still falls over before it keeps running; `refuses`: what it
    does not take now.
    """

    name = "outside"

    def __init__(self) -> None:
        self.sent: list[tuple[str, str]] = []
        self.tries = 0
        self.broken = False
        self.refuses = ""
        self.runs = 0
        self.falls = 0
        self.deliver: Deliver

    async def run(self, deliver: Deliver) -> None:
        self.deliver = deliver
        self.runs += 1
        if self.runs <= self.falls:
            raise OSError("the line is cut")
        await asyncio.Event().wait()

    async def send(self, effect: str, at: dt.datetime, payload: msgspec.Struct) -> None:
        assert isinstance(payload, Said)
        assert at.tzinfo is not None
        self.tries += 1
        if self.broken or payload.text == self.refuses:
            raise OSError("the line is cut")
        self.sent.append((effect, payload.text))


class ScriptedCore:
    """What a block needs of a core, and no more: it remembers what it was sent."""

    def __init__(self, bus: ports.Bus) -> None:
        self.bus = bus
        self.received: list[Envelope] = []
        self.accepted: dict[str, Envelope] = {}
        self.silent: set[str] = set()  # incidents about which no command is answered
        self.refuses: protocol.Rejected | None = None
        self.doubts = 0  # how many commands it still takes without being able to say so
        self.beats: list[protocol.Beat] = []
        self.beat_seconds = 0.01
        self._fed = 0
        self._commands: ports.Subscription | None = None

    async def start(self, *, commands: bool = True) -> None:
        journal = protocol.stream("journal", ROOM, PARTY)
        self.journal = await self.bus.stream(journal, [protocol.journal(ROOM, PARTY)])
        dead = protocol.stream("dead", ROOM)
        self.dead = await self.bus.stream(dead, [protocol.dead_letters(ROOM, "*")])
        name = protocol.stream("feed", ROOM, PARTY, "v1")
        self.feed = await self.bus.stream(name, [protocol.feed(ROOM, PARTY, 1)])
        await (await self.feed.durable("g1", after=0)).close()
        await self.bus.serve(protocol.hello(ROOM, PARTY), self._hello)
        await self.bus.serve(protocol.beats(ROOM, PARTY), self._beat)
        if commands:
            await self.take_commands()

    async def take_commands(self) -> None:
        self._commands = await self.bus.serve(protocol.commands(ROOM, PARTY), self._command)

    async def opened(self, incident: str) -> int:
        payload = IncidentOpened(room=ROOM, lead=PARTY, source=CallSource.EMERGENCY)
        return await self.put(_event(incident, payload, self._fed + 1))

    async def noted(self, incident: str) -> int:
        payload = NoteAdded(party=PARTY, text="x", audience=NoteAudience.ALL)
        return await self.put(_event(incident, payload, self._fed + 1))

    async def closed(self, incident: str) -> int:
        """An event to which the block does nothing."""
        return await self.put(_event(incident, IncidentClosed(), self._fed + 1))

    async def put(self, raw: bytes) -> int:
        subject = protocol.feed(ROOM, PARTY, 1)
        self._fed = await self.feed.append(subject, raw, expect=self._fed)
        return self._fed

    async def next_unacknowledged(self) -> int:
        """The position that the block's own durable reader would be given now."""
        reader = await self.feed.durable("g1")
        records = await reader.fetch(1)
        await reader.close()
        return records[0].seq

    async def pages(self) -> list[Page]:
        records = await self.journal.read(protocol.journal(ROOM, PARTY))
        return [msgspec.json.decode(record.data, type=Page) for record in records]

    async def lines(self) -> list[Line]:
        return [line for page in await self.pages() for line in page.lines]

    async def letters(self) -> list[Letter]:
        records = await self.dead.read(protocol.dead_letters(ROOM, PARTY))
        return [msgspec.json.decode(record.data, type=Letter) for record in records]

    async def _hello(self, message: ports.Message) -> bytes:
        said = msgspec.json.decode(message.data, type=protocol.Hello)
        stream, consumer = self.feed.name, f"g{said.generation}"
        if self.refuses is not None:
            return encode(self.refuses)
        await (await self.feed.durable(consumer, after=said.position)).close()
        return encode(
            protocol.Welcome(
                stream=stream,
                consumer=consumer,
                room=ROOM,
                party=PARTY,
                beat_seconds=self.beat_seconds,
            )
        )

    async def _beat(self, message: ports.Message) -> None:
        self.beats.append(msgspec.json.decode(message.data, type=protocol.Beat))

    async def _command(self, message: ports.Message) -> bytes | None:
        envelope = msgspec.json.decode(message.data, type=Envelope)
        self.received.append(envelope)
        if envelope.subject in self.silent:
            return None
        if self.refuses is not None:
            return encode(self.refuses)
        self.accepted.setdefault(envelope.id, envelope)
        if self.doubts:
            self.doubts -= 1
            return encode(protocol.Unknown(command=envelope.id, what="the log is away"))
        return encode(protocol.Accepted(command=envelope.id, after=self._fed))


def _kind(line: Line) -> str:
    return str(line.entry.__struct_config__.tag)


def _event(incident: str, payload: msgspec.Struct, number: int) -> bytes:
    envelope = Envelope(
        specversion="1.0",
        id=f"e{number}",
        source="/test",
        type=CORE.of(payload).type,
        subject=incident,
        time=START,
        correlationid=f"c{number}",
        data=msgspec.Raw(b"{}"),
    )
    return seal(envelope, payload)


class Cuts:
    """A fault plan in which a test names the links that lose everything."""

    def __init__(self) -> None:
        self.lost: set[str] = set()
        self.dropped = 0

    def fates(self, link: str, index: int) -> Sequence[float]:  # noqa: ARG002 - the port's shape
        if link not in self.lost:
            return (0.0,)
        self.dropped += 1
        return ()


class World:
    """One broker, one scripted core, and as many processes of the block as a test starts."""

    def __init__(self) -> None:
        self.cuts = Cuts()
        self.bus = MemoryBus(self.cuts, patience=0.05)
        self.core = ScriptedCore(self.bus)
        self.outside = Outside()
        self._running: list[asyncio.Task[None]] = []

    def host(
        self, generation: int = 1, outside: Outside | None = None, block: str = "scripted"
    ) -> Host[tuple[str, ...]]:
        self.block = Scripted()
        credentials = protocol.Credentials(
            room=ROOM,
            party=PARTY,
            block=block,
            generation=generation,
            agreement="0" * 64,
            token=TOKEN,
        )
        connectors = [outside or self.outside]
        return Host(self.block, connectors, CATALOGUE, credentials, self.bus, LoopClock(START))

    def start(
        self, host: Host[Any], released: Awaitable[object] | None = None
    ) -> asyncio.Task[None]:
        task = asyncio.create_task(host.run(released))
        self._running.append(task)
        return task

    async def ready(self, host: Host[Any]) -> None:
        """Until the host serves, runs its connectors and has taken its first entry."""
        async with asyncio.timeout(10):
            await host.ready.wait()
            await host.until(bool)

    async def stop(self, task: asyncio.Task[None]) -> None:
        """End a host as the end of its process would."""
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task

    async def close(self) -> None:
        for task in self._running:
            if not task.done():
                await self.stop(task)
        await self.bus.close()

    async def until(self, holds: Callable[[], bool]) -> None:
        async with asyncio.timeout(10):
            while not holds():
                await asyncio.sleep(0)

    async def until_letters(self, count: int) -> None:
        async with asyncio.timeout(10):
            while len(await self.core.letters()) < count:
                pass

    async def until_journaled(self, kind: str) -> None:
        """Until the journal has an entry of this kind."""
        async with asyncio.timeout(10):
            while not any(_kind(line) == kind for line in await self.core.lines()):
                pass

    def do(self, what: str) -> Do:
        return Do(what=what)

    async def ask(
        self,
        request: str,
        what: str,
        text: str = "-",
        *,
        seconds: float = 0.0,
        within: float = 5.0,
    ) -> Any:
        """A desk's request; the block's reply, decoded."""
        data = encode(Do(what=what, text=text, seconds=seconds))
        return await self.desk(request, data, within=within)

    async def desk(
        self,
        request: str,
        data: bytes,
        message_type: str = "abs.test.do.v1",
        *,
        within: float = 5.0,
    ) -> Any:
        asked = protocol.DeskRequest(
            id=request,
            type=message_type,
            actor="dispatcher-1",
            role="dispatcher",
            time=LoopClock(START).now(),
            data=msgspec.Raw(data),
        )
        subject = protocol.desk(ROOM, PARTY)
        answer = await self.bus.request(subject, encode(asked), within=within)
        return msgspec.json.decode(answer, type=protocol.DeskReply)

    async def question(self, what: str) -> Any:
        asked = protocol.Question(type="abs.test.do.v1", data=msgspec.Raw(encode(Do(what=what))))
        answer = await self.bus.request(protocol.questions(ROOM, PARTY), encode(asked), within=5)
        return msgspec.json.decode(answer, type=protocol.AnswerReply)

    async def staged(self, generation: int) -> protocol.Staged:
        """What a generation that is not in force says, once it has read along."""
        subject = protocol.stage(ROOM, PARTY, generation)
        async with asyncio.timeout(10):
            while True:
                try:
                    answer = await self.bus.request(subject, b"", within=1)
                    return msgspec.json.decode(answer, type=protocol.Staged)
                except ports.Unreachable:
                    await asyncio.sleep(0)

    async def drain(self, generation: int = 1) -> bytes:
        return await self.bus.request(protocol.drain(ROOM, PARTY, generation), b"{}", within=5)


@contextlib.asynccontextmanager
async def a_world(*, core: bool = True, commands: bool = True) -> AsyncIterator[World]:
    world = World()
    if core:
        await world.core.start(commands=commands)
    try:
        yield world
    finally:
        await world.close()


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with a_world() as world:
        yield world


@pytest.fixture
def new_world() -> Callable[..., contextlib.AbstractAsyncContextManager[World]]:
    """For tests that make worlds of their own, on loops of their own."""
    return a_world
