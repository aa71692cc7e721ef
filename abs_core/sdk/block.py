"""What a block is: pure functions over entries.

An entry is everything that can reach a block, in the one order that its journal
gives it. A block asks no clock and makes no id: both come in with the entry.
"""

import datetime as dt
from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol, TypeVar

import msgspec
from abs_contracts.codec import Message
from abs_contracts.protocol import Reply

from abs_core.sdk.effects import Effect


class Started(NamedTuple):
    """The first entry under an Agreement; not repeated when the process restarts."""

    id: str
    at: dt.datetime
    generation: int


class Fed(NamedTuple):
    """One message of the party's feed; in the `shadow` another block acted on it.

    What comes in the shadow makes state and no effect: `react` is not called for it.
    """

    id: str
    at: dt.datetime
    position: int
    message: Message[msgspec.Struct]
    shadow: bool = False


class Requested(NamedTuple):
    """A request of the party's desk, typed by the block's own contracts."""

    id: str
    at: dt.datetime
    payload: msgspec.Struct
    actor: str
    role: str


class TimerFired(NamedTuple):
    """A timer that the block set; `at` is when it fired, never earlier than it was due."""

    id: str
    at: dt.datetime
    name: str


class Inbound(NamedTuple):
    """Something that a connector brought in; `id` is the connector's own and unique."""

    id: str
    at: dt.datetime
    connector: str
    payload: msgspec.Struct


class Settled(NamedTuple):
    """What became of a command effect (`effect` is its `key`)."""

    id: str
    at: dt.datetime
    effect: str
    reply: Reply


class Noted(NamedTuple):
    """A private event of the block's own, right after the entry whose reaction it was."""

    id: str
    at: dt.datetime
    payload: msgspec.Struct


Entry = Started | Fed | Requested | TimerFired | Inbound | Settled | Noted

S = TypeVar("S")


class Block(Protocol[S]):
    """The functions of one discipline: no clock, no ids, no I/O, no shared state."""

    def initial(self) -> S:
        """The state before anything happened."""

    def evolve(self, state: S, entry: Entry) -> S:
        """The state after the entry. A rebuild from the journal calls only this."""

    def react(self, state: S, entry: Entry) -> Sequence[Effect]:
        """What the block wants done about the entry, given the state after it."""

    def answer(self, state: S, question: Any) -> msgspec.Struct:
        """The answer to a question of the desk. Raises Refused for one it does not know."""
