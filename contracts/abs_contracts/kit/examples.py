"""A typical payload of every message: what the golden samples are made of.

One building fire in room dh, told in messages. Persons are roles.
"""

from typing import TypedDict

import msgspec

from abs_contracts.kit.samples import OCCURRED, RECORDED
from abs_contracts.messages import incident as inc
from abs_contracts.messages import party, unit
from abs_contracts.messages.values import (
    Caller,
    CallSource,
    Classification,
    Discipline,
    Escalation,
    Hazard,
    LinkKind,
    Location,
    NoteAudience,
    Point,
    Scene,
    StatusSource,
)

_MUNICIPALITY = Location(municipality="Zoetermeer")
_PLACE = Location(
    municipality="Zoetermeer",
    street="Voorbeeldstraat",
    number="12-14",
    place="Zoetermeer",
    road="A12 Re 11,0",
    point=Point(lat=52.0575, lon=4.4931),
    access="achterzijde, poort 3",
)
_FIRE = Classification(table="1.0", mc1="Brand", mc2="Gebouw", mc3="01 Woning/Woongebouw")
_CALLER = Caller(number="+31700000000", name="beheerder")
_AGREEMENT = party.Agreement(
    block="fire",
    version="0.1.0",
    generation=2,
    major=1,
    consumes=("abs.incident.opened.v1", "abs.incident.unit_assigned.v1"),
    produces=("abs.incident.assign_unit.v1",),
)
_DIGEST = "0123456789abcdef" * 4


class _Safety(TypedDict):
    hazards: tuple[Hazard, ...]
    staging: str
    advice: str


class _Registered(TypedDict):
    desk_token: str
    called_for: tuple[tuple[str, ...], ...]
    added_classes: tuple[tuple[str, ...], ...]


_SAFETY = _Safety(
    hazards=(Hazard.WEAPON, Hazard.AGGRESSION),
    staging="parkeerplaats zwembad",
    advice="niet aanrijden voor vrijgave",
)
_REGISTERED = _Registered(
    desk_token=_DIGEST,
    called_for=(("Brand",), ("Alarm", "Autom. brand")),
    added_classes=(("Brand", "Buiten", "Kassengebied"),),
)

PAYLOADS: tuple[msgspec.Struct, ...] = (
    inc.OpenIncident(
        source=CallSource.EMERGENCY,
        exercise=True,
        location=_PLACE,
        classification=_FIRE,
        priority="1",
    ),
    inc.IncidentOpened(room="dh", lead="fire", source=CallSource.EMERGENCY, exercise=True),
    inc.AddCall(
        call="call-1",
        source=CallSource.EMERGENCY,
        received=OCCURRED,
        caller=_CALLER,
        summary="Rook uit het dak van een woongebouw",
    ),
    inc.CallAdded(
        call="call-1",
        source=CallSource.EMERGENCY,
        received=OCCURRED,
        caller=_CALLER,
        summary="Rook uit het dak van een woongebouw",
    ),
    inc.LocateIncident(location=_PLACE, replaces=_MUNICIPALITY),
    inc.IncidentLocated(location=_PLACE),
    inc.ClassifyIncident(classification=_FIRE, replaces=None, call_parties=True),
    inc.IncidentClassified(classification=_FIRE),
    inc.SetCharacteristic(name="Onderdeel gebouw", values=("Dak",)),
    inc.CharacteristicSet(name="Onderdeel gebouw", values=("Dak",)),
    inc.PrioritiseIncident(priority="1"),
    inc.IncidentPrioritised(party="fire", priority="1"),
    inc.TakeUpIncident(),
    inc.IncidentTakenUp(party="fire"),
    inc.AttachParty(party="police"),
    inc.PartyAttached(party="police"),
    inc.DetachParty(party="police"),
    inc.PartyDetached(party="police"),
    inc.TransferLead(to="police"),
    inc.LeadTransferred(previous="fire", lead="police"),
    inc.TransferRoom(to="rt"),
    inc.RoomTransferred(previous="dh", room="rt", tenure=2),
    inc.LinkIncident(to="inc-0", kind=LinkKind.DOUBLE),
    inc.IncidentLinked(to="inc-0", kind=LinkKind.DOUBLE),
    inc.AddNote(
        text="Gasfles op het balkon",
        audience=NoteAudience.NAMED,
        named=("police",),
        releases="event-7",
    ),
    inc.NoteAdded(
        party="fire",
        text="Gasfles op het balkon",
        audience=NoteAudience.NAMED,
        named=("police",),
        releases="event-7",
    ),
    inc.StateSafety(scene=Scene.UNSAFE, **_SAFETY),
    inc.SafetyStated(party="police", scene=Scene.UNSAFE, **_SAFETY),
    inc.AssignUnit(unit="15-4531"),
    inc.UnitAssigned(unit="15-4531", party="fire", call_sign="15-4531", kind="TS-6"),
    inc.ReleaseUnit(unit="15-4531", reason="afgelost"),
    inc.UnitReleased(unit="15-4531", party="fire", reason="afgelost"),
    inc.ChangeEscalation(
        escalation=Escalation(scale="grip", level="1"),
        replaces=Escalation(scale="grip", level="0"),
        decided_by="OvD-B",
    ),
    inc.EscalationChanged(
        escalation=Escalation(scale="grip", level="1"), decided_by="OvD-B", previous="0"
    ),
    inc.ClockStarted(clock="copi", due=RECORDED),
    inc.MeetClock(clock="copi"),
    inc.ClockMet(clock="copi", due=RECORDED),
    inc.BreachClock(clock="copi"),
    inc.ClockBreached(clock="copi", due=RECORDED),
    inc.ClockDropped(clock="copi"),
    inc.CloseForParty(),
    inc.IncidentClosedForParty(party="fire"),
    inc.CloseIncident(),
    inc.IncidentClosed(),
    inc.ReopenIncident(reason="nacontrole"),
    inc.IncidentReopened(reason="nacontrole"),
    inc.IncidentStub(room="dh", open=True, municipality="Zoetermeer", mc1="Brand", exercise=True),
    unit.RegisterUnit(call_sign="15-4531", kind="TS-6", station="Zoetermeer"),
    unit.UnitRegistered(party="fire", call_sign="15-4531", kind="TS-6", station="Zoetermeer"),
    unit.ReportStatus(status="ut", source=StatusSource.RADIO, incident="inc-1"),
    unit.UnitStatusChanged(
        party="fire", status="ut", source=StatusSource.RADIO, since=OCCURRED, incident="inc-1"
    ),
    unit.RaiseEmergency(point=_PLACE.point),
    unit.EmergencyRaised(party="fire", call_sign="15-4531", point=_PLACE.point),
    unit.ClearEmergency(reason="vals alarm, ploeg is veilig"),
    unit.EmergencyCleared(party="fire", call_sign="15-4531", reason="vals alarm, ploeg is veilig"),
    party.RegisterParty(discipline=Discipline.FIRE, name="Brandweer", **_REGISTERED),
    party.PartyRegistered(discipline=Discipline.FIRE, name="Brandweer", **_REGISTERED),
    party.AgreeBlock(agreement=_AGREEMENT, token=_DIGEST),
    party.BlockAgreed(agreement=_AGREEMENT, token=_DIGEST),
    party.DegradeParty(reason="geen hartslag"),
    party.PartyDegraded(reason="geen hartslag"),
    party.RecoverParty(),
    party.PartyRecovered(),
)
"""One of each, command before event."""
