"""Streams and readers, sentence by sentence of the port, over both adapters."""

import asyncio

import pytest
from abs_contracts.refusal import Refused

from abs_core.ports import Bus, Conflict, Full, Reader, Record, Stream, Unreachable

from .reading import BOUND, seqs, take


@pytest.fixture
async def log(bus: Bus) -> Stream:
    return await bus.stream("LOG", ["inc.*.*"])


async def fill(stream: Stream, count: int, subject: str = "inc.a.1") -> None:
    """Append `count` records to one subject that has none yet, to an empty stream."""
    last = 0
    for number in range(count):
        last = await stream.append(subject, str(number).encode(), expect=last)


async def test_records_count_from_one_over_the_whole_stream(log: Stream) -> None:
    assert await log.append("inc.a.1", b"x", expect=0) == 1
    assert await log.append("inc.a.2", b"y", expect=0) == 2
    assert await log.append("inc.a.1", b"z", expect=1) == 3


@pytest.mark.parametrize("expect", [0, 2, 99])
async def test_another_expectation_is_a_conflict_and_nothing_is_written(
    log: Stream, expect: int
) -> None:
    await log.append("inc.a.1", b"x", expect=0)
    await log.append("inc.a.2", b"other subject", expect=0)

    with pytest.raises(Conflict):
        await log.append("inc.a.1", b"lost", expect=expect)

    assert [r.data for r in await log.read("inc.*.*")] == [b"x", b"other subject"]


async def test_of_two_that_race_one_wins(buses: tuple[Bus, Bus], log: Stream) -> None:
    other = await buses[1].open("LOG")
    outcomes = await asyncio.gather(
        *(stream.append("inc.a.1", b"", expect=0) for stream in (log, other) * 10),
        return_exceptions=True,
    )

    assert [o for o in outcomes if isinstance(o, int)] == [1]
    assert sum(isinstance(o, Conflict) for o in outcomes) == 19


async def test_a_record_comes_back_as_it_was_written(log: Stream) -> None:
    data = "ongeval A12 km 48 ë".encode() + b"\x00\xff"
    await log.append("inc.a.1", data, expect=0, headers={"traceparent": "00-ab-cd-01"})

    [read] = await log.read("inc.a.1")
    [followed] = await take(await log.follow(), 1)

    assert read == Record(1, "inc.a.1", data, {"traceparent": "00-ab-cd-01"})
    assert followed == read


async def test_a_subject_that_the_stream_does_not_hold_is_an_error(log: Stream) -> None:
    with pytest.raises(ValueError, match=r"feed\.x"):
        await log.append("feed.x", b"", expect=0)


async def test_reading_gives_one_subject_beyond_a_sequence(log: Stream) -> None:
    for seq, subject in enumerate(("inc.a.1", "inc.a.2", "inc.b.1", "inc.a.1"), start=1):
        await log.append(subject, b"", expect=1 if seq == 4 else 0)

    assert seqs(await log.read("inc.a.1")) == [1, 4]
    assert seqs(await log.read("inc.a.1", after=1)) == [4]
    assert seqs(await log.read("inc.a.1", after=4)) == []
    assert seqs(await log.read("inc.none.1")) == []


async def test_a_star_matches_one_token(log: Stream) -> None:
    for subject in ("inc.a.1", "inc.a.2", "inc.b.1"):
        await log.append(subject, b"", expect=0)

    assert seqs(await log.read("inc.a.*")) == [1, 2]
    assert seqs(await log.read("inc.*.1")) == [1, 3]
    assert seqs(await log.read("inc.*.*", after=1)) == [2, 3]
    assert seqs(await log.read("inc.*")) == []


async def test_reading_has_no_limit(bus: Bus) -> None:
    stream = await bus.stream("MANY", ["many"], durable=False)
    await fill(stream, 2100, "many")

    records = await stream.read("many", after=50)

    assert seqs(records) == list(range(51, 2101))


async def test_a_star_reads_more_subjects_than_fit_in_one_answer(bus: Bus) -> None:
    stream = await bus.stream("MANY", ["inc.*.*"], durable=False)
    await asyncio.gather(*(stream.append(f"inc.a.{n}", b"", expect=0) for n in range(1500)))
    await stream.append("inc.b.1", b"", expect=0)

    assert seqs(await stream.read("inc.a.*")) == list(range(1, 1501))


async def test_large_records_are_read_whole(bus: Bus) -> None:
    stream = await bus.stream("MANY", ["many"], durable=False)
    data = [bytes([number]) * 60_000 for number in range(60)]
    for number, each in enumerate(data):
        await stream.append("many", each, expect=number)

    assert [r.data for r in await stream.read("many")] == data
    assert [r.data for r in await take(await stream.follow(), 60)] == data


async def test_a_full_store_takes_nothing_more_and_keeps_what_it_has(full: Bus) -> None:
    stream = await full.stream("LOG", ["inc.*"])
    written = await until_full(stream)

    assert written > 0
    with pytest.raises(Full):
        await stream.append("inc.1", b"x" * 20_000, expect=written)
    assert seqs(await stream.read("inc.1")) == list(range(1, written + 1))


async def test_what_is_no_longer_kept_makes_room(full: Bus) -> None:
    stream = await full.stream("STATE", ["state"], history=1)
    for number in range(20):
        await stream.append("state", b"x" * 20_000, expect=number)

    assert seqs(await stream.read("state")) == [20]


async def until_full(stream: Stream) -> int:
    """Append until the store takes no more; a broker may look a record too late."""
    written = 0
    try:
        while written < 100:
            written = await stream.append("inc.1", b"x" * 20_000, expect=written)
    except Full:
        return written
    pytest.fail("it took everything")


async def test_the_last_sequence(log: Stream) -> None:
    assert await log.last() == 0
    await fill(log, 3)
    assert await log.last() == 3


async def test_history_keeps_the_newest_of_each_subject(bus: Bus) -> None:
    stream = await bus.stream("STATE", ["state.*"], history=1)
    last = 0
    for number in range(3):
        last = await stream.append("state.a", str(number).encode(), expect=last)
    await stream.append("state.b", b"b", expect=0)

    assert [r.data for r in await stream.read("state.*")] == [b"2", b"b"]
    assert await stream.last() == 4
    assert seqs(await take(await stream.follow(), 2)) == [3, 4]


async def test_a_stream_is_made_once_and_opened_by_name(buses: tuple[Bus, Bus]) -> None:
    one, other = buses
    with pytest.raises(Unreachable):
        await other.open("LOG")
    made = await one.stream("LOG", ["inc.*.*"])
    await made.append("inc.a.1", b"x", expect=0)

    again = await other.stream("LOG", ["inc.*.*"])
    opened = await other.open("LOG")

    assert (made.name, again.name, opened.name) == ("LOG", "LOG", "LOG")
    assert await again.last() == await opened.last() == 1


async def test_a_stream_over_other_subjects_is_refused(bus: Bus) -> None:
    await bus.stream("LOG", ["inc.*.*"])

    with pytest.raises(Refused, match="STREAM-001"):
        await bus.stream("LOG", ["other.*"])


async def test_following_gives_what_is_there_and_then_what_comes(log: Stream) -> None:
    await fill(log, 3)
    reader = await log.follow(after=1)

    assert seqs(await take(reader, 2)) == [2, 3]
    waiting = asyncio.ensure_future(take(reader, 2))
    await log.append("inc.b.1", b"", expect=0)
    await log.append("inc.b.2", b"", expect=0)
    assert seqs(await waiting) == [4, 5]


async def test_fetch_gives_at_most_the_limit(log: Stream) -> None:
    await fill(log, 5)
    reader = await log.follow()
    first = await reader.fetch(2)

    assert 1 <= len(first) <= 2
    assert seqs(first) + seqs(await take(reader, 5 - len(first))) == [1, 2, 3, 4, 5]


async def test_a_cancelled_fetch_loses_nothing(log: Stream) -> None:
    reader = await log.follow()
    waiting = asyncio.ensure_future(reader.fetch(1))
    await asyncio.sleep(0)
    waiting.cancel()
    await fill(log, 2)

    assert seqs(await take(reader, 2)) == [1, 2]


async def test_many_records_come_in_order_and_once(bus: Bus) -> None:
    stream = await bus.stream("MANY", ["many"], durable=False)
    reader = await stream.follow()
    reading = asyncio.ensure_future(take(reader, 3000))
    await fill(stream, 3000, "many")

    assert seqs(await reading) == list(range(1, 3001))


async def test_each_follower_gets_everything(buses: tuple[Bus, Bus], log: Stream) -> None:
    readers = [await log.follow(), await (await buses[1].open("LOG")).follow()]
    await fill(log, 3)

    assert [seqs(await take(reader, 3)) for reader in readers] == [[1, 2, 3]] * 2


async def test_only_a_durable_reader_acknowledges(log: Stream) -> None:
    reader = await log.follow()
    with pytest.raises(TypeError):
        await reader.ack(1)


async def test_a_closed_reader_gives_nothing_more(log: Stream) -> None:
    reader = await log.follow()
    waiting = asyncio.ensure_future(reader.fetch(1))
    await asyncio.sleep(0)
    await reader.close()

    with pytest.raises(Unreachable):
        await waiting
    with pytest.raises(Unreachable):
        await reader.fetch(1)


async def test_a_missing_durable_reader_is_unreachable_unless_it_may_be_made(log: Stream) -> None:
    with pytest.raises(Unreachable):
        await log.durable("fire")
    await fill(log, 3)
    await log.durable("fire", after=1)

    assert seqs(await take(await log.durable("fire"), 2)) == [2, 3]


async def test_a_durable_reader_resumes_after_what_was_acknowledged(
    buses: tuple[Bus, Bus], log: Stream
) -> None:
    await fill(log, 6)
    first = await log.durable("fire", after=0)
    assert seqs(await take(first, 5)) == [1, 2, 3, 4, 5]
    await first.ack(3)
    await first.close()
    await log.last()  # after this the broker has the acknowledgement

    second = await (await buses[1].open("LOG")).durable("fire", after=0)
    assert seqs(await take(second, 3)) == [4, 5, 6]
    await second.ack(6)
    await log.append("inc.c.1", b"", expect=0)
    assert seqs(await take(second, 1)) == [7]


async def test_acknowledging_covers_everything_before(log: Stream) -> None:
    await fill(log, 10)
    reader = await log.durable("fire", after=0)
    await take(reader, 10)
    await reader.ack(4)
    await reader.ack(9)
    await reader.ack(2)
    await reader.close()
    await log.last()

    assert seqs(await take(await log.durable("fire"), 1)) == [10]


async def test_durable_readers_of_two_names_are_independent(log: Stream) -> None:
    await fill(log, 3)
    fire, police = await log.durable("fire", after=0), await log.durable("police", after=2)
    await take(fire, 3)
    await fire.ack(3)

    assert seqs(await take(police, 1)) == [3]


async def test_two_holders_share_a_durable_reader(buses: tuple[Bus, Bus], log: Stream) -> None:
    one = await log.durable("fire", after=0)
    other = await (await buses[1].open("LOG")).durable("fire")
    taken: set[int] = set()
    complete = asyncio.Event()

    async def hold(reader: Reader) -> None:
        while True:
            taken.update(seqs(await reader.fetch(10)))
            if len(taken) == 40:
                complete.set()

    holders = [asyncio.ensure_future(hold(reader)) for reader in (one, other)]
    await fill(log, 40)
    async with asyncio.timeout(BOUND):
        await complete.wait()
    for holder in holders:
        holder.cancel()

    assert taken == set(range(1, 41))


async def test_what_is_not_acknowledged_bounds_what_is_given(bus: Bus) -> None:
    stream = await bus.stream("MANY", ["many"], durable=False)
    await fill(stream, 1200, "many")
    reader = await stream.durable("fire", after=0)
    taken = await take(reader, 1000)
    beyond = asyncio.ensure_future(reader.fetch(1))
    await stream.last()

    assert seqs(taken) == list(range(1, 1001))
    assert not beyond.done()
    await reader.ack(1000)
    async with asyncio.timeout(BOUND):
        assert seqs(await beyond) == [1001]


async def test_a_forgotten_reader_gives_its_holders_nothing_more(log: Stream) -> None:
    reader = await log.durable("fire", after=0)
    waiting = asyncio.ensure_future(reader.fetch(1))
    await asyncio.sleep(0)
    await log.forget("fire")
    await fill(log, 2)

    async with asyncio.timeout(BOUND):
        with pytest.raises(Unreachable):
            await waiting
        with pytest.raises(Unreachable):
            await reader.fetch(1)
    with pytest.raises(Unreachable):
        await log.durable("fire")
    assert seqs(await take(await log.durable("fire", after=1), 1)) == [2]


async def test_forgetting_twice_is_no_error(log: Stream) -> None:
    await log.durable("fire", after=0)
    await log.forget("fire")
    await log.forget("fire")
