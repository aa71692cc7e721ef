"""A real broker made to deliver a message under another's subject, as measured in the field.

A stream may rename what it stores, and a pull may name any reply subject: so whoever has a
stream can have a message of its own come in on any subscription under any subject.
"""

import datetime as dt
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import nats
import pytest
from abs_contracts import protocol
from abs_contracts.catalogue import CORE
from abs_contracts.codec import seal
from abs_contracts.envelope import Envelope
from abs_contracts.messages import incident as m
from nats.aio.client import Client
from nats.aio.msg import Msg

from abs_core.adapters.clock import FixedClock
from abs_core.adapters.ids import SequentialIds
from abs_core.adapters.nats import NatsBus
from abs_core.testing.room import RoomUnderTest, desk_token
from abs_core.testing.server import ServerUnderTest

from .world import OPEN, commands, note, send

NOON = dt.datetime(2026, 1, 1, 12, tzinfo=dt.UTC)
ACK = "$JS.ACK."


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[ServerUnderTest]:
    async with ServerUnderTest(tmp_path / "server") as running:
        yield running


@pytest.fixture
async def room(server: ServerUnderTest) -> AsyncIterator[RoomUnderTest]:
    bus = await NatsBus.connect(server.url, name="core")
    async with RoomUnderTest(bus, FixedClock(NOON), SequentialIds("t")) as room:
        yield room
    await bus.close()


@pytest.fixture
async def attacker(server: ServerUnderTest) -> AsyncIterator[Client]:
    client = await nats.connect(server.url)
    yield client
    await client.close()


async def api(client: Client, subject: str, request: object) -> None:
    answer = await client.request(f"$JS.API.{subject}", msgspec.json.encode(request), timeout=5)
    assert "error" not in msgspec.json.decode(answer.data), answer.data


async def deliver(client: Client, data: bytes, *, subject: str, to: str) -> Msg:
    """Have the broker deliver `data` on the subscriptions of `to` under another subject.

    Returns the message as everybody who listens there gets it.
    """
    listening = await client.subscribe(to)
    renaming = {"src": "mine", "dest": subject}
    stream = {"name": "MINE", "subjects": ["mine"], "subject_transform": renaming}
    await api(client, "STREAM.CREATE.MINE", stream)
    consumer = {"durable_name": "pull", "ack_policy": "explicit"}
    await api(client, "CONSUMER.CREATE.MINE.pull", {"stream_name": "MINE", "config": consumer})
    await client.request("mine", data, timeout=5)
    await client.publish("$JS.API.CONSUMER.MSG.NEXT.MINE.pull", b'{"batch":1}', reply=to)
    seen = await listening.next_msg(timeout=5)
    await listening.unsubscribe()
    return seen


def command(payload: m.Command) -> bytes:
    envelope = Envelope(
        specversion="1.0",
        id="forged",
        source="/test",
        type=CORE.of(payload).type,
        subject="i1",
        time=NOON,
        authid="somebody",
        role="something",
        data=msgspec.Raw(b"{}"),
    )
    return seal(envelope, payload)


@pytest.mark.parametrize("token", [desk_token("police"), desk_token("fire")])
async def test_the_brokers_forged_subject_has_no_effect(
    room: RoomUnderTest, attacker: Client, token: str
) -> None:
    await send(room, "police", OPEN, "i1", id_="a")
    await send(room, "police", m.AttachParty(party="fire"), "i1", id_="b")
    forged = protocol.commands("dh", "police", token)
    through = protocol.commands("dh", "fire", desk_token("fire"))

    seen = await deliver(attacker, command(note("in their name")), subject=forged, to=through)

    assert seen.subject == forged, "the broker was fooled"
    assert seen.reply.startswith(ACK)
    said = await send(room, "fire", note("after it"), "i1", id_="c")  # the same lane: in order
    assert isinstance(said, protocol.Accepted)
    assert await commands(room, "inc") == ["a-00000001", "b-00000001", "c-00000001"]


async def test_the_broker_is_not_made_to_acknowledge_in_the_cores_name(
    room: RoomUnderTest, attacker: Client
) -> None:
    """Under its own subject, but pulled: the answer would go to the broker as an ack."""
    await send(room, "fire", OPEN, "i1", id_="a")
    own = protocol.commands("dh", "fire", desk_token("fire"))
    acknowledged = await attacker.subscribe(f"{ACK}>")

    seen = await deliver(attacker, command(note("an ack")), subject=own, to=own)

    assert (seen.subject, seen.reply.startswith(ACK)) == (own, True)
    said = await send(room, "fire", note("after it"), "i1", id_="b")
    assert isinstance(said, protocol.Accepted)
    assert await commands(room, "inc") == ["a-00000001", "b-00000001"]
    await attacker.flush()
    assert acknowledged.pending_msgs == 0
