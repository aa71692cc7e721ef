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
    Hazard,
    LinkKind,
    Location,
    NoteAudience,
    Scene,
)
from abs_contracts.scalars import (
    ClockCode,
    Code,
    Count,
    Due,
    Id,
    Level,
    Name,
    PartyId,
    Priority,
    Received,
    RoomId,
    Text,
)

Parties = Annotated[tuple[PartyId, ...], Meta(max_length=64)]
Hazards = Annotated[tuple[Hazard, ...], Meta(max_length=16)]
CharacteristicValues = Annotated[tuple[Name, ...], Meta(min_length=1, max_length=32)]


class Event(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A fact, past tense; readers ignore fields that they do not know."""


class Command(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A request, imperative; the core refuses fields that it does not know."""


# -- opening, calls, place, class ---------------------------------------------


class OpenIncident(Command, frozen=True, kw_only=True):
    """Open an incident, with what is known of it; the sending party leads it and is attached.

    What is given here is as if its own command came right after, and stands or falls with it.
    """

    source: CallSource
    exercise: bool = False
    location: Location | None = None
    classification: Classification | None = None
    priority: Code | None = None


class IncidentOpened(Event, frozen=True, kw_only=True):
    room: RoomId
    lead: PartyId
    source: CallSource
    exercise: bool = False


class AddCall(Command, frozen=True, kw_only=True):
    """Record one call (melding) to this incident; `call` makes a repeat harmless."""

    call: Id
    source: CallSource
    received: Received
    caller: Caller | None = None
    summary: Text | None = None


class CallAdded(Event, frozen=True, kw_only=True):
    call: Id
    source: CallSource
    received: Received
    caller: Caller | None = None
    summary: Text | None = None


class LocateIncident(Command, frozen=True, kw_only=True):
    location: Location
    replaces: Location | UnsetType | None = UNSET


class IncidentLocated(Event, frozen=True, kw_only=True):
    location: Location


class ClassifyIncident(Command, frozen=True, kw_only=True):
    """Classify; with `call_parties` also attach the parties that this class calls."""

    classification: Classification
    replaces: Classification | UnsetType | None = UNSET
    call_parties: bool = False


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

    priority: Priority


class IncidentPrioritised(Event, frozen=True, kw_only=True):
    party: PartyId
    priority: Priority


class TakeUpIncident(Command, frozen=True, kw_only=True):
    """Take up the sending party's part (deelincident): a desk of it has it in hand."""


class IncidentTakenUp(Event, frozen=True, kw_only=True):
    party: PartyId


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
    """Link this incident (the child) to a leading one, to which the sender is attached too."""

    to: Id
    kind: LinkKind


class IncidentLinked(Event, frozen=True, kw_only=True):
    to: Id
    kind: LinkKind


# -- notes, units, escalation -------------------------------------------------


class AddNote(Command, frozen=True, kw_only=True):
    """Add lines to the log book (kladblok); their writer is always among the readers.

    A line that starts with `-` sets what its term names: a class by its code, a
    characteristic, or a level. `releases` is the id of an earlier note of the same
    party that this one gives to others: a label never changes in silence.
    """

    text: Text
    audience: NoteAudience
    named: Parties = ()
    releases: Id | None = None


class NoteAdded(Event, frozen=True, kw_only=True):
    party: PartyId
    text: Text
    audience: NoteAudience
    named: Parties = ()
    releases: Id | None = None


class StateSafety(Command, frozen=True, kw_only=True):
    """State how safe the scene is for crews; each party makes a statement of its own."""

    scene: Scene
    hazards: Hazards = ()
    staging: Name | None = None
    advice: Text | None = None


class SafetyStated(Event, frozen=True, kw_only=True):
    """What one party says of the scene; `staging` is where crews wait until it is safe."""

    party: PartyId
    scene: Scene
    hazards: Hazards = ()
    staging: Name | None = None
    advice: Text | None = None


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
    """Set a level, up or down; `decided_by` is the role that decided, by default the sender's."""

    escalation: Escalation
    replaces: Escalation | UnsetType | None = UNSET
    decided_by: Name | None = None


class EscalationChanged(Event, frozen=True, kw_only=True):
    escalation: Escalation
    decided_by: Name
    previous: Level | None = None


# -- legal clocks ---------------------------------------------------------------


class ClockStarted(Event, frozen=True, kw_only=True):
    """A term of code list `clocks` runs until `due`."""

    clock: ClockCode
    due: Due


class MeetClock(Command, frozen=True, kw_only=True):
    """State that what a clock waits for is there; also when it is late."""

    clock: ClockCode


class ClockMet(Event, frozen=True, kw_only=True):
    """It was there at the envelope's `time`; later than `due` is late."""

    clock: ClockCode
    due: Due


class BreachClock(Command, frozen=True, kw_only=True):
    """State that a clock ran out (derived by the core)."""

    clock: ClockCode


class ClockBreached(Event, frozen=True, kw_only=True):
    clock: ClockCode
    due: Due


class ClockDropped(Event, frozen=True, kw_only=True):
    """The level went down below what the clock is for: nobody waits for it any more."""

    clock: ClockCode


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
    exercise: bool = False
