"""A reader of a whole stream that rests while nobody else writes to it.

What this connection appends is known from the broker's answers, as soon as it stands. So
while nobody else writes there is nothing that has to be sent, and the reader has no consumer.
It listens on the stream's subjects: an append of somebody else's ends the rest, and so does a
hole before one of ours. Once in a second it looks whether it missed something.

For a connection that does not hear itself: to another, all that it appends would sound like
somebody else's.
"""

import asyncio

import nats.errors
import structlog
from abs_contracts.refusal import Refused
from nats.aio.subscription import Subscription

from abs_core.adapters.nats.api import stream_info
from abs_core.adapters.nats.follow import FollowReader
from abs_core.adapters.nats.frames import Arrived, subscribe, unsubscribe
from abs_core.adapters.nats.reader import Source
from abs_core.ports import Record, Unknown, Unreachable

log = structlog.get_logger(__name__)

QUIET = 0.5  # seconds without a word of others until a reader rests
WARY = 10.0  # seconds after a word of others until it listens for the next one


class RestingReader(FollowReader):
    """Everything beyond a sequence, once and in order, with as little reading as can be."""

    def __init__(self, source: Source, after: int) -> None:
        super().__init__(source, after)
        self._resting = False
        self._ears: list[Subscription] = []
        self._since = 0.0  # that it listens; without ears, when it begins to
        self._mark = 0  # where the stream ended when it was looked at

    async def close(self) -> None:
        await super().close()
        await self._listen_no_more()

    def appended(self, stream: str, record: Record) -> None:
        if stream != self._stream or self._doubt:
            return
        if record.seq == self._last + 1:
            self._last = record.seq
            self._buffer.append(record)
            self._wake()
        elif record.seq > self._last and self._resting:
            self.doubt(f"{record.seq} is ours, {self._last + 1} is not")

    async def check(self, now: float) -> None:
        await super().check(now)
        if self._doubt or self._end:
            return
        try:
            await self._turn(now)
        except (Unknown, Unreachable, Refused, nats.errors.Error) as why:
            self.doubt(repr(why))

    async def _turn(self, now: float) -> None:
        """What is due of resting, listening and looking."""
        if self._resting:
            if self._last < self._mark:
                self.doubt(f"{self._mark} is not ours")
            else:
                await self._look()
        elif now < self._since:
            await self._listen_no_more()
        elif not self._ears:
            await self._listen(now)
        elif now - self._since >= QUIET and self._last >= self._mark:
            await self._rest()

    async def _start(self) -> None:
        self._resting = False
        await super()._start()
        now = asyncio.get_running_loop().time()
        if now >= self._since:
            await self._listen(now)

    async def _rest(self) -> None:
        log.debug("reader rests", stream=self._stream)
        self._resting, self._credit = True, 0
        await self._drop_inbox()
        self._end_consumer()

    async def _look(self) -> None:
        info = await stream_info(self._calls, self._stream, self._patience)
        self._mark = info.state.last_seq

    async def _listen(self, now: float) -> None:
        self._since = now
        if not self._ears:
            for subject in self._subjects:
                self._ears.append(await subscribe(self._calls.client, subject, self._heard_of))
        await self._look()  # what was written before is read before the rest

    def _heard_of(self, message: Arrived) -> None:
        self._since = asyncio.get_running_loop().time() + WARY
        if self._resting:
            self.doubt(f"somebody else writes to {message.subject}")

    async def _listen_no_more(self) -> None:
        ears, self._ears = self._ears, []
        for ear in ears:
            await unsubscribe(ear)
