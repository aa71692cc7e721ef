"""A room over the memory bus, on an event loop whose time passes only when nothing else can."""

import asyncio
import datetime as dt
from collections.abc import AsyncIterator, Callable, Mapping

import pytest

from abs_core.adapters.clock import FixedClock
from abs_core.adapters.ids import SequentialIds
from abs_core.adapters.memory import MemoryBus
from abs_core.testing.room import RoomUnderTest

from .virtual import VirtualLoop
from .world import Plan

REAL_TIME = "test_trust_on_a_broker.py"  # a broker's time is the machine's


def pytest_asyncio_loop_factories(
    item: pytest.Item,
) -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    if item.path.name == REAL_TIME:
        return {"real": asyncio.new_event_loop}
    return {"virtual": VirtualLoop}


@pytest.fixture
def plan() -> Plan:
    """The faults of the room's bus; none until a test adds them."""
    return Plan()


@pytest.fixture
async def room(plan: Plan) -> AsyncIterator[RoomUnderTest]:
    """A core `local`, four parties and their desks; nothing happens unless a test does it."""
    clock = FixedClock(dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    async with RoomUnderTest(MemoryBus(plan, patience=0.5), clock, SequentialIds("t")) as room:
        yield room
