"""The block in a real room: a broker, a core and its own host, by the fixtures of abs-core."""

from collections.abc import Awaitable, Callable

from abs_contracts.codec import decode_event
from abs_contracts.messages import incident as inc
from abs_contracts.messages.values import CallSource, Location, Scene
from abs_contracts.protocol import Accepted
from abs_kmar.messages.bag import Bag, BagNow, Result, Step, StepTaken, TakeStep

from abs_core.testing.block import BlockUnderTest
from abs_core.testing.room import RoomUnderTest


async def test_a_procedure_goes_on_where_it_was_after_the_block_was_killed(
    room: RoomUnderTest, block_under_test: Callable[..., Awaitable[BlockUnderTest]]
) -> None:
    kmar = await block_under_test("kmar")
    desk = room.desk("kmar")
    for command in (
        inc.OpenIncident(source=CallSource.PARTNER),
        inc.LocateIncident(location=Location(municipality="Haarlemmermeer")),
        inc.AttachParty(party="fire"),
    ):
        reply = await desk.command(command, "i-1", actor="desk-5", role="dispatcher")
        assert isinstance(reply, Accepted), reply
    await kmar.until(lambda state: "i-1" in state.incidents)

    async def take(step: Step, result: Result | None = None) -> None:
        asked = TakeStep(incident="i-1", step=step, result=result)
        await kmar.request(asked, StepTaken, actor="desk-5", role="dispatcher")

    await take(Step.CORDON)
    await kmar.stop()
    await kmar.start()
    now = await kmar.ask(Bag(incident="i-1"), BagNow)
    assert now.taken == (Step.CORDON,)
    await take(Step.CLEAR, Result.OWNER_FOUND)
    await room.shown("fire", inc.SafetyStated, where=lambda m: m.payload.scene is Scene.SAFE)
    story = await room.operator.story("i-1")
    said = [decode_event(bytes(raw)).payload for raw in story.messages]
    scenes = [event.scene for event in said if isinstance(event, inc.SafetyStated)]
    assert scenes == [Scene.UNSAFE, Scene.SAFE]
