"""Response norms: what is kept of each incident, and how often they were met."""

from typing import Annotated

from abs_contracts.scalars import Code, Count, Id, Time
from msgspec import Meta

from abs_police.messages.base import Private


class ResponseMeasured(Private, frozen=True, kw_only=True):
    """The first unit on scene; written again when an earlier arrival comes in late."""

    incident: Id
    priority: Code | None = None
    started: Time
    arrived: Time
    due: Time | None = None

    @property
    def within(self) -> bool | None:
        """Whether the norm was met; None when this priority has none."""
        return None if self.due is None else self.arrived <= self.due


class ResponseOverdue(Private, frozen=True, kw_only=True):
    """The norm ran out and no unit is known to be on scene."""

    incident: Id
    priority: Code
    started: Time
    due: Time


class NormRow(Private, frozen=True, kw_only=True):
    """How often a norm was met: `share` of `measured`, `target` where there is one."""

    priority: Code
    minutes: Count
    measured: Count
    within: Count
    share: float | None = None
    target: float | None = None


class Performance(Private, frozen=True, kw_only=True):
    """How often were the response norms met?"""


class PerformanceNow(Private, frozen=True, kw_only=True):
    """Over the newest incidents that a unit reached."""

    norms: Annotated[tuple[NormRow, ...], Meta(max_length=5)]
