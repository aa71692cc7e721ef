"""A scenario on a room in memory: its parties as its file has them, its blocks inline.

On a virtual loop a whole night takes a second, and goes the same way every time, but for
what happens at the very same moment.
"""

import asyncio
import datetime as dt
from collections.abc import Mapping

from abs_contracts.messages.party import RegisterParty

from abs_core.adapters.clock import LoopClock
from abs_core.adapters.ids import SequentialIds
from abs_core.adapters.memory import MemoryBus
from abs_core.application.registry import digest
from abs_core.callouts import called_for
from abs_core.scenario.model import PartyPart, Scenario
from abs_core.scenario.play import parties, play
from abs_core.scenario.recording import Recording, Told
from abs_core.testing.block import BlockUnderTest
from abs_core.testing.room import RoomUnderTest, desk_token

from ..application.virtual import VirtualLoop

MIDNIGHT = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


def played(scenario: Scenario) -> tuple[Recording, list[Told]]:
    """What is recorded of the whole story, and what is told of it."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(_played(scenario))


async def _played(scenario: Scenario) -> tuple[Recording, list[Told]]:
    clock, bus, told = LoopClock(MIDNIGHT), MemoryBus(), list[Told]()
    room = RoomUnderTest(bus, clock, SequentialIds("t"), room=scenario.room, parties={})
    async with room:
        cast = parties(scenario, 1.0)
        for name, part in cast.items():
            await register(room, name, part)
        blocks = [await _block(room, name, part) for name, part in cast.items() if part.block]
        try:
            recording = await play(
                scenario, room, clock=clock, ids=SequentialIds("s"), speed=1.0, tell=told.append
            )
        finally:
            for block in blocks:
                await block.stop()
    return recording, told


async def register(room: RoomUnderTest, name: str, part: PartyPart) -> None:
    """The party with the classes that call it, as a system registers it."""
    await room.register(name, part.discipline)
    whole = RegisterParty(
        discipline=part.discipline,
        name=part.name,
        desk_token=digest(desk_token(name)),
        called_for=called_for(part.discipline, part.called_for),
        added_classes=part.added_classes,
    )
    await room.operator.command(whole, name)


async def _block(room: RoomUnderTest, name: str, part: PartyPart) -> BlockUnderTest:
    async def connect() -> MemoryBus:
        assert isinstance(room.bus, MemoryBus)
        return room.bus.client(f"block {name}")

    options: Mapping[str, str] = part.options
    block = await BlockUnderTest.agreed(part.block or "", name, room, connect, dict(options))
    await block.start()
    return block
