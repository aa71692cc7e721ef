"""The clock of a story."""

import asyncio
import datetime as dt

from abs_core.adapters.clock import LoopClock
from abs_core.scenario.clock import StoryClock

from ..application.virtual import VirtualLoop

BASE = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


def test_it_is_quickened_and_jumps() -> None:
    async def story() -> None:
        loop, clock = asyncio.get_running_loop(), StoryClock(60.0, LoopClock(BASE))
        clock.set(1000.0)
        await clock.until(1120.0)
        assert (loop.time(), clock.now()) == (2.0, 1120.0)
        await clock.until(1060.0)  # it has passed
        clock.set(9000.0)
        assert (loop.time(), clock.now()) == (2.0, 9000.0)
        await asyncio.sleep(1.0)
        assert clock.now() == 9060.0
        assert clock.moment(9030.0) == BASE + dt.timedelta(seconds=2.5)

    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        runner.run(story())
