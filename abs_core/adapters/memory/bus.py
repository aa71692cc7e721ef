"""The bus in memory: subjects and streams of one broker, shared by its clients."""

import asyncio
from collections.abc import Sequence
from functools import partial
from typing import Self

from abs_core.adapters.handlers import Handlers
from abs_core.adapters.memory.scheduler import FaultPlan, Scheduler
from abs_core.adapters.memory.store import Room, Store
from abs_core.adapters.memory.streams import MemoryReader, MemoryStream
from abs_core.adapters.memory.waits import Waits
from abs_core.adapters.subjects import matches, other_subjects
from abs_core.ports import Handler, Message, Record, Subscription, Unreachable


class _Broker:
    """What all clients share. Insertion order decides wherever order matters."""

    def __init__(self, room: Room) -> None:
        self.room = room
        self.stores: dict[str, Store] = {}
        self.groups: dict[tuple[str, str], list[_Served]] = {}
        self.waiting: dict[str, tuple[MemoryBus, asyncio.Future[bytes]]] = {}
        self.names = 0
        self.up = True
        self._matching: dict[str, tuple[int, list[tuple[str, str]]]] = {}

    def servers(self, subject: str) -> "list[_Served]":
        """Who gets a message: all without a queue, one of each queue by turns."""
        chosen: list[_Served] = []
        known = self._matching.get(subject)
        if known is None or known[0] != len(self.groups):
            fitting = [key for key in self.groups if matches(key[0], subject)]
            known = self._matching[subject] = (len(self.groups), fitting)
        for key in known[1]:
            group = self.groups[key]
            if group and key[1]:
                group.append(group.pop(0))
                chosen.append(group[-1])
            else:
                chosen.extend(group)
        return chosen


class MemoryBus:
    """One client of a broker in memory.

    `client(name)` is another one of the same broker; names stand in the links
    that a fault plan is asked about. `patience` is how many seconds a call on a
    stream waits before it is unknown; `max_bytes` is where the store is full.
    """

    def __init__(
        self,
        plan: FaultPlan | None = None,
        *,
        name: str = "local",
        patience: float = 5.0,
        max_bytes: int | None = None,
    ) -> None:
        self.name = name
        self.patience = patience
        self.scheduler = Scheduler(plan)
        self.waits = Waits()
        self.readers: dict[MemoryReader, None] = {}
        self._broker = _Broker(Room(max_bytes))
        self._handlers = Handlers(self.publish)
        self._served: dict[_Served, None] = {}
        self._open = True

    def client(self, name: str) -> Self:
        """Another client of the same broker."""
        other = type(self)(name=name, patience=self.patience)
        other.scheduler, other._broker = self.scheduler, self._broker
        return other

    @property
    def connected(self) -> bool:
        return self._open and self._broker.up

    async def publish(self, subject: str, data: bytes) -> None:
        self._send(subject, data)

    async def request(self, subject: str, data: bytes, *, within: float) -> bytes:
        self._check()
        servers = self._broker.servers(subject)
        if not servers:
            await asyncio.sleep(0)
            raise Unreachable(subject)
        self._broker.names += 1
        inbox = f"_INBOX.{self.name}.{self._broker.names}"
        done: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self._broker.waiting[inbox] = (self, done)
        try:
            self._deliver(servers, Message(subject, bytes(data), inbox))
            return await self.waits.answered(done, within)
        finally:
            del self._broker.waiting[inbox]

    async def serve(self, subject: str, handler: Handler, *, queue: str = "") -> Subscription:
        self._check()
        served = _Served(self, subject, queue, handler)
        self._broker.groups.setdefault((subject, queue), []).append(served)
        self._served[served] = None
        return served

    async def open(self, name: str) -> MemoryStream:
        self._check()
        await asyncio.sleep(0)
        store = self._broker.stores.get(name)
        if store is None:
            raise Unreachable(f"no stream {name}")
        return MemoryStream(self, store)

    async def stream(
        self, name: str, subjects: Sequence[str], *, durable: bool = True, history: int = 0
    ) -> MemoryStream:
        self._check()
        await asyncio.sleep(0)
        store = self._broker.stores.get(name)
        if store is None:
            store = Store(
                name, tuple(subjects), self._broker.room, durable=durable, history=history
            )
            self._broker.stores[name] = store
        elif store.subjects != tuple(subjects):
            raise other_subjects(name, store.subjects)
        return MemoryStream(self, store)

    def down(self, yes: bool) -> None:
        """Let the clients know that the broker is away, or there again; it is the fault
        plan that then lets nothing through."""
        self._broker.up = not yes

    def beyond(self, name: str, after: int = 0) -> Sequence[Record]:
        """The records of a stream beyond a sequence, read beside all clients."""
        store = self._broker.stores.get(name)
        return store.span(after, store.last(), store.last()) if store else ()

    def lose(self, name: str, last: int) -> None:
        """Take the records beyond `last` from a stream that is not durable."""
        store = self._broker.stores[name]
        if store.durable:
            raise ValueError(f"{name} is durable: nothing of it is lost")
        store.lose(last)

    async def close(self) -> None:
        """Leave the broker as the end of a process would: nothing more goes in or out."""
        self._open = False
        for served in list(self._served):
            await served.close()
        for reader in list(self.readers):
            await reader.close()
        self._handlers.cancel()

    def _check(self) -> None:
        if not self._open:
            raise Unreachable("this client is closed")

    def _send(self, subject: str, data: bytes) -> None:
        """Pass a message on to a waiting request or to those that serve the subject."""
        if not self._open:
            return
        waiting = self._broker.waiting.get(subject)
        if waiting is not None:
            asker, done = waiting
            link = f"{self.name}>{asker.name}:reply"
            self.scheduler.send(link, partial(_answer, done, bytes(data)))
        else:
            self._deliver(self._broker.servers(subject), Message(subject, bytes(data)))

    def _deliver(self, servers: "Sequence[_Served]", message: Message) -> None:
        for served in servers:
            link = f"{self.name}>{served.bus.name}:{message.subject}"
            self.scheduler.send(link, partial(served.take, message))


class _Served:
    """One subscription of one client."""

    def __init__(self, bus: MemoryBus, subject: str, queue: str, handler: Handler) -> None:
        self.bus = bus
        self._key = (subject, queue)
        self._handler = handler
        self._open = True

    def take(self, message: Message) -> None:
        if self._open:
            self.bus._handlers.start(self._handler, message)

    async def close(self) -> None:
        if self._open:
            self._open = False
            self.bus._broker.groups[self._key].remove(self)
            self.bus._served.pop(self, None)


def _answer(done: asyncio.Future[bytes], data: bytes) -> None:
    if not done.done():
        done.set_result(data)
