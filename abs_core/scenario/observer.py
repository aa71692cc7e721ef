"""The observer: follows the log and every feed live, and notes when each record came."""

import asyncio
import contextlib
from collections.abc import Callable, Iterable, Mapping
from types import TracebackType
from typing import Self

import msgspec
from abs_contracts import protocol
from abs_contracts.codec import Message, decode_event

from abs_core.application.feeder import MAJOR
from abs_core.application.log import Entry, decode
from abs_core.ports import Bus, Record, Stream, Unreachable
from abs_core.scenario.figures import received
from abs_core.scenario.recording import Received
from abs_core.scenario.rendering import Rendering, Shown

BATCH = 256


class Observer:
    """Everything since the log began. Use it as an async context manager."""

    def __init__(self, bus: Bus, room: str, parties: Iterable[str]) -> None:
        self._bus = bus
        self._room = room
        self._rendering = Rendering()
        self._changed = asyncio.Event()
        self._followers: list[asyncio.Task[None]] = []
        self.log: list[Record] = []
        self.log_at: list[float] = []
        self.entries: list[Entry] = []
        self.expected: dict[str, list[Shown]] = {party: [] for party in parties}
        self.feeds: dict[str, list[Message[msgspec.Struct]]] = {p: [] for p in self.expected}
        self.feed_at: dict[str, list[float]] = {p: [] for p in self.expected}

    async def __aenter__(self) -> Self:
        self.stream = await self._opened(protocol.stream("log", self._room))
        self._follow(self.stream, self._take_log)
        for party in self.expected:
            feed = await self._opened(protocol.stream("feed", self._room, party, f"v{MAJOR}"))
            self._follow(feed, self._feed_taker(party))
        return self

    async def __aexit__(
        self,
        _type: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        for follower in self._followers:
            follower.cancel()
        await asyncio.gather(*self._followers, return_exceptions=True)

    # -- what others ask ---------------------------------------------------

    @property
    def seq(self) -> int:
        """The log sequence that was read up to."""
        return self.log[-1].seq if self.log else 0

    def arrived(self, seq: int) -> bool:
        """Whether the log was read up to `seq` and every feed has what that leads to."""
        return self.seq >= seq and all(
            len(self.feeds[party]) >= sum(1 for s in expected if s.seq <= seq)
            for party, expected in self.expected.items()
        )

    def record_of(self, command: str) -> Entry | None:
        """The record that this command led to, once it was read."""
        return next((e for e in reversed(self.entries) if e.command == command), None)

    def received(self, seq: int) -> Mapping[str, Received]:
        """What each party's feed gets because of one record of the log."""
        because = {p: [s.data for s in e if s.seq == seq] for p, e in self.expected.items()}
        return {party: received(data) for party, data in because.items() if data}

    async def until(self, done: Callable[[], bool], *, within: float) -> bool:
        """Whether this came true while records came in, at the latest after `within` seconds.

        Raises what ended a follower: a log that no core wrote, for example.
        """
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(within):
                while not done():
                    for follower in self._followers:
                        if follower.done():
                            follower.result()
                    self._changed.clear()
                    await self._changed.wait()
        return done()

    async def reaches(self, seq: int, *, within: float) -> bool:
        """Whether everything up to this log sequence has arrived, at the latest after `within`."""
        return await self.until(lambda: self.arrived(seq), within=within)

    # -- following ---------------------------------------------------------

    async def _opened(self, name: str) -> Stream:
        """The stream; the core makes it while it starts."""
        async with asyncio.timeout(10):
            while True:
                try:
                    return await self._bus.open(name)
                except Unreachable:
                    await asyncio.sleep(0.01)

    def _follow(self, stream: Stream, take: Callable[[Record, float], None]) -> None:
        follower = asyncio.create_task(self._run(stream, take))
        follower.add_done_callback(lambda _: self._changed.set())
        self._followers.append(follower)

    async def _run(self, stream: Stream, take: Callable[[Record, float], None]) -> None:
        reader = await stream.follow()
        try:
            while True:
                for record in await reader.fetch(BATCH):
                    take(record, asyncio.get_running_loop().time())
                self._changed.set()
        finally:
            await reader.close()

    def _take_log(self, record: Record, at: float) -> None:
        entry = decode(record)
        self.log.append(record)
        self.log_at.append(at)
        self.entries.append(entry)
        for shown in self._rendering.take(entry):
            if shown.party in self.expected:
                self.expected[shown.party].append(shown)

    def _feed_taker(self, party: str) -> Callable[[Record, float], None]:
        def take(record: Record, at: float) -> None:
            self.feeds[party].append(decode_event(record.data))
            self.feed_at[party].append(at)

        return take
