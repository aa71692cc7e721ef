"""Desk: proposals, the units that go, and what police say of the scene."""

from typing import Annotated, Literal

from abs_contracts.messages.values import Hazard, Scene
from abs_contracts.scalars import Code, Count, Id, Name, Text, Time
from msgspec import Meta

from abs_police.messages.base import Private


class Need(Private, frozen=True, kw_only=True):
    """So many of one kind."""

    kind: Code
    count: Count


class ProposedUnit(Private, frozen=True, kw_only=True):
    """A free unit; `km` is as the crow flies, from its last position or its team's place."""

    unit: Id
    call_sign: Name
    kind: Code
    team: Name | None = None
    km: float | None = None


UnitIds = Annotated[tuple[Id, ...], Meta(max_length=64)]
Needs = Annotated[tuple[Need, ...], Meta(max_length=64)]
ProposedUnits = Annotated[tuple[ProposedUnit, ...], Meta(max_length=64)]
Hazards = Annotated[tuple[Hazard, ...], Meta(max_length=16)]


# -- questions ----------------------------------------------------------------


class Proposal(Private, frozen=True, kw_only=True):
    """Which units for this incident?"""

    incident: Id


class ProposalMade(Private, frozen=True, kw_only=True):
    """What is wanted beyond the assigned units, nearest first; `short` is what is not free.

    `hazards` are those that the class makes one think of, for the desk's statement.
    """

    incident: Id
    priority: Code | None = None
    wanted: Needs = ()
    units: ProposedUnits = ()
    short: Needs = ()
    hazards: Hazards = ()
    why: Text


# -- requests -----------------------------------------------------------------


class Dispatch(Private, frozen=True, kw_only=True):
    """Send these units, proposed or not: the desk decides."""

    incident: Id
    units: Annotated[tuple[Id, ...], Meta(min_length=1, max_length=64)]


class Dispatched(Private, frozen=True, kw_only=True):
    """What was ordered; the core's answer comes with the feed."""

    incident: Id
    units: UnitIds


class StandDown(Private, frozen=True, kw_only=True):
    """Release every unit of this party from the incident."""

    incident: Id


class StoodDown(Private, frozen=True, kw_only=True):
    """What was ordered; the core's answer comes with the feed."""

    incident: Id
    units: UnitIds


class NotDone(Private, frozen=True, kw_only=True):
    """An order that the core refused; `effect` is its key, which names what it was about."""

    effect: Name
    rule: Name
    what: Text
    at: Time


class Undone(Private, frozen=True, kw_only=True):
    """Question: which orders did the core refuse lately?"""


class UndoneNow(Private, frozen=True, kw_only=True):
    orders: Annotated[tuple[NotDone, ...], Meta(max_length=100)] = ()


class Decided(Private, frozen=True, kw_only=True):
    """A decision beside the proposal that stood when it was taken, for evaluation later."""

    incident: Id
    proposed: UnitIds
    taken: UnitIds
    short: Needs = ()
    actor: Name
    role: Name


class StateScene(Private, frozen=True, kw_only=True):
    """Tell every crew that the scene is not safe, and where to wait (staging)."""

    incident: Id
    scene: Literal["unsafe", "unknown"] = "unsafe"
    hazards: Hazards = ()
    staging: Name | None = None
    advice: Text | None = None


class ReleaseScene(Private, frozen=True, kw_only=True):
    """Tell every crew that it can go in (vrijgave)."""

    incident: Id


class SceneStated(Private, frozen=True, kw_only=True):
    """What was ordered; the core pushes it to every attached party."""

    incident: Id
    scene: Scene
