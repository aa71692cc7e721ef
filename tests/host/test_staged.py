"""A generation beside the one in force: it reads along, and acts once it is released.

`left` and `right` are two blocks of one party, which take turns.
"""

import asyncio
from typing import Any

import pytest
from abs_contracts import Refused, protocol

from .conftest import World

OPENED = "abs.incident.opened.v1"
SHADOW = f"{OPENED} in the shadow"


async def switched(world: World, task: asyncio.Task[None], generation: int, block: str) -> Any:
    """The host of another block, which took over as a move does it; and its task."""
    released = asyncio.Event()
    host = world.host(generation, block=block)
    new = world.start(host, released.wait())
    await world.staged(generation)
    await world.drain(generation - 1)
    await task
    assert (await world.staged(generation)).owed == 0
    released.set()
    await host.ready.wait()
    return host, new


async def test_it_reads_along_and_does_nothing_until_it_is_released(world: World) -> None:
    old_task = world.start(old := world.host(block="left"))
    await world.ready(old)
    released = asyncio.Event()
    new = world.host(2, block="right")
    world.start(new, released.wait())
    assert (await world.staged(2)).position == 0
    await world.core.opened("i1")
    await world.until(lambda: "settled answer Accepted" in old.state)
    await world.ask("r1", "note", "ours alone")
    written = await world.core.journal.last()
    assert (await world.staged(2)).position == 1
    assert new.state == (f"fed 1 {SHADOW}",)
    assert world.block.reacted == 0
    assert await world.core.journal.last() == written, "who is staged writes nothing"
    await world.drain()
    await old_task
    released.set()
    await world.until(lambda: "started 2" in new.state)
    await world.core.opened("i2")
    await world.until(lambda: "settled answer Accepted" in new.state)
    assert new.state[:3] == (f"fed 1 {SHADOW}", "started 2", f"fed 2 {OPENED}")
    assert [command.subject for command in world.core.received] == ["i1", "i2"]


async def test_its_consumer_begins_where_the_one_before_ended(world: World) -> None:
    task = world.start(old := world.host(block="left"))
    await world.core.opened("i1")
    await world.until(lambda: "settled answer Accepted" in old.state)
    _, new = await switched(world, task, 2, "right")
    await world.stop(new)
    await world.core.opened("i2")
    reader = await world.core.feed.durable("g2")
    assert [record.seq for record in await reader.fetch(10)] == [2]


async def test_a_block_that_comes_back_has_what_it_had_and_what_the_feed_told_meanwhile(
    world: World,
) -> None:
    task = world.start(host := world.host(block="left"))
    await world.ready(host)
    await world.ask("r1", "note", "kept")
    for generation, block in ((2, "right"), (3, "left")):
        host, task = await switched(world, task, generation, block)
        await world.core.opened(f"i{generation}")
        await world.until(lambda host=host: "settled answer Accepted" in host.state)
        await world.ask(f"r{generation}", "note", f"of {block}")
    assert host.state == (
        "started 1",
        "requested r1 Do(what='note', text='kept', seconds=0.0)",
        "noted Said(text='kept')",
        f"fed 1 {SHADOW}",
        "started 3",
        f"fed 2 {OPENED}",
        "settled answer Accepted",
        "requested r3 Do(what='note', text='of left', seconds=0.0)",
        "noted Said(text='of left')",
    )
    await world.stop(task)
    world.start(again := world.host(3, block="left"))
    await again.ready.wait()
    assert again.state == host.state
    assert world.block.reacted == 0


async def test_another_generation_of_the_same_block_goes_on_with_all_of_it(world: World) -> None:
    task = world.start(old := world.host(block="left"))
    await world.ready(old)
    await world.ask("r1", "note", "kept")
    new, _ = await switched(world, task, 2, "left")
    await world.until(lambda: "started 2" in new.state)
    assert new.state == (*old.state, "started 2")


async def test_timers_and_sends_wait_for_the_block_that_wants_them(world: World) -> None:
    world.outside.broken = True
    task = world.start(old := world.host(block="left"))
    await world.ready(old)
    await world.ask("r1", "send", "later")
    await world.ask("r2", "timer", "alarm", seconds=0.0)
    await world.until(lambda: "timer alarm" in old.state)
    await world.ask("r3", "timer", "bell", seconds=0.3)
    right, task = await switched(world, task, 2, "right")
    world.outside.broken = False
    await world.ask("r4", "timer", "bell", seconds=0.6)
    await world.until(lambda: "timer bell" in right.state)
    assert right.state.count("timer bell") == 1
    assert world.outside.sent == []
    left, _ = await switched(world, task, 3, "left")
    await world.until(lambda: "timer bell" in left.state)
    await world.until(lambda: len(world.outside.sent) == 1)
    assert [text for _, text in world.outside.sent] == ["later"]


async def test_a_command_that_another_block_owes_is_sent_and_its_outcome_waits_for_that_block(
    new_world: Any,
) -> None:
    """Nothing acknowledged is lost, even where nobody drained the one before."""
    async with new_world(commands=False) as world:
        task = world.start(old := world.host(block="left"))
        await world.ready(old)
        await world.ask("r1", "order", "i1")
        await world.stop(task)
        released = asyncio.Event()
        task = world.start(right := world.host(2, block="right"), released.wait())
        assert (await world.staged(2)).owed == 1
        released.set()
        await right.ready.wait()
        await world.core.take_commands()
        await world.until_journaled("settled")
        assert right.state == ("started 2",)
        left, _ = await switched(world, task, 3, "left")
        assert left.state[2:] == ("settled order Accepted",) or left.state[2:] == (
            "settled order Accepted",
            "started 3",
        )
        assert len(world.core.received) == 1


async def test_what_the_other_block_could_not_stand_this_one_is_told_all_the_same(
    world: World,
) -> None:
    task = world.start(old := world.host(block="left"))
    await world.core.noted("i1")
    await world.core.put(b"this is not JSON")
    await world.core.opened("i1")
    await world.until(lambda: "settled answer Accepted" in old.state)
    right, _ = await switched(world, task, 2, "right")
    assert right.state[:2] == ("fed 1 abs.incident.note_added.v1 in the shadow", f"fed 3 {SHADOW}")


async def test_the_old_one_can_acknowledge_nothing_once_the_new_one_acts(world: World) -> None:
    """As a process that hung through the move and wakes up."""
    old_task = world.start(old := world.host(block="left"))
    await world.ready(old)
    released = asyncio.Event()
    world.start(new := world.host(2, block="right"), released.wait())
    await world.staged(2)
    released.set()
    await new.ready.wait()
    with pytest.raises(Refused) as refused:
        await asyncio.gather(world.core.opened("i1"), old_task)
    assert refused.value.refusal.rule == "HOST-001"
    await world.until(lambda: "settled answer Accepted" in new.state)
    assert len(world.core.received) == 1


async def test_wherever_a_move_is_broken_off_every_effect_happens_once(new_world: Any) -> None:
    """Both processes end after every so many steps of the loop, and the room starts again
    with the new block or, where that was not released yet, with the old one."""
    for steps in range(0, 120, 3):
        async with new_world() as world:
            task = world.start(world.host(block="left"))
            await world.core.opened("i1")
            released = asyncio.Event()
            new = world.host(2, block="right")
            tasks = [task, world.start(new, released.wait())]
            moving = asyncio.create_task(_moved(world, released))
            for _ in range(steps):
                await asyncio.sleep(0)
            moving.cancel()
            for each in tasks:
                await world.stop(each)
            of = (2, "right") if released.is_set() else (1, "left")
            world.start(after := world.host(of[0], block=of[1]))
            await after.ready.wait()
            await world.core.opened("i2")
            await world.until(lambda w=world: len(w.core.accepted) == 2)
            assert len({command.id for command in world.core.received}) == 2, steps
            fed = [e for e in await world.core.lines() if e.entry.__struct_config__.tag == "fed"]
            assert [line.entry.position for line in fed] == [1, 2], steps


async def _moved(world: World, released: asyncio.Event) -> None:
    await world.staged(2)
    await world.drain()
    await world.staged(2)
    released.set()


def test_a_process_refuses_the_credentials_of_another_block() -> None:
    from abs_core import bootstrap  # noqa: PLC0415 - the wiring is no part of a host

    me = protocol.Credentials(
        room="dh", party="fire", block="left", generation=1, agreement="0" * 64, token="t"
    )
    with pytest.raises(Refused) as refused:
        asyncio.run(bootstrap.run_block("nats://127.0.0.1:1", "right", me, {}))
    assert refused.value.refusal.rule == "HOST-014"
