import datetime as dt
from collections.abc import AsyncIterator

import pytest

from abs_core.adapters.clock import FixedClock
from abs_core.adapters.ids import SequentialIds
from abs_core.adapters.memory import MemoryBus
from abs_core.testing.room import RoomUnderTest


@pytest.fixture
async def room() -> AsyncIterator[RoomUnderTest]:
    clock = FixedClock(dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    async with RoomUnderTest(MemoryBus(), clock, SequentialIds("t")) as room:
        yield room
