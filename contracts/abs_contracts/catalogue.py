"""The catalogue: every message with its version, its kind and who may see it.

One row per message. `Sight` decides per message who sees it; no field is ever
deleted to make a message visible. A block's private contracts are rows of the
same shape, in a catalogue of their own that extends this one.
"""

import enum
from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated

import msgspec
from msgspec import Meta

from abs_contracts import channels
from abs_contracts.channels import Channel, Deprecation
from abs_contracts.envelope import TYPE_PREFIX
from abs_contracts.messages import incident as inc
from abs_contracts.messages import party, unit


class Kind(enum.StrEnum):
    EVENT = "event"
    COMMAND = "command"
    PRIVATE = "private"
    REQUEST = "request"  # of the block protocol: without an envelope, read closed
    REPLY = "reply"  # likewise, read open


class Sight(enum.StrEnum):
    """Who sees an event of the core."""

    ATTACHED = "attached"  # the parties attached to the incident
    SAFETY = "safety"  # the same, and before all else: crews depend on it
    CHOSEN = "chosen"  # those of the attached whom the writer chose
    UNIT = "unit"  # the unit's party, and the parties of the incident it serves
    ROOM = "room"  # every party of the room
    STUB = "stub"  # made for parties that are not attached; never in the log
    CORE = "core"  # nobody: it stays inside the core
    BLOCK = "block"  # the block whose private contract it is


class Sender(enum.StrEnum):
    """Who may send a command."""

    PARTY = "party"  # a party's desk or block
    OPERATOR = "operator"  # who runs the room
    CORE = "core"  # the core itself, from what it observes


class Contract(msgspec.Struct, frozen=True, kw_only=True):
    """One message in one major version."""

    name: Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_-]*(\.[a-z][a-z0-9_-]*)+$")]
    payload: type[msgspec.Struct]
    kind: Kind
    sight: Sight = Sight.CORE
    sender: Sender = Sender.PARTY
    major: int = 1
    minor: int = 0
    channel: Channel | None = None
    deprecation: Deprecation | None = None

    @property
    def version(self) -> str:
        """Major and minor, as manifests name them."""
        return f"{self.major}.{self.minor}"

    @property
    def travels(self) -> Channel:
        """Its own channel, or that of its kind."""
        return self.channel or _CHANNELS[self.kind]

    @property
    def type(self) -> str:
        """The envelope's `type`: `abs.<name>.v<major>`."""
        return f"{TYPE_PREFIX}{self.name}.v{self.major}"


_CHANNELS = {
    Kind.EVENT: channels.EVENTS,
    Kind.COMMAND: channels.COMMANDS,
    Kind.PRIVATE: channels.PRIVATE,
}


class Catalogue(Mapping[str, Contract]):
    """Contracts by message type, and by payload class for those who write."""

    def __init__(self, contracts: Iterable[Contract]) -> None:
        self._by_type = {c.type: c for c in contracts}
        # The dictionary's own: it is called for every message.
        self.get = self._by_type.get  # type: ignore[method-assign]  # the same but faster
        self._by_payload = {c.payload: c for c in self._by_type.values()}

    def __getitem__(self, message_type: str) -> Contract:
        return self._by_type[message_type]

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_type)

    def __len__(self) -> int:
        return len(self._by_type)

    def of(self, payload: msgspec.Struct | type[msgspec.Struct]) -> Contract:
        """The contract whose payload this is; KeyError for a class nobody registered."""
        cls = payload if isinstance(payload, type) else type(payload)
        return self._by_payload[cls]

    def extended(self, more: Iterable[Contract]) -> "Catalogue":
        """This catalogue and a block's private contracts."""
        return Catalogue([*self._by_type.values(), *more])


def _event(name: str, payload: type[inc.Event], sight: Sight) -> Contract:
    return Contract(name=name, payload=payload, kind=Kind.EVENT, sight=sight)


def _command(name: str, payload: type[inc.Command], sender: Sender = Sender.PARTY) -> Contract:
    return Contract(name=name, payload=payload, kind=Kind.COMMAND, sender=sender)


EVENTS = (
    _event("incident.opened", inc.IncidentOpened, Sight.ATTACHED),
    _event("incident.call_added", inc.CallAdded, Sight.ATTACHED),
    _event("incident.located", inc.IncidentLocated, Sight.ATTACHED),
    _event("incident.classified", inc.IncidentClassified, Sight.ATTACHED),
    _event("incident.characteristic_set", inc.CharacteristicSet, Sight.ATTACHED),
    _event("incident.prioritised", inc.IncidentPrioritised, Sight.ATTACHED),
    _event("incident.taken_up", inc.IncidentTakenUp, Sight.ATTACHED),
    _event("incident.party_attached", inc.PartyAttached, Sight.ATTACHED),
    _event("incident.party_detached", inc.PartyDetached, Sight.ATTACHED),
    _event("incident.note_added", inc.NoteAdded, Sight.CHOSEN),
    _event("incident.safety_stated", inc.SafetyStated, Sight.SAFETY),
    _event("incident.unit_assigned", inc.UnitAssigned, Sight.ATTACHED),
    _event("incident.unit_released", inc.UnitReleased, Sight.ATTACHED),
    _event("incident.escalation_changed", inc.EscalationChanged, Sight.ATTACHED),
    _event("incident.clock_started", inc.ClockStarted, Sight.ATTACHED),
    _event("incident.clock_met", inc.ClockMet, Sight.ATTACHED),
    _event("incident.clock_breached", inc.ClockBreached, Sight.ATTACHED),
    _event("incident.clock_dropped", inc.ClockDropped, Sight.ATTACHED),
    _event("incident.linked", inc.IncidentLinked, Sight.ATTACHED),
    _event("incident.room_transferred", inc.RoomTransferred, Sight.ATTACHED),
    _event("incident.lead_transferred", inc.LeadTransferred, Sight.ATTACHED),
    _event("incident.closed_for_party", inc.IncidentClosedForParty, Sight.ATTACHED),
    _event("incident.closed", inc.IncidentClosed, Sight.ATTACHED),
    _event("incident.reopened", inc.IncidentReopened, Sight.ATTACHED),
    _event("incident.stub", inc.IncidentStub, Sight.STUB),
    _event("unit.registered", unit.UnitRegistered, Sight.UNIT),
    _event("unit.status_changed", unit.UnitStatusChanged, Sight.UNIT),
    _event("unit.emergency_raised", unit.EmergencyRaised, Sight.ROOM),
    _event("unit.emergency_cleared", unit.EmergencyCleared, Sight.ROOM),
    _event("party.registered", party.PartyRegistered, Sight.CORE),
    _event("party.block_agreed", party.BlockAgreed, Sight.CORE),
    _event("party.degraded", party.PartyDegraded, Sight.ROOM),
    _event("party.recovered", party.PartyRecovered, Sight.ROOM),
)

COMMANDS = (
    _command("incident.open", inc.OpenIncident),
    _command("incident.add_call", inc.AddCall),
    _command("incident.locate", inc.LocateIncident),
    _command("incident.classify", inc.ClassifyIncident),
    _command("incident.set_characteristic", inc.SetCharacteristic),
    _command("incident.prioritise", inc.PrioritiseIncident),
    _command("incident.take_up", inc.TakeUpIncident),
    _command("incident.attach_party", inc.AttachParty),
    _command("incident.detach_party", inc.DetachParty),
    _command("incident.transfer_lead", inc.TransferLead),
    _command("incident.transfer_room", inc.TransferRoom),
    _command("incident.link", inc.LinkIncident),
    _command("incident.add_note", inc.AddNote),
    _command("incident.state_safety", inc.StateSafety),
    _command("incident.assign_unit", inc.AssignUnit),
    _command("incident.release_unit", inc.ReleaseUnit),
    _command("incident.change_escalation", inc.ChangeEscalation),
    _command("incident.meet_clock", inc.MeetClock),
    _command("incident.breach_clock", inc.BreachClock, Sender.CORE),
    _command("incident.close_for_party", inc.CloseForParty),
    _command("incident.close", inc.CloseIncident),
    _command("incident.reopen", inc.ReopenIncident),
    _command("unit.register", unit.RegisterUnit),
    _command("unit.report_status", unit.ReportStatus),
    _command("unit.raise_emergency", unit.RaiseEmergency),
    _command("unit.clear_emergency", unit.ClearEmergency),
    _command("party.register", party.RegisterParty, Sender.OPERATOR),
    _command("party.agree_block", party.AgreeBlock, Sender.OPERATOR),
    _command("party.degrade", party.DegradeParty, Sender.CORE),
    _command("party.recover", party.RecoverParty, Sender.CORE),
)

CORE = Catalogue([*EVENTS, *COMMANDS])
