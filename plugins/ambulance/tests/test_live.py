"""The block in a real room: a broker, a core and its own host, by the fixtures of abs-core."""

from collections.abc import Awaitable, Callable

import pytest
from abs_ambulance import desk, medical
from abs_ambulance.medical import Ground
from abs_ambulance.values import Priority
from abs_contracts.messages import incident as inc

from abs_core.testing.block import BlockUnderTest
from abs_core.testing.room import RoomUnderTest
from abs_core.testing.server import ServerUnderTest

from .stories import NEAR, QUICK, STORIES, Story

Blocks = Callable[..., Awaitable[BlockUnderTest]]


@pytest.mark.parametrize("tells", STORIES)
async def test_on_a_real_broker(
    room: RoomUnderTest, block_under_test: Blocks, tells: Callable[[Story], Awaitable[None]]
) -> None:
    await tells(Story(room, await block_under_test("ambulance", options=QUICK)))


async def test_broker_and_block_killed_after_triage_neither_twice_nor_forgotten(
    nats_server: ServerUnderTest, room: RoomUnderTest, block_under_test: Blocks
) -> None:
    story = Story(room, await block_under_test("ambulance", options=QUICK))
    await story.opened()
    await room.stop_core(room.cores[0])
    asked = medical.StateTriage(incident="i-1", priority=Priority.A1, complaint="canary-complaint")
    await story.asks(asked, medical.TriageStated)
    await story.asks(desk.Dispatch(incident="i-1", units=(NEAR,)), desk.Dispatched)
    await nats_server.kill()
    await story.block.stop()
    await nats_server.start()
    await story.block.start()
    await room.start_core()
    await story.reports("tp")
    told = await story.told("ambulance")
    for event in (inc.IncidentPrioritised, inc.UnitAssigned, inc.NoteAdded):
        assert sum(isinstance(each, event) for each in told) == 1, event
    read = await story.asks(
        medical.ReadPatient(incident="i-1", ground=Ground.TREATMENT), medical.PatientRead
    )
    assert read.complaint == "canary-complaint"
