"""Waits in memory: each ends in its time, however many wait, and however they end."""

import asyncio
from collections.abc import Awaitable

import pytest

from abs_core.adapters.memory.waits import Waits, refuse
from abs_core.ports import Conflict, Unknown
from abs_core.sim.loop import VirtualLoop


def played(work: Awaitable[None]) -> None:
    loop = VirtualLoop()
    try:
        loop.run_until_complete(work)  # type: ignore[arg-type]  # a coroutine
    finally:
        loop.close()


def test_each_is_unknown_after_its_own_time() -> None:
    async def work() -> None:
        loop, waits = asyncio.get_running_loop(), Waits()
        ended: list[tuple[str, float]] = []

        async def wait(name: str, after: float, seconds: float) -> None:
            await asyncio.sleep(after)
            with pytest.raises(Unknown):
                await waits.answered(loop.create_future(), seconds)
            ended.append((name, round(loop.time(), 6)))

        await asyncio.gather(wait("a", 0.0, 2.0), wait("b", 0.5, 2.0), wait("c", 1.0, 0.25))
        assert ended == [("c", 1.25), ("a", 2.0), ("b", 2.5)]

    played(work())


def test_what_came_in_time_or_was_given_up_holds_nobody_else_up() -> None:
    async def work() -> None:
        loop, waits = asyncio.get_running_loop(), Waits()
        answered, refused = loop.create_future(), loop.create_future()
        cancelled = waits.answered(loop.create_future(), 2.0)
        first = waits.answered(answered, 2.0)
        second = waits.answered(refused, 2.0)
        await asyncio.sleep(1.0)
        cancelled.cancel()
        answered.set_result("yes")
        refuse(refused, Conflict())
        refuse(refused, Unknown("too late to matter"))
        assert await first == "yes"
        with pytest.raises(Conflict):
            await second
        with pytest.raises(Unknown):
            await waits.answered(loop.create_future(), 2.0)
        assert loop.time() == 3.0

    played(work())
