"""The block in a real room: a broker, a core and its own host, by the fixtures of abs-core."""

from collections.abc import Awaitable, Callable

import msgspec
import pytest
from abs_contracts.codelists import LMC
from abs_contracts.messages import incident as inc
from abs_contracts.messages.values import CallSource, Classification, Location, Point
from abs_contracts.protocol import Accepted
from abs_fire import contracts as fire
from abs_fire.fleet import load_fleet

from abs_core.sdk import OwnLines, OwnLinesTold
from abs_core.testing.block import BlockUnderTest
from abs_core.testing.room import RoomUnderTest

HOME = Classification(table=LMC.version, mc1="Brand", mc2="Gebouw", mc3="01 Woning/Woongebouw")
PLACE = Location(municipality="Zoetermeer", point=Point(lat=52.06, lon=4.49))
DESK = {"actor": "desk-1", "role": "dispatcher"}


@pytest.fixture
async def block(
    room: RoomUnderTest, block_under_test: Callable[..., Awaitable[BlockUnderTest]]
) -> BlockUnderTest:
    """The block with its fleet, in a room where a dwelling burns; its vehicles do not tarry."""
    running = await block_under_test("fire", options={"pace": "0"})
    await says(room, inc.OpenIncident(source=CallSource.EMERGENCY))
    await says(room, inc.LocateIncident(location=PLACE))
    await says(room, inc.ClassifyIncident(classification=HOME))
    fleet = load_fleet({}).units()
    await running.until(lambda state: len(state.units) == len(fleet))
    await running.until(lambda state: state.incidents["i-1"].classification is not None)
    return running


async def says(room: RoomUnderTest, command: msgspec.Struct) -> None:
    reply = await room.desk("fire").command(command, "i-1", **DESK)
    assert isinstance(reply, Accepted), reply


async def test_from_proposal_to_a_closed_part(room: RoomUnderTest, block: BlockUnderTest) -> None:
    made = await block.ask(fire.Proposal(incident="i-1"), fire.ProposalMade)
    assert [unit.unit for unit in made.units] == ["fire-15-0431"]
    await block.request(
        fire.Dispatch(incident="i-1", units=("fire-15-0431",)), fire.Dispatched, **DESK
    )
    taken_up = await room.shown("fire", inc.IncidentTakenUp)
    assert taken_up.payload.party == "fire"
    await block.until(lambda state: "i-1" in state.responses)
    told = await block.ask(fire.Response(incident="i-1"), fire.ResponseTold)
    assert told.recorded is not None
    assert (told.recorded.unit, told.recorded.norm, told.recorded.met) == ("fire-15-0431", 8, True)

    await block.request(fire.StandDown(incident="i-1"), fire.StoodDown, **DESK)
    await block.until(lambda state: state.incidents["i-1"].units == ())
    await block.request(fire.Close(incident="i-1"), fire.Closed, **DESK)
    closed = await room.shown("fire", inc.IncidentClosedForParty)
    assert closed.payload.party == "fire"

    before = await block.ask(OwnLines(incident="i-1"), OwnLinesTold)
    assert [line.text.split(",")[0].partition(" at ")[0] for line in before.lines] == [
        "sent TS-6 15-0431",
        "first fire unit TS-6 15-0431 after 0:00",
    ]
    await block.stop()
    await block.start()
    assert await block.ask(OwnLines(incident="i-1"), OwnLinesTold) == before


async def test_what_the_core_refuses_is_kept(block: BlockUnderTest) -> None:
    dispatch = fire.Dispatch(incident="i-1", units=("fire-15-0431",))
    await block.request(dispatch, fire.Dispatched, **DESK)
    await block.request(dispatch, fire.Dispatched, **DESK)
    await block.until(
        lambda state: any(
            isinstance(kept.event, fire.NotOrdered) for kept in state.incidents["i-1"].kept
        )
    )
    told = await block.ask(OwnLines(incident="i-1"), OwnLinesTold)
    assert any("INCIDENT-019" in line.text for line in told.lines)
