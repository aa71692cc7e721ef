"""The block in a real room: a broker, a core and its own host, by the fixtures of abs-core."""

from collections.abc import Awaitable, Callable

import msgspec
import pytest
from abs_contracts.codec import decode_event
from abs_contracts.messages import incident as inc
from abs_contracts.messages.values import CallSource, Location
from abs_contracts.protocol import Accepted
from abs_contracts.refusal import Refused
from abs_first_block import Counted, HowMany, Remark

from abs_core.testing.block import BlockUnderTest
from abs_core.testing.room import RoomUnderTest
from abs_core.testing.server import ServerUnderTest

REMARK = Remark(incident="i-1", text="road closed by us")


@pytest.fixture
async def watch(
    room: RoomUnderTest, block_under_test: Callable[..., Awaitable[BlockUnderTest]]
) -> BlockUnderTest:
    """The block, in a room where fire has opened an incident in Delft and attached it."""
    block = await block_under_test("watch")
    await says(room, inc.OpenIncident(source=CallSource.EMERGENCY))
    await says(room, inc.LocateIncident(location=Location(municipality="Delft")))
    await says(room, inc.AttachParty(party="watch"))
    await block.until(lambda state: state == {"i-1": "Delft"})
    return block


async def says(room: RoomUnderTest, command: msgspec.Struct) -> None:
    """The desk of fire does something about the incident."""
    reply = await room.desk("fire").command(command, "i-1", actor="desk-1", role="dispatcher")
    assert isinstance(reply, Accepted), reply


async def remark(watch: BlockUnderTest) -> Remark:
    return await watch.request(REMARK, Remark, actor="desk-9", role="coordinator")


async def notes(room: RoomUnderTest) -> list[str]:
    """Every note in the log of the incident, in order."""
    story = await room.operator.story("i-1")
    events = [decode_event(bytes(raw)).payload for raw in story.messages]
    return [event.text for event in events if isinstance(event, inc.NoteAdded)]


async def test_it_counts_the_incidents_that_it_is_attached_to(watch: BlockUnderTest) -> None:
    assert await watch.ask(HowMany(), Counted) == Counted(open={"Delft": 1})


async def test_what_its_desk_remarks_stands_in_the_log_once(
    room: RoomUnderTest, watch: BlockUnderTest
) -> None:
    assert await remark(watch) == REMARK
    seen = await room.shown("fire", inc.NoteAdded)
    assert (seen.payload.party, seen.payload.text) == ("watch", REMARK.text)
    assert (seen.envelope.authid, seen.envelope.role) == ("desk-9", "coordinator")
    assert await notes(room) == [REMARK.text]


async def test_broker_and_block_killed_between_decision_and_log_still_once(
    nats_server: ServerUnderTest, room: RoomUnderTest, watch: BlockUnderTest
) -> None:
    await room.stop_core(room.cores[0])
    assert await remark(watch) == REMARK  # it stands in the journal; no core has taken it
    await nats_server.kill()
    await watch.stop()
    await nats_server.start()
    await watch.start()
    await room.start_core()
    await room.shown("fire", inc.NoteAdded)  # the log has it; whether watch knows, nobody knows
    await watch.stop()
    await nats_server.restart()
    await watch.start()
    assert await watch.ask(HowMany(), Counted) == Counted(open={"Delft": 1})
    await watch.drain()  # whatever it still owed has its outcome now
    assert await notes(room) == [REMARK.text]


async def test_who_is_detached_is_told_so_and_may_not_remark(
    room: RoomUnderTest, watch: BlockUnderTest
) -> None:
    await says(room, inc.DetachParty(party="watch"))
    await watch.until(lambda state: state == {})
    await remark(watch)  # the desk may ask; the core says no to the command
    await watch.drain()
    assert await notes(room) == []


async def test_a_question_that_it_does_not_know_is_refused(watch: BlockUnderTest) -> None:
    with pytest.raises(Refused, match=r"^WATCH-001"):
        await watch.ask(REMARK, Counted)
