"""What only the memory bus does: faults as data, the same ones in every run."""

import asyncio
from collections.abc import Sequence

import pytest

from abs_core.adapters.memory import MemoryBus
from abs_core.ports import Conflict, Message, Unknown, Unreachable


class Plan:
    """Fates by link; a link that is not named delivers once and at once."""

    def __init__(self, **fates: Sequence[Sequence[float]]) -> None:
        self.fates_of: dict[str, Sequence[Sequence[float]]] = dict(fates)
        self.asked: list[tuple[str, int]] = []

    def fates(self, link: str, index: int) -> Sequence[float]:
        self.asked.append((link, index))
        fates = self.fates_of.get(link, ())
        return fates[index] if index < len(fates) else (0.0,)


LOST: Sequence[float] = ()
TO_LOG, FROM_LOG = "local>LOG:inc.1", "LOG>local:inc.1"


def impatient(plan: Plan) -> MemoryBus:
    return MemoryBus(plan, patience=0.01)


async def test_an_append_lost_on_its_way_is_unknown_and_did_not_happen() -> None:
    log = await impatient(Plan(**{TO_LOG: [LOST]})).stream("LOG", ["inc.*"])
    with pytest.raises(Unknown):
        await log.append("inc.1", b"x", expect=0)
    assert await log.last() == 0


async def test_an_append_whose_answer_is_lost_is_unknown_and_did_happen() -> None:
    log = await impatient(Plan(**{FROM_LOG: [LOST]})).stream("LOG", ["inc.*"])
    with pytest.raises(Unknown):
        await log.append("inc.1", b"x", expect=0)
    assert [r.data for r in await log.read("inc.1")] == [b"x"]


async def test_an_append_that_is_doubled_is_written_once() -> None:
    log = await MemoryBus(Plan(**{TO_LOG: [(0.0, 0.0)]})).stream("LOG", ["inc.*"])
    assert await log.append("inc.1", b"x", expect=0) == 1
    assert len(await log.read("inc.1")) == 1


async def test_a_delayed_append_is_overtaken_and_conflicts() -> None:
    log = await MemoryBus(Plan(**{TO_LOG: [(0.01,)]})).stream("LOG", ["inc.*"])
    late = asyncio.create_task(log.append("inc.1", b"late", expect=0))
    await asyncio.sleep(0)
    assert await log.append("inc.1", b"first", expect=0) == 1
    with pytest.raises(Conflict):
        await late


async def test_news_of_a_record_that_is_lost_is_sent_again() -> None:
    plan = Plan(**{"LOG>local:follow": [(0.0,), (0.0,), LOST]})  # after its opening
    log = await MemoryBus(plan).stream("LOG", ["inc.*"])
    reader = await log.follow()
    await log.append("inc.1", b"x", expect=0)
    async with asyncio.timeout(10):
        assert [r.seq for r in await reader.fetch(1)] == [1]


async def test_messages_are_lost_doubled_and_delayed_as_the_plan_says() -> None:
    plan = Plan(**{"local>local:news": [LOST, (0.0, 0.0), (0.02,), (0.01,)]})
    bus, heard = MemoryBus(plan), asyncio.Queue[bytes]()

    async def take(message: Message) -> None:
        heard.put_nowait(message.data)

    await bus.serve("news", take)
    for data in (b"lost", b"twice", b"slow", b"quick"):
        await bus.publish("news", data)
    assert [await heard.get() for _ in range(4)] == [b"twice", b"twice", b"quick", b"slow"]
    assert heard.empty()


async def test_every_delivery_is_asked_about_with_its_number_on_its_link() -> None:
    plan = Plan()
    bus = MemoryBus(plan)
    log = await bus.client("core").stream("LOG", ["inc.*"])
    await log.append("inc.1", b"", expect=0)
    await log.append("inc.1", b"", expect=1)
    assert plan.asked == [
        ("core>LOG:inc.1", 0),
        ("LOG>core:inc.1", 0),
        ("core>LOG:inc.1", 1),
        ("LOG>core:inc.1", 1),
    ]


async def test_the_lost_tail_of_a_feed_frees_its_numbers() -> None:
    bus = MemoryBus()
    feed = await bus.stream("FEED", ["feed"], durable=False)
    for number in range(3):
        await feed.append("feed", str(number).encode(), expect=number)
    bus.lose("FEED", 1)
    assert await feed.last() == 1
    assert await feed.append("feed", b"again", expect=1) == 2
    assert [r.data for r in await feed.read("feed")] == [b"0", b"again"]


async def test_of_a_durable_stream_nothing_is_lost() -> None:
    bus = MemoryBus()
    await bus.stream("LOG", ["inc.*"])
    with pytest.raises(ValueError, match="durable"):
        bus.lose("LOG", 0)


async def test_a_client_that_is_closed_is_out_and_the_others_go_on() -> None:
    bus = MemoryBus()
    other = bus.client("other")
    log = await bus.stream("LOG", ["inc.*"])
    waiting = asyncio.create_task((await (await other.open("LOG")).follow()).fetch(1))
    await asyncio.sleep(0)
    await other.close()
    with pytest.raises(Unreachable):
        await waiting
    with pytest.raises(Unreachable):
        await other.open("LOG")
    assert await log.append("inc.1", b"", expect=0) == 1


async def test_clients_know_that_the_broker_is_away() -> None:
    bus = MemoryBus()
    other = bus.client("other")
    bus.down(True)
    assert (bus.connected, other.connected) == (False, False)
    bus.down(False)
    await other.close()
    assert (bus.connected, other.connected) == (True, False)


async def test_a_simulation_reads_a_stream_beside_all_clients() -> None:
    plan = Plan(**{FROM_LOG: [LOST] * 9})
    bus = impatient(plan)
    log = await bus.stream("LOG", ["inc.*"])
    with pytest.raises(Unknown):
        await log.append("inc.1", b"x", expect=0)
    asked = len(plan.asked)
    assert [r.data for r in bus.beyond("LOG")] == [b"x"]
    assert list(bus.beyond("LOG", 1)) == list(bus.beyond("NONE")) == []
    assert len(plan.asked) == asked


async def test_a_pattern_finds_subjects_that_came_after_it_was_first_read() -> None:
    log = await MemoryBus().stream("LOG", ["inc.*", "unit.*"])
    await log.append("inc.1", b"a", expect=0)
    assert [r.subject for r in await log.read("inc.*")] == ["inc.1"]
    await log.append("unit.1", b"b", expect=0)
    await log.append("inc.2", b"c", expect=0)
    assert [r.subject for r in await log.read("inc.*")] == ["inc.1", "inc.2"]
    assert [r.subject for r in await log.read("unit.*")] == ["unit.1"]
