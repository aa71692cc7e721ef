"""Messages between the block and its crews, over connector `radio`."""

from typing import Annotated

from abs_contracts.messages.values import Hazard, Location
from abs_contracts.scalars import Code, Id, Name, Text, Time
from msgspec import Meta

from abs_ambulance.values import Priority, Private, Status


class Alarm(Private, frozen=True, kw_only=True):
    """Out: go to this incident. Sent again when the scene becomes unsafe, or safe.

    `wait_at` is where to wait until the next alarm says that the crew can go in.
    `complaint` and `note` are medical: this leaves for the crew alone.
    """

    unit: Id
    incident: Id
    kind: Code
    priority: Priority | None = None
    direct: bool = False
    exercise: bool = False
    location: Location | None = None
    wait_at: Name | None = None
    hazards: Annotated[tuple[Hazard, ...], Meta(max_length=16)] = ()
    advice: Annotated[tuple[Text, ...], Meta(max_length=16)] = ()
    complaint: Text | None = None
    note: Text | None = None


class Recall(Private, frozen=True, kw_only=True):
    """Out: you are released from this incident."""

    unit: Id
    incident: Id


class CrewNote(Private, frozen=True, kw_only=True):
    """Out: what triage came to, for the crew alone."""

    unit: Id
    incident: Id
    priority: Priority | None = None
    complaint: Text | None = None
    note: Text | None = None


class Destination(Private, frozen=True, kw_only=True):
    """Out: take the patient there."""

    unit: Id
    incident: Id
    hospital: Name


class RadioStatus(Private, frozen=True, kw_only=True):
    """In: a status that a unit reports, and since when it holds."""

    unit: Id
    status: Status
    at: Time
    incident: Id | None = None
