"""The bridge's private messages: what its link brings and takes, its desk, what it keeps.

They are sealed inside the block: the core carries none of them. A message of the
outside stays the text that it is, so that what was refused can be read again.
"""

from typing import Annotated

import msgspec
from abs_contracts.catalogue import Contract, Kind, Sight
from abs_contracts.scalars import Code, Count, Id, Name, Text, Time
from msgspec import Meta

LONGEST = 1_000_000
"""Characters of one message; what is longer is cut off, and refused because of it."""
Raw = Annotated[str, Meta(max_length=LONGEST)]
"""One message of the outside as it stands on the wire, in JSON."""
OutsideId = Annotated[str, Meta(min_length=1, max_length=300)]
"""An id that the outside gave: of a message, or of a request."""


class Private(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A message of this block alone."""


# -- the link -------------------------------------------------------------------------


class Arrived(Private, frozen=True, kw_only=True):
    """A message came in; `came_from` is who the connection says its sender is."""

    came_from: Name
    text: Raw


class Outgoing(Private, frozen=True, kw_only=True):
    """A message to give to the other side; `letter` is its distribution id. Unless it is
    `awaited`, nobody has to know that it is there: an answer is never answered."""

    letter: OutsideId
    text: Raw
    awaited: bool = True


class Delivered(Private, frozen=True, kw_only=True):
    """The other side has the message on disk; what it makes of it, it says later."""

    letter: OutsideId


class NotTaken(Private, frozen=True, kw_only=True):
    """The other side will never take the message, and says why in its answer."""

    letter: OutsideId
    why: Text


# -- the desk -------------------------------------------------------------------------


class Ask(Private, frozen=True, kw_only=True):
    """Ask the other side for a vehicle (RS-DR); `purpose` is a code of the profile."""

    incident: Id
    purpose: Code


class Asked(Private, frozen=True, kw_only=True):
    """The id by which the other side answers."""

    request: OutsideId


class AnswerAsk(Private, frozen=True, kw_only=True):
    """Answer what the other side asked for (RS-RR); `answer` is a code of the profile."""

    incident: Id
    request: OutsideId
    answer: Code


class Answered(Private, frozen=True, kw_only=True):
    """The answer is on its way."""

    request: OutsideId


class HowItStands(Private, frozen=True, kw_only=True):
    """Question: what waits on either side of the bridge?"""


class Standing(Private, frozen=True, kw_only=True):
    """`parked`: came too early. `working`: not settled with the core. `unsent`: incidents
    with news that waits for room on the link. `unconfirmed`: given to the link and not
    yet on the other side. `unanswered`: there, without a functional answer."""

    incidents: Count
    parked: Count
    working: Count
    unsent: Count
    unconfirmed: Count
    unanswered: Count


# -- what it keeps -----------------------------------------------------------------------


class Kept(Private, frozen=True, kw_only=True):
    """A line for the party's own people, of something that a person may have to look at.

    `who` said or decided it: a party, or the other side's name.
    """

    incident: Id
    at: Time
    text: Text
    who: Name | None = None


def _contract(name: str, payload: type[msgspec.Struct]) -> Contract:
    return Contract(name=f"bridge.{name}", payload=payload, kind=Kind.PRIVATE, sight=Sight.BLOCK)


CONTRACTS = (
    _contract("arrived", Arrived),
    _contract("outgoing", Outgoing),
    _contract("delivered", Delivered),
    _contract("not_taken", NotTaken),
    _contract("ask", Ask),
    _contract("asked", Asked),
    _contract("answer_ask", AnswerAsk),
    _contract("answered", Answered),
    _contract("how_it_stands", HowItStands),
    _contract("standing", Standing),
    _contract("kept", Kept),
)
