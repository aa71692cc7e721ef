"""A ride (rit): one unit's service to one incident, and the norms for its arrival."""

import datetime as dt
from collections.abc import Mapping
from importlib import resources
from typing import Annotated

import msgspec
from abs_contracts.scalars import Name
from msgspec import Meta
from msgspec.structs import replace

from abs_ambulance.desk import Stage
from abs_ambulance.values import Priority, Status

HELICOPTER = "MMT"


class Ride(msgspec.Struct, frozen=True, kw_only=True):
    """`times` is the earliest moment of each status, however often and late it was reported."""

    unit: str
    call_sign: str
    kind: str
    assigned: dt.datetime
    times: Mapping[Status, dt.datetime] = {}
    released: dt.datetime | None = None

    @property
    def running(self) -> bool:
        return self.released is None

    def reported(self, status: Status, since: dt.datetime) -> "Ride":
        """The ride with this status; a later report of the same changes nothing."""
        if self.times.get(status, since) < since:
            return self
        return replace(self, times={**self.times, status: since})

    def stage(self) -> tuple[Stage, dt.datetime]:
        """How far a flight is, and since when."""
        if self.released is not None:
            flown = Status.TP in self.times
            return (Stage.ENDED if flown else Stage.CANCELLED), self.released
        for status, stage in _STAGES:
            if status in self.times:
                return stage, self.times[status]
        return Stage.REQUESTED, self.assigned


_STAGES = (
    (Status.VP, Stage.TRANSPORTING),
    (Status.TP, Stage.LANDED),
    (Status.VT, Stage.AIRBORNE),
)


class Norm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """On the scene within so many minutes; `share` of the rides has to be, in hundredths."""

    minutes: Annotated[int, Meta(ge=1, le=120)]
    share: Annotated[int, Meta(ge=1, le=100)] | None = None
    source: Name


Norms = Mapping[Priority, Norm]


def load_norms() -> Norms:
    """The norms that this distribution carries."""
    data = resources.files("abs_ambulance").joinpath("data/norms.toml").read_bytes()
    return msgspec.toml.decode(data, type=dict[Priority, Norm])
