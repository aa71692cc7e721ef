"""The fire block's private messages: its desk's requests and questions, its radio.

They are sealed inside the block: the core carries none of them. The statuses
are those of the fire service (code list `statuses`), the levels those of the
operational scales (code list `escalation`).
"""

import enum
from typing import Annotated

import msgspec
from abs_contracts.catalogue import Contract, Kind, Sight
from abs_contracts.scalars import Code, Count, Id, Name, Text, Time
from msgspec import Meta


class Status(enum.StrEnum):
    """What a fire unit reports: given orders, out, on scene, leaving, free, home, off duty."""

    OV = "ov"
    UT = "ut"
    TP = "tp"
    IR = "ir"
    BS = "bs"
    KZ = "kz"
    BD = "bd"


class Private(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A message of this block alone."""


# -- values ---------------------------------------------------------------------


class Need(Private, frozen=True, kw_only=True):
    """So many of one kind."""

    kind: Code
    count: Count


class ProposedUnit(Private, frozen=True, kw_only=True):
    """A free unit; `fills` is the wanted kind that it is proposed for."""

    unit: Id
    call_sign: Name
    kind: Code
    fills: Code
    station: Name | None = None


UnitIds = Annotated[tuple[Id, ...], Meta(max_length=64)]
Needs = Annotated[tuple[Need, ...], Meta(max_length=64)]
ProposedUnits = Annotated[tuple[ProposedUnit, ...], Meta(max_length=64)]


# -- desk: questions and requests -------------------------------------------------


class Proposal(Private, frozen=True, kw_only=True):
    """Which units for this incident? Without a level: for the level that stands."""

    incident: Id
    level: Code | None = None


class ProposalMade(Private, frozen=True, kw_only=True):
    """What the table still wants beyond the assigned units; `short` is what is not free."""

    incident: Id
    level: Code
    wanted: Needs = ()
    units: ProposedUnits = ()
    short: Needs = ()
    why: Text


class Dispatch(Private, frozen=True, kw_only=True):
    """Send these units, proposed or not: the desk decides."""

    incident: Id
    units: Annotated[tuple[Id, ...], Meta(min_length=1, max_length=64)]


class Dispatched(Private, frozen=True, kw_only=True):
    """What was ordered; the core's answer comes with the feed."""

    incident: Id
    units: UnitIds


class ScaleUp(Private, frozen=True, kw_only=True):
    """Set the incident's operational level, up or down; answered by a new proposal."""

    incident: Id
    level: Code


class StandDown(Private, frozen=True, kw_only=True):
    """Release every unit of this party from the incident."""

    incident: Id


class StoodDown(Private, frozen=True, kw_only=True):
    """What was ordered; the core's answer comes with the feed."""

    incident: Id
    units: UnitIds


class Decided(Private, frozen=True, kw_only=True):
    """A decision beside the proposal that stood when it was taken, for evaluation later."""

    incident: Id
    level: Code
    proposed: UnitIds
    taken: UnitIds
    short: Needs = ()
    actor: Name
    role: Name


# -- radio ------------------------------------------------------------------------


class Alarm(Private, frozen=True, kw_only=True):
    """Out: turn out for this incident, or with `release` come back from it."""

    unit: Id
    incident: Id
    release: bool = False


class RadioStatus(Private, frozen=True, kw_only=True):
    """In: a status that a unit reports, and since when it holds."""

    unit: Id
    status: Status
    at: Time
    incident: Id | None = None


def _private(name: str, payload: type[Private]) -> Contract:
    return Contract(name=f"fire.{name}", payload=payload, kind=Kind.PRIVATE, sight=Sight.BLOCK)


CONTRACTS = (
    _private("proposal", Proposal),
    _private("proposal_made", ProposalMade),
    _private("dispatch", Dispatch),
    _private("dispatched", Dispatched),
    _private("scale_up", ScaleUp),
    _private("stand_down", StandDown),
    _private("stood_down", StoodDown),
    _private("decided", Decided),
    _private("alarm", Alarm),
    _private("radio_status", RadioStatus),
)
