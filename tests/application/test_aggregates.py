"""Aggregates in memory: folded from the log, each record once, the least used let go."""

import asyncio

from abs_contracts.messages import incident as m
from abs_contracts.messages.values import LinkKind
from abs_contracts.protocol import Accepted

from abs_core.application.aggregates import Aggregate, Aggregates
from abs_core.application.log import RoomLog
from abs_core.domain.incident import Incident
from abs_core.testing.room import RoomUnderTest

from .world import OPEN, commands, records, send


async def aggregates(room: RoomUnderTest, kept: int = 10) -> Aggregates:
    return Aggregates(RoomLog(await room.bus.open("LOG_dh"), "dh"), kept)


async def test_an_aggregate_is_folded_from_the_log_and_then_stands_where_it_ends(
    room: RoomUnderTest,
) -> None:
    await send(room, "fire", OPEN, "i1", id_="a")
    await send(room, "fire", m.AttachParty(party="police"), "i1", id_="b")
    known = await aggregates(room)
    incident = known.get("inc", "i1")
    assert incident.seq == 0

    assert await known.catch_up(incident)

    last = (await records(room))[-1]
    assert (incident.seq, incident.chain) == (last.seq, last.headers["Abs-Chain"])
    assert incident.state.parties == ("fire", "police")
    assert [id_ for _, id_ in incident.accepted] == await commands(room, "inc")
    assert not await known.catch_up(incident)


async def test_two_that_catch_up_at_once_fold_each_record_once(room: RoomUnderTest) -> None:
    await send(room, "fire", OPEN, "i1", id_="a")
    call = m.LinkIncident(to="i9", kind=LinkKind.DOUBLE)
    await send(room, "fire", call, "i1", id_="b")
    known = await aggregates(room)
    incident = known.get("inc", "i1")

    await asyncio.gather(*(known.catch_up(incident) for _ in range(3)))

    again = await aggregates(room)
    fresh = again.get("inc", "i1")
    await again.catch_up(fresh)
    assert (incident.state, incident.chain) == (fresh.state, fresh.chain)


def test_what_was_read_back_already_is_not_folded_again() -> None:
    aggregate = Aggregate("inc", "i1")
    called = m.IncidentLinked(to="i9", kind=LinkKind.DOUBLE)
    for seq, chain in [(7, "seven"), (9, "nine"), (7, "seven")]:
        reply = Accepted(command=f"c{seq}", after=0)
        aggregate.fold([called], seq=seq, chain=chain, party="fire", reply=reply)

    assert (aggregate.seq, aggregate.chain) == (9, "nine")


async def test_the_least_used_is_let_go_and_read_again(room: RoomUnderTest) -> None:
    for number in range(3):
        await send(room, "fire", OPEN, f"i{number}", id_=f"open{number}")
    known = await aggregates(room, kept=2)
    first, second = known.get("inc", "i0"), known.get("inc", "i1")
    await known.catch_up(first)
    known.get("inc", "i0")  # used again: the second is the least used
    known.get("inc", "i2")

    assert known.get("inc", "i0") is first
    cold = known.get("inc", "i1")
    assert cold is not second
    assert cold.state == Incident()
    await known.catch_up(cold)
    assert cold.state.open


async def test_what_is_being_worked_on_is_not_let_go(room: RoomUnderTest) -> None:
    known = await aggregates(room, kept=1)
    busy = known.get("inc", "i0")
    async with busy.lane:
        for number in range(1, 5):
            known.get("inc", f"i{number}")
        assert known.get("inc", "i0") is busy
