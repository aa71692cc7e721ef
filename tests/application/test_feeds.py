"""Feeds: a pure view of the log, whoever writes them and wherever that was interrupted."""

import asyncio

import msgspec
import pytest
from abs_contracts import protocol
from abs_contracts.messages import incident as m
from abs_contracts.messages import unit as u
from abs_contracts.messages.values import Location, NoteAudience, StatusSource
from abs_contracts.refusal import Refused

from abs_core.adapters.clock import FixedClock
from abs_core.adapters.ids import SequentialIds
from abs_core.adapters.memory import MemoryBus
from abs_core.application.log import RoomLog
from abs_core.application.projection import Projection
from abs_core.testing.room import PARTIES, RoomUnderTest

from ..domain.played import NOON, render
from .world import OPEN, Plan, agree, commands, entry, events, memory, note, records, send, texts

STATUS = u.ReportStatus(status="tp", source=StatusSource.RADIO, incident="i1")
SCRIPT: list[tuple[str, msgspec.Struct, str]] = [
    ("fire", u.RegisterUnit(call_sign="17-4331", kind="TS-6"), "fire-1"),
    ("fire", OPEN, "i1"),
    ("fire", m.LocateIncident(location=Location(municipality="Delft")), "i1"),
    ("police", OPEN, "i2"),
    ("fire", note("before police"), "i1"),
    ("fire", m.AddNote(text="for kmar", audience=NoteAudience.NAMED, named=("kmar",)), "i1"),
    ("fire", m.AssignUnit(unit="fire-1"), "i1"),
    ("fire", m.AttachParty(party="police"), "i1"),
    ("fire", STATUS, "fire-1"),
    ("police", m.AddNote(text="of police", audience=NoteAudience.OWN), "i1"),
    ("police", m.DetachParty(party="police"), "i1"),
    ("fire", m.AttachParty(party="kmar"), "i1"),
    ("fire", note("police is away"), "i1"),
    ("fire", m.AttachParty(party="police"), "i1"),
    ("police", m.CloseForParty(), "i2"),
    ("police", m.CloseIncident(), "i2"),
]


async def play(room: RoomUnderTest) -> None:
    """The script, each command once; those under way when a core dies are repeated."""
    for number, (party, payload, subject) in enumerate(SCRIPT):
        said = await send(room, party, payload, subject, id_=f"s{number}")
        assert isinstance(said, protocol.Accepted), (number, said)


async def assert_exact(room: RoomUnderTest) -> None:
    """Every feed is what the log renders to, worked out from the domain alone."""
    log = await events(room)
    for party in room.parties:
        assert await room.feed(party) == render(log, party), party


def a_room(plan: Plan | None = None) -> RoomUnderTest:
    return RoomUnderTest(MemoryBus(plan, patience=0.5), FixedClock(NOON), SequentialIds("t"))


async def test_feeds_are_what_the_log_renders_to(room: RoomUnderTest) -> None:
    await play(room)

    await assert_exact(room)
    assert texts(await room.feed("kmar")) == ["before police", "for kmar", "police is away"]
    assert texts(await room.feed("police")) == ["before police", "of police", "police is away"]


@pytest.mark.parametrize("start", range(4))
async def test_a_core_may_stop_at_any_point_and_another_goes_on_exactly(start: int) -> None:
    """Cut off after its n-th delivery, for every n; a second core takes over."""
    after, cut_off = start, True
    while cut_off:
        plan = Plan()
        async with a_room(plan) as room:
            first = memory(room)
            desks = RoomUnderTest(first.client("desks"), room.clock, room.ids)
            plan.crash("local", after)
            takeover = asyncio.create_task(_take_over(plan, first, desks))
            await play(desks)
            await assert_exact(desks)
            written = await commands(desks)
            assert len(written) == len(set(written)) == len(SCRIPT) + len(PARTIES)
            cut_off, after = plan.cut.is_set(), after + 4
            takeover.cancel()
            await desks.__aexit__()
    assert after > 100, "the script takes more deliveries than this"


async def _take_over(plan: Plan, first: MemoryBus, room: RoomUnderTest) -> None:
    await plan.cut.wait()
    await first.close()
    await room.start_core(first.client("second"))


async def test_two_feeders_racing_write_each_feed_once(room: RoomUnderTest, plan: Plan) -> None:
    await room.start_core(memory(room).client("second"))
    await play(room)

    await assert_exact(room)
    for feeder in ("local", "second"):
        link = f"{feeder}>FEED_dh_fire_v1:feed.dh.fire.v1"
        assert plan.counts[link] > 5, "each of them wrote, and only one can have been first"


@pytest.mark.parametrize("left", [0, 1, 5, 8])
async def test_a_feed_that_fell_back_is_refilled_with_what_was_delivered(
    room: RoomUnderTest, left: int
) -> None:
    await play(room)
    delivered = await room.feed("fire")
    memory(room).lose("FEED_dh_fire_v1", left)

    stream = await room.bus.open("FEED_dh_fire_v1")
    while await stream.last() < len(delivered):
        await asyncio.sleep(0.1)  # of the loop's own time
    await send(room, "fire", note("afterwards"), "i1", id_="more")

    assert (await room.feed("fire"))[: len(delivered)] == delivered
    await assert_exact(room)


async def test_a_feed_that_fell_back_while_no_core_ran_is_refilled(room: RoomUnderTest) -> None:
    await play(room)
    delivered = {party: await room.feed(party) for party in room.parties}
    first = memory(room)
    await first.close()
    for party, left in {"fire": 3, "police": 0, "kmar": 1}.items():
        first.lose(f"FEED_dh_{party}_v1", left)

    again = RoomUnderTest(first.client("again"), room.clock, SequentialIds("again"))
    core = await again.start_core(again.bus)
    try:
        for party, feed in delivered.items():
            assert await again.feed(party) == feed
    finally:
        await again.stop_core(core)


async def test_a_feed_that_holds_something_else_stops_the_core(room: RoomUnderTest) -> None:
    await play(room)
    count = len(await room.feed("fire"))
    await memory(room).close()
    bus = memory(room).client("stranger")
    feed = await bus.open("FEED_dh_fire_v1")
    await feed.append("feed.dh.fire.v1", b'{"not":"ours"}', expect=count)

    again = RoomUnderTest(bus, room.clock, SequentialIds("again"))
    core = await again.start_core(bus)
    await send(again, "fire", note("what comes next"), "i1", id_="more")

    with pytest.raises(Refused, match="FEED-001"):
        await core


# -- what a feed does not tell ------------------------------------------------------


async def other_work(room: RoomUnderTest, number: int) -> None:
    """What neither fire nor ambulance has any part in."""
    incident = f"theirs-{number}"
    await send(room, "police", OPEN, incident, id_=f"x{number}")
    await send(room, "police", note("secret"), incident, id_=f"y{number}")
    if number == 0:
        await agree(room, 1, "police")


async def test_a_feed_and_its_replies_do_not_tell_how_much_others_do() -> None:
    """With and without the work of others, byte for byte: so no number of the log is in them."""
    told: list[tuple[list[protocol.Reply], list[bytes], list[bytes]]] = []
    for busy in (False, True):
        async with a_room() as room:
            replies = []
            for number, (party, payload, subject) in enumerate(SCRIPT):
                if busy:
                    await other_work(room, number)
                await room.settled()
                await room.feed("fire")  # up to date, so that positions can be compared
                said = await send(room, party, payload, subject, id_=f"s{number}")
                if party == "fire":
                    replies.append(said)
            told.append((replies, await room.feed("fire"), await room.feed("ambulance")))
    assert told[0] == told[1]
    assert len(told[0][0]) == 11


async def test_a_feed_is_numbered_for_its_party_and_carries_bytes_only(
    room: RoomUnderTest,
) -> None:
    await play(room)
    await room.feed("fire")
    chains = {record.headers["Abs-Chain"] for record in await records(room)}
    for party in room.parties:
        feed = await (await room.bus.open(f"FEED_dh_{party}_v1")).read(f"feed.dh.{party}.v1")
        assert [record.seq for record in feed] == list(range(1, len(feed) + 1))
        assert not any(record.headers for record in feed)
        assert not any(chain.encode() in record.data for record in feed for chain in chains)


# -- the projection --------------------------------------------------------------


async def test_a_projection_resumed_anywhere_shows_the_same_from_there_on(
    room: RoomUnderTest,
) -> None:
    await play(room)
    log = RoomLog(await room.bus.open("LOG_dh"), room.room)
    written = [entry(record) for record in await records(room)]
    whole = Projection(log)
    shown, opened = [], []
    for each in written:
        shown.append(await whole.take(each))
        opened.append(tuple(whole.open_incidents))

    for at in range(len(written)):
        resumed = Projection(log)
        await resumed.restore(written[at].seq, opened[at])
        assert [await resumed.take(each) for each in written[at + 1 :]] == shown[at + 1 :], at
        assert set(resumed.open_incidents) == set(whole.open_incidents)
        assert resumed.serves("fire-1", besides="-") == whole.serves("fire-1", besides="-")
