"""Stories that hold in any room, over the memory bus as on a real broker."""

from typing import TypeVar

import msgspec
from abs_ambulance import desk, medical, response
from abs_ambulance.medical import Ground
from abs_ambulance.response import RideMeasured
from abs_ambulance.values import Priority
from abs_contracts import protocol
from abs_contracts.codec import decode_event
from abs_contracts.messages import incident as inc
from abs_contracts.messages.unit import UnitStatusChanged
from abs_contracts.messages.values import CallSource, Classification, Location, Point, Scene
from abs_contracts.protocol import Accepted

from abs_core.sdk import OwnLines, OwnLinesTold
from abs_core.testing.block import BlockUnderTest
from abs_core.testing.room import RoomUnderTest

NEAR = "ambulance-15121"
FLEET = 21
"""So many units has the demonstration fleet."""
SECRETS = ["canary-complaint", "canary-note", "canary-hospital", "Hoorbaar benauwd"]
WHO = {"actor": "desk-mka-1", "role": "dispatcher"}
QUICK = {"pace": "0.001", "turn_out": "1", "travel": "2", "care": "1", "transport": "1"}
"""A simulated minute takes a millisecond."""

A = TypeVar("A", bound=msgspec.Struct)


class Story:
    """A room with an ambulance block, and the desks that speak to it."""

    def __init__(self, room: RoomUnderTest, block: BlockUnderTest) -> None:
        self.room = room
        self.block = block

    async def says(self, party: str, command: msgspec.Struct, incident: str = "i-1") -> None:
        reply = await self.room.desk(party).command(command, incident, **WHO)
        assert isinstance(reply, Accepted), reply

    async def asks(self, payload: msgspec.Struct, answer: type[A]) -> A:
        return await self.block.request(payload, answer, **WHO)

    async def reports(self, status: str, unit: str = NEAR) -> None:
        """Until this unit of ours has reported this status."""
        await self.room.shown(
            "ambulance",
            UnitStatusChanged,
            where=lambda m: (m.envelope.subject, m.payload.status) == (unit, status),
        )

    async def opened(self, party: str = "ambulance") -> None:
        """An incident in Delft, in the feed of the ambulance service."""
        await self.says(party, inc.OpenIncident(source=CallSource.EMERGENCY))
        await self.says(
            party,
            inc.LocateIncident(
                location=Location(
                    municipality="Delft", street="Modelstraat", point=Point(lat=52.01, lon=4.36)
                )
            ),
        )
        if party != "ambulance":
            await self.says(party, inc.AttachParty(party="ambulance"))
        await self.block.until(
            lambda state: (
                len(state.units) == FLEET
                and "i-1" in state.incidents
                and state.incidents["i-1"].location
            )
        )

    async def told(self, party: str) -> list[msgspec.Struct]:
        return [decode_event(raw).payload for raw in await self.room.feed(party)]


async def a_ride_of_our_own(story: Story) -> None:
    """Sent before triage, raised, on scene, to a hospital: and others see a stub of it.

    The crew waits outside until triage is finished, so that what comes first is certain.
    """
    await story.opened()
    await story.says("ambulance", inc.StateSafety(scene=Scene.UNKNOWN, staging="Marktplein"))
    await story.block.until(lambda state: state.incidents["i-1"].safety)
    made = await story.block.ask(desk.Proposal(incident="i-1"), desk.ProposalMade)
    assert [unit.unit for unit in made.units] == [NEAR]
    await story.asks(desk.DirectDispatch(incident="i-1", units=(NEAR,)), desk.Dispatched)
    await story.block.until(lambda state: state.incidents["i-1"].running)
    stated = await story.asks(
        medical.StateTriage(
            incident="i-1",
            priority=Priority.A1,
            complaint="canary-complaint",
            crew_note="canary-note",
        ),
        medical.TriageStated,
    )
    assert stated.change is medical.Change.RAISED
    await story.block.until(lambda state: state.incidents["i-1"].priority is Priority.A1)
    await story.says("ambulance", inc.StateSafety(scene=Scene.SAFE))
    breathing = {"Ademhaling": ("Hoorbaar benauwd",)}
    await story.asks(medical.RecordPatient(incident="i-1", characteristics=breathing), medical.Kept)
    await story.reports("tp")
    await story.asks(
        medical.ChooseHospital(incident="i-1", unit=NEAR, hospital="canary-hospital"), medical.Kept
    )
    await story.reports("az")
    await story.asks(desk.StandDown(incident="i-1"), desk.StoodDown)
    await story.reports("op")
    await _who_saw_what(story)
    await _what_is_kept(story)


async def _who_saw_what(story: Story) -> None:
    priorities = [
        event.priority
        for event in await story.told("ambulance")
        if isinstance(event, inc.IncidentPrioritised)
    ]
    assert priorities == ["A2", "A1"]
    for party in ("police", "fire"):
        stubs = await story.told(party)
        assert stubs
        assert stubs[-1] == inc.IncidentStub(
            room="dh", open=True, municipality="Delft", mc1="Hulpvraag"
        )
        assert {type(event) for event in stubs} == {inc.IncidentStub}
    assert await story.told("kmar") == []
    log = await story.room.bus.open(protocol.stream("log", story.room.room))
    reader = await log.follow()
    records: list[bytes] = []
    while len(records) < await log.last():
        records += [record.data for record in await reader.fetch(64)]
    await reader.close()
    said = b"\n".join(records).decode()
    assert "Modelstraat" in said
    assert [secret for secret in SECRETS if secret in said] == []


async def _what_is_kept(story: Story) -> None:
    read = await story.asks(
        medical.ReadPatient(incident="i-1", ground=Ground.TREATMENT), medical.PatientRead
    )
    assert (read.complaint, read.hospital) == ("canary-complaint", "canary-hospital")
    told = await story.block.ask(medical.Accesses(incident="i-1"), medical.AccessesTold)
    assert [access.action for access in told.accesses] == ["write", "write", "write", "read"]
    register = await story.block.ask(response.Register(incident="i-1"), response.Registered)
    (ride,) = register.rides
    assert isinstance(ride, RideMeasured)
    assert (ride.unit, ride.priority, ride.within) == (NEAR, Priority.A1, True)
    lines = (await story.block.ask(OwnLines(incident="i-1"), OwnLinesTold)).lines
    assert lines[0].text == f"Sent {NEAR} (direct dispatch, before triage was finished)"
    assert [secret for line in lines for secret in SECRETS if secret in line.text] == []


async def a_crew_waits_for_the_police(story: Story) -> None:
    """Told to wait at a place, and to go in once the police say that the scene is safe."""
    await story.opened("police")
    stabbing = Classification(
        table="1.0", mc1="Veiligheid en openbare orde", mc2="Geweld", mc3="Steekpartij"
    )
    await story.says("police", inc.ClassifyIncident(classification=stabbing))
    await story.says("police", inc.StateSafety(scene=Scene.UNSAFE, staging="Marktplein"))
    await story.block.until(lambda state: state.incidents["i-1"].safety)
    await story.asks(desk.Dispatch(incident="i-1", units=(NEAR,)), desk.Dispatched)
    await story.reports("vt")
    await story.says("police", inc.StateSafety(scene=Scene.SAFE))
    await story.reports("tp")
    order = [
        event.status if isinstance(event, UnitStatusChanged) else event.scene
        for event in await story.told("ambulance")
        if isinstance(event, UnitStatusChanged | inc.SafetyStated)
    ]
    assert order == [Scene.UNSAFE, "vt", Scene.SAFE, "tp"]


async def counts_are_for_everybody_attached(story: Story) -> None:
    """How many, and what to put on: that is what the others are told."""
    await story.opened("fire")
    await story.asks(desk.CountCasualties(incident="i-1", t1=1, t3=4), desk.Stated)
    await story.asks(
        desk.WarnInfection(incident="i-1", protection=(desk.Protection.MASK,)), desk.Stated
    )
    said = await story.room.shown("fire", inc.SafetyStated)
    assert said.payload.advice == "Protect yourself: mask"
    counts = {
        event.name: event.values
        for event in await story.told("fire")
        if isinstance(event, inc.CharacteristicSet)
    }
    assert counts == {"T 1 Levensbedreigend": ("1",), "T 3 Licht gewond": ("4",)}


async def a_scale_up_is_ours_alone(story: Story) -> None:
    """The code is on the ambulance service's own scale; the answer says what is short."""
    await story.opened("fire")
    made = await story.asks(desk.ScaleUp(incident="i-1", code="code-20"), desk.ProposalMade)
    assert {need.kind: need.count for need in made.short} == {"Ambu": 7}
    changed = await story.room.shown("fire", inc.EscalationChanged)
    assert changed.payload.escalation.level == "code-20"
    await story.block.until(lambda state: state.incidents["i-1"].code == "code-20")


STORIES = (
    a_ride_of_our_own,
    a_crew_waits_for_the_police,
    counts_are_for_everybody_attached,
    a_scale_up_is_ours_alone,
)
