"""Events and commands of an incident, and the stub that others may see.

An event is a fact, past tense; the command that leads to it is its imperative.
A command's `replaces` is the value its desk was looking at: if another value
stands by then, the command is refused as stale instead of overwriting it.
"""

from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from abs_contracts.messages.values import (
    Caller,
    CallSource,
    Classification,
    Escalation,
    LinkKind,
    Location,
    NoteAudience,
)
from abs_contracts.scalars import Code, Count, Id, Name, PartyId, RoomId, Text, Time

Parties = Annotated[tuple[PartyId, ...], Meta(max_length=64)]
CharacteristicValues = Annotated[tuple[Name, ...], Meta(min_length=1, max_length=32)]


class Event(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A fact, past tense; readers ignore fields that they do not know."""


class Command(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A request, imperative; the core refuses fields that it does not know."""


# -- opening, calls, place, class ---------------------------------------------


class OpenIncident(Command, frozen=True, kw_only=True):
    """Open an incident; the sending party leads it and is attached."""

    source: CallSource
    exercise: bool = False


class IncidentOpened(Event, frozen=True, kw_only=True):
    room: RoomId
    lead: PartyId
    source: CallSource
    exercise: bool = False


class AddCall(Command, frozen=True, kw_only=True):
    """Record one call (melding) to this incident; `call` makes a repeat harmless."""

    call: Id
    source: CallSource
    received: Time
    caller: Caller | None = None
    summary: Text | None = None


class CallAdded(Event, frozen=True, kw_only=True):
    call: Id
    source: CallSource
    received: Time
    caller: Caller | None = None
    summary: Text | None = None


class LocateIncident(Command, frozen=True, kw_only=True):
    location: Location
    replaces: Location | UnsetType | None = UNSET


class IncidentLocated(Event, frozen=True, kw_only=True):
    location: Location


class ClassifyIncident(Command, frozen=True, kw_only=True):
    classification: Classification
    replaces: Classification | UnsetType | None = UNSET


class IncidentClassified(Event, frozen=True, kw_only=True):
    classification: Classification


class SetCharacteristic(Command, frozen=True, kw_only=True):
    """Set a shared characteristic (karakteristiek) of code list `characteristics`."""

    name: Name
    values: CharacteristicValues


class CharacteristicSet(Event, frozen=True, kw_only=True):
    name: Name
    values: CharacteristicValues


class PrioritiseIncident(Command, frozen=True, kw_only=True):
    """Set the sending party's own priority, from code list `priorities`."""

    priority: Code


class IncidentPrioritised(Event, frozen=True, kw_only=True):
    party: PartyId
    priority: Code


# -- involvement --------------------------------------------------------------


class AttachParty(Command, frozen=True, kw_only=True):
    party: PartyId


class PartyAttached(Event, frozen=True, kw_only=True):
    party: PartyId


class DetachParty(Command, frozen=True, kw_only=True):
    party: PartyId


class PartyDetached(Event, frozen=True, kw_only=True):
    party: PartyId


class TransferLead(Command, frozen=True, kw_only=True):
    to: PartyId


class LeadTransferred(Event, frozen=True, kw_only=True):
    previous: PartyId
    lead: PartyId


class TransferRoom(Command, frozen=True, kw_only=True):
    to: RoomId


class RoomTransferred(Event, frozen=True, kw_only=True):
    """The incident has another owner; `tenure` rises with every move."""

    previous: RoomId
    room: RoomId
    tenure: Count


class LinkIncident(Command, frozen=True, kw_only=True):
    """Link this incident (the child) to a leading one."""

    to: Id
    kind: LinkKind


class IncidentLinked(Event, frozen=True, kw_only=True):
    to: Id
    kind: LinkKind


# -- notes, units, escalation -------------------------------------------------


class AddNote(Command, frozen=True, kw_only=True):
    """Add a line to the log book (kladblok); its writer is always among its readers."""

    text: Text
    audience: NoteAudience
    named: Parties = ()


class NoteAdded(Event, frozen=True, kw_only=True):
    party: PartyId
    text: Text
    audience: NoteAudience
    named: Parties = ()


class AssignUnit(Command, frozen=True, kw_only=True):
    """Assign a unit of the sending party; double assignment is allowed and warned of."""

    unit: Id


class UnitAssigned(Event, frozen=True, kw_only=True):
    unit: Id
    party: PartyId
    call_sign: Name
    kind: Code


class ReleaseUnit(Command, frozen=True, kw_only=True):
    unit: Id
    reason: Name | None = None


class UnitReleased(Event, frozen=True, kw_only=True):
    unit: Id
    party: PartyId
    reason: Name | None = None


class ChangeEscalation(Command, frozen=True, kw_only=True):
    escalation: Escalation
    replaces: Escalation | UnsetType | None = UNSET


class EscalationChanged(Event, frozen=True, kw_only=True):
    escalation: Escalation
    previous: Code | None = None


# -- closing ------------------------------------------------------------------


class CloseForParty(Command, frozen=True, kw_only=True):
    """Close the sending party's part of the incident; none of its units may be assigned."""


class IncidentClosedForParty(Event, frozen=True, kw_only=True):
    party: PartyId


class CloseIncident(Command, frozen=True, kw_only=True):
    """Close the whole incident, once every attached party has closed its part."""


class IncidentClosed(Event, frozen=True, kw_only=True):
    pass


class ReopenIncident(Command, frozen=True, kw_only=True):
    reason: Name


class IncidentReopened(Event, frozen=True, kw_only=True):
    reason: Name


class IncidentStub(Event, frozen=True, kw_only=True):
    """All that a party sees of an incident it is not attached to: a type of its own.

    Never the incident's fields with some left out: a new field of the incident
    can not appear here by forgetting it.
    """

    room: RoomId
    open: bool
    municipality: Name | None = None
    mc1: Name | None = None
