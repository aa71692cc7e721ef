"""Whom a class calls, as the parties of the room registered it; and terms in notes."""

from abs_contracts import protocol
from abs_contracts.messages import incident as m
from abs_contracts.messages.party import RegisterParty
from abs_contracts.messages.values import Classification, Discipline, NoteAudience

from abs_core.application.registry import digest
from abs_core.testing.room import RoomUnderTest, desk_token

from .world import OPEN, events, send

FIRE = Classification(table="1.0", mc1="Brand", mc2="Buiten", mc3="Container")
OWN = Classification(table="1.0", mc1="Brand", mc2="Buiten", mc3="Kassengebied")


async def registered(room: RoomUnderTest) -> None:
    """Police are called to every fire, and their region adds a class."""
    await room.operator.command(
        RegisterParty(
            discipline=Discipline.POLICE,
            name="police",
            desk_token=digest(desk_token("police")),
            called_for=(("Brand",),),
            added_classes=(("Brand", "Buiten", "Kassengebied"),),
        ),
        "police",
    )


def rules(said: protocol.Reply) -> list[str]:
    assert isinstance(said, protocol.Accepted), said
    return [warned.rule for warned in said.warnings]


async def test_a_class_warns_of_whom_it_calls_or_attaches_them(room: RoomUnderTest) -> None:
    await registered(room)
    await send(room, "fire", OPEN, "i1", id_="a")
    classify = m.ClassifyIncident(classification=FIRE)
    assert rules(await send(room, "fire", classify, "i1", id_="b")) == ["INCIDENT-102"]
    called = m.ClassifyIncident(classification=OWN, call_parties=True)
    assert rules(await send(room, "fire", called, "i1", id_="c")) == ["CODELIST-101"]
    attached = [e.payload for e in await events(room) if isinstance(e.payload, m.PartyAttached)]
    assert attached == [m.PartyAttached(party="police")]


async def test_a_term_of_a_note_classifies_and_warns_as_the_command_would(
    room: RoomUnderTest,
) -> None:
    await registered(room)
    await send(room, "fire", OPEN, "i1", id_="a")
    note = m.AddNote(text="behind the shops\n-brbtct\n-nonsense", audience=NoteAudience.ALL)
    assert rules(await send(room, "fire", note, "i1", id_="b")) == ["INCIDENT-102", "INCIDENT-101"]
    (_, written, classified) = [e for e in await events(room) if e.envelope.subject == "i1"]
    assert isinstance(written.payload, m.NoteAdded)
    assert classified.payload == m.IncidentClassified(classification=FIRE)
    assert classified.envelope.causationid == written.envelope.causationid
