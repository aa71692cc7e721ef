"""A client's side of a stream in memory: every call and every answer is a delivery."""

import asyncio
import contextlib
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Protocol, TypeVar

from abs_core.adapters.memory.scheduler import Scheduler
from abs_core.adapters.memory.store import Cursor, Store
from abs_core.adapters.memory.waits import Waits, refuse
from abs_core.adapters.subjects import covered
from abs_core.ports import Conflict, Full, Record, Unreachable

T = TypeVar("T")

CREDIT = 1000  # records that a durable reader may have unacknowledged
ACK_WAIT = 30.0  # seconds until what was not acknowledged is given again
RETRY = 1.0  # seconds until a lost piece of news is sent again


class Client(Protocol):
    """Who asks: its name in the links, and its way to the broker."""

    name: str
    patience: float
    scheduler: Scheduler
    waits: Waits
    readers: dict["MemoryReader", None]


class MemoryStream:
    """One stream, as one client sees it."""

    def __init__(self, client: Client, store: Store) -> None:
        self.name = store.name
        self._client = client
        self._store = store
        self._there = f"{client.name}>{store.name}:"
        self._back = f"{store.name}>{client.name}:"

    async def append(
        self, subject: str, data: bytes, *, expect: int, headers: Mapping[str, str] | None = None
    ) -> int:
        if not covered(self._store.subjects, subject):
            raise ValueError(f"{self.name} does not hold {subject}")
        return await self._call(
            subject, partial(self._store.append, subject, data, expect, headers)
        )

    async def offer(self, subject: str, data: bytes, *, expect: int) -> None:
        if not covered(self._store.subjects, subject):
            raise ValueError(f"{self.name} does not hold {subject}")
        arrive = partial(_take, self._store, subject, data, expect)
        self._client.scheduler.send(self._there + subject, arrive)

    async def read(self, subject: str, *, after: int = 0) -> Sequence[Record]:
        return await self._call(subject, partial(self._store.read, subject, after))

    async def last(self) -> int:
        return await self._call("last", self._store.last)

    async def follow(self, *, after: int = 0) -> "MemoryReader":
        return await self._call("follow", lambda: self._reader("follow", Cursor(after)))

    async def durable(self, name: str, *, after: int | None = None) -> "MemoryReader":
        return await self._call(name, partial(self._durable, name, after))

    async def forget(self, name: str) -> None:
        await self._call(name, partial(self._forget, name))

    def _reader(self, name: str, cursor: Cursor) -> "MemoryReader":
        return MemoryReader(self._client, self._store, name, cursor)

    def _durable(self, name: str, after: int | None) -> "MemoryReader":
        cursor = self._store.cursors.get(name)
        if cursor is None:
            if after is None:
                raise Unreachable(f"{self.name} has no reader {name}")
            cursor = self._store.cursors[name] = Cursor(after)
        return DurableReader(self._client, self._store, name, cursor)

    def _forget(self, name: str) -> None:
        cursor = self._store.cursors.pop(name, None)
        if cursor is not None:
            cursor.gone = True
            cursor.wake()

    def _call(self, what: str, act: Callable[[], T]) -> asyncio.Future[T]:
        """Let the broker act, and wait for its answer; both ways may fail."""
        client, done = self._client, asyncio.get_running_loop().create_future()

        def arrive() -> None:
            try:
                settle = partial(_settle, done, act())
            except (Conflict, Full, Unreachable) as no:
                settle = partial(refuse, done, no)
            client.scheduler.answer(self._back + what, settle)

        client.scheduler.send(self._there + what, arrive)
        return client.waits.answered(done, client.patience)


class MemoryReader:
    """Records in order as the broker's news of them arrives."""

    def __init__(self, client: Client, store: Store, name: str, cursor: Cursor) -> None:
        self._client = client
        self._store = store
        self._link = f"{store.name}>{client.name}:{name}"
        self._cursor = cursor
        self._known = 0
        self._closed = False
        store.watchers[self] = self._offer
        client.readers[self] = None
        self._offer()

    async def fetch(self, limit: int) -> Sequence[Record]:
        while not (self._closed or self._cursor.gone):
            records = self._take(limit)
            if records:
                self._cursor.given = records[-1].seq
                return records
            await self._cursor.news()
        raise Unreachable(f"nothing more for {self._link}")

    async def ack(self, seq: int) -> None:
        raise TypeError(f"only a durable reader acknowledges ({seq})")

    async def close(self) -> None:
        self._store.watchers.pop(self, None)
        self._client.readers.pop(self, None)
        self._closed = True
        self._cursor.wake()

    def _take(self, limit: int) -> Sequence[Record]:
        return self._store.span(self._cursor.given, self._known, limit)

    def _offer(self) -> None:
        """Send the news of the newest record; lost news is sent again."""
        newest = self._store.last()
        if not self._client.scheduler.answer(self._link, partial(self._learn, newest)):
            asyncio.get_running_loop().call_later(RETRY, self._again)

    def _again(self) -> None:
        if not self._closed:
            self._offer()

    def _learn(self, newest: int) -> None:
        if newest > self._known:
            self._known = newest
            self._cursor.wake()


class DurableReader(MemoryReader):
    """A reader whose cursor stays: what is not acknowledged is given again."""

    _timer: asyncio.TimerHandle | None = None
    _begun = False

    async def fetch(self, limit: int) -> Sequence[Record]:
        if not self._begun:
            # Who comes back gets at once what the one before left unacknowledged.
            self._begun = True
            self._cursor.given = self._cursor.acked
        return await super().fetch(limit)

    async def ack(self, seq: int) -> None:
        link = f"{self._client.name}>{self._store.name}:ack"
        self._client.scheduler.send(link, partial(self._acked, seq))

    def _learn(self, newest: int) -> None:
        if newest <= self._known:
            # Old news is what redelivery looks like: give the unacknowledged again.
            self._cursor.given = self._cursor.acked
            self._cursor.wake()
        super()._learn(newest)

    def _take(self, limit: int) -> Sequence[Record]:
        cursor = self._cursor
        records = self._store.span(
            cursor.given, self._known, min(limit, cursor.acked + CREDIT - cursor.given)
        )
        if records and self._timer is None:
            self._watch()
        return records

    def _watch(self) -> None:
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(ACK_WAIT, self._expire, self._cursor.acked)

    def _expire(self, acked: int) -> None:
        self._timer, cursor = None, self._cursor
        if cursor.gone or cursor.acked >= cursor.given:
            return
        if cursor.acked == acked:
            cursor.given = cursor.acked
            self._cursor.wake()
        else:
            self._watch()

    def _acked(self, seq: int) -> None:
        cursor = self._cursor
        full = cursor.given >= cursor.acked + CREDIT
        cursor.acked = max(cursor.acked, min(seq, self._store.last()))
        cursor.given = max(cursor.given, cursor.acked)
        if full:
            cursor.wake()


def _settle(done: asyncio.Future[T], value: T) -> None:
    if not done.done():
        done.set_result(value)


def _take(store: Store, subject: str, data: bytes, expect: int) -> None:
    """Write what nobody waits for, or drop it."""
    with contextlib.suppress(Conflict, Full):
        store.append(subject, data, expect, None)
