"""The block in a real room: a broker, a core and its own host, by the fixtures of abs-core."""

from collections.abc import Awaitable, Callable

from abs_contracts.codec import decode_event
from abs_contracts.messages import incident as inc
from abs_contracts.protocol import Accepted
from abs_police.fleet import load_fleet
from abs_police.messages import radio as air
from abs_police.messages import records as rec

from abs_core.sdk import OwnLines, OwnLinesTold
from abs_core.testing.block import BlockUnderTest
from abs_core.testing.room import RoomUnderTest
from abs_core.testing.server import ServerUnderTest

CAR = "police-DH-41-01"
FLEET = len(load_fleet("dh", {}).units())
SECRET = "known for violence"


async def test_a_release_over_a_killed_broker_and_block_is_given_once(
    nats_server: ServerUnderTest,
    room: RoomUnderTest,
    block_under_test: Callable[..., Awaitable[BlockUnderTest]],
) -> None:
    police = await block_under_test("police")
    await police.until(lambda state: len(state.units) == FLEET)
    report = air.UnitReport(unit=CAR, municipality="Delft", remark=SECRET)
    opened = await police.request(report, air.OpenedByUnit, actor="desk-4", role="dispatcher")
    incident = opened.incident
    await police.until(lambda state: state.incidents.get(incident) and state.free())
    desk = room.desk("police")
    reply = await desk.command(
        inc.AttachParty(party="ambulance"), incident, actor="desk-4", role="dispatcher"
    )
    assert isinstance(reply, Accepted), reply
    await police.until(lambda state: "ambulance" in state.incidents[incident].parties)
    keep = rec.Keep(incident=incident, data=rec.Data.WARNING, text=SECRET)
    kept = await police.request(keep, rec.KeptAs, actor="desk-4", role="dispatcher")

    await room.stop_core(room.cores[0])
    give = rec.Release(
        incident=incident,
        records=(kept.record,),
        ground="19",
        purpose="veiligheid",
        recipients=("ambulance",),
    )
    await police.request(give, rec.ReleaseOrdered, actor="desk-4", role="dispatcher")
    await police.stop()  # it stands in the journal; no core has taken it
    await nats_server.restart()
    await police.start()
    await room.start_core()
    await room.shown("ambulance", inc.NoteAdded)
    await police.until(lambda state: [g.given for g in state.register.releases.values()] == [True])

    story = await room.operator.story(incident)
    told = [decode_event(bytes(raw)).payload for raw in story.messages]
    assert sum(isinstance(event, inc.NoteAdded) for event in told) == 1
    own = await police.ask(OwnLines(incident=incident), OwnLinesTold)
    assert own.lines[-1].text == "the release was given"
