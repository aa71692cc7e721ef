"""What the desk asks and requests about units, and what is kept of its decisions.

Nothing medical stands in these messages; that is in `medical.py`.
"""

import enum
from typing import Annotated

from abs_contracts.scalars import Code, Count, Id, Name, Text, Time
from msgspec import Meta

from abs_ambulance.values import (
    ROWS_AT_MOST,
    Needs,
    Priority,
    Private,
    ProposedUnits,
    SomeUnits,
    UnitIds,
)

# -- proposals ------------------------------------------------------------------


class Proposal(Private, frozen=True, kw_only=True):
    """Which units for this incident? Without a code: for the one that stands, if any."""

    incident: Id
    code: Code | None = None


class ProposalMade(Private, frozen=True, kw_only=True):
    """What is wanted beyond the assigned units; `short` is what is not free."""

    incident: Id
    priority: Priority | None = None
    code: Code | None = None
    wanted: Needs = ()
    units: ProposedUnits = ()
    short: Needs = ()
    why: Text


class Capacity(Private, frozen=True, kw_only=True):
    """What is free now, and how far up could we scale with it?"""


class CapacityCounted(Private, frozen=True, kw_only=True):
    """Free units by kind; `covers` is the highest code that they can serve at once."""

    free: Needs = ()
    covers: Code | None = None


# -- dispatching ------------------------------------------------------------------


class Dispatch(Private, frozen=True, kw_only=True):
    """Send these units, proposed or not: the desk decides."""

    incident: Id
    units: SomeUnits


class DirectDispatch(Private, frozen=True, kw_only=True):
    """Send these units before triage is finished (directe inzet, DIA), with A2."""

    incident: Id
    units: SomeUnits


class AcceleratedDispatch(Private, frozen=True, kw_only=True):
    """Send these units early because triage already says A1 or A2 (versnelde inzet)."""

    incident: Id
    units: SomeUnits
    urgent: bool


class Dispatched(Private, frozen=True, kw_only=True):
    """What was ordered; the core's answer comes with the feed."""

    incident: Id
    units: UnitIds


class Early(enum.StrEnum):
    """How units were sent before triage was finished."""

    DIRECT = "direct"
    ACCELERATED = "accelerated"


class Decided(Private, frozen=True, kw_only=True):
    """A decision beside the proposal that stood when it was taken, for evaluation later."""

    incident: Id
    proposed: UnitIds
    taken: UnitIds
    short: Needs = ()
    early: Early | None = None
    actor: Name
    role: Name


class ScaleUp(Private, frozen=True, kw_only=True):
    """Set the code of scale ops-ambu, up or down; answered by a new proposal."""

    incident: Id
    code: Code


class StandDown(Private, frozen=True, kw_only=True):
    """Release these units from the incident; without any, every one of this party."""

    incident: Id
    units: UnitIds = ()


class StoodDown(Private, frozen=True, kw_only=True):
    """What was ordered; the core's answer comes with the feed."""

    incident: Id
    units: UnitIds


# -- the trauma helicopter ----------------------------------------------------------


class RequestHelicopter(Private, frozen=True, kw_only=True):
    """Send the nearest free trauma helicopter (MMT), or the one named."""

    incident: Id
    unit: Id | None = None


class CancelHelicopter(Private, frozen=True, kw_only=True):
    """Call off every trauma helicopter of this incident."""

    incident: Id


class Flights(Private, frozen=True, kw_only=True):
    """Where are the trauma helicopters of this incident?"""

    incident: Id


class Stage(enum.StrEnum):
    """How far a flight is, by what its crew reported."""

    REQUESTED = "requested"
    AIRBORNE = "airborne"
    LANDED = "landed"
    TRANSPORTING = "transporting"
    ENDED = "ended"
    CANCELLED = "cancelled"


class Flight(Private, frozen=True, kw_only=True):
    unit: Id
    call_sign: Name
    stage: Stage
    since: Time


class FlightsTold(Private, frozen=True, kw_only=True):
    """Oldest first."""

    incident: Id
    flights: Annotated[tuple[Flight, ...], Meta(max_length=ROWS_AT_MOST)] = ()


# -- what may be shared ---------------------------------------------------------------


class CountCasualties(Private, frozen=True, kw_only=True):
    """State how many there are of a triage class, for everybody attached (facts 4.3)."""

    incident: Id
    t1: Count | None = None
    t2: Count | None = None
    t3: Count | None = None
    t4: Count | None = None


class Protection(enum.StrEnum):
    """What crews put on. That, and never why, is what the others are told."""

    GLOVES = "gloves"
    MASK = "mask"
    EYES = "eye protection"
    GOWN = "gown"
    DISTANCE = "keep distance"


class WarnInfection(Private, frozen=True, kw_only=True):
    """Tell everybody attached to protect themselves; no field can hold a diagnosis."""

    incident: Id
    protection: Annotated[tuple[Protection, ...], Meta(min_length=1, max_length=5)]


class Stated(Private, frozen=True, kw_only=True):
    """What was ordered of the core; its answer comes with the feed."""

    incident: Id
