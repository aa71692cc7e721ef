"""A message under a subject or with a reply that is not its own has no effect and no answer."""

from collections.abc import AsyncIterator

import pytest
from abs_contracts import protocol
from abs_contracts.catalogue import CORE
from abs_contracts.codec import encode, seal
from abs_contracts.envelope import Envelope
from abs_contracts.messages.party import RegisterParty
from abs_contracts.messages.values import Discipline
from msgspec import Raw, Struct

from abs_core.adapters.clock import FixedClock
from abs_core.adapters.ids import SequentialIds
from abs_core.adapters.memory import MemoryBus
from abs_core.ports import Handler, Message, Subscription
from abs_core.testing.room import RoomUnderTest, desk_token

from ..domain.played import NOON
from .world import OPEN, agree, block_token, records

INBOX = "_INBOX.someone.1"


class ForgingBus(MemoryBus):
    """A bus that can be made to deliver a message under any subject, as a broker can."""

    def __init__(self) -> None:
        super().__init__()
        self._handlers_of: dict[str, Handler] = {}

    async def serve(  # type: ignore[override]  # the port's type is enough here
        self, subject: str, handler: Handler, *, queue: str = ""
    ) -> Subscription:
        self._handlers_of[subject] = handler
        return await super().serve(subject, handler, queue=queue)

    async def deliver(self, subscription: str, message: Message) -> bytes | None:
        """What the handler of a subscription answers to a message as it comes in."""
        return await self._handlers_of[subscription](message)


@pytest.fixture
async def bus() -> ForgingBus:
    return ForgingBus()


@pytest.fixture
async def room(bus: ForgingBus) -> AsyncIterator[RoomUnderTest]:
    async with RoomUnderTest(bus, FixedClock(NOON), SequentialIds("t")) as room:
        await agree(room, 1)
        yield room


def command(payload: Struct, subject: str) -> bytes:
    envelope = Envelope(
        specversion="1.0",
        id="forged",
        source="/test",
        type=CORE.of(payload).type,
        subject=subject,
        time=NOON,
        authid="somebody",
        role="something",
        data=Raw(b"{}"),
    )
    return seal(envelope, payload)


DATA = {
    "cmd": command(OPEN, "i1"),
    "query": encode(protocol.StoryQuery(incident="i1")),
    "hello": encode(protocol.Hello(agreement="0" * 64, generation=1)),
    "beat": encode(protocol.Beat(generation=1, position=9, pending=9)),
}


@pytest.mark.parametrize("kind", DATA)
async def test_a_forged_subject_has_no_effect(
    room: RoomUnderTest, bus: ForgingBus, kind: str
) -> None:
    before = await records(room)
    tokens = (desk_token("fire"), block_token(1), desk_token("police"), "*")
    subjects = [f"{kind}.dh.police.{token}" for token in tokens]
    subjects += [f"{kind}.nn.fire.{token}" for token in tokens]
    subjects += [f"{kind}.dh.fire", f"{kind}.dh.fire.a.{block_token(1)}", kind, ""]
    for subject in subjects:
        answer = await bus.deliver(f"{kind}.dh.fire.*", Message(subject, DATA[kind], INBOX))
        assert answer is None, subject
    assert await records(room) == before
    assert {party.pending for party in (await room.operator.status()).parties} == {0}


@pytest.mark.parametrize("kind", DATA)
async def test_a_forged_reply_has_no_effect(
    room: RoomUnderTest, bus: ForgingBus, kind: str
) -> None:
    before = await records(room)
    for reply in ("$JS.ACK.FEED_dh_police_v1.g1.1.1.1.1.1", "ops.dh.command", "cmd.dh.police.x"):
        for token in (desk_token("fire"), block_token(1)):
            subject = f"{kind}.dh.fire.{token}"
            answer = await bus.deliver(f"{kind}.dh.fire.*", Message(subject, DATA[kind], reply))
            assert answer is None, reply
    assert await records(room) == before
    assert {party.pending for party in (await room.operator.status()).parties} == {0}


@pytest.mark.parametrize("reply", [INBOX, "_R_.abc", None])
async def test_the_same_message_under_its_own_subject_is_handled(
    room: RoomUnderTest, bus: ForgingBus, reply: str | None
) -> None:
    before = await records(room)
    subject = protocol.commands("dh", "fire", desk_token("fire"))
    answer = await bus.deliver("cmd.dh.fire.*", Message(subject, DATA["cmd"], reply))

    assert (answer is None) == (reply is None)
    assert len(await records(room)) == len(before) + 1


@pytest.mark.parametrize(
    ("subject", "reply"),
    [
        ("evil.command", INBOX),
        ("journal.dh.command", INBOX),
        ("ops.nn.command", INBOX),
        ("ops.dh.command", "cmd.dh.police.x"),
    ],
)
async def test_nobody_is_the_operator_by_a_forged_subject_or_reply(
    room: RoomUnderTest, bus: ForgingBus, subject: str, reply: str
) -> None:
    before = await records(room)
    taking_over = RegisterParty(discipline=Discipline.POLICE, name="police", desk_token="a" * 64)
    message = Message(subject, command(taking_over, "police"), reply)

    assert await bus.deliver("ops.dh.*", message) is None
    assert await records(room) == before
