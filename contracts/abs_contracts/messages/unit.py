"""Events and commands of a unit: its registration and its statuses."""

from abs_contracts.messages.incident import Command, Event
from abs_contracts.messages.values import Point, StatusSource
from abs_contracts.scalars import Code, Id, Name, Occurred, PartyId, Status, Text


class RegisterUnit(Command, frozen=True, kw_only=True):
    """Make a unit of the sending party known, or change what is known of it."""

    call_sign: Name
    kind: Code
    station: Name | None = None


class UnitRegistered(Event, frozen=True, kw_only=True):
    party: PartyId
    call_sign: Name
    kind: Code
    station: Name | None = None


class ReportStatus(Command, frozen=True, kw_only=True):
    """Report a unit's status, as of the envelope's `time`; `incident` when it serves one."""

    status: Status
    source: StatusSource
    incident: Id | None = None


class UnitStatusChanged(Event, frozen=True, kw_only=True):
    """The status that holds since `since`; a late report arrives with an earlier time.

    `since` is when it occurred, the envelope's `recordedtime` when it arrived.
    """

    party: PartyId
    status: Status
    source: StatusSource
    since: Occurred
    incident: Id | None = None


class RaiseEmergency(Command, frozen=True, kw_only=True):
    """The emergency button (noodknop) of a unit: apart from every status."""

    point: Point | None = None


class EmergencyRaised(Event, frozen=True, kw_only=True):
    """A crew is in mortal danger: told to every party of the room, and not which incident."""

    party: PartyId
    call_sign: Name
    point: Point | None = None


class ClearEmergency(Command, frozen=True, kw_only=True):
    """End an emergency, with what came of it."""

    reason: Text


class EmergencyCleared(Event, frozen=True, kw_only=True):
    party: PartyId
    call_sign: Name
    reason: Text
