"""Unattended baggage (onbeheerde bagage): a procedure in steps, taken by the desk."""

import enum
from typing import Annotated

from abs_contracts.scalars import Id, Name, Text
from msgspec import Meta

from abs_kmar.messages.base import Private


class Step(enum.StrEnum):
    CORDON = "cordon"
    OWNER = "owner"
    EOD = "eod"
    CLEAR = "clear"


class Result(enum.StrEnum):
    """What it was in the end."""

    OWNER_FOUND = "owner_found"
    NO_THREAT = "no_threat"
    REMOVED = "removed"


class Bag(Private, frozen=True, kw_only=True):
    """Question: how far is the procedure, and what comes next?"""

    incident: Id


class NextStep(Private, frozen=True, kw_only=True):
    step: Step
    text: Name


class BagNow(Private, frozen=True, kw_only=True):
    incident: Id
    taken: Annotated[tuple[Step, ...], Meta(max_length=4)] = ()
    next: Annotated[tuple[NextStep, ...], Meta(max_length=4)] = ()


class TakeStep(Private, frozen=True, kw_only=True):
    """Request: take a step. `staging` goes with the cordon, `result` with the end.

    `remark` stays in this block: who the owner is, is police data.
    """

    incident: Id
    step: Step
    staging: Name | None = None
    result: Result | None = None
    remark: Text | None = None


class StepTaken(Private, frozen=True, kw_only=True):
    """A step that was taken, and by whom; the answer to the request and its record."""

    incident: Id
    step: Step
    result: Result | None = None
    remark: Text | None = None
    actor: Name
    role: Name
