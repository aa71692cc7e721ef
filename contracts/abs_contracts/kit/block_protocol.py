"""The block protocol as data: every exchange on the broker, and every type in it.

The subjects are those of `abs_contracts.protocol`, with their parameters in braces.
What travels without an envelope is a contract like any other: it is frozen and checked.
"""

from collections.abc import Iterator

import msgspec

from abs_contracts import protocol
from abs_contracts.catalogue import Contract, Kind
from abs_contracts.channels import Channel, Delivery
from abs_contracts.envelope import Envelope


class Exchange(msgspec.Struct, frozen=True, kw_only=True):
    """One subject: who sends what to whom, and what is answered."""

    name: str
    subject: str
    sender: str
    receiver: str
    summary: str
    sends: tuple[type[msgspec.Struct], ...] = ()
    replies: tuple[type[msgspec.Struct], ...] = ()
    carries: Kind | None = None  # whole messages of this kind, in their envelope
    delivery: Delivery = Delivery.AT_LEAST_ONCE


_SAID_NO = (protocol.Rejected, protocol.Unknown)

EXCHANGES: tuple[Exchange, ...] = (
    Exchange(
        name="feed",
        subject="feed.{room}.{party}.v{major}",
        sender="core",
        receiver="block",
        summary="What the party may see of the log, in one order, numbered for it alone.",
        carries=Kind.EVENT,
    ),
    Exchange(
        name="commands",
        subject="cmd.{room}.{party}.{token}",
        sender="block or desk",
        receiver="core",
        summary="Requests to the core; the same command id makes a repeat harmless.",
        carries=Kind.COMMAND,
        replies=(protocol.Accepted, *_SAID_NO),
    ),
    Exchange(
        name="queries",
        subject="query.{room}.{party}.{token}",
        sender="block or desk",
        receiver="core",
        summary="What the party may see of an incident.",
        sends=(protocol.StoryQuery,),
        replies=(protocol.Story, *_SAID_NO),
    ),
    Exchange(
        name="hello",
        subject="hello.{room}.{party}.{token}",
        sender="block",
        receiver="core",
        summary="A block is there, with the hash of its Agreement; answered with its feed.",
        sends=(protocol.Hello,),
        replies=(protocol.Welcome, *_SAID_NO),
    ),
    Exchange(
        name="beats",
        subject="beat.{room}.{party}.{token}",
        sender="block",
        receiver="core",
        summary="Heartbeats: how far the block is.",
        sends=(protocol.Beat,),
        delivery=Delivery.LOSSY,
    ),
    Exchange(
        name="questions",
        subject="ask.{room}.{party}",
        sender="desk",
        receiver="block",
        summary="Questions to the party's block; they change nothing.",
        sends=(protocol.Question,),
        replies=(protocol.Answer, protocol.Rejected),
    ),
    Exchange(
        name="desk",
        subject="desk.{room}.{party}",
        sender="desk",
        receiver="block",
        summary="Requests of a desk to its own block.",
        sends=(protocol.DeskRequest,),
        replies=(protocol.Taken, protocol.Rejected),
    ),
    Exchange(
        name="drain",
        subject="drain.{room}.{party}.{generation}",
        sender="who runs the block",
        receiver="block",
        summary="Finish what you have, and stop; sent empty, answered with {} when it is done.",
    ),
    Exchange(
        name="operator",
        subject="ops.{room}.{verb}",
        sender="who runs the room",
        receiver="core",
        summary="Commands about a party, stories, and the status of the room.",
        sends=(protocol.StoryQuery,),
        replies=(
            protocol.Accepted, protocol.Story, protocol.RoomStatus, *_SAID_NO
        ),
    ),
)  # fmt: skip
"""Everything that a block, a desk or an operator exchanges with the others."""


def contracts() -> tuple[Contract, ...]:
    """Every type that travels without an envelope, and the envelope itself, as contracts."""
    return tuple({each.name: each for each in _contracts()}.values())


def named(payload: type[msgspec.Struct]) -> str:
    """The name of a type of the protocol as a message."""
    letters = (f"_{char.lower()}" if char.isupper() else char for char in payload.__name__)
    return "protocol." + "".join(letters).lstrip("_")


def _contracts() -> Iterator[Contract]:
    yield _contract(Envelope, Kind.REPLY, Channel(subject=""))
    for exchange in EXCHANGES:
        channel = Channel(
            subject=exchange.subject,
            order_key="",
            idempotency_key="",
            delivery=exchange.delivery,
        )
        for payload in exchange.sends:
            yield _contract(payload, Kind.REQUEST, channel)
        for payload in exchange.replies:
            yield _contract(payload, Kind.REPLY, Channel(subject="_INBOX.>"))


def _contract(payload: type[msgspec.Struct], kind: Kind, channel: Channel) -> Contract:
    return Contract(name=named(payload), payload=payload, kind=kind, channel=channel)
