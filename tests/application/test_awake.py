"""A core that stood still: what waited at its door meanwhile is not decided any more."""

import asyncio

import msgspec
import pytest
from abs_contracts import protocol

from abs_core.application.commands import Channel, CommandHandler
from abs_core.application.log import RoomLog
from abs_core.application.projection import Projection
from abs_core.application.registry import DESK, Registry
from abs_core.ports import Unknown
from abs_core.testing.room import RoomUnderTest, desk_token

from .test_commands import envelope
from .virtual import VirtualLoop
from .world import OPEN, WHO, Plan, commands

WHERE = protocol.commands("dh", "fire", desk_token("fire"))


def stand_still(seconds: float) -> None:
    loop = asyncio.get_running_loop()
    assert isinstance(loop, VirtualLoop)
    loop.stand_still(seconds)


async def test_a_command_that_waited_while_the_core_stood_still_is_left_unanswered(
    room: RoomUnderTest,
) -> None:
    asked = asyncio.create_task(room.bus.request(WHERE, envelope(OPEN), within=1.0))
    await asyncio.sleep(0)  # it is on its way
    stand_still(3.0)
    with pytest.raises(Unknown):
        await asked
    assert await commands(room, "inc.dh.i1") == []


async def test_the_same_command_sent_again_is_accepted_once(room: RoomUnderTest) -> None:
    asked = asyncio.create_task(room.desk("fire").command(OPEN, "i1", **WHO))
    await asyncio.sleep(0)
    stand_still(3.0)
    reply = await asked
    assert isinstance(reply, protocol.Accepted)
    assert await commands(room, "inc.dh.i1") == [reply.command]


async def test_until_the_log_has_answered_all_that_comes_in_is_old(
    room: RoomUnderTest, plan: Plan
) -> None:
    plan.lose("LOG_dh>local:last")
    stand_still(3.0)
    await asyncio.sleep(0.3)  # it has noticed, and its question went out
    with pytest.raises(Unknown):
        await room.bus.request(WHERE, envelope(OPEN), within=0.1)
    assert isinstance(await room.desk("fire").command(OPEN, "i2", **WHO), protocol.Accepted)


async def test_a_short_pause_is_no_stall(room: RoomUnderTest) -> None:
    asked = asyncio.create_task(room.bus.request(WHERE, envelope(OPEN), within=1.0))
    await asyncio.sleep(0)
    stand_still(0.5)
    assert isinstance(
        msgspec.json.decode(await asked, type=protocol.Reply),
        protocol.Accepted,
    )


async def test_nothing_is_appended_for_an_asker_that_gave_up(room: RoomUnderTest) -> None:
    log = RoomLog(await room.bus.open(protocol.stream("log", "dh")), "dh")
    handler = CommandHandler(log, Registry(log), Projection(log), room.clock)
    now = asyncio.get_running_loop().time()
    late = await handler.handle(envelope(OPEN), Channel("fire", DESK, until=now - 0.001))
    assert isinstance(late, protocol.Unknown)
    assert await commands(room, "inc.dh.i1") == []
    prompt = Channel("fire", DESK, until=now + protocol.ANSWER_SECONDS)
    assert isinstance(await handler.handle(envelope(OPEN), prompt), protocol.Accepted)
