"""Queries: a story as the room and as each party, and the room's status."""

import pytest
from abs_contracts import protocol
from abs_contracts.codec import decode_event, encode
from abs_contracts.messages import incident as m
from abs_contracts.messages import unit as u
from abs_contracts.messages.values import (
    Classification,
    Location,
    NoteAudience,
    StatusSource,
)
from abs_contracts.refusal import Refused

from abs_core.testing.room import RoomUnderTest, desk_token

from .world import OPEN, agree, events, note, send, sender

STORY = [
    ("fire", u.RegisterUnit(call_sign="17-4331", kind="TS-6"), "fire-1"),
    ("fire", OPEN, "i1"),
    ("fire", m.LocateIncident(location=Location(municipality="Delft", street="Markt")), "i1"),
    ("fire", m.ClassifyIncident(classification=Classification(table="1.0", mc1="Brand")), "i1"),
    ("fire", m.AddNote(text="own", audience=NoteAudience.OWN), "i1"),
    ("fire", m.AssignUnit(unit="fire-1"), "i1"),
    (
        "fire",
        u.ReportStatus(status="tp", source=StatusSource.RADIO, incident="i1"),
        "fire-1",
    ),
    ("fire", m.AttachParty(party="police"), "i1"),
    ("police", note("shared"), "i1"),
    ("police", OPEN, "i2"),
]


async def tell(room: RoomUnderTest) -> None:
    for number, (party, payload, subject) in enumerate(STORY):
        said = await send(room, party, payload, subject, id_=f"s{number}")
        assert isinstance(said, protocol.Accepted)


def names(story: protocol.Story) -> list[str]:
    found = [decode_event(bytes(raw)).contract.name for raw in story.messages]
    return [name.removeprefix("incident.") for name in found]


async def test_the_room_reads_everything(room: RoomUnderTest) -> None:
    await tell(room)
    story = await room.operator.story("i1")

    assert names(story) == [
        "opened", "located", "classified", "note_added", "unit_assigned",
        "unit.status_changed", "party_attached", "note_added",
    ]  # fmt: skip
    log = [event.raw for event in await events(room)]
    told = [bytes(raw) for raw in story.messages]
    assert told == [raw for raw in log if raw in told]


async def test_each_party_reads_what_its_feed_has_of_the_incident(room: RoomUnderTest) -> None:
    await tell(room)
    for party in ("fire", "police", "ambulance"):
        mine = await sender(room, party, "q").story("i1")
        for_the_room = await room.operator.story("i1", party)
        fed = [raw for raw in await room.feed(party) if b'"i1"' in raw]

        assert [bytes(raw) for raw in mine.messages] == fed
        assert for_the_room == mine
    assert names(await sender(room, "ambulance", "q").story("i1")) == ["stub"] * 3


async def test_what_a_party_may_not_see_and_what_does_not_exist_are_told_alike(
    room: RoomUnderTest,
) -> None:
    await tell(room)
    told = []
    for party, incident in [("kmar", "i1"), ("kmar", "i2"), ("fire", "i2"), ("fire", "nowhere")]:
        with pytest.raises(Refused) as caught:
            await sender(room, party, "q").story(incident)
        told.append(caught.value.refusal)
    assert {refusal.rule for refusal in told} == {"INCIDENT-001"}
    assert len(set(told)) == 1


async def test_a_party_cannot_read_as_another(room: RoomUnderTest) -> None:
    await tell(room)
    where = protocol.queries(room.room, "police", desk_token("police"))
    answer = await room.bus.request(
        where, encode(protocol.StoryQuery(incident="i1", party="fire")), within=5
    )
    assert b'"own"' not in answer
    assert b"shared" in answer

    stolen = room.desk("police", token="guessed")
    with pytest.raises(Refused, match="TRUST-002"):
        await stolen.story("i1")


async def test_the_story_of_a_party_that_is_not_there_is_refused(room: RoomUnderTest) -> None:
    await tell(room)
    with pytest.raises(Refused, match="PARTY-001"):
        await room.operator.story("i1", "navy")


async def test_the_status_of_a_room_shows_parties_and_open_incidents(room: RoomUnderTest) -> None:
    await tell(room)
    await agree(room, 1)
    await room.feed("fire")
    await room.settled()
    status = await room.operator.status()

    assert status.log == len(await events(room))
    by_party = {party.party: party for party in status.parties}
    assert set(by_party) == set(room.parties)
    assert (by_party["fire"].generation, by_party["fire"].block) == (1, "b")
    assert (by_party["police"].generation, by_party["police"].block) == (0, None)
    for name, party in by_party.items():
        assert party.feed == len(await room.feed(name))
    assert {line.incident: (line.lead, line.parties, line.units) for line in status.incidents} == {
        "i1": ("fire", ("fire", "police"), 1),
        "i2": ("police", ("police",), 0),
    }
    (fire,) = (line for line in status.incidents if line.incident == "i1")
    assert (fire.title, fire.place) == ("Brand", "Markt Delft")


async def test_a_closed_incident_leaves_the_status_and_keeps_its_story(
    room: RoomUnderTest,
) -> None:
    await tell(room)
    for payload in (m.CloseForParty(), m.CloseIncident()):
        await send(room, "police", payload, "i2", id_=type(payload).__name__)
    status = await room.settled()

    assert [line.incident for line in status.incidents] == ["i1"]
    assert names(await room.operator.story("i2")) == ["opened", "closed_for_party", "closed"]
