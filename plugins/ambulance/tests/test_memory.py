"""The block in a room over the memory bus: its host, a core, and other parties."""

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from abs_core.adapters.clock import SystemClock
from abs_core.adapters.ids import TimeIds
from abs_core.adapters.memory import MemoryBus
from abs_core.testing.block import BlockUnderTest
from abs_core.testing.room import RoomUnderTest

from .stories import QUICK, STORIES, Story


@pytest.fixture
async def story() -> AsyncIterator[Story]:
    bus = MemoryBus()

    async def connect() -> MemoryBus:
        return bus.client("block")

    async with RoomUnderTest(bus, SystemClock(), TimeIds()) as room:
        block = await BlockUnderTest.agreed("ambulance", "ambulance", room, connect, QUICK)
        await block.start()
        try:
            yield Story(room, block)
        finally:
            await block.stop()


@pytest.mark.parametrize("tells", STORIES)
async def test_over_the_memory_bus(story: Story, tells: Callable[[Story], Awaitable[None]]) -> None:
    await tells(story)
