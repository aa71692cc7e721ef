"""A reader that rests: it reads less, and misses nothing that anybody wrote."""

import asyncio
import json
from collections.abc import AsyncIterator
from random import Random

import pytest

from abs_core.adapters.nats import NatsBus
from abs_core.adapters.nats.resting import QUIET, WARY, RestingReader
from abs_core.adapters.nats.streams import NatsStream
from abs_core.ports import Conflict, Message, Stream, Unreachable
from abs_core.testing.server import ServerUnderTest

from .reading import BOUND, take

HEADERS = {"Abs-Command": "c-1"}


@pytest.fixture
async def deaf(server: ServerUnderTest) -> AsyncIterator[NatsBus]:
    """A client that does not hear itself, whose watch is left to the tests."""
    bus = await NatsBus.connect(server.url, name="deaf", hears_itself=False)
    assert bus._watch is not None
    bus._watch.cancel()
    yield bus
    await bus.close()


@pytest.fixture
async def mine(deaf: NatsBus) -> NatsStream:
    return await deaf.stream("LOG", ["inc.*", "unit.*"])


@pytest.fixture
async def theirs(nats_bus: NatsBus, mine: NatsStream) -> NatsStream:
    """The same stream, as somebody else has it."""
    return await nats_bus.open(mine.name)


class Hand:
    """Appends to one subject of a stream."""

    def __init__(self, stream: Stream, subject: str) -> None:
        self._stream, self._subject, self._last = stream, subject, 0

    async def write(self, text: str = "") -> None:
        self._last = await self._stream.append(
            self._subject, text.encode(), expect=self._last, headers=HEADERS
        )


async def at_rest(stream: NatsStream) -> RestingReader:
    """A reader that rests, after one record that is taken."""
    await Hand(stream, "unit.0").write()
    reader = await following(stream)
    await rest(reader)
    return reader


async def following(stream: NatsStream) -> RestingReader:
    """A reader that has begun; the first of what it gives is taken."""
    reader = await stream.follow()
    assert isinstance(reader, RestingReader)
    await take(reader, 1)
    return reader


async def rest(reader: RestingReader, later: float = 0.0) -> None:
    """Have it look around as often as it takes to rest, without waiting for the clock."""
    now = asyncio.get_running_loop().time() + later
    for number in range(3):
        await look(reader, now + 2 * number * QUIET)


async def look(reader: RestingReader, now: float) -> None:
    reader._heard = now  # the broker's heartbeats go by the clock, for which nobody waits here
    await reader.check(now)


async def consumers(bus: NatsBus, count: int) -> None:
    """Return once the broker has so many; it deletes one a while after it was told."""
    async with asyncio.timeout(BOUND):
        while True:
            names = await bus.request("$JS.API.CONSUMER.NAMES.LOG", b"", within=BOUND)
            if json.loads(names)["total"] == count:
                return


async def test_what_this_process_appends_is_read_without_a_consumer(
    nats_bus: NatsBus, mine: NatsStream, theirs: NatsStream
) -> None:
    incident, unit = Hand(mine, "inc.1"), Hand(mine, "unit.1")
    await incident.write("before")
    reader = await following(mine)
    await consumers(nats_bus, 1)
    await rest(reader)
    await consumers(nats_bus, 0)

    for number in range(3):
        await incident.write(f"i{number}")
        await unit.write(f"u{number}")

    got = await take(reader, 6)
    assert got == await (await theirs.follow(after=1)).fetch(6)
    assert [record.headers for record in got] == [HEADERS] * 6
    await consumers(nats_bus, 1)  # of who follows there


async def test_an_append_of_another_is_heard_in_the_rest(
    mine: NatsStream, theirs: NatsStream
) -> None:
    reader = await at_rest(mine)
    reading = asyncio.create_task(take(reader, 2))

    await Hand(theirs, "inc.2").write("theirs")
    await Hand(mine, "inc.3").write("mine")

    assert [record.data for record in await reading] == [b"theirs", b"mine"]


async def test_what_was_not_heard_is_found_by_the_hole_that_it_leaves(
    mine: NatsStream, theirs: NatsStream
) -> None:
    reader = await at_rest(mine)
    await reader._listen_no_more()

    await Hand(theirs, "inc.2").write("theirs")
    await Hand(mine, "inc.3").write("mine")

    assert [record.data for record in await take(reader, 2)] == [b"theirs", b"mine"]


async def test_what_was_not_heard_is_found_by_looking(mine: NatsStream, theirs: NatsStream) -> None:
    reader = await at_rest(mine)
    await reader._listen_no_more()
    reading = asyncio.create_task(take(reader, 1))

    await Hand(theirs, "inc.2").write("theirs")
    await rest(reader)  # it sees where the stream ends, and later that nothing came

    assert [record.data for record in await reading] == [b"theirs"]


async def test_after_a_word_of_another_it_is_wary_for_a_while(
    nats_bus: NatsBus, mine: NatsStream, theirs: NatsStream
) -> None:
    reader = await at_rest(mine)
    await Hand(theirs, "inc.2").write()
    await take(reader, 1)

    await rest(reader)
    assert not reader._resting
    await rest(reader, later=WARY)
    await consumers(nats_bus, 0)


async def test_who_is_behind_does_not_rest(mine: NatsStream) -> None:
    hand = Hand(mine, "inc.1")
    await hand.write()
    await hand.write()
    reader = await mine.follow()
    assert isinstance(reader, RestingReader)
    wants = reader._wants
    reader._wants = lambda seq, *rest: seq < 2 and wants(seq, *rest)  # type: ignore[method-assign]  # the other does not come
    await take(reader, 1)

    await rest(reader)
    assert not reader._resting


async def test_an_append_whose_answer_was_given_up_is_read_all_the_same(
    mine: NatsStream,
) -> None:
    reader = await at_rest(mine)

    await mine.offer("inc.2", b"nobody waits", expect=0)
    await Hand(mine, "inc.1").write("next")

    assert [record.data for record in await take(reader, 2)] == [b"nobody waits", b"next"]


async def test_a_rest_outlives_the_broker(server: ServerUnderTest, mine: NatsStream) -> None:
    reader, hand = await at_rest(mine), Hand(mine, "inc.1")
    await hand.write("2")
    await server.restart()
    await hand.write("3")

    assert [record.data for record in await take(reader, 2)] == [b"2", b"3"]


async def test_a_stream_that_is_gone_is_noticed_in_the_rest(
    nats_bus: NatsBus, mine: NatsStream
) -> None:
    reader = await at_rest(mine)
    await nats_bus.request("$JS.API.STREAM.DELETE.LOG", b"", within=BOUND)

    await look(reader, asyncio.get_running_loop().time())
    with pytest.raises(Unreachable):
        await take(reader, 1)


async def test_a_closed_one_leaves_nothing_behind(
    nats_bus: NatsBus, deaf: NatsBus, mine: NatsStream
) -> None:
    await Hand(mine, "inc.1").write()
    before = len(deaf._client._subs)
    resting, pulling = await following(mine), await following(mine)
    await rest(resting)
    for reader in (resting, pulling):
        await reader.close()

    await consumers(nats_bus, 0)
    assert len(deaf._client._subs) == before


@pytest.mark.parametrize("seed", range(8))
async def test_whoever_writes_and_whatever_is_heard_it_reads_the_stream(
    mine: NatsStream, theirs: NatsStream, seed: int
) -> None:
    """Ours, theirs, refused ones of theirs, ours without an answer, looks, lost ears."""
    random, hands = Random(seed), [Hand(mine, "inc.1"), Hand(theirs, "inc.2")]
    silent, now = 0, asyncio.get_running_loop().time()
    await hands[0].write()
    reader, wrote, got = await following(mine), 1, 1
    for _ in range(120):
        match random.choices(range(6), (40, 6, 4, 4, 40, 2))[0]:
            case 0:
                await hands[0].write()
            case 1:
                await hands[1].write()
            case 2:
                with pytest.raises(Conflict):
                    await theirs.append("inc.2", b"", expect=10**6)
                continue
            case 3:
                await mine.offer("unit.1", b"", expect=silent)
                while await mine.last() == wrote:
                    pass  # it is on its way
                silent = wrote + 1
            case 4:
                now += random.choice([0.2, QUIET, WARY])
                await look(reader, now)
                continue
            case _:
                await reader._listen_no_more()
                continue
        wrote += 1
        if random.random() < 0.5:
            records = await take(reader, wrote - got) if knows(reader, wrote) else []
            assert [r.seq for r in records] == list(range(got + 1, got + 1 + len(records)))
            got += len(records)
    await rest(reader, later=2 * now)
    assert [r.seq for r in await take(reader, wrote - got)] == list(range(got + 1, wrote + 1))


def knows(reader: RestingReader, wrote: int) -> bool:
    """Whether it has the newest record, or will without another look."""
    return reader._last >= wrote or not reader._resting


async def test_a_client_that_does_not_hear_itself_serves_others_and_not_itself(
    nats_bus: NatsBus, deaf: NatsBus
) -> None:
    heard: list[bytes] = []

    async def hear(message: Message) -> bytes:
        heard.append(message.data)
        return b"yes"

    await deaf.serve("here", hear)  # and returns once that is in force
    assert await nats_bus.request("here", b"other", within=BOUND) == b"yes"
    await deaf.publish("here", b"own")
    assert await nats_bus.request("here", b"other again", within=BOUND) == b"yes"
    assert heard == [b"other", b"other again"]
