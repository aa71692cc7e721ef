"""One line of plain English for every message.

Dutch words stay where they are the term of the field (GRIP, prio, the texts of
the code lists). Whatever a message says, its line holds no control characters.
"""

from functools import singledispatch

import msgspec
from abs_contracts.catalogue import CORE
from abs_contracts.codec import Message
from abs_contracts.codelists import CLOCKS, ESCALATION, ROOMS, STATUSES
from abs_contracts.messages import incident as inc
from abs_contracts.messages import party, unit
from abs_contracts.messages.values import (
    Caller,
    CallSource,
    Classification,
    LinkKind,
    Location,
    NoteAudience,
    StatusSource,
)

_SOURCES = {
    CallSource.EMERGENCY: "112 call",
    CallSource.NON_URGENT: "non-urgent call",
    CallSource.ALARM_SYSTEM: "alarm system",
    CallSource.ECALL: "eCall",
    CallSource.ROOM: "signal of the room itself",
    CallSource.UNIT: "signal of a unit",
    CallSource.PARTNER: "signal of a partner",
    CallSource.UNKNOWN: "signal of a newer kind",
}
_LINKS = {LinkKind.DOUBLE: "double of", LinkKind.RELATED: "related to"}


def sentence(message: Message[msgspec.Struct]) -> str:
    """What this message says, in one line; any type, and never an error."""
    said = _say(message.payload, message.envelope.subject)
    return printable(said) or fallback(message.contract.type, msgspec.to_builtins(message.payload))


@singledispatch
def _say(_payload: msgspec.Struct, _subject: str) -> str:
    """The line for a payload about this subject; empty for one without a line of its own."""
    return ""


@_say.register
def _incident_opened(payload: inc.IncidentOpened, _subject: str) -> str:
    exercise = " (exercise)" if payload.exercise else ""
    source = f"{_SOURCES[payload.source]}{exercise}"
    return f"opened in {_room(payload.room)}, led by {payload.lead}: {source}"


@_say.register
def _call_added(payload: inc.CallAdded, _subject: str) -> str:
    said = f': "{payload.summary}"' if payload.summary else ""
    return f"{_SOURCES[payload.source]}{_caller(payload.caller)}{said}"


@_say.register
def _incident_located(payload: inc.IncidentLocated, _subject: str) -> str:
    return f"located at {_place(payload.location)}"


@_say.register
def _incident_classified(payload: inc.IncidentClassified, _subject: str) -> str:
    return f"classified as {_class(payload.classification)}"


@_say.register
def _characteristic_set(payload: inc.CharacteristicSet, _subject: str) -> str:
    return f"characteristic {payload.name}: {', '.join(payload.values)}"


@_say.register
def _incident_prioritised(payload: inc.IncidentPrioritised, _subject: str) -> str:
    return f"prio {payload.priority} for {payload.party}"


@_say.register
def _incident_taken_up(payload: inc.IncidentTakenUp, _subject: str) -> str:
    return f"{payload.party} has its part in hand"


@_say.register
def _party_attached(payload: inc.PartyAttached, _subject: str) -> str:
    return f"{payload.party} attached"


@_say.register
def _party_detached(payload: inc.PartyDetached, _subject: str) -> str:
    return f"{payload.party} detached"


@_say.register
def _lead_transferred(payload: inc.LeadTransferred, _subject: str) -> str:
    return f"lead passed from {payload.previous} to {payload.lead}"


@_say.register
def _room_transferred(payload: inc.RoomTransferred, _subject: str) -> str:
    rooms = f"{_room(payload.previous)} to {_room(payload.room)}"
    return f"passed from {rooms} (tenure {payload.tenure})"


@_say.register
def _incident_linked(payload: inc.IncidentLinked, _subject: str) -> str:
    return f"linked as {_LINKS[payload.kind]} incident {payload.to}"


@_say.register
def _note_added(payload: inc.NoteAdded, _subject: str) -> str:
    released = ", released" if payload.releases else ""
    return f'note{_audience(payload)}{released}: "{payload.text}"'


@_say.register
def _safety_stated(payload: inc.SafetyStated, _subject: str) -> str:
    hazards = f": {', '.join(payload.hazards)}" if payload.hazards else ""
    staging = f"; wait at {payload.staging}" if payload.staging else ""
    advice = f' "{payload.advice}"' if payload.advice else ""
    return f"SAFETY, says {payload.party}: scene {payload.scene}{hazards}{staging}{advice}"


@_say.register
def _unit_assigned(payload: inc.UnitAssigned, _subject: str) -> str:
    return f"{payload.kind} {payload.call_sign} of {payload.party} assigned"


@_say.register
def _unit_released(payload: inc.UnitReleased, _subject: str) -> str:
    reason = f": {payload.reason}" if payload.reason else ""
    return f"{payload.unit} of {payload.party} released{reason}"


@_say.register
def _escalation_changed(payload: inc.EscalationChanged, _subject: str) -> str:
    scale = payload.escalation.scale
    before = f" (was {_level(scale, payload.previous)})" if payload.previous else ""
    level = _level(scale, payload.escalation.level)
    return f"escalation {_scale(scale)} {level}{before}, decided by {payload.decided_by}"


@_say.register
def _clock_started(payload: inc.ClockStarted, _subject: str) -> str:
    return f"clock {_clock(payload.clock)}: due {payload.due.astimezone():%H:%M:%S}"


@_say.register
def _clock_met(payload: inc.ClockMet, _subject: str) -> str:
    return f"clock {_clock(payload.clock)}: met"


@_say.register
def _clock_breached(payload: inc.ClockBreached, _subject: str) -> str:
    return f"clock {_clock(payload.clock)}: NOT MET in time"


@_say.register
def _clock_dropped(payload: inc.ClockDropped, _subject: str) -> str:
    return f"clock {_clock(payload.clock)}: no longer needed"


@_say.register
def _incident_closed_for_party(payload: inc.IncidentClosedForParty, _subject: str) -> str:
    return f"{payload.party} closed its part"


@_say.register
def _incident_closed(_payload: inc.IncidentClosed, _subject: str) -> str:
    return "closed"


@_say.register
def _incident_reopened(payload: inc.IncidentReopened, _subject: str) -> str:
    return f"reopened: {payload.reason}"


@_say.register
def _incident_stub(payload: inc.IncidentStub, _subject: str) -> str:
    what = payload.mc1 or "not classified yet"
    where = payload.municipality or "place not known yet"
    state = f"{'exercise, ' if payload.exercise else ''}{'open' if payload.open else 'closed'}"
    return f"stub, not attached: {what}, {where} ({state} in {_room(payload.room)})"


@_say.register
def _unit_registered(payload: unit.UnitRegistered, _subject: str) -> str:
    station = f" at {payload.station}" if payload.station else ""
    return f"{payload.kind} {payload.call_sign} of {payload.party} registered{station}"


@_say.register
def _unit_status_changed(payload: unit.UnitStatusChanged, subject: str) -> str:
    by_hand = " (by hand)" if payload.source is StatusSource.MANUAL else ""
    return f"{subject} of {payload.party}: {_status(payload.party, payload.status)}{by_hand}"


@_say.register
def _emergency_raised(payload: unit.EmergencyRaised, _subject: str) -> str:
    at = f" at {payload.point.lat:.5f} {payload.point.lon:.5f}" if payload.point else ""
    return f"EMERGENCY BUTTON of {payload.call_sign} of {payload.party}{at}"


@_say.register
def _emergency_cleared(payload: unit.EmergencyCleared, _subject: str) -> str:
    return f"emergency of {payload.call_sign} of {payload.party} ended: {payload.reason}"


@_say.register
def _party_registered(payload: party.PartyRegistered, subject: str) -> str:
    return f"party {subject} registered: {payload.name} ({payload.discipline})"


@_say.register
def _block_agreed(payload: party.BlockAgreed, subject: str) -> str:
    made = payload.agreement
    return (
        f"{subject}: block {made.block} {made.version} agreed as generation {made.generation}, "
        f"contract major {made.major}"
    )


@_say.register
def _party_degraded(payload: party.PartyDegraded, subject: str) -> str:
    return f"{subject} is degraded: {payload.reason}"


@_say.register
def _party_recovered(_payload: party.PartyRecovered, subject: str) -> str:
    return f"{subject} keeps up again"


# -- values ----------------------------------------------------------------------


def _caller(caller: Caller | None) -> str:
    known = [part for part in (caller.name, caller.number) if part] if caller else []
    return f" ({', '.join(known)})" if known else ""


def _place(location: Location) -> str:
    street = " ".join(part for part in (location.street, location.number) if part)
    town = location.place or location.municipality
    parts = [part for part in (street, location.road, town) if part]
    if location.point:
        parts.append(f"{location.point.lat:.5f} {location.point.lon:.5f}")
    return ", ".join(parts) + (f" (access: {location.access})" if location.access else "")


def _class(kind: Classification) -> str:
    return " / ".join(level for level in (kind.mc1, kind.mc2, kind.mc3) if level)


def _audience(note: inc.NoteAdded) -> str:
    match note.audience:
        case NoteAudience.OWN:
            return f" for {note.party} only"
        case NoteAudience.NAMED:
            return f" for {', '.join((note.party, *note.named))}"
    return ""


def _room(room: str) -> str:
    known = ROOMS.get(room)
    return f"room {known.code}" if known else f"room {room}"


def _scale(scale: str) -> str:
    known = ESCALATION.get(scale)
    return known.text if known else scale


def _level(scale: str, level: str) -> str:
    known = ESCALATION.level(scale, level)
    return known.text if known else level


def _clock(code: str) -> str:
    known = CLOCKS.get(code)
    return f"{known.text} ({known.minutes} min)" if known else code


def _status(party_id: str, code: str) -> str:
    """The list's text. A message names the party, not its discipline: where the id does
    not tell, only a code with one meaning for all is spelled out."""
    own = STATUSES.get(party_id, code)
    texts = {own.text} if own else {each.text for each in STATUSES if each.code == code}
    return texts.pop() if len(texts) == 1 else f"status {code}"


def fallback(message_type: str, data: object) -> str:
    """The name and fields of a message whose type has no line of its own."""
    known = CORE.get(message_type)
    name = known.name if known else message_type
    if isinstance(data, dict) and data:
        fields = ", ".join(f"{key}={_plain(value)}" for key, value in data.items())
        return printable(f"{name}: {fields}")
    return name if isinstance(data, dict) else printable(f"{name}: {_plain(data)}")


def _plain(value: object) -> str:
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


def printable(text: str) -> str:
    """One line: what a vendor or caller wrote must not move a cursor or forge a line."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
