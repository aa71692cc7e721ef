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


class OpenIncident(Command):
    """Open an incident; the sending party leads it and is attached."""

    source: CallSource
    exercise: bool = False


class IncidentOpened(Event):
    room: RoomId
    lead: PartyId
    source: CallSource
    exercise: bool = False


class AddCall(Command):
    """Record one call (melding) to this incident; `call` makes a repeat harmless."""

    call: Id
    source: CallSource
    received: Time
    caller: Caller | None = None
    summary: Text | None = None


class CallAdded(Event):
    call: Id
    source: CallSource
    received: Time
    caller: Caller | None = None
    summary: Text | None = None


class LocateIncident(Command):
    location: Location
    replaces: Location | UnsetType | None = UNSET


class IncidentLocated(Event):
    location: Location


class ClassifyIncident(Command):
    classification: Classification
    replaces: Classification | UnsetType | None = UNSET


class IncidentClassified(Event):
    classification: Classification


class SetCharacteristic(Command):
    """Set a shared characteristic (karakteristiek) of code list `characteristics`."""

    name: Name
    values: CharacteristicValues


class CharacteristicSet(Event):
    name: Name
    values: CharacteristicValues


class PrioritiseIncident(Command):
    """Set the sending party's own priority, from code list `priorities`."""

    priority: Code


class IncidentPrioritised(Event):
    party: PartyId
    priority: Code


# -- involvement --------------------------------------------------------------


class AttachParty(Command):
    party: PartyId


class PartyAttached(Event):
    party: PartyId


class DetachParty(Command):
    party: PartyId


class PartyDetached(Event):
    party: PartyId


class TransferLead(Command):
    to: PartyId


class LeadTransferred(Event):
    previous: PartyId
    lead: PartyId


class TransferRoom(Command):
    to: RoomId


class RoomTransferred(Event):
    """The incident has another owner; `tenure` rises with every move."""

    previous: RoomId
    room: RoomId
    tenure: Count


class LinkIncident(Command):
    """Link this incident (the child) to a leading one."""

    to: Id
    kind: LinkKind


class IncidentLinked(Event):
    to: Id
    kind: LinkKind


# -- notes, units, escalation -------------------------------------------------


class AddNote(Command):
    """Add a line to the log book (kladblok); its writer is always among its readers."""

    text: Text
    audience: NoteAudience
    named: Parties = ()


class NoteAdded(Event):
    party: PartyId
    text: Text
    audience: NoteAudience
    named: Parties = ()


class AssignUnit(Command):
    """Assign a unit of the sending party; double assignment is allowed and warned of."""

    unit: Id


class UnitAssigned(Event):
    unit: Id
    party: PartyId
    call_sign: Name
    kind: Code


class ReleaseUnit(Command):
    unit: Id
    reason: Name | None = None


class UnitReleased(Event):
    unit: Id
    party: PartyId
    reason: Name | None = None


class ChangeEscalation(Command):
    escalation: Escalation
    replaces: Escalation | UnsetType | None = UNSET


class EscalationChanged(Event):
    escalation: Escalation
    previous: Code | None = None


# -- closing ------------------------------------------------------------------


class CloseForParty(Command):
    """Close the sending party's part of the incident; none of its units may be assigned."""


class IncidentClosedForParty(Event):
    party: PartyId


class CloseIncident(Command):
    """Close the whole incident, once every attached party has closed its part."""


class IncidentClosed(Event):
    pass


class ReopenIncident(Command):
    reason: Name


class IncidentReopened(Event):
    reason: Name


class IncidentStub(Event):
    """All that a party sees of an incident it is not attached to: a type of its own.

    Never the incident's fields with some left out: a new field of the incident
    can not appear here by forgetting it.
    """

    room: RoomId
    open: bool
    municipality: Name | None = None
    mc1: Name | None = None
