"""Two desks at once on one incident, on two cores: nothing is lost, and stale is named."""

import asyncio
from collections.abc import Sequence

import msgspec
from abs_contracts import protocol
from abs_contracts.messages import incident as m
from abs_contracts.messages.values import CallSource, Classification, NoteAudience

from abs_core.bootstrap import connect
from abs_core.testing.room import RoomUnderTest
from abs_core.testing.server import ServerUnderTest

ROUNDS = 10
FIRE = Classification(table="1.0", mc1="Brand")
ACCIDENT = Classification(table="1.0", mc1="Ongeval")


async def tell(
    room: RoomUnderTest, party: str, payload: msgspec.Struct, id_: str
) -> protocol.Reply:
    return await room.desk(party).command(payload, id_, actor=party, role="dispatcher")


async def both(
    room: RoomUnderTest, id_: str, *payloads: msgspec.Struct
) -> Sequence[protocol.Reply]:
    """Police opens the incident with fire; then both act on it at the same moment."""
    opening = (m.OpenIncident(source=CallSource.EMERGENCY), m.AttachParty(party="fire"))
    for payload in opening:
        assert isinstance(await tell(room, "police", payload, id_), protocol.Accepted)
    parties = ("police", "fire")
    acts = zip(parties, payloads, strict=True)
    return await asyncio.gather(*(tell(room, party, payload, id_) for party, payload in acts))


async def test_what_does_not_clash_is_accepted_from_both(
    room: RoomUnderTest, nats_server: ServerUnderTest
) -> None:
    other = await connect(nats_server.url, "second core")
    await room.start_core(other)
    for number in range(ROUNDS):
        notes = [m.AddNote(text=t, audience=NoteAudience.ALL) for t in ("one", "two")]
        replies = await both(room, f"i-{number}", *notes)
        assert all(isinstance(reply, protocol.Accepted) for reply in replies)
        story = await room.desk("fire").story(f"i-{number}")
        texts = [msgspec.json.decode(message)["data"].get("text") for message in story.messages]
        assert sorted(filter(None, texts)) == ["one", "two"]
    await other.close()


async def test_of_two_that_clash_one_is_refused_as_stale(
    room: RoomUnderTest, nats_server: ServerUnderTest
) -> None:
    other = await connect(nats_server.url, "second core")
    await room.start_core(other)
    for number in range(ROUNDS):
        classify = [m.ClassifyIncident(classification=c, replaces=None) for c in (FIRE, ACCIDENT)]
        replies = await both(room, f"i-{number}", *classify)
        refused = [r for r in replies if isinstance(r, protocol.Rejected)]
        assert len(refused) == 1
        no = refused[0].refusal
        assert (no.rule, no.where) == ("INCIDENT-021", "/data/replaces")
        winner = (FIRE, ACCIDENT)[0 if replies[1] is refused[0] else 1]
        assert winner.mc1 in no.what
        assert "decide again" in no.fix
    await other.close()
