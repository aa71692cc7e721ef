"""What triage came to: the priority raised, lowered or set, or the units called off.

The protocol itself is not here (see `medical.py`). Of its outcome the core is told
the priority alone; the complaint goes to the crews and stays in the journal.
"""

from collections.abc import Sequence

from abs_contracts.messages import incident as inc
from abs_contracts.messages.values import NoteAudience

from abs_ambulance import crew, medical
from abs_ambulance.incident import Incident
from abs_ambulance.medical import Change
from abs_ambulance.request import CANCELLED, Request, open_incident
from abs_ambulance.values import Priority
from abs_core.sdk import Effect, Note, Order, Respond, Send

RADIO = "radio"


def state_triage(request: Request, asked: medical.StateTriage) -> Sequence[Effect]:
    """Commands to the core for the desk, a word to each crew, and the outcome kept."""
    incident = open_incident(request.state, asked.incident)
    change = change_of(incident.priority, asked.priority)
    released: tuple[str, ...] = ()
    effects: list[Effect] = [*request.take_up(incident)]
    if change is Change.CANCELLED:
        released = tuple(unit.id for unit in request.state.there(incident))
        effects += _call_off(request, incident, released)
    else:
        effects += _prioritise(request, incident, asked)
        effects += _crew_notes(incident, asked)
    told = medical.TriageStated(incident=incident.id, change=change, released=released)
    return [
        *effects,
        Note(key="triaged", payload=_outcome(request, asked, change, incident.priority)),
        Note(key="accessed", payload=written(request, incident.id, asked.patient)),
        Respond(key="answer", payload=told),
    ]


def change_of(before: Priority | None, after: Priority | None) -> Change:
    """What the outcome makes of the priority that stood."""
    if after is None:
        return Change.CANCELLED
    if before is None:
        return Change.SET
    if after is before:
        return Change.KEPT
    return Change.RAISED if after.rank < before.rank else Change.LOWERED


def written(request: Request, incident: str, patient: str) -> medical.Accessed:
    """That the desk wrote medical data; it treats the patient, so that is its ground."""
    return medical.Accessed(
        incident=incident,
        patient=patient,
        action=medical.Action.WRITE,
        ground=medical.Ground.TREATMENT,
        actor=request.entry.actor,
        role=request.entry.role,
    )


def _call_off(request: Request, incident: Incident, units: Sequence[str]) -> list[Order]:
    """Every unit, those that were ordered a moment ago as well."""
    release = [
        request.order(f"release {unit}", incident.id, inc.ReleaseUnit(unit=unit, reason=CANCELLED))
        for unit in units
    ]
    return [*release, _note(request, incident, "Triage finished: no ambulance")]


def _prioritise(request: Request, incident: Incident, asked: medical.StateTriage) -> list[Order]:
    before, after = incident.priority, asked.priority
    if after is None or after is before:
        return []
    said = f"priority {change_of(before, after)} from {before or 'none'} to {after}"
    return [
        request.order("prioritise", incident.id, inc.PrioritiseIncident(priority=after)),
        _note(request, incident, f"Triage finished: {said}"),
    ]


def _note(request: Request, incident: Incident, text: str) -> Order:
    """A line for our own people; its words are ours, so that no complaint is among them."""
    return request.order("note", incident.id, inc.AddNote(text=text, audience=NoteAudience.OWN))


def _crew_notes(incident: Incident, asked: medical.StateTriage) -> list[Send]:
    return [
        Send(
            key=f"crew {ride.unit}",
            connector=RADIO,
            payload=crew.CrewNote(
                unit=ride.unit,
                incident=incident.id,
                priority=asked.priority,
                complaint=asked.complaint,
                note=asked.crew_note,
            ),
        )
        for ride in incident.running
    ]


def _outcome(
    request: Request, asked: medical.StateTriage, change: Change, before: Priority | None
) -> medical.Triaged:
    return medical.Triaged(
        incident=asked.incident,
        change=change,
        before=before,
        priority=asked.priority,
        patient=asked.patient,
        complaint=asked.complaint,
        crew_note=asked.crew_note,
        actor=request.entry.actor,
        role=request.entry.role,
    )
