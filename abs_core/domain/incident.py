"""The incident: its state, and what each event makes of it."""

import datetime as dt
import functools
from collections.abc import Mapping

import msgspec
from abs_contracts.messages import incident as m
from abs_contracts.messages.values import Classification, Location
from msgspec.structs import replace


class Clock(msgspec.Struct, frozen=True, kw_only=True):
    """A legal clock of the incident, running unless it was met."""

    due: dt.datetime
    met: bool = False
    breached: bool = False


class Incident(msgspec.Struct, frozen=True, kw_only=True):
    """The shared record of one event. `room` is empty while it does not exist."""

    room: str = ""
    lead: str = ""
    open: bool = False
    exercise: bool = False
    tenure: int = 0
    parties: tuple[str, ...] = ()
    taken_up: tuple[str, ...] = ()
    closed_for: tuple[str, ...] = ()
    calls: tuple[str, ...] = ()
    location: Location | None = None
    classification: Classification | None = None
    characteristics: Mapping[str, tuple[str, ...]] = {}
    priorities: Mapping[str, str] = {}
    escalation: Mapping[str, str] = {}
    clocks: Mapping[str, Clock] = {}
    safety: Mapping[str, m.SafetyStated] = {}  # the newest statement of each party
    units: Mapping[str, str] = {}  # assigned now: unit to party
    served: tuple[str, ...] = ()  # ever assigned, in order
    linked_to: tuple[str, ...] = ()

    @property
    def exists(self) -> bool:
        return self.room != ""


@functools.singledispatch
def evolve(_event: msgspec.Struct, incident: Incident) -> Incident:
    """The incident after the event; events that only inform leave it as it is."""
    return incident


@evolve.register
def _(event: m.IncidentOpened, incident: Incident) -> Incident:
    return replace(
        incident,
        room=event.room,
        lead=event.lead,
        open=True,
        exercise=event.exercise,
        tenure=1,
        parties=(event.lead,),
    )


@evolve.register
def _(event: m.CallAdded, incident: Incident) -> Incident:
    return replace(incident, calls=(*incident.calls, event.call))


@evolve.register
def _(event: m.IncidentLocated, incident: Incident) -> Incident:
    return replace(incident, location=event.location)


@evolve.register
def _(event: m.IncidentClassified, incident: Incident) -> Incident:
    return replace(incident, classification=event.classification)


@evolve.register
def _(event: m.CharacteristicSet, incident: Incident) -> Incident:
    return replace(incident, characteristics={**incident.characteristics, event.name: event.values})


@evolve.register
def _(event: m.IncidentPrioritised, incident: Incident) -> Incident:
    return replace(incident, priorities={**incident.priorities, event.party: event.priority})


@evolve.register
def _(event: m.IncidentTakenUp, incident: Incident) -> Incident:
    return replace(incident, taken_up=(*without(incident.taken_up, event.party), event.party))


@evolve.register
def _(event: m.PartyAttached, incident: Incident) -> Incident:
    return replace(
        incident,
        parties=(*without(incident.parties, event.party), event.party),
        closed_for=without(incident.closed_for, event.party),
    )


@evolve.register
def _(event: m.PartyDetached, incident: Incident) -> Incident:
    return replace(
        incident,
        parties=without(incident.parties, event.party),
        taken_up=without(incident.taken_up, event.party),
        closed_for=without(incident.closed_for, event.party),
    )


@evolve.register
def _(event: m.LeadTransferred, incident: Incident) -> Incident:
    return replace(incident, lead=event.lead)


@evolve.register
def _(event: m.RoomTransferred, incident: Incident) -> Incident:
    return replace(incident, room=event.room, tenure=event.tenure)


@evolve.register
def _(event: m.IncidentLinked, incident: Incident) -> Incident:
    return replace(incident, linked_to=(*without(incident.linked_to, event.to), event.to))


@evolve.register
def _(event: m.UnitAssigned, incident: Incident) -> Incident:
    return replace(
        incident,
        units={**incident.units, event.unit: event.party},
        served=(*without(incident.served, event.unit), event.unit),
    )


@evolve.register
def _(event: m.UnitReleased, incident: Incident) -> Incident:
    left = {unit: party for unit, party in incident.units.items() if unit != event.unit}
    return replace(incident, units=left)


@evolve.register
def _(event: m.EscalationChanged, incident: Incident) -> Incident:
    now = event.escalation
    return replace(incident, escalation={**incident.escalation, now.scale: now.level})


@evolve.register
def _(event: m.ClockStarted, incident: Incident) -> Incident:
    return _with_clock(incident, event.clock, Clock(due=event.due))


@evolve.register
def _(event: m.ClockMet, incident: Incident) -> Incident:
    return _with_clock(incident, event.clock, replace(incident.clocks[event.clock], met=True))


@evolve.register
def _(event: m.ClockBreached, incident: Incident) -> Incident:
    return _with_clock(incident, event.clock, replace(incident.clocks[event.clock], breached=True))


@evolve.register
def _(event: m.ClockDropped, incident: Incident) -> Incident:
    left = {code: clock for code, clock in incident.clocks.items() if code != event.clock}
    return replace(incident, clocks=left)


@evolve.register
def _(event: m.SafetyStated, incident: Incident) -> Incident:
    return replace(incident, safety={**incident.safety, event.party: event})


@evolve.register
def _(event: m.IncidentClosedForParty, incident: Incident) -> Incident:
    return replace(incident, closed_for=(*without(incident.closed_for, event.party), event.party))


@evolve.register
def _(_event: m.IncidentClosed, incident: Incident) -> Incident:
    return replace(incident, open=False)


@evolve.register
def _(_event: m.IncidentReopened, incident: Incident) -> Incident:
    return replace(incident, open=True, closed_for=())


def _with_clock(incident: Incident, code: str, clock: Clock) -> Incident:
    return replace(incident, clocks={**incident.clocks, code: clock})


def without(items: tuple[str, ...], item: str) -> tuple[str, ...]:
    return tuple(i for i in items if i != item)
