"""The block in a room: a core, other parties and its own host, over the memory bus."""

import datetime as dt
from collections.abc import AsyncIterator

import msgspec
import pytest
from abs_contracts.codec import decode_event
from abs_contracts.messages import incident as inc
from abs_contracts.messages.unit import UnitStatusChanged
from abs_contracts.messages.values import (
    CallSource,
    Classification,
    Discipline,
    Location,
    Scene,
)
from abs_contracts.protocol import Accepted
from abs_kmar.messages import bag
from abs_kmar.messages import desk as say
from abs_kmar.messages import records as rec
from abs_kmar.sites import load_sites

from abs_core.adapters.clock import FixedClock
from abs_core.adapters.ids import SequentialIds
from abs_core.adapters.memory import MemoryBus
from abs_core.testing.block import BlockUnderTest
from abs_core.testing.room import RoomUnderTest

START = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
SECRET = "reported lost by its holder"
WHO = {"actor": "desk-5", "role": "dispatcher"}
INCIDENT = "i-1"
POSTED = len(load_sites({}).units())


class Airport:
    """A room with a KMar block, and an unattended bag at an airport that KMar leads."""

    def __init__(self, room: RoomUnderTest, block: BlockUnderTest) -> None:
        self.room = room
        self.block = block

    async def opened(self) -> None:
        path = ("Veiligheid en openbare orde", "Beveiliging luchtvaart", "Onbeheerde bagage")
        mc1, mc2, mc3 = path
        for command in (
            inc.OpenIncident(source=CallSource.PARTNER),
            inc.LocateIncident(location=Location(municipality="Rotterdam")),
            inc.ClassifyIncident(
                classification=Classification(table="1.0", mc1=mc1, mc2=mc2, mc3=mc3)
            ),
        ):
            reply = await self.room.desk("kmar").command(command, INCIDENT, **WHO)
            assert isinstance(reply, Accepted), reply
        await self.block.until(
            lambda state: INCIDENT in state.incidents and state.incidents[INCIDENT].classification
        )

    async def ask(self, payload: msgspec.Struct, answer: type, **who: str) -> object:
        return await self.block.request(payload, answer, **{**WHO, **who})

    async def step(self, step: bag.Step, **other: object) -> None:
        await self.ask(bag.TakeStep(incident=INCIDENT, step=step, **other), bag.StepTaken)  # type: ignore[arg-type]  # its own fields

    async def feed(self, party: str) -> list[msgspec.Struct]:
        return [decode_event(raw).payload for raw in await self.room.feed(party)]


@pytest.fixture
async def airport() -> AsyncIterator[Airport]:
    bus = MemoryBus()
    async with RoomUnderTest(bus, FixedClock(START), SequentialIds("t")) as room:
        await room.register("eod", Discipline.PARTNER)

        async def connect() -> MemoryBus:
            return bus.client("kmar")

        options = {"pace": "0", "eod": "eod"}
        block = await BlockUnderTest.agreed("kmar", "kmar", room, connect, options)
        await block.start()
        try:
            await block.until(lambda state: len(state.units) == POSTED)
            yield Airport(room, block)
        finally:
            await block.stop()


async def test_a_bag_is_cordoned_off_looked_at_by_a_partner_and_released(
    airport: Airport,
) -> None:
    await airport.opened()
    await airport.ask(say.CallIn(incident=INCIDENT, party="fire"), say.CalledIn)
    await airport.step(bag.Step.CORDON, staging="deur 2", remark=SECRET)
    unsafe = await airport.room.shown("fire", inc.SafetyStated)
    assert (unsafe.payload.party, unsafe.payload.scene) == ("kmar", Scene.UNSAFE)
    await airport.step(bag.Step.EOD)
    note = await airport.room.shown("eod", inc.NoteAdded)
    assert note.payload.text == "EOD gevraagd"
    assert any(isinstance(event, inc.SafetyStated) for event in await airport.feed("eod"))
    await airport.step(bag.Step.CLEAR, result=bag.Result.REMOVED)
    await airport.room.shown(
        "fire", inc.SafetyStated, where=lambda m: m.payload.scene is Scene.SAFE
    )
    assert await airport.feed("police") == []
    for party in ("fire", "eod", "kmar"):
        assert SECRET not in repr(await airport.feed(party))


async def test_the_nearest_post_goes_and_reports(airport: Airport) -> None:
    await airport.opened()
    made = await airport.block.ask(say.Proposal(incident=INCIDENT), say.ProposalMade)
    assert {unit.post for unit in made.units} == {"Rotterdam The Hague Airport"}
    unit = made.units[0].unit
    await airport.ask(say.Dispatch(incident=INCIDENT, units=(unit,)), say.Dispatched)
    arrived = await airport.room.shown(
        "kmar", UnitStatusChanged, where=lambda m: m.payload.status == "tp"
    )
    assert arrived.envelope.subject == unit


async def test_a_hand_over_gives_the_police_the_lead_and_the_released_data_alone(
    airport: Airport,
) -> None:
    await airport.opened()
    kept = [
        await airport.ask(
            rec.Keep(incident=INCIDENT, data=rec.Data.DOCUMENT, text=text), rec.KeptAs
        )
        for text in (SECRET, "something else that stays")
    ]
    first = kept[0]
    assert isinstance(first, rec.KeptAs)
    over = rec.HandOver(
        incident=INCIDENT, to="police", reason="buiten het terrein", records=(first.record,)
    )
    handed = await airport.ask(over, rec.HandedOver)
    assert isinstance(handed, rec.HandedOver)
    lead = await airport.room.shown("police", inc.LeadTransferred)
    assert (lead.payload.previous, lead.payload.lead) == ("kmar", "police")
    note = await airport.room.shown("police", inc.NoteAdded)
    assert SECRET in note.payload.text
    assert "something else" not in repr(await airport.feed("police"))
    await airport.block.until(lambda state: state.register.releases[handed.release].given and True)
    reply = await airport.room.desk("police").command(
        inc.AttachParty(party="ambulance"), INCIDENT, actor="desk-4", role="dispatcher"
    )
    assert isinstance(reply, Accepted)
    await airport.room.shown("ambulance", inc.LeadTransferred)
    assert SECRET not in repr(await airport.feed("ambulance"))
