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
    before = incident.priority
    change = change_of(before, asked.priority)
    cancelled = change is Change.CANCELLED
    released = tuple(ride.unit for ride in incident.running) if cancelled else ()
    return [
        *_commands(request, incident, change, asked.priority),
        *([] if cancelled else _crew_notes(incident, asked)),
        Note(key="triaged", payload=_outcome(request, asked, change, before)),
        Note(key="accessed", payload=written(request, incident.id, asked.patient)),
        Respond(
            key="answer",
            payload=medical.TriageStated(incident=incident.id, change=change, released=released),
        ),
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


def _commands(
    request: Request, incident: Incident, change: Change, after: Priority | None
) -> list[Order]:
    if after is None:
        release = [
            request.order(
                f"release {ride.unit}",
                incident.id,
                inc.ReleaseUnit(unit=ride.unit, reason=CANCELLED),
            )
            for ride in incident.running
        ]
        return [*release, _note(request, incident, "Triage finished: no ambulance")]
    if change is Change.KEPT:
        return []
    prioritise = inc.PrioritiseIncident(priority=after)
    said = f"Triage finished: priority {change} from {incident.priority or 'none'} to {after}"
    return [
        request.order("prioritise", incident.id, prioritise),
        _note(request, incident, said),
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
                text=asked.crew_note,
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
