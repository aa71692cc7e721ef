"""The feeder: writes each party's feed, a pure view of the log, numbered for that party.

It resumes by rendering again from the newest checkpoint that the feeds still
reach, and counting: what a feed has already is compared, what it lacks is
written with the expected sequence. So there is no gap and no duplicate, several
feeders racing or not, and no number of the log in a feed.
"""

import asyncio

import msgspec
import structlog
from abs_contracts import protocol
from abs_contracts.refusal import Refused

from abs_core.application.chains import Chains
from abs_core.application.log import RoomLog
from abs_core.application.projection import Projection, Shown
from abs_core.ports import Bus, Conflict, Full, Stream, Unknown, Unreachable

MAJOR = 1
BATCH = 256
CHECKPOINT_SECONDS = 0.1
CHECKPOINTS_KEPT = 64
LOOK_ROUNDS = 2
"""Every so many checkpoint intervals the ends of feeds are looked at that were written to."""
WATCH_ROUNDS = 10
"""Every so many the ends of the log and of all feeds."""
VOUCHER = 256
"""Every so many messages of a feed one is waited for; also what may be under way at once."""

logger = structlog.get_logger(__name__)


class Checkpoint(msgspec.Struct, frozen=True):
    """After log sequence `log` the feeds had these counts and these incidents were open."""

    log: int
    feeds: dict[str, int]
    open: tuple[str, ...]


class _Behind(Exception):  # noqa: N818 - a state to recover from
    """A feed lost its tail with the server: render again from a checkpoint."""


class _Feed:
    def __init__(self, stream: Stream, subject: str, count: int, last: int) -> None:
        self.stream = stream
        self.subject = subject
        self.count = count  # rendered so far
        self.last = last  # known to be in the stream
        self.due = 0  # rendered by the last time that somebody looked
        self.overlap: dict[int, bytes] = {}


class Feeder:
    """Keeps the feeds of a room; one per core process, any of them does the work."""

    def __init__(self, log: RoomLog, projection: Projection, bus: Bus) -> None:
        self._log = log
        self._bus = bus
        self._projection = projection
        self._feeds: dict[str, _Feed] = {}
        self._settled = Checkpoint(0, {}, ())
        self.chains = Chains(log)
        self.ready = asyncio.Event()
        self.joined = asyncio.Event()

    async def run(self) -> None:
        """Render until cancelled. Raises Refused when log or feeds are not as they must be."""
        while True:
            try:
                await self._resume()
                self.ready.set()
                async with asyncio.TaskGroup() as group:
                    group.create_task(self._render())
                    group.create_task(self._watch())
            except* Refused as refused:
                raise refused.exceptions[0] from None
            except* (_Behind, Unknown, Unreachable, Full) as why:
                logger.warning("feeder resumes", why=[str(e) for e in why.exceptions])
                await asyncio.sleep(0.05)

    # -- resuming ----------------------------------------------------------

    async def _resume(self) -> None:
        newest = await self._checkpoints()
        # The furthest and not the newest: a slower feeder writes checkpoints as well.
        await self._refuse_shrunk_log(max((c.log for c in newest), default=0))
        self._feeds.clear()
        self.chains.start_over()
        for checkpoint in [*newest, Checkpoint(0, {}, ())]:
            if await self._reached(checkpoint):
                break
        await self._projection.restore(checkpoint.log, checkpoint.open)
        for party in self._projection.parties:
            await self._open_feed(party, checkpoint.feeds.get(party, 0))
        self._settle()

    async def _checkpoints(self) -> list[Checkpoint]:
        """Newest first."""
        stream = await self._checkpoint_stream()
        records = await stream.read(f"checkpoint.{self._log.room}")
        return [msgspec.json.decode(r.data, type=Checkpoint) for r in reversed(records)]

    async def _checkpoint_stream(self) -> Stream:
        room = self._log.room
        name = protocol.stream("checkpoint", room)
        return await self._bus.stream(name, [f"checkpoint.{room}"], history=CHECKPOINTS_KEPT)

    async def _refuse_shrunk_log(self, mark: int) -> None:
        last = await self._log.stream.last()
        if last < mark:
            raise Refused(
                rule="LOG-002",
                what=f"the log ends at sequence {last} and was seen at {mark}",
                where=self._log.stream.name,
                fix="acknowledged records are lost: stop, keep the data folder as it is, "
                "and restore the log from a copy",
            )

    async def _reached(self, checkpoint: Checkpoint) -> bool:
        for party, count in checkpoint.feeds.items():
            if await (await self._feed_stream(party)).last() < count:
                return False
        return True

    async def _feed_stream(self, party: str) -> Stream:
        room = self._log.room
        name = protocol.stream("feed", room, party, f"v{MAJOR}")
        return await self._bus.stream(name, [protocol.feed(room, party, MAJOR)], durable=False)

    async def _open_feed(self, party: str, count: int) -> None:
        stream = await self._feed_stream(party)
        subject = protocol.feed(self._log.room, party, MAJOR)
        feed = _Feed(stream, subject, count, await stream.last())
        if feed.last > count:
            records = await stream.read(subject, after=count)
            feed.overlap = {record.seq: record.data for record in records}
        self._feeds[party] = feed
        self.joined.set()

    # -- rendering ---------------------------------------------------------

    async def _render(self) -> None:
        reader = await self._log.stream.follow(after=self._projection.seq)
        try:
            while True:
                shown: list[Shown] = []
                for record in await reader.fetch(BATCH):
                    self._log.saw(record.seq)
                    entry = await self.chains.take(record)
                    if entry is None:
                        self._projection.skip(record.seq)
                    else:
                        shown.extend(await self._projection.take(entry))
                await self._write(shown)
                self._settle()
        finally:
            await reader.close()

    async def _write(self, shown: list[Shown]) -> None:
        for party in self._projection.parties:
            if party not in self._feeds:
                await self._open_feed(party, 0)
        by_party: dict[str, list[bytes]] = {}
        for message in shown:
            by_party.setdefault(message.party, []).append(message.data)
        for party, new in by_party.items():
            await self._extend(self._feeds[party], new)

    async def _extend(self, feed: _Feed, messages: list[bytes]) -> None:
        """Offer the messages that the feed lacks; one in `VOUCHER` is waited for.

        Each is expected after the one before, so one that is surely there vouches
        for all before it.
        """
        for number, data in enumerate(messages, feed.count + 1):
            _refuse_difference(feed, number, data)
            feed.count = number
            if number <= feed.last:
                continue
            if number % VOUCHER:
                await feed.stream.offer(feed.subject, data, expect=number - 1)
                continue
            try:
                feed.last = await feed.stream.append(feed.subject, data, expect=number - 1)
            except (Conflict, Unknown):
                feed.last = await feed.stream.last()
                if feed.last < number:
                    raise _Behind(f"{feed.subject} ends at {feed.last}, not {number}") from None

    # -- checkpoints -------------------------------------------------------

    def _settle(self) -> None:
        counts = {party: feed.count for party, feed in self._feeds.items()}
        self._settled = Checkpoint(
            self._projection.seq, counts, tuple(self._projection.open_incidents)
        )
        self._projection.settle(counts)

    async def _watch(self) -> None:
        """Write checkpoints, and notice a feed that lacks what was offered to it."""
        stream = await self._checkpoint_stream()
        last: int | None = None  # of the checkpoints, if nobody wrote since
        written = rounds = 0
        while True:
            await asyncio.sleep(CHECKPOINT_SECONDS)
            settled, rounds = self._settled, rounds + 1
            all_of_them = rounds % WATCH_ROUNDS == 0
            if rounds % LOOK_ROUNDS == 0:
                for feed in list(self._feeds.values()):
                    if all_of_them or feed.last < feed.due:
                        await _look(feed)
                    feed.due = feed.count
            if settled.log > written:
                last = await self._checkpoint(stream, settled, last)
                written = settled.log if last else written
            if all_of_them:
                await self._refuse_shrunk_log(settled.log)

    async def _checkpoint(
        self, stream: Stream, settled: Checkpoint, last: int | None
    ) -> int | None:
        """Where the checkpoint stands, after the last one; None if it has to be written later."""
        subject = f"checkpoint.{self._log.room}"
        expect = await stream.last() if last is None else last
        try:
            return await stream.append(subject, msgspec.json.encode(settled), expect=expect)
        except Conflict:
            return None  # another core wrote one; ours comes next time


async def _look(feed: _Feed) -> None:
    """See how far the feed is. Raises _Behind if it fell back, or stands still too early."""
    before, feed.last = feed.last, await feed.stream.last()
    if feed.last < before or feed.last == before < feed.due:
        raise _Behind(f"{feed.subject} ends at {feed.last} of {feed.due}")


def _refuse_difference(feed: _Feed, number: int, data: bytes) -> None:
    """A refilled feed must equal what was delivered."""
    delivered = feed.overlap.pop(number, None)
    if delivered is not None and delivered != data:
        raise Refused(
            rule="FEED-001",
            what=f"message {number} renders differently from what was delivered",
            where=feed.subject,
            fix="run the version of the core that wrote the feed, or make a new feed",
        )
