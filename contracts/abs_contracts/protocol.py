"""The block protocol: its subjects, and the messages that travel without an envelope.

This, not our Python, is what a block has to speak. A room's subjects all name
the room, so that rooms can be joined later. The token in a subject is the
unguessable part that a generation of a block, or a desk, was given.
"""

from collections.abc import Callable
from typing import Annotated

import msgspec
from msgspec import Meta

from abs_contracts.refusal import Refusal
from abs_contracts.scalars import Count, Digest, Id, Name, PartyId, RoomId, Text, Time

ANSWER_SECONDS = 2.0
"""Seconds that who sends a command waits for one answer before it asks again.

The core appends nothing for an asker that waited so long: it may have asked another
core meanwhile, and have been refused there.
"""


def commands(room: str, party: str, token: str = "*") -> str:
    """Where a party sends its commands; the core has one subscription per party."""
    return f"cmd.{room}.{party}.{token}"


def queries(room: str, party: str, token: str = "*") -> str:
    """Where a party asks the core what it may see."""
    return f"query.{room}.{party}.{token}"


def hello(room: str, party: str, token: str = "*") -> str:
    """Where a block says hello, with the hash of its Agreement."""
    return f"hello.{room}.{party}.{token}"


def beats(room: str, party: str, token: str = "*") -> str:
    """Where a block's heartbeats go."""
    return f"beat.{room}.{party}.{token}"


def questions(room: str, party: str) -> str:
    """Where a party's block answers its desk's questions."""
    return f"ask.{room}.{party}"


def desk(room: str, party: str) -> str:
    """Where a party's block takes its desk's requests."""
    return f"desk.{room}.{party}"


def drain(room: str, party: str, generation: int) -> str:
    """Where one generation of a block is told to finish and stop."""
    return f"drain.{room}.{party}.{generation}"


def stage(room: str, party: str, generation: int) -> str:
    """Where one generation, before it is in force, is asked how far it has read along."""
    return f"stage.{room}.{party}.{generation}"


def operator(room: str, verb: str = "*") -> str:
    """Where the operator of a room speaks to the core."""
    return f"ops.{room}.{verb}"


def feed(room: str, party: str, major: int) -> str:
    """The subject of a party's feed in one contract major."""
    return f"feed.{room}.{party}.v{major}"


def journal(room: str, party: str) -> str:
    """The subject of a block's journal."""
    return f"journal.{room}.{party}"


def dead_letters(room: str, party: str) -> str:
    """Where a block puts what it cannot process."""
    return f"dead.{room}.{party}"


def stream(kind: str, *parts: str) -> str:
    """A stream's name, for example `FEED_dh_fire_v1`; parts hold no underscore."""
    return "_".join([kind.upper(), *parts])


# -- replies to a command -----------------------------------------------------


class Warned(msgspec.Struct, frozen=True, kw_only=True):
    """Something allowed that a person should know of, such as a double assignment."""

    rule: Name
    what: Text


class Accepted(msgspec.Struct, frozen=True, kw_only=True, tag_field="outcome", tag="accepted"):
    """The log has it. What it caused stands in the sender's own feed beyond `after`."""

    command: Id
    after: Count
    warnings: tuple[Warned, ...] = ()


class Rejected(msgspec.Struct, frozen=True, kw_only=True, tag_field="outcome", tag="refused"):
    """The log does not have it, and why."""

    command: str
    refusal: Refusal


class Unknown(msgspec.Struct, frozen=True, kw_only=True, tag_field="outcome", tag="unknown"):
    """Nobody can say yet whether the log has it: send the same command id again."""

    command: str
    what: Text


Reply = Accepted | Rejected | Unknown

decode_reply: Callable[[bytes], Reply] = msgspec.json.Decoder(Reply).decode
"""A reply from its bytes. Every command has one, so the decoder is made once."""


# -- the life of a block ------------------------------------------------------


class Credentials(msgspec.Struct, frozen=True, kw_only=True):
    """What one generation of a block is started with; the token is a secret."""

    room: RoomId
    party: PartyId
    block: Name
    generation: Count
    agreement: Digest
    token: Id


class Hello(msgspec.Struct, frozen=True, kw_only=True):
    """A block is there; `agreement` is the hash of what it was started with.

    `position`: what it knows of the feed already; a new consumer begins after it.
    """

    agreement: Digest
    generation: Count
    position: Count = 0


class Staged(msgspec.Struct, frozen=True, kw_only=True):
    """How far a generation that is not in force yet has read along in the party's journal.

    `position`: of the feed. `owed`: commands whose outcome the journal does not have.
    """

    position: Count
    owed: Count


class Welcome(msgspec.Struct, frozen=True, kw_only=True, tag_field="outcome", tag="welcome"):
    """Where the block finds its feed: stream and durable consumer, made by the core."""

    stream: Name
    consumer: Name
    room: RoomId
    party: PartyId
    beat_seconds: Annotated[float, Meta(gt=0)]


Greeting = Welcome | Rejected


class Beat(msgspec.Struct, frozen=True, kw_only=True):
    """A heartbeat: how far the block is in its feed, and what it still has to do."""

    generation: Count
    position: Count
    pending: Count
    draining: bool = False


# -- desk and block -----------------------------------------------------------


class DeskRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A request of a desk to its own block; `id` makes a repeat harmless."""

    id: Id
    type: Name
    actor: Name
    role: Name
    time: Time
    data: msgspec.Raw


class Taken(msgspec.Struct, frozen=True, kw_only=True, tag_field="outcome", tag="taken"):
    """The block has journaled the request and answers with `data` (null: nothing to say)."""

    request: Id
    data: msgspec.Raw = msgspec.Raw(b"null")


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """A question to a block; it changes nothing."""

    type: Name
    data: msgspec.Raw = msgspec.Raw(b"null")


class Answer(msgspec.Struct, frozen=True, kw_only=True, tag_field="outcome", tag="answer"):
    """What the block says, as of this position in its feed."""

    position: Count
    data: msgspec.Raw


DeskReply = Taken | Rejected
AnswerReply = Answer | Rejected


# -- asking the core ----------------------------------------------------------


class StoryQuery(msgspec.Struct, frozen=True, kw_only=True):
    """What was said of an incident: to a party what it sees, to the operator all."""

    incident: Id
    party: PartyId | None = None


class Story(msgspec.Struct, frozen=True, kw_only=True, tag_field="outcome", tag="story"):
    """Messages in order, each as it was or would be fed."""

    incident: Id
    messages: tuple[msgspec.Raw, ...]


class PartyStatus(msgspec.Struct, frozen=True, kw_only=True):
    """How one party stands: its block's generation (0: none), feed and health."""

    party: PartyId
    discipline: Name
    name: Name
    generation: Count
    block: Name | None
    degraded: bool
    feed: Count
    read: Count
    pending: Count


class IncidentStatus(msgspec.Struct, frozen=True, kw_only=True):
    """An open incident in one line."""

    incident: Id
    lead: PartyId
    parties: tuple[PartyId, ...]
    units: Count
    title: str
    place: str


class RoomStatus(msgspec.Struct, frozen=True, kw_only=True, tag_field="outcome", tag="status"):
    """The operator's view of a room, layer by layer.

    `broken`: subjects of the log whose hash chain is broken (LOG-003).
    """

    room: RoomId
    log: Count
    parties: tuple[PartyStatus, ...]
    incidents: tuple[IncidentStatus, ...]
    broken: tuple[Name, ...] = ()


StoryReply = Story | Rejected
StatusReply = RoomStatus | Rejected
