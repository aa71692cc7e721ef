"""A system outside, as a story plays it: what a bridge's distribution adds for demonstrations.

A desk of a party whose block is a bridge does not sit in the room: its operators work in a
system of their own. An `Outside` starts that system, and does there what the story lets a
desk do. It is found under entry-point group `abs.outside`, by the name of the bridge's block.
"""

from collections.abc import Collection, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Protocol

import msgspec

OUTSIDES = "abs.outside"
"""The entry-point group."""


class Errand(msgspec.Struct, frozen=True, kw_only=True):
    """What a desk has to do: a core command, or a message to its block.

    `about` is what the story calls the incident, or a unit's id; None without either.
    `is_placed`: by then somebody has said where that is.
    `expects`: the story expects this rule to refuse it, or to warn. Data still has its references.
    """

    type: str
    is_command: bool
    about: str | None
    is_placed: bool
    data: Mapping[str, object]
    expects: str | None = None


class Where(StrEnum):
    """Where an errand is done."""

    OUTSIDE = "outside"
    ROOM = "room"
    NOWHERE = "nowhere"


class Way(msgspec.Struct, frozen=True, kw_only=True):
    """How an errand is done, and why not outside, where it is not.

    In the room the party's own desk sends `commands` to the core, by name with their data;
    without any, the command that the errand is.
    """

    where: Where
    why: str = ""
    commands: Sequence[tuple[str, Mapping[str, object]]] = ()


class Deed(msgspec.Struct, frozen=True, kw_only=True):
    """What the operators did. `incident`: the core's id of the incident that came of it;
    `units`: those of the units that it was about.

    `answer` stands for the block's, for whoever refers to it.
    """

    did: Sequence[str]
    answer: Mapping[str, object] = {}
    incident: str | None = None
    units: Sequence[str] = ()


class Stand(msgspec.Struct, frozen=True, kw_only=True):
    """Where an outside is set up: for a party of a room, in a folder of its own.

    `parties` are those of the room with their disciplines; `minute` is how many seconds a
    minute of the story takes.
    """

    room: str
    party: str
    parties: Mapping[str, str]
    options: Mapping[str, str]
    folder: Path
    minute: float


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """A feed as it was delivered, and what the story calls the incidents, by their ids."""

    feed: Sequence[bytes]
    incidents: Mapping[str, str]


class Outside(Protocol):
    """One system outside, its operators and its crews, all simulated."""

    @property
    def title(self) -> str:
        """What it is, for people."""

    @property
    def options(self) -> Mapping[str, str]:
        """The options of the block that joins it to the room."""

    def ways(self, errands: Sequence[Errand]) -> Sequence[Way]:
        """How each of these is done; all of them are given, because one can need the next."""

    async def start(self) -> None:
        """Raises Refused when it is not installed or does not come up."""

    async def stop(self) -> None:
        """Nothing of it is left running."""

    async def take(self, errand: Errand, incident: str | None, data: Mapping[str, object]) -> Deed:
        """Do one outside, and return once the room has answered all that came of it.

        Raises Refused; TimeoutError when nobody can say what became of it.
        """

    async def kept(self) -> bytes:
        """All that it keeps, as one text."""

    def differences(self, inside: Seen, outside: Seen, away: Collection[str]) -> Sequence[str]:
        """How a party's feed with `away` outside differs from that with all of them inside.

        Apart from what the outside cannot carry, which is declared.
        """
