"""The port: an outside format, and what the bridge asks of it.

A profile reads and judges the outside's messages and translates them to and from the
core's. It is pure: no clock, no ids of chance, no I/O; the same input gives the same
output, byte for byte, in any process.
"""

import datetime as dt
import enum
from collections.abc import Mapping, Sequence
from typing import Protocol

import msgspec
from abs_contracts.messages.values import Discipline

from abs_ambulance_bridge.losses import Loss
from abs_ambulance_bridge.tree import Tree


class Issue(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is wrong with a message; `where` is a JSON pointer into it."""

    where: str
    what: str


class Faulty(Exception):  # noqa: N818 - a verdict, as Refused is
    """A message is refused: the outside format's own code and title, and every issue.

    `message_id` is the message's own id, when that much of it could be read.
    """

    def __init__(
        self, code: int, title: str, issues: Sequence[Issue], message_id: str | None = None
    ) -> None:
        self.code = code
        self.title = title
        self.issues = tuple(issues)
        self.message_id = message_id
        first = self.issues[0]
        super().__init__(f"{code} {title}: {first.where or '/'} {first.what}")


class Handling(enum.StrEnum):
    """Whether a type has something to say to the core."""

    MAPPED = "mapped"
    PRIVATE = "private"  # acknowledged, and no trace of its content on the shared side


class Kind(msgspec.Struct, frozen=True, kw_only=True):
    """A type of message, and what becomes of it.

    `core` names the commands that it can become. `must_keep` are the places
    (pointers, `*` for any index) whose values the core alone gives back, and `floor` is
    the least share of the values that may cross for which it does, in per cent.
    """

    name: str
    title: str
    handling: Handling
    core: tuple[str, ...] = ()
    must_keep: tuple[str, ...] = ()
    floor: int = 0


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """A message that the format allows.

    `content` is what its type is about; `around` is the whole of which it is a part
    (an envelope), or None for content alone. `media` is how it came: json or xml.
    """

    kind: str
    content: dict[str, Tree]
    around: dict[str, Tree] | None = None
    media: str = "json"


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """One message of the core's contracts about one aggregate: a command or an event.

    `at` is when it occurred; None when the outside does not say.
    """

    subject: str
    payload: msgspec.Struct
    at: dt.datetime | None = None


class Setting(msgspec.Struct, frozen=True, kw_only=True):
    """Where the bridge stands: its room and party, and the disciplines of all parties."""

    room: str
    party: str
    parties: Mapping[str, Discipline]


class Keep(msgspec.Struct, frozen=True, kw_only=True):
    """What the ambulance side keeps for itself, and gives back on the way out.

    `message` is the last one of its kind as it came from outside. `names` is the id map:
    core id to the outside's id for the same thing, of all messages so far.
    """

    message: Message | None = None
    names: Mapping[str, str] = {}


class Inbound(msgspec.Struct, frozen=True, kw_only=True):
    """What a message says to the core, and what of it the core does not carry.

    `carried` counts the leaf values that the core alone gives back. `undeclared` are
    pointers to values that are lost and should not be: a defect, and always empty.
    """

    commands: tuple[Said, ...]
    carried: int
    losses: tuple[Loss, ...]
    undeclared: tuple[str, ...] = ()


class Outbound(msgspec.Struct, frozen=True, kw_only=True):
    """What the core's events say to the outside, and what of them it cannot carry.

    `content` is None when they do not make a message of this kind.
    """

    content: dict[str, Tree] | None
    losses: tuple[Loss, ...]


class Profile(Protocol):
    """An outside format."""

    @property
    def name(self) -> str: ...

    @property
    def media(self) -> Mapping[str, str]:
        """The forms that a message comes in, the main one first, with the suffix of its files."""

    @property
    def kinds(self) -> Mapping[str, Kind]:
        """Every type that the profile knows, by name."""

    def parse(self, raw: bytes) -> Message:
        """Bytes as a message that the format allows. Raises Faulty with every issue."""

    def write(self, message: Message, media: str) -> bytes:
        """The message as bytes of this medium. Raises Faulty for what it cannot hold."""

    def may_cross(self, kind: str, place: str) -> bool:
        """Whether a value at this place (pointer, `*` for an index) may come to the core."""

    def to_core(self, message: Message, setting: Setting) -> Inbound:
        """What the bridge tells the core about this message; total, never raises."""

    def names(self, message: Message, setting: Setting) -> Mapping[str, str]:
        """The outside's ids in a message by the core ids derived from them, for the id map."""

    def from_core(
        self, kind: str, events: Sequence[Said], keep: Keep, setting: Setting
    ) -> Outbound:
        """The message of this kind that the events of the feed make; total, never raises.

        What the core does not carry is given back from what is kept, and what changed in
        the core since goes over it.
        """
