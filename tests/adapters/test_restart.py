"""A broker that is killed or frozen under its clients: unknown, never failed; nothing lost."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from typing import Any

import pytest
from abs_contracts.refusal import Refused

from abs_core.adapters.nats import NatsBus
from abs_core.ports import Conflict, Message, Stream, Unknown, Unreachable
from abs_core.testing.server import ServerUnderTest

from . import reading
from .reading import seqs

BOUND = 30.0  # seconds until a test that waits for something is given up
PATIENCE = 0.5  # seconds of the impatient client

take = partial(reading.take, within=BOUND)


@pytest.fixture
async def impatient(server: ServerUnderTest) -> AsyncIterator[NatsBus]:
    """A client that does not wait long for its answers."""
    bus = await NatsBus.connect(server.url, name="impatient", patience=PATIENCE)
    yield bus
    await bus.close()


@pytest.fixture(params=[True, False], ids=["hears itself", "rests"])
async def log(request: pytest.FixtureRequest, server: ServerUnderTest) -> AsyncIterator[Stream]:
    bus = await NatsBus.connect(server.url, name="log", hears_itself=request.param)
    yield await bus.stream("LOG", ["inc.*"])
    await bus.close()


async def fill(stream: Stream, start: int, count: int) -> None:
    """Append to `inc.1` beyond `start`; a doubt is read back, as the core does it."""
    last = start
    for _ in range(count):
        while True:
            try:
                last = await stream.append("inc.1", str(last + 1).encode(), expect=last)
                break
            except (Conflict, Unknown):
                if await insist(stream.last) > last:
                    last += 1
                    break


async def insist(attempt: Callable[[], Awaitable[Any]]) -> Any:
    """The answer, asked for until the broker gives one."""
    async with asyncio.timeout(BOUND):
        while True:
            try:
                return await attempt()
            except Unknown:
                await asyncio.sleep(0.01)  # the broker is away: not to spin


# -- killed and started again -----------------------------------------------------


async def test_a_follower_goes_on_with_nothing_lost_or_doubled(
    server: ServerUnderTest, log: Stream
) -> None:
    reader = await log.follow()
    reading = asyncio.create_task(take(reader, 300))
    await fill(log, 0, 100)
    for start in (100, 200):
        await server.restart()
        await fill(log, start, 100)

    assert seqs(await reading) == list(range(1, 301))


async def test_a_durable_reader_goes_on_after_what_it_acknowledged(
    server: ServerUnderTest, log: Stream
) -> None:
    await fill(log, 0, 10)
    reader = await log.durable("fire", after=0)
    assert seqs(await take(reader, 10)) == list(range(1, 11))
    await reader.ack(6)
    await log.last()  # after this the broker has the acknowledgement
    await server.restart()
    await fill(log, 10, 2)

    assert seqs(await take(reader, 6)) == [7, 8, 9, 10, 11, 12]


async def test_what_was_acknowledged_to_the_writer_is_there_after_a_kill(
    server: ServerUnderTest, log: Stream
) -> None:
    last = 0
    for _ in range(50):
        last = await log.append("inc.1", b"", expect=last)
    await server.restart()

    assert len(await insist(lambda: log.read("inc.1"))) == last == 50
    with pytest.raises(Conflict):
        await log.append("inc.1", b"", expect=last - 1)


async def test_who_serves_is_there_again(server: ServerUnderTest, nats_bus: NatsBus) -> None:
    async def answer(message: Message) -> bytes:
        return message.data

    await nats_bus.serve("echo", answer)
    await server.restart()

    async def ask() -> bytes:
        try:
            return await nats_bus.request("echo", b"still", within=5)
        except Unreachable:  # the client may be back before its subscription is
            raise Unknown from None

    assert await insist(ask) == b"still"


async def test_a_call_begun_while_the_broker_is_away_is_done_when_it_is_back(
    server: ServerUnderTest, log: Stream
) -> None:
    await server.kill()
    writing = asyncio.create_task(log.append("inc.1", b"x", expect=0))
    await server.start()

    assert await writing == 1


# -- away or frozen: unknown, not failed --------------------------------------------

CALLS: dict[str, Callable[[NatsBus, Stream], Awaitable[object]]] = {
    "append": lambda _, stream: stream.append("inc.1", b"x", expect=0),
    "read": lambda _, stream: stream.read("inc.1"),
    "last": lambda _, stream: stream.last(),
    "durable": lambda _, stream: stream.durable("fire", after=0),
    "forget": lambda _, stream: stream.forget("fire"),
    "open": lambda bus, _: bus.open("LOG"),
    "stream": lambda bus, _: bus.stream("OTHER", ["other"]),
    "request": lambda bus, _: bus.request("somebody", b"", within=PATIENCE),
}


async def doubted(bus: NatsBus, stream: Stream) -> set[str]:
    """The calls of which nobody knows whether they happened."""
    outcomes = await asyncio.gather(
        *(call(bus, stream) for call in CALLS.values()), return_exceptions=True
    )
    return {name for name, o in zip(CALLS, outcomes, strict=True) if isinstance(o, Unknown)}


async def test_of_a_frozen_broker_everything_is_unknown(
    server: ServerUnderTest, impatient: NatsBus
) -> None:
    log = await impatient.stream("LOG", ["inc.*"])
    server.pause()
    assert await doubted(impatient, log) == set(CALLS)


async def test_of_a_broker_that_is_away_everything_is_unknown(
    server: ServerUnderTest, impatient: NatsBus
) -> None:
    log = await impatient.stream("LOG", ["inc.*"])
    await server.kill()
    assert await doubted(impatient, log) == set(CALLS)


async def test_what_was_unknown_may_have_happened(
    server: ServerUnderTest, impatient: NatsBus
) -> None:
    log = await impatient.stream("LOG", ["inc.*"])
    server.pause()
    with pytest.raises(Unknown):
        await log.append("inc.1", b"it did", expect=0)
    server.resume()

    # Reading back at once might overtake it, another append does not.
    with pytest.raises(Conflict):
        await insist(lambda: log.append("inc.1", b"again", expect=0))
    assert [r.data for r in await insist(lambda: log.read("inc.1"))] == [b"it did"]


async def test_readers_go_on_after_a_freeze(server: ServerUnderTest, log: Stream) -> None:
    await fill(log, 0, 3)
    follower, durable = await log.follow(), await log.durable("fire", after=0)
    await take(follower, 3)
    await take(durable, 3)
    await durable.ack(3)
    server.pause()
    writing = asyncio.create_task(fill(log, 3, 3))
    await asyncio.sleep(0)
    server.resume()
    await writing

    assert seqs(await take(follower, 3)) == seqs(await take(durable, 3)) == [4, 5, 6]


async def test_nobody_at_the_address_is_unreachable(server: ServerUnderTest) -> None:
    await server.kill()
    with pytest.raises(Unreachable):
        await NatsBus.connect(server.url, name="late", patience=0.3)


async def test_a_broker_is_not_reached_by_websocket(server: ServerUnderTest) -> None:
    with pytest.raises(Unreachable, match="over TCP"):
        await NatsBus.connect(server.url.replace("nats:", "ws:"), name="web")


# -- more than the broker takes -----------------------------------------------------


async def test_a_message_that_the_broker_does_not_take_is_refused(
    nats_bus: NatsBus, log: Stream
) -> None:
    with pytest.raises(Refused, match=r"^BROKER-001"):
        await log.append("inc.1", b"x" * 2_000_000, expect=0)
    assert await log.last() == 0
    assert nats_bus.connected


@pytest.mark.parametrize("answer", [b"", b"{}"])
async def test_an_answer_that_names_no_sequence_is_no_acknowledgement(
    nats_bus: NatsBus, impatient: NatsBus, answer: bytes
) -> None:
    """Who answers is not the stream: it is gone, and something else listens there."""
    log = await impatient.stream("LOG", ["inc.*"])
    await nats_bus.request("$JS.API.STREAM.DELETE.LOG", b"", within=5)

    async def somebody(_: Message) -> bytes:
        return answer

    await nats_bus.serve("inc.*", somebody)
    with pytest.raises(Unknown):
        await log.append("inc.1", b"", expect=0)
