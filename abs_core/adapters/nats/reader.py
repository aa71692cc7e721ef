"""Readers of a stream: overlapping pulls on a consumer, made again whenever in doubt.

The credit is what was asked for and has not come: it bounds what the broker may
send. A lost connection, a missed heartbeat, a hole in the consumer's numbers or
a consumer that is gone all lead to the same cure, in `fetch`: begin again after
the last record that is certain.
"""

import asyncio
from collections import deque
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import msgspec
import structlog
from nats.aio.subscription import Subscription

from abs_core.adapters.nats.api import Pull
from abs_core.adapters.nats.calls import Calls
from abs_core.adapters.nats.frames import Arrived, subscribe, unsubscribe
from abs_core.adapters.nats.wire import NotConnected
from abs_core.ports import Record, Unknown, Unreachable

log = structlog.get_logger(__name__)

BATCH = 256  # records of one pull; two are outstanding
SECOND = 1_000_000_000  # nanoseconds
HEARTBEAT = 2 * SECOND
SILENCE = 5.0  # seconds without a heartbeat until the pulls are in doubt
RETRY = 0.2  # seconds between attempts to begin again

_pull = msgspec.json.encode(Pull(batch=BATCH, expires=30 * SECOND, idle_heartbeat=HEARTBEAT))


class Source(NamedTuple):
    """The stream that is read, and the readers of its connection.

    `subjects`: where others' appends are heard on their way; none on a connection that would
    hear its own.
    """

    calls: Calls
    readers: "dict[NatsReader, None]"
    stream: str
    patience: float
    subjects: tuple[str, ...] = ()


class NatsReader:
    """What both kinds share: pulls, the buffer, and when to begin again."""

    def __init__(self, source: Source) -> None:
        self._calls, self._readers, self._stream, self._patience, self._subjects = source
        self._consumer = ""
        self._buffer: deque[Record] = deque()
        self._credit = 0
        self._heard = 0.0
        self._began = 0.0
        self._doubt = "first fetch"  # opening takes nothing from another holder
        self._end = ""
        self._waiter: asyncio.Future[None] | None = None
        self._inbox: Subscription | None = None
        self._readers[self] = None

    async def _start(self) -> None:
        """Begin; raises Unknown, or Unreachable when there is nothing to read."""
        self._doubt = ""
        self._credit = 0
        self._began = asyncio.get_running_loop().time()
        await self._drop_inbox()
        inbox = self._calls.client.new_inbox()
        self._inbox = await subscribe(self._calls.client, inbox, self._arrived)
        await self._place()
        self._heard = asyncio.get_running_loop().time()
        await self._top_up()

    async def fetch(self, limit: int) -> Sequence[Record]:
        while not self._end:
            if not self._doubt:
                await self._top_up()
            if self._buffer:
                count = min(limit, len(self._buffer))
                return [self._buffer.popleft() for _ in range(count)]
            if self._doubt:
                await self._again()
            else:
                await self._woken()
        raise Unreachable(self._end)

    async def ack(self, seq: int) -> None:
        raise TypeError(f"only a durable reader acknowledges ({seq})")

    async def close(self) -> None:
        self._readers.pop(self, None)
        self._finish(f"the reader of {self._stream} is closed")
        await self._drop_inbox()

    def doubt(self, why: str) -> None:
        """Begin again with the next fetch."""
        self._doubt = self._doubt or why
        self._wake()

    def appended(self, stream: str, record: Record) -> None:
        """Called in the read loop: what this connection appended to a stream stands."""

    async def check(self, now: float) -> None:
        """Called every second or so: doubt pulls that have fallen silent."""
        if self._credit > 0 and now - self._heard > SILENCE:
            self.doubt("no heartbeat")

    async def _place(self) -> None:
        """Make or find the consumer, placed after the last certain record."""
        raise NotImplementedError

    def _wants(self, seq: int, number: int, reply: str) -> bool:
        """Whether to give this record; `number` is its number among the consumer's deliveries,
        `reply` where it is acknowledged."""
        raise NotImplementedError

    async def _woken(self) -> None:
        self._waiter = asyncio.get_running_loop().create_future()
        try:
            await self._waiter
        finally:
            self._waiter = None

    async def _again(self) -> None:
        log.debug("reader begins", stream=self._stream, why=self._doubt)
        try:
            await self._calls.up.wait()
            if asyncio.get_running_loop().time() - self._began < 1:
                await asyncio.sleep(RETRY)
            await self._start()
        except Unknown as why:
            self._doubt = str(why)
        except Unreachable as why:
            self._finish(str(why))

    async def _top_up(self) -> None:
        """Ask for more, so that two pulls are out, unless enough lies here unread."""
        if self._inbox is None or len(self._buffer) > 2 * BATCH:
            return
        subject = f"$JS.API.CONSUMER.MSG.NEXT.{self._stream}.{self._consumer}"
        try:
            while self._credit <= BATCH:
                self._calls.wire.send(subject, _pull, self._inbox.subject)
                self._credit += BATCH
        except NotConnected:
            self.doubt("not connected")

    def _arrived(self, message: Arrived) -> None:
        """In the read loop: a record, or a word about a pull."""
        self._heard = asyncio.get_running_loop().time()
        if message.status and not message.reply:
            self._told(message.headers)
            return
        tokens = message.reply.split(".")
        at = 5 if len(tokens) == 9 else 7  # with a domain, its name and the account's hash
        self._credit -= 1
        seq, number = int(tokens[at]), int(tokens[at + 1])
        if not self._doubt and self._wants(seq, number, message.reply):
            self._buffer.append(Record(seq, message.subject, message.data, message.own))
        self._wake()

    def _told(self, headers: Mapping[str, str]) -> None:
        status, what = headers["Status"], headers.get("Description", "")
        if status == "100":
            return
        if status == "408":  # the end of a pull: what it still owed is no credit any more
            self._credit -= int(headers["Nats-Pending-Messages"])
            self._wake()
        else:  # the consumer is gone, the broker shuts down or changes its leader
            self.doubt(f"{status} {what.strip()}")

    def _finish(self, why: str) -> None:
        self._end = self._end or why
        self._wake()

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    async def _drop_inbox(self) -> None:
        inbox, self._inbox = self._inbox, None
        if inbox is not None:
            await unsubscribe(inbox)
