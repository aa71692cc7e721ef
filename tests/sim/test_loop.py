"""The loop of virtual time: its order, its processes, and what it does not have."""

import asyncio
from collections.abc import Coroutine
from contextvars import copy_context

import pytest

from abs_core.sim.loop import PROCESS, Stuck, VirtualLoop


def run(work: Coroutine[None, None, None], loop: VirtualLoop) -> None:
    try:
        loop.run_until_complete(work)
    finally:
        loop.close()


def test_waiting_takes_no_time_and_is_in_order() -> None:
    loop, seen = VirtualLoop(), list[tuple[float, str]]()

    async def wait(name: str, seconds: float) -> None:
        await asyncio.sleep(seconds)
        seen.append((loop.time(), name))

    async def all_of_them() -> None:
        await asyncio.gather(wait("year", 500.0), wait("soon", 0.5), wait("soon too", 0.5))

    run(all_of_them(), loop)
    assert seen == [(0.5, "soon"), (0.5, "soon too"), (500.0, "year")]


def test_when_everything_waits_it_says_so() -> None:
    async def forever() -> None:
        await asyncio.get_running_loop().create_future()

    with pytest.raises(Stuck, match="nothing will ever happen"):
        run(forever(), VirtualLoop())


def test_what_never_ends_is_given_up() -> None:
    async def endless() -> None:
        while True:
            await asyncio.sleep(10)

    with pytest.raises(Stuck, match="virtual time"):
        run(endless(), VirtualLoop())


@pytest.mark.parametrize("asked", ["call_soon_threadsafe", "run_in_executor"])
def test_there_are_no_threads(asked: str) -> None:
    with pytest.raises(Stuck, match="threads"):
        getattr(VirtualLoop(), asked)(None, print)


def test_there_are_no_sockets() -> None:
    async def connect() -> None:
        await asyncio.open_connection("127.0.0.1", 9)

    with pytest.raises((Stuck, NotImplementedError)):
        run(connect(), VirtualLoop())


class Ticking:
    """A process that counts tenths of seconds."""

    def __init__(self, loop: VirtualLoop, name: str) -> None:
        self.ticks: list[float] = []
        self.ended = False
        context = copy_context()
        context.run(PROCESS.set, name)
        self._loop = loop
        self.task = loop.create_task(self._run(), context=context)

    async def _run(self) -> None:
        try:
            while True:
                await asyncio.sleep(0.1)
                self.ticks.append(round(self._loop.time(), 1))
        finally:
            self.ended = True


def test_a_frozen_process_does_nothing_and_goes_on_where_it_stood() -> None:
    loop = VirtualLoop()

    async def freeze() -> None:
        one, other = Ticking(loop, "one"), Ticking(loop, "other")
        await asyncio.sleep(0.25)
        loop.freeze("one")
        await asyncio.sleep(0.5)
        assert one.ticks == [0.1, 0.2]
        assert len(other.ticks) == 7
        loop.thaw("one")
        await asyncio.sleep(0.2)
        assert one.ticks[2] == 0.8  # at once, and late
        assert one.ticks[2:] != other.ticks[2:]
        one.task.cancel()
        other.task.cancel()

    run(freeze(), loop)


def test_a_killed_process_is_told_nothing() -> None:
    loop = VirtualLoop()

    async def kill() -> None:
        victim = Ticking(loop, "victim")
        await asyncio.sleep(0.15)
        loop.kill("victim")
        victim.task.cancel()
        loop.thaw("victim")
        await asyncio.sleep(1.0)
        assert victim.ticks == [0.1]
        assert not victim.ended

    run(kill(), loop)


def test_sets_of_tasks_have_the_same_order_in_every_run() -> None:
    def order() -> list[int]:
        loop, cancelled = VirtualLoop(), list[int]()

        async def wait(number: int) -> None:
            try:
                await asyncio.sleep(100)
            except asyncio.CancelledError:
                cancelled.append(number)
                raise

        async def fail() -> None:
            async with asyncio.TaskGroup() as group:
                for number in range(50):
                    group.create_task(wait(number))
                await asyncio.sleep(1)
                raise ValueError

        with pytest.raises(ExceptionGroup):
            run(fail(), loop)
        return cancelled

    assert order() == order()


def test_a_step_that_raises_is_noted_and_stops_nothing() -> None:
    loop = VirtualLoop()

    async def work() -> None:
        asyncio.get_running_loop().call_soon(lambda: 1 / 0)
        await asyncio.sleep(1)

    run(work(), loop)
    assert any("division by zero" in error for error in loop.errors)


def test_every_step_knows_the_event_that_caused_it() -> None:
    loop, causes = VirtualLoop(), list[int]()

    async def work() -> None:
        loop.cause = 7
        loop.call_later(1.0, lambda: causes.append(loop.cause))
        loop.cause = 8
        loop.call_soon(lambda: causes.append(loop.cause))
        await asyncio.sleep(2)

    run(work(), loop)
    assert causes == [8, 7]
