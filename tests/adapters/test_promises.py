"""What the simulator builds on, beyond the sentences of the port, over both adapters.

A simulation over the memory bus says something about a real room as far as both adapters
do alike. What is asked here is what its processes, crashes and takeovers stand on.
"""

import asyncio
from contextvars import ContextVar

import pytest

from abs_core.ports import Bus, Conflict, Message, Unknown, Unreachable

from .reading import BOUND, take

WHO: ContextVar[str] = ContextVar("who", default="nobody")


async def test_a_handler_runs_in_its_own_process_and_not_in_the_senders(
    buses: tuple[Bus, Bus],
) -> None:
    """What a sender binds to its context does not reach the receiver's handlers."""
    client, server = buses

    async def who(_: Message) -> bytes:
        return WHO.get().encode()

    await server.serve("who", who)
    WHO.set("the sender")
    assert await client.request("who", b"", within=5) == b"nobody"


async def test_messages_of_one_sender_begin_in_the_order_in_which_it_sent_them(
    buses: tuple[Bus, Bus],
) -> None:
    client, server = buses
    heard: list[bytes] = []
    complete = asyncio.Event()

    async def hear(message: Message) -> None:
        heard.append(message.data)
        if len(heard) == 200:
            complete.set()

    for subject in ("a", "b"):
        await server.serve(subject, hear)
    with pytest.raises(Unreachable):  # after this answer the broker knows who serves
        await server.request("nobody", b"", within=5)
    for number in range(200):
        await client.publish("ab"[number % 2], str(number).encode())
    async with asyncio.timeout(BOUND):
        await complete.wait()
    for subject in (0, 1):
        mine = [int(data) for data in heard if int(data) % 2 == subject]
        assert mine == sorted(mine)


async def test_what_is_offered_arrives_in_order(buses: tuple[Bus, Bus]) -> None:
    feed = await buses[0].stream("FEED", ["feed"], durable=False)
    for number in range(300):
        await feed.offer("feed", str(number).encode(), expect=number)
    assert await feed.append("feed", b"vouched", expect=300) == 301
    reader = await (await buses[1].open("FEED")).follow()
    assert [r.data for r in await take(reader, 300)] == [str(n).encode() for n in range(300)]


async def test_what_is_offered_out_of_its_place_is_dropped(buses: tuple[Bus, Bus]) -> None:
    """Two feeders that race write every number once."""
    one = await buses[0].stream("FEED", ["feed"], durable=False)
    other = await buses[1].open("FEED")
    for number in range(100):
        await one.offer("feed", str(number).encode(), expect=number)
        await other.offer("feed", str(number).encode(), expect=number)
    with pytest.raises(Conflict):
        await other.append("feed", b"late", expect=7)
    async with asyncio.timeout(BOUND):
        while await one.last() < 100:
            await asyncio.sleep(0.01)
    assert [r.data for r in await one.read("feed")] == [str(n).encode() for n in range(100)]


async def test_who_takes_a_journal_over_stops_the_one_before(buses: tuple[Bus, Bus]) -> None:
    """Expected sequences are the fence: the first write of the newcomer is the last straw."""
    old = await buses[0].stream("JOURNAL", ["journal"])
    new = await buses[1].open("JOURNAL")
    written = await old.append("journal", b"old", expect=0)
    taken = await new.append("journal", b"taken", expect=written)
    with pytest.raises(Conflict):
        await old.append("journal", b"too late", expect=written)
    assert await new.append("journal", b"new", expect=taken) == 3


async def test_of_a_client_that_ended_nothing_is_asked_any_more(buses: tuple[Bus, Bus]) -> None:
    """A crash ends subscriptions: who asks afterwards is told that nobody is there."""
    client, server = buses

    async def answer(_: Message) -> bytes:
        return b"here"

    await server.serve("say", answer)
    assert await client.request("say", b"", within=5) == b"here"
    await server.close()
    async with asyncio.timeout(BOUND):
        while True:
            try:
                await client.request("say", b"", within=0.2)
            except Unreachable:
                break
            except Unknown:
                continue  # the broker is about to notice


async def test_what_a_client_that_ended_had_not_acknowledged_is_its_successors(
    buses: tuple[Bus, Bus],
) -> None:
    here, there = buses
    feed = await here.stream("FEED", ["feed"], durable=False)
    for number in range(5):
        await feed.append("feed", str(number).encode(), expect=number)
    await feed.durable("g1", after=0)
    before = await (await there.open("FEED")).durable("g1")
    assert len(await take(before, 5)) == 5
    await before.ack(2)
    await (await there.open("FEED")).last()  # after this the broker has the acknowledgement
    await before.close()  # as the end of its process does
    await there.close()
    assert [r.seq for r in await take(await feed.durable("g1"), 3)] == [3, 4, 5]


async def test_a_reader_that_is_deleted_fences_the_generation_that_held_it(
    buses: tuple[Bus, Bus],
) -> None:
    core, host = buses
    feed = await core.stream("FEED", ["feed"], durable=False)
    await feed.append("feed", b"one", expect=0)
    await feed.durable("g1", after=0)
    held = await (await host.open("FEED")).durable("g1")
    assert len(await take(held, 1)) == 1
    await feed.forget("g1")
    await feed.durable("g2", after=0)
    await feed.append("feed", b"two", expect=1)

    async def read_on() -> None:
        while True:
            await held.fetch(1)

    async with asyncio.timeout(BOUND):
        with pytest.raises(Unreachable):
            await read_on()
    with pytest.raises(Unreachable):
        await (await host.open("FEED")).durable("g1")


async def test_one_server_of_a_queue_is_left_when_the_other_ends(buses: tuple[Bus, Bus]) -> None:
    """Of two cores one crashes: whoever asks is answered by the other."""
    one, other = buses

    async def answer(_: Message) -> bytes:
        return b"here"

    await one.serve("cmd", answer, queue="core")
    gone = await other.serve("cmd", answer, queue="core")
    assert await one.request("cmd", b"", within=5) == b"here"
    await gone.close()
    async with asyncio.timeout(BOUND):
        for _ in range(10):
            while True:
                try:
                    assert await one.request("cmd", b"", within=0.5) == b"here"
                    break
                except Unknown:
                    continue  # the broker is about to notice
