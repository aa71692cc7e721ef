"""The block in a room: a core, other parties and its own host, over the memory bus."""

import asyncio
import datetime as dt
from collections.abc import AsyncIterator

import msgspec
import pytest
from abs_contracts.codec import decode_event
from abs_contracts.messages import incident as inc
from abs_contracts.messages.unit import EmergencyRaised, UnitStatusChanged
from abs_contracts.messages.values import Classification, Hazard, Location, Scene
from abs_contracts.protocol import Accepted
from abs_contracts.refusal import Refused
from abs_police.fleet import load_fleet
from abs_police.messages import desk as say
from abs_police.messages import radio as air
from abs_police.messages import records as rec

from abs_core.adapters.clock import FixedClock
from abs_core.adapters.ids import SequentialIds
from abs_core.adapters.memory import MemoryBus
from abs_core.testing.block import BlockUnderTest
from abs_core.testing.room import RoomUnderTest

START = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
CAR = "police-DH-41-01"
FLEET = len(load_fleet("dh", {}).units())
SECRET = "known for violence"
WHO = {"actor": "desk-4", "role": "dispatcher"}


class Room:
    """A room with a police block, and the incident that the block opens for a unit."""

    def __init__(self, room: RoomUnderTest, block: BlockUnderTest) -> None:
        self.room = room
        self.block = block
        self.incident = ""

    async def opened(self) -> None:
        """A unit comes upon a stabbing; its incident stands in the feed of police."""
        path = ("Veiligheid en openbare orde", "Geweld", "Steekpartij")
        report = air.UnitReport(
            unit=CAR, municipality="Zoetermeer", classification=path, remark=SECRET
        )
        await self.ask(air.Simulate(say=report), air.Simulated)
        seen = await self.room.shown("police", inc.UnitAssigned)
        self.incident = str(seen.envelope.subject)
        await self.block.until(lambda state: self.incident in state.incidents)

    async def ask(self, payload: msgspec.Struct, answer: type, **who: str) -> object:
        return await self.block.request(payload, answer, **{**WHO, **who})

    async def attach(self, party: str) -> None:
        desk = self.room.desk("police")
        reply = await desk.command(inc.AttachParty(party=party), self.incident, **WHO)
        assert isinstance(reply, Accepted), reply
        await self.block.until(lambda state: party in state.incidents[self.incident].parties)

    async def feed(self, party: str) -> list[msgspec.Struct]:
        return [decode_event(raw).payload for raw in await self.room.feed(party)]


@pytest.fixture
async def police() -> AsyncIterator[Room]:
    bus = MemoryBus()
    async with RoomUnderTest(bus, FixedClock(START), SequentialIds("t")) as room:

        async def connect() -> MemoryBus:
            return bus.client("police")

        block = await BlockUnderTest.agreed("police", "police", room, connect, {"pace": "0"})
        await block.start()
        try:
            await block.until(lambda state: len(state.units) == FLEET)
            yield Room(room, block)
        finally:
            await block.stop()


async def test_an_incident_of_a_unit_is_in_the_log_and_its_remark_in_nobodys_feed(
    police: Room,
) -> None:
    await police.opened()
    story = await police.room.operator.story(police.incident)
    told = [decode_event(bytes(raw)).payload for raw in story.messages]
    assert [type(event) for event in told][:4] == [
        inc.IncidentOpened,
        inc.IncidentLocated,
        inc.IncidentClassified,
        inc.UnitAssigned,
    ]
    assert SECRET not in repr(told)
    arrived = await police.room.shown(
        "police", UnitStatusChanged, where=lambda m: m.payload.status == "tp"
    )
    assert arrived.payload.incident == police.incident


async def test_scene_safety_reaches_who_takes_part_and_nobody_else(police: Room) -> None:
    await police.opened()
    await police.attach("ambulance")
    unsafe = say.StateScene(
        incident=police.incident, hazards=(Hazard.WEAPON,), staging="parkeerplaats"
    )
    await police.ask(unsafe, say.SceneStated)
    stated = await police.room.shown("ambulance", inc.SafetyStated)
    assert (stated.payload.scene, stated.payload.staging) == (Scene.UNSAFE, "parkeerplaats")
    await police.ask(say.ReleaseScene(incident=police.incident), say.SceneStated)
    await police.room.shown(
        "ambulance", inc.SafetyStated, where=lambda m: m.payload.scene is Scene.SAFE
    )
    assert not any(isinstance(e, inc.SafetyStated) for e in await police.feed("fire"))


async def test_a_release_reaches_the_named_alone_and_its_record_says_that_it_was_given(
    police: Room,
) -> None:
    await police.opened()
    for party in ("ambulance", "fire"):
        await police.attach(party)
    keep = rec.Keep(incident=police.incident, data=rec.Data.WARNING, text=SECRET)
    kept = await police.ask(keep, rec.KeptAs)
    assert isinstance(kept, rec.KeptAs)
    for party in ("fire", "ambulance", "kmar"):
        assert SECRET not in repr(await police.feed(party))
    give = rec.Release(
        incident=police.incident,
        records=(kept.record,),
        ground="19",
        purpose="veiligheid",
        recipients=("ambulance",),
    )
    await police.ask(give, rec.ReleaseOrdered)
    note = await police.room.shown("ambulance", inc.NoteAdded)
    assert SECRET in note.payload.text
    assert (note.envelope.authid, note.envelope.role) == ("desk-4", "dispatcher")
    await police.block.until(
        lambda state: all(each.given for each in state.register.releases.values())
    )
    for party in ("fire", "kmar"):
        assert SECRET not in repr(await police.feed(party))


async def test_a_hand_over_gives_kmar_the_lead_and_the_data(police: Room) -> None:
    await police.opened()
    keep = rec.Keep(incident=police.incident, data=rec.Data.SUSPECT, text=SECRET)
    kept = await police.ask(keep, rec.KeptAs)
    assert isinstance(kept, rec.KeptAs)
    over = rec.HandOver(
        incident=police.incident, to="kmar", reason="luchthaven", records=(kept.record,)
    )
    await police.ask(over, rec.HandedOver, role="OpCo")
    lead = await police.room.shown("kmar", inc.LeadTransferred)
    assert lead.payload.lead == "kmar"
    assert SECRET in (await police.room.shown("kmar", inc.NoteAdded)).payload.text
    await police.block.until(lambda state: state.incidents[police.incident].lead == "kmar")


async def test_an_emergency_button_is_told_to_every_party_at_once(police: Room) -> None:
    await police.ask(air.Simulate(say=air.EmergencyButton(unit=CAR)), air.Simulated)
    for party in ("fire", "ambulance", "kmar", "police"):
        raised = await police.room.shown(party, EmergencyRaised)
        assert raised.envelope.subject == CAR
    await police.block.until(lambda state: CAR in state.emergencies)


async def test_a_refused_reading_leaves_its_refusal_and_no_data(police: Room) -> None:
    await police.opened()
    asked = rec.Consult(incident=police.incident, kinds=(rec.Data.SUSPECT,), reason="kijken")
    with pytest.raises(Refused, match=r"^POLICE-003"):
        await police.ask(asked, rec.Records, role="cleaner")
    journal = await police.room.bus.open("JOURNAL_dh_police")
    reader = await journal.follow()
    try:
        async with asyncio.timeout(30):
            pages = b""
            while b"POLICE-003" not in pages:
                pages += b"".join(record.data for record in await reader.fetch(64))
    finally:
        await reader.close()
    assert b"cleaner" in pages


async def test_a_desk_that_sends_a_unit_sees_it_drive_and_arrive(police: Room) -> None:
    desk = police.room.desk("fire")
    for command in (
        inc.OpenIncident(source="112"),  # type: ignore[arg-type]  # its value will do
        inc.LocateIncident(location=Location(municipality="Zoetermeer")),
        inc.ClassifyIncident(classification=Classification(table="1.0", mc1="Brand")),
        inc.AttachParty(party="police"),
    ):
        reply = await desk.command(command, "i-1", actor="desk-1", role="dispatcher")
        assert isinstance(reply, Accepted), reply
    await police.block.until(lambda state: "i-1" in state.incidents)
    made = await police.block.ask(say.Proposal(incident="i-1"), say.ProposalMade)
    (unit,) = made.units
    assert unit.team == "Zoetermeer"
    sent = say.Dispatch(incident="i-1", units=(unit.unit,))
    await police.ask(sent, say.Dispatched)
    for status in ("ar", "tp"):
        await police.room.shown(
            "fire", UnitStatusChanged, where=lambda m, s=status: m.payload.status == s
        )
