"""Radio: alarms out; statuses and the emergency button in.

The statuses are those of KMar (code list `statuses`).
"""

import enum
from typing import Annotated

from abs_contracts.messages.values import Point
from abs_contracts.scalars import Id, Name, PartyId, Time
from msgspec import Meta

from abs_kmar.messages.base import Private

RADIO = "radio"
"""The name of the connector."""


class Status(enum.StrEnum):
    """What a unit of KMar reports: ordered, free, driving, on scene, not available, signed
    off; two requests to speak, an incident of its own, and information.
    """

    OV = "ov"
    VR = "vr"
    AR = "ar"
    TP = "tp"
    NB = "nb"
    AF = "af"
    SPRAAK = "spraak"
    SPRAAK_URGENT = "spraak-urgent"
    EIGEN_MELDING = "eigen-melding"
    INFO = "info"


class Alarm(Private, frozen=True, kw_only=True):
    """Out: go to this incident, or with `release` come free of it."""

    unit: Id
    incident: Id
    point: Point | None = None
    release: bool = False


class RadioStatus(Private, frozen=True, kw_only=True, tag="status"):
    """In: a status of a unit, since when it holds, and where the unit is."""

    unit: Id
    status: Status
    at: Time | None = None
    incident: Id | None = None
    point: Point | None = None


class EmergencyButton(Private, frozen=True, kw_only=True, tag="button"):
    """In: the emergency button of a unit."""

    unit: Id
    at: Time | None = None
    point: Point | None = None


class Simulate(Private, frozen=True, kw_only=True):
    """SIMULATION: have a unit say this over the simulated radio."""

    say: RadioStatus | EmergencyButton


class Simulated(Private, frozen=True, kw_only=True):
    unit: Id


class Emergency(Private, frozen=True, kw_only=True):
    """An emergency button that is pressed, of whichever party's unit."""

    unit: Id
    party: PartyId
    call_sign: Name
    since: Time
    point: Point | None = None


class Emergencies(Private, frozen=True, kw_only=True):
    """Which emergency buttons are pressed?"""


class EmergenciesNow(Private, frozen=True, kw_only=True):
    emergencies: Annotated[tuple[Emergency, ...], Meta(max_length=1000)] = ()
