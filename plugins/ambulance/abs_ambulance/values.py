"""Values that the private messages of the ambulance block share.

They are sealed inside the block: the core carries none of them.
"""

import enum
from typing import Annotated

import msgspec
from abs_contracts.scalars import Code, Count, Id, Name
from msgspec import Meta


class Private(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A message or value of this block alone."""


class Priority(enum.StrEnum):
    """The priorities of code list `priorities`, most urgent first (facts 1.5)."""

    A0 = "A0"
    A1 = "A1"
    A2 = "A2"
    B1 = "B1"
    B2 = "B2"

    @property
    def rank(self) -> int:
        """0 for the most urgent."""
        return list(Priority).index(self)


class Status(enum.StrEnum):
    """What an ambulance reports: orders, out, on scene, leaving with the patient,
    at the hospital, free, free at its station, not available (facts 1.6)."""

    OV = "ov"
    VT = "vt"
    TP = "tp"
    VP = "vp"
    AZ = "az"
    VR = "vr"
    OP = "op"
    NB = "nb"


class Need(Private, frozen=True, kw_only=True):
    """So many of one kind."""

    kind: Code
    count: Count


class ProposedUnit(Private, frozen=True, kw_only=True):
    """A free unit; `fills` is the wanted kind, `metres` as the crow flies from its station."""

    unit: Id
    call_sign: Name
    kind: Code
    fills: Code
    station: Name | None = None
    metres: Count | None = None


ROWS_AT_MOST = 200
"""So many rows in one answer: the newest."""
MOST_UNITS = 100
"""Code 50, with what else is there."""

UnitIds = Annotated[tuple[Id, ...], Meta(max_length=MOST_UNITS)]
SomeUnits = Annotated[tuple[Id, ...], Meta(min_length=1, max_length=MOST_UNITS)]
Needs = Annotated[tuple[Need, ...], Meta(max_length=MOST_UNITS)]
ProposedUnits = Annotated[tuple[ProposedUnit, ...], Meta(max_length=MOST_UNITS)]
