"""The log guards itself: by the hash chain of each subject, and by how far it was seen."""

import asyncio

import msgspec
import pytest
from abs_contracts import protocol
from abs_contracts.messages import incident as m
from abs_contracts.refusal import Refused

from abs_core.application.feeder import Checkpoint
from abs_core.application.log import CHAIN, COMMAND, verified
from abs_core.domain.chain import link
from abs_core.ports import Record
from abs_core.testing.room import RoomUnderTest

from .world import OPEN, commands, memory, note, records, send, sender, texts


async def an_incident(room: RoomUnderTest) -> list[Record]:
    """The records of an incident that the log has, four of them."""
    await send(room, "fire", OPEN, "i1", id_="a")
    for number in range(3):
        await send(room, "fire", note(f"n{number}"), "i1", id_=f"b{number}")
    return [record for record in await records(room) if record.subject == "inc.dh.i1"]


def spoilt(found: list[Record]) -> dict[str, list[Record]]:
    one, two, three, four = found
    edited = three._replace(data=three.data.replace(b"n1", b"m1"))
    return {
        "changed": [one, two, edited, four],
        "missing": [one, two, four],
        "the first missing": [two, three, four],
        "swapped": [one, three, two, four],
        "repeated": [one, two, two, three, four],
        "added": [one, two, three._replace(headers={COMMAND: "x"}), three, four],
        "forged on": [*found, four._replace(headers={COMMAND: "x", CHAIN: "0" * 64})],
        "of another chain": [one, two, three, four._replace(headers=two.headers)],
    }


async def test_a_changed_missing_swapped_or_added_record_is_found(room: RoomUnderTest) -> None:
    found = await an_incident(room)
    assert len(verified(found, "")) == 4
    assert len(verified(found[2:], found[1].headers[CHAIN])) == 2

    for records_ in spoilt(found).values():
        with pytest.raises(Refused) as caught:
            verified(records_, "")
        assert caught.value.refusal.rule == "LOG-003"
        assert caught.value.refusal.where == "inc.dh.i1"


async def forge(room: RoomUnderTest) -> None:
    """A record in a core's manner, by somebody who is not one."""
    last = (await an_incident(room))[-1]
    stream = await room.bus.open(protocol.stream("log", room.room))
    chain = {CHAIN: link("somewhere else", last.data), COMMAND: "forged"}
    await stream.append("inc.dh.i1", last.data, expect=last.seq, headers=chain)


async def test_a_forged_record_is_not_built_upon(room: RoomUnderTest) -> None:
    await forge(room)
    said = await send(room, "fire", note("after it"), "i1", id_="c")

    assert isinstance(said, protocol.Rejected)
    assert (said.refusal.rule, said.refusal.where) == ("LOG-003", "inc.dh.i1")
    with pytest.raises(Refused, match="LOG-003"):
        await sender(room, "fire", "q").story("i1")
    assert isinstance(await send(room, "fire", OPEN, "i2", id_="d"), protocol.Accepted)


@pytest.mark.parametrize("headers", [{CHAIN: "0" * 64, COMMAND: "forged"}, {}])
async def test_a_record_that_no_core_wrote_is_shown_to_nobody_and_the_others_go_on(
    room: RoomUnderTest, headers: dict[str, str]
) -> None:
    last = (await an_incident(room))[-1]
    stream = await room.bus.open(protocol.stream("log", room.room))
    await stream.append("inc.dh.i1", last.data, expect=last.seq, headers=headers)
    await send(room, "fire", OPEN, "i2", id_="d")

    assert texts(await room.feed("fire")) == ["n0", "n1", "n2"]
    assert b'"i2"' in (await room.feed("fire"))[-1]
    assert (await room.settled()).broken == ("inc.dh.i1",)


async def test_a_chain_that_breaks_is_found_by_a_core_that_starts_later(
    room: RoomUnderTest,
) -> None:
    await forge(room)
    await send(room, "fire", OPEN, "i2", id_="d")
    await room.feed("fire")
    await memory(room).close()
    later = RoomUnderTest(memory(room).client("later"), room.clock, room.ids)
    core = await later.start_core(later.bus)
    said = await send(later, "fire", note("after it"), "i1", id_="c")

    assert isinstance(said, protocol.Rejected)
    assert said.refusal.rule == "LOG-003"
    assert texts(await later.feed("fire")) == ["n0", "n1", "n2"]
    await later.stop_core(core)


# -- the high-water mark ------------------------------------------------------------


async def checkpoint(room: RoomUnderTest, log: int) -> None:
    """State that the log was seen at this sequence, as a feeder does."""
    stream = await room.bus.open(protocol.stream("checkpoint", room.room))
    seen = msgspec.json.encode(Checkpoint(log, {}, ()))
    await stream.append("checkpoint.dh", seen, expect=await stream.last())


async def test_a_core_does_not_start_on_a_log_that_went_back(room: RoomUnderTest) -> None:
    await an_incident(room)
    await memory(room).close()
    later = RoomUnderTest(memory(room).client("later"), room.clock, room.ids)
    await checkpoint(later, 1_000)

    with pytest.raises(Refused) as caught:
        await later.start_core(later.bus)
    assert caught.value.refusal.rule == "LOG-002"
    assert caught.value.refusal.where == "LOG_dh"


async def test_a_core_starts_where_the_log_ends_as_it_was_seen(room: RoomUnderTest) -> None:
    await an_incident(room)
    await room.feed("fire")
    await memory(room).close()
    later = RoomUnderTest(memory(room).client("later"), room.clock, room.ids)
    core = await later.start_core(later.bus)

    assert isinstance(await send(later, "fire", note("on"), "i1", id_="on"), protocol.Accepted)
    await later.stop_core(core)


async def test_a_slower_feeders_checkpoint_does_not_lower_the_mark(room: RoomUnderTest) -> None:
    await an_incident(room)
    await memory(room).close()
    later = RoomUnderTest(memory(room).client("later"), room.clock, room.ids)
    await checkpoint(later, 1_000)
    await checkpoint(later, 2)

    with pytest.raises(Refused, match="LOG-002"):
        await later.start_core(later.bus)


async def test_a_running_core_stops_when_its_log_goes_back(room: RoomUnderTest) -> None:
    core = await room.start_core(memory(room).client("second"))
    await an_incident(room)
    await room.feed("fire")
    # Past the adapter's own guard: what a damaged block file does (a durable stream, shorter).
    memory(room)._broker.stores["LOG_dh"].lose(5)

    with pytest.raises(Refused, match="LOG-002"):
        async with asyncio.timeout(30):
            await core


async def test_reopening_a_closed_incident_reads_the_same_log(room: RoomUnderTest) -> None:
    """A cold core folds what another wrote, and its own chain goes on where that one ended."""
    await an_incident(room)
    for payload in (m.CloseForParty(), m.CloseIncident()):
        await send(room, "fire", payload, "i1", id_=type(payload).__name__)
    await memory(room).close()
    later = RoomUnderTest(memory(room).client("later"), room.clock, room.ids)
    core = await later.start_core(later.bus)
    said = await send(later, "fire", m.ReopenIncident(reason="again"), "i1", id_="r")

    assert isinstance(said, protocol.Accepted)
    found = [record for record in await records(later) if record.subject == "inc.dh.i1"]
    assert len(verified(found, "")) == 7
    assert (await commands(later, "inc"))[-1] == "r-00000001"
    await later.stop_core(core)
