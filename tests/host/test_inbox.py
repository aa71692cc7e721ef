"""The inbox: nobody overtakes, and who may wait for room does."""

import asyncio
import datetime as dt

import msgspec
import pytest

from abs_core.host.inbox import ROOM, Arrival, Inbox
from abs_core.host.journal import KeptFed, KeptInbound
from abs_core.ports import Unknown

NOON = dt.datetime(2026, 1, 1, 12, tzinfo=dt.UTC)


def letter(number: int) -> KeptInbound:
    return KeptInbound(
        id=str(number), at=NOON, connector="c", key="", type="t", data=msgspec.Raw(b"{}")
    )


def fed(number: int) -> KeptFed:
    return KeptFed(id=str(number), at=NOON, position=number, raw=msgspec.Raw(b"{}"))


async def taken(inbox: Inbox, count: int) -> list[int]:
    found = []
    for _ in range(count):
        arrival = await inbox.take()
        assert arrival is not None
        found.append(int(arrival.entry.id))
        if arrival.done is not None:
            arrival.done.set_result(None)
    return found


async def test_whoever_hands_over_first_is_first_however_full_it_is() -> None:
    """A connector that begins anew brings all it ever brought, at once; what it brings while
    some of that still waits must not go before it."""
    inbox, handed = Inbox(), list[asyncio.Task[bytes | None]]()
    found = list[int]()
    for start in range(0, 4 * ROOM, ROOM // 4):
        batch = range(start, start + ROOM // 4)
        handed += [asyncio.create_task(inbox.submit(letter(number))) for number in batch]
        found += await taken(inbox, 3 if start else 0)  # there is room as they come
        await asyncio.sleep(0)
    found += await taken(inbox, len(handed) - len(found))
    assert found == list(range(len(handed)))
    await asyncio.gather(*handed)


async def test_of_the_feed_only_so_many_wait_and_letters_take_no_room_from_it() -> None:
    inbox, brought = Inbox(), list[int]()
    handed = [asyncio.create_task(inbox.submit(letter(number))) for number in range(2 * ROOM)]

    async def bring() -> None:
        for number in range(ROOM + 2):
            await inbox.room()
            inbox.put(Arrival(fed(number)))
            brought.append(number)

    async with asyncio.timeout(20), asyncio.TaskGroup() as group:
        await asyncio.sleep(0)
        bringing = group.create_task(bring())
        while len(brought) < ROOM:
            await asyncio.sleep(0)
        assert await taken(inbox, 2 * ROOM) == list(range(2 * ROOM))
        await asyncio.sleep(0)
        assert len(brought) == ROOM
        assert not bringing.done()
        assert await taken(inbox, ROOM + 2) == list(range(ROOM + 2))
    await asyncio.gather(*handed)


async def test_when_it_closes_nobody_knows() -> None:
    inbox = Inbox()
    handed = asyncio.create_task(inbox.submit(letter(1)))
    await asyncio.sleep(0)
    inbox.close()
    for each in (handed, inbox.submit(letter(2))):
        with pytest.raises(Unknown):
            await each
