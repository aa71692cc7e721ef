"""What the desk asks about response times, and what is kept of each arrival."""

from typing import Annotated

from abs_contracts.scalars import Count, Id, Name, Time
from msgspec import Meta

from abs_ambulance.values import ROWS_AT_MOST, Priority, Private


class RideMeasured(Private, frozen=True, kw_only=True):
    """One unit's arrival, measured: `seconds` after the call was accepted.

    `priority` is the one that stood on arrival; without a norm for it `within` is absent.
    """

    incident: Id
    unit: Id
    call_sign: Name
    assigned: Time
    accepted: Time
    arrived: Time
    seconds: Count
    priority: Priority | None = None
    norm_minutes: Count | None = None
    within: bool | None = None


class Register(Private, frozen=True, kw_only=True):
    """The response times that were measured, of one incident or of all that are kept."""

    incident: Id | None = None


class Share(Private, frozen=True, kw_only=True):
    """How the rides of one priority did, in hundredths; `target` is what is asked of them."""

    priority: Priority
    rides: Count
    within: Count
    share: Count
    target: Count | None = None


class Registered(Private, frozen=True, kw_only=True):
    """Shares are of all rides asked for, `rides` the newest of them."""

    shares: Annotated[tuple[Share, ...], Meta(max_length=5)] = ()
    rides: Annotated[tuple[RideMeasured, ...], Meta(max_length=ROWS_AT_MOST)] = ()
