"""Incidents: RC-EDA for every service, RS-EDA and RS-EDA-MAJ for health services.

What an RC-EDA says it says to every service, so its notes and its caller cross. Of the
RS messages nothing crosses that could be about a patient: no free text, no label, no
name, however useful it may be.
"""

import datetime as dt
import re
from collections.abc import Iterable, Iterator

import msgspec
from abs_contracts import codelists
from abs_contracts.messages import incident as m
from abs_contracts.messages.values import (
    Caller,
    CallSource,
    Classification,
    Hazard,
    NoteAudience,
    Scene,
)

from abs_ambulance_bridge.facts import INJURED
from abs_ambulance_bridge.hub_sante.codemap import codemap
from abs_ambulance_bridge.hub_sante.translation.fields import (
    FORM,
    TEXT,
    about,
    fitting,
    given,
    joined,
    line_safe,
    moment,
)
from abs_ambulance_bridge.hub_sante.translation.ids import call_of, incident_of
from abs_ambulance_bridge.hub_sante.translation.place import Place, location_of
from abs_ambulance_bridge.hub_sante.types import CreateCase, CreateCaseHealth, parts, rc_eda
from abs_ambulance_bridge.hub_sante.types import CreateCaseHealthUpdate as CaseUpdate
from abs_ambulance_bridge.hub_sante.types.parts import Contact, RiskThreat, WhatsHappen
from abs_ambulance_bridge.profile import Said, Setting

INITIAL = "initial"
"""What stands for the id of an initial alert that has none."""
ORIGINAL = re.compile(rf"{FORM}(?P<what>event|place) (?P<code>[CL][0-9.]+): (?P<label>[^\r\n]+)\Z")
ABOUT_CALLER = ("relation", "language", "difficulty", "call back")
"""The parts of a call's summary, of codes and a number alone."""
CLOSED = frozenset({"CLOTURE", "CLASSE", "ARCHIVE"})
URGENT = "A1"
"""The priority of an alert that asks for attention: our own choice, see `maps.json`."""


class Occasion(msgspec.Struct, frozen=True, kw_only=True):
    """What the envelope says of a message: whether it is the first one, and an exercise."""

    first: bool = True
    cancelled: bool = False
    exercise: bool = False
    sent: dt.datetime | None = None


def shared_case(case: CreateCase, occasion: Occasion, setting: Setting) -> Iterator[Said]:
    """RC-EDA as commands."""
    incident = incident_of(case.case_id, setting.room)
    said = about(incident, moment(case.creation) if occasion.first else occasion.sent)
    if occasion.cancelled:
        yield said(m.CloseForParty())
        return
    if occasion.first:
        yield said(m.OpenIncident(source=CallSource.PARTNER, exercise=occasion.exercise))
    yield from map(said, _whereabouts(case.location, case.qualification.whats_happen))
    yield from map(said, _injured(case.qualification))
    yield from map(said, _originals(case.qualification))
    yield from map(said, _risks(given(case.qualification.risk_threat) or (), labels=True))
    for text in given(case.freetext) or ():
        yield from map(said, _note(text))
    initial = given(case.initial_alert)
    if initial is not None and initial.reporting == "ATTENTION":
        yield said(m.PrioritiseIncident(priority=URGENT))
    for alert in (*((initial,) if initial else ()), *(given(case.new_alert) or ())):
        yield from _alert(alert, case.case_id, incident)


def health_case(case: CreateCaseHealth, occasion: Occasion, setting: Setting) -> Iterator[Said]:
    """RS-EDA as commands: the incident, never the patient."""
    incident = incident_of(case.case_id, setting.room)
    said = about(incident, moment(case.creation) if occasion.first else occasion.sent)
    if occasion.cancelled:
        yield said(m.CloseForParty())
        return
    if occasion.first:
        origin = codemap("origin").ours(given(case.qualification.origin) or "")
        source = CallSource(origin) if origin else CallSource.PARTNER
        yield said(m.OpenIncident(source=source, exercise=occasion.exercise))
    yield from map(said, _whereabouts(case.location, case.qualification.whats_happen))
    yield from map(said, _risks(given(case.qualification.risk_threat) or (), labels=False))
    alert = given(case.initial_alert)
    received = moment(alert.reception) if alert else None
    if alert is not None and received is not None:
        contact = alert.caller.caller_contact
        yield Said(
            subject=incident,
            payload=m.AddCall(
                call=call_of(case.case_id, INITIAL),
                source=_source(contact),
                received=received,
                caller=_caller(contact, None),
            ),
            at=received,
        )
    details = given(case.qualification.details)
    if details is not None:
        yield from map(said, _course(given(details.priority), given(details.status)))


def case_update(case: CaseUpdate, occasion: Occasion, setting: Setting) -> Iterator[Said]:
    """RS-EDA-MAJ as commands; when is for the envelope to say."""
    said = about(incident_of(case.case_id, setting.room), occasion.sent)
    qualification = given(case.qualification)
    if occasion.cancelled or qualification is None:
        return
    yield from map(said, _risks(given(qualification.risk_threat) or (), labels=False))
    details = given(qualification.details)
    if details is not None:
        yield from map(said, _course(given(details.priority), given(details.status)))


def _whereabouts(place: Place, event: WhatsHappen | msgspec.UnsetType) -> Iterator[m.Command]:
    location = location_of(place)
    if location is not None:
        yield m.LocateIncident(location=location)
    path = codemap("event").ours(event.code) if isinstance(event, WhatsHappen) else None
    if path is not None:
        yield m.ClassifyIncident(classification=classification_of(path))


def classification_of(path: str) -> Classification:
    """A row of the national table by its levels, as `maps.json` names it."""
    mc1, mc2 = (*path.split(" > "), None)[:2]
    return Classification(table=codelists.LMC.version, mc1=mc1 or "", mc2=mc2)


def _injured(qualification: rc_eda.Qualification) -> Iterator[m.Command]:
    victims = given(qualification.victims)
    count = codemap("victims").ours(given(victims.count) or "") if victims else None
    if count is not None:
        yield m.SetCharacteristic(name=INJURED, values=(count,))


def _originals(qualification: rc_eda.Qualification) -> Iterator[m.Command]:
    """The codes as the sender chose them, with its words for them: ours are coarser."""
    event, place = qualification.whats_happen, given(qualification.location_kind)
    lines = [f"{FORM}event {event.code}: {event.label}"]
    lines += [f"{FORM}place {place.code}: {place.label}"] if place else []
    for line in lines:
        if ORIGINAL.match(line) and fitting(line, TEXT):
            yield m.AddNote(text=line, audience=NoteAudience.ALL)


def _risks(risks: Iterable[RiskThreat], *, labels: bool) -> Iterator[m.Command]:
    """One statement with every code, known to us or not; what they mean is for people.

    The list of risks is not ours to read, so the hazard is `other` and the scene unknown.
    """
    lines = [f"{risk.code} {risk.label}" if labels else risk.code for risk in risks]
    whole = [line for line in lines if len(line.splitlines()) == 1]
    while len(text := "\n".join(whole)) > TEXT:
        whole.pop()
    if whole:
        yield m.StateSafety(scene=Scene.UNKNOWN, hazards=(Hazard.OTHER,), advice=text)


def _note(text: str) -> Iterator[m.Command]:
    safe = fitting(line_safe(text), TEXT)
    if safe is not None:
        yield m.AddNote(text=safe, audience=NoteAudience.ALL)


def _course(priority: str | None, status: str | None) -> Iterator[m.Command]:
    ours = codemap("priority").ours(priority or "")
    if ours is not None:
        yield m.PrioritiseIncident(priority=ours)
    if status == "ACTIF":
        yield m.TakeUpIncident()
    elif status in CLOSED:
        yield m.CloseForParty()


def _alert(alert: rc_eda.Alert, case: str, incident: str) -> Iterator[Said]:
    received = moment(alert.reception)
    if received is None:
        return
    name = given(alert.caller.detailed_name)
    contact = alert.caller.caller_contact
    about_caller = joined(_about_caller(alert.caller), TEXT)
    call = m.AddCall(
        call=call_of(case, alert.id),
        source=_source(contact),
        received=received,
        caller=_caller(contact, name.complete if name else None),
        summary=about_caller,
    )
    yield Said(subject=incident, payload=call, at=received)
    for note in given(alert.notes) or ():
        said = about(incident, moment(note.creation) or received)
        yield from map(said, _note(given(note.freetext) or ""))


def _about_caller(caller: parts.Caller) -> Iterator[tuple[str, str]]:
    """What a desk that calls back has to know: to whom, in which language, on which number."""
    back = given(caller.callback_contact)
    values = (
        given(caller.type),
        given(caller.language),
        given(caller.communication),
        f"{back.channel} {back.type} {back.detail}" if back else None,
    )
    yield from ((word, value or "") for word, value in zip(ABOUT_CALLER, values, strict=True))


def _source(contact: Contact) -> CallSource:
    return CallSource(codemap("channel").ours(contact.channel) or CallSource.PARTNER)


def _caller(contact: Contact, name: str | None) -> Caller | None:
    """Number and name; a contact that is not a telephone is nobody's number."""
    number = fitting(contact.detail, 20, 3) if contact.type == "TEL" else None
    fits = fitting(name)
    return Caller(number=number, name=fits) if number or fits else None
