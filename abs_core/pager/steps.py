"""What the reconstruction wants done in a room: commands with ids of their own, and questions."""

import datetime as dt
import hashlib

import msgspec
from abs_contracts.messages.values import Discipline

from abs_core.pager.page import Value

ACTOR = "pager-replay"
ROLE = "dispatcher"
"""A page stands for the decision of a dispatcher, who is not named in it."""


class Do(Value, frozen=True, kw_only=True):
    """One command of a discipline's desk, as of `at`; `unit` must be registered before it."""

    id: str
    at: dt.datetime
    discipline: Discipline
    subject: str
    payload: msgspec.Struct
    unit: str | None = None


class Ask(Value, frozen=True, kw_only=True):
    """Ask the discipline's block what it would propose, before what the page sends is assigned.

    `sent` are the kinds of vehicle that the page sends; `after` is the command that the
    block must have heard of first, `before` the one that assigns the first of them.
    """

    id: str
    at: dt.datetime
    line: int
    discipline: Discipline
    incident: str
    sent: tuple[str, ...]
    after: str
    before: str


Step = Do | Ask


def derived(*parts: object) -> str:
    """An id out of names alone: 128 bits of SHA-256."""
    made_of = "\0".join(str(part) for part in parts)
    return hashlib.sha256(made_of.encode()).hexdigest()[:32]
