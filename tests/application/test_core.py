"""The core as those who speak to it see it, over the memory bus."""

import msgspec
from abs_contracts import protocol
from abs_contracts.messages import incident as m
from abs_contracts.messages.values import Location, NoteAudience

from abs_core.adapters.memory import MemoryBus
from abs_core.testing.room import RoomUnderTest

from .world import OPEN, WHO, Plan


def types(feed: list[bytes]) -> list[str]:
    return [msgspec.json.decode(data)["type"].split(".", 1)[1] for data in feed]


async def test_an_incident_reaches_the_attached_and_nobody_else(room: RoomUnderTest) -> None:
    fire = room.desk("fire")
    opened = await fire.command(OPEN, "i1", **WHO)
    assert opened == protocol.Accepted(command=opened.command, after=0)
    where = Location(municipality="Delft", street="Markt")
    await fire.command(m.LocateIncident(location=where), "i1", **WHO)
    note = m.AddNote(text="to be kept here", audience=NoteAudience.OWN)
    await fire.command(note, "i1", **WHO)
    await fire.command(m.AttachParty(party="ambulance"), "i1", **WHO)
    assert types(await room.feed("fire")) == [
        "incident.opened.v1",
        "incident.located.v1",
        "incident.note_added.v1",
        "incident.party_attached.v1",
    ]
    assert types(await room.feed("ambulance")) == [
        "incident.stub.v1",
        "incident.stub.v1",
        "incident.opened.v1",
        "incident.located.v1",
        "incident.party_attached.v1",
    ]
    assert types(await room.feed("police")) == ["incident.stub.v1", "incident.stub.v1"]
    assert await room.feed("kmar") == []


async def test_a_core_gets_ready_whichever_of_its_first_deliveries_is_lost(
    room: RoomUnderTest, plan: Plan
) -> None:
    assert isinstance(room.bus, MemoryBus)
    for number in range(60):
        plan.unlucky([number])
        bus = room.bus.client("core-2")
        core = await room.start_core(bus)
        assert not core.done()
        await room.stop_core(core)
        await bus.close()
