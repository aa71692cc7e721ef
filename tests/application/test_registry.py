"""Generations of a block: the newest Agreement is in force, and an older one's token is void."""

import asyncio
from collections.abc import Sequence

import msgspec
import pytest
from abs_contracts import protocol
from abs_contracts.codec import encode
from abs_contracts.messages import incident as m
from abs_contracts.negotiate import agreement_hash
from abs_contracts.refusal import Refused

from abs_core.application.log import RoomLog
from abs_core.application.registry import BLOCK, DESK, Registry, digest
from abs_core.ports import Record, Stream, Unreachable
from abs_core.testing.room import RoomUnderTest, desk_token

from .world import OPEN, WHO, agree, block_token, commands, hello, memory, records


def rule(answer: object) -> str:
    assert isinstance(answer, protocol.Rejected), answer
    return answer.refusal.rule


async def test_a_desk_and_a_block_are_known_by_their_tokens(room: RoomUnderTest) -> None:
    registry = Registry(RoomLog(await room.bus.open("LOG_dh"), "dh"))

    assert await registry.holder("fire", desk_token("fire")) == DESK
    await agree(room, 1)
    assert await registry.holder("fire", block_token(1)) == BLOCK
    for party, token in [("police", block_token(1)), ("fire", desk_token("police")), ("navy", "")]:
        with pytest.raises(Refused, match="TRUST-002"):
            await registry.holder(party, token)


async def test_the_log_holds_digests_and_no_token(room: RoomUnderTest) -> None:
    await agree(room, 1)
    log = b"".join(record.data for record in await records(room))

    assert digest(block_token(1)).encode() in log
    for token in (block_token(1), *map(desk_token, room.parties)):
        assert token.encode() not in log
    registry = Registry(RoomLog(await room.bus.open("LOG_dh"), "dh"))
    with pytest.raises(Refused, match="TRUST-002"):
        await registry.holder("fire", digest(block_token(1)))


async def test_an_older_generations_token_is_refused_by_every_core_at_once(
    room: RoomUnderTest,
) -> None:
    """Also by the core that let it in a moment ago, and did not write the new Agreement."""
    await room.start_core(memory(room).client("second"))
    await agree(room, 1)
    old = room.desk("fire", token=block_token(1))
    for number in range(4):  # both cores know it
        said = await old.command(OPEN, f"i{number}", **WHO)
        assert isinstance(said, protocol.Accepted)
    await agree(room, 2)
    before = await commands(room, "inc")

    for number in range(4):
        said = await old.command(m.CloseForParty(), f"i{number}", **WHO)
        assert rule(said) == "TRUST-002"
    assert await commands(room, "inc") == before
    new = room.desk("fire", token=block_token(2))
    assert isinstance(await new.command(OPEN, "new", **WHO), protocol.Accepted)


class Slow(RoomLog):
    """A log whose looks for parties take until they are let go."""

    looks = 0

    def __init__(self, stream: Stream, room: str) -> None:
        super().__init__(stream, room)
        self.go = asyncio.Event()

    async def parties(self, name: str = "*", *, after: int = 0) -> Sequence[Record]:
        self.looks += 1
        found = await super().parties(name, after=after)
        await self.go.wait()
        return found


async def test_who_asks_during_a_look_shares_the_next_and_not_the_one_under_way(
    room: RoomUnderTest,
) -> None:
    """Else an older token would be believed on what was read before it was void."""
    log = Slow(await room.bus.open("LOG_dh"), "dh")
    registry = Registry(log)
    await agree(room, 1)
    async with asyncio.timeout(20), asyncio.TaskGroup() as group:
        first = group.create_task(registry.holder("fire", block_token(1)))
        while not log.looks:
            await asyncio.sleep(0)
        await agree(room, 2)
        asked = [group.create_task(refused(registry, block_token(1))) for _ in range(10)]
        await asyncio.sleep(0)
        log.go.set()
    assert first.result() == BLOCK
    assert [await each for each in asked] == ["TRUST-002"] * 10
    assert log.looks == 2


async def refused(registry: Registry, token: str) -> str:
    with pytest.raises(Refused) as caught:
        await registry.holder("fire", token)
    return caught.value.refusal.rule


async def test_a_hello_with_the_agreement_in_force_is_welcome(room: RoomUnderTest) -> None:
    agreement = await agree(room, 1)
    greeting = await hello(room, agreement, block_token(1))

    assert greeting == protocol.Welcome(
        stream="FEED_dh_fire_v1", consumer="g1", room="dh", party="fire", beat_seconds=0.5
    )
    feed = await room.bus.open("FEED_dh_fire_v1")
    await feed.durable("g1")  # made by the core: a block may not
    await room.bus.open("JOURNAL_dh_fire")
    await room.bus.open("DEAD_dh")


async def test_a_hello_with_another_agreement_is_refused(room: RoomUnderTest) -> None:
    agreement = await agree(room, 1)
    other = msgspec.structs.replace(agreement, version="1.1")

    assert rule(await hello(room, other, block_token(1))) == "TRUST-005"
    with pytest.raises(Unreachable):
        await (await room.bus.open("FEED_dh_fire_v1")).durable("g1")


async def test_a_hello_is_for_blocks(room: RoomUnderTest) -> None:
    agreement = await agree(room, 1)

    assert rule(await hello(room, agreement, desk_token("fire"))) == "TRUST-006"
    assert rule(await hello(room, agreement, block_token(1), "police")) == "TRUST-002"
    where = protocol.hello("dh", "fire", block_token(1))
    answer = await room.bus.request(where, b"{}", within=5)
    assert rule(msgspec.json.decode(answer, type=protocol.Greeting)) == "CONTRACT-003"


async def test_the_next_generation_takes_the_reader_of_the_one_before(room: RoomUnderTest) -> None:
    first = await agree(room, 1)
    await hello(room, first, block_token(1))
    feed = await room.bus.open("FEED_dh_fire_v1")
    old = await feed.durable("g1")
    second = await agree(room, 2)

    assert rule(await hello(room, first, block_token(1))) == "TRUST-002"
    assert rule(await hello(room, first, block_token(2))) == "TRUST-005"
    assert isinstance(await hello(room, second, block_token(2)), protocol.Welcome)

    with pytest.raises(Unreachable):
        await old.fetch(1)
    with pytest.raises(Unreachable):
        await feed.durable("g1")
    await feed.durable("g2")


async def test_a_hello_cannot_name_another_generation(room: RoomUnderTest) -> None:
    agreement = await agree(room, 1)
    said = protocol.Hello(agreement=agreement_hash(agreement), generation=7)
    where = protocol.hello("dh", "fire", block_token(1))
    answer = await room.bus.request(where, encode(said), within=5)

    assert rule(msgspec.json.decode(answer, type=protocol.Greeting)) == "TRUST-005"
    with pytest.raises(Unreachable):
        await (await room.bus.open("FEED_dh_fire_v1")).durable("g7")
