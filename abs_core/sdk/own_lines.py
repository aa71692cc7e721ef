"""Own lines: what a block keeps of an incident, told to its own party alone.

A block that has some lists `OWN_LINES` among its contracts and answers the
question `OwnLines` from its state. `abs incident show --as` asks it, and sets
the lines between those of the feed. No line leaves the party: the core carries
neither the question nor the answer.
"""

from typing import Annotated

import msgspec
from abs_contracts.catalogue import Contract, Kind, Sight
from abs_contracts.scalars import Id, Name, Text, Time
from msgspec import Meta

TOLD_AT_MOST = 500
"""So many lines in one answer: the newest are the ones to keep."""


class OwnLines(msgspec.Struct, frozen=True, kw_only=True):
    """Question: what does the block itself keep of this incident?"""

    incident: Id


class OwnLine(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One line for a person; `at` is when it was kept, `actor` and `role` who decided."""

    at: Time
    text: Text
    actor: Name | None = None
    role: Name | None = None


class OwnLinesTold(msgspec.Struct, frozen=True, kw_only=True):
    """The lines in order of time; none of an incident that the block does not know."""

    lines: Annotated[tuple[OwnLine, ...], Meta(max_length=TOLD_AT_MOST)]


def _contract(name: str, payload: type[msgspec.Struct]) -> Contract:
    return Contract(name=f"block.{name}", payload=payload, kind=Kind.PRIVATE, sight=Sight.BLOCK)


OWN_LINES = (_contract("own_lines", OwnLines), _contract("own_lines_told", OwnLinesTold))
