"""The block's own lines about an incident, for its own people in the incident's story.

They are told in answer to a question, and reading medical data is a request that is
recorded: so no line holds any. A line says that something was kept and for whom.
"""

import datetime as dt

import msgspec

from abs_ambulance import medical
from abs_ambulance.desk import Decided
from abs_ambulance.response import RideMeasured
from abs_core.sdk import OwnLine


def line(at: dt.datetime, event: msgspec.Struct) -> OwnLine | None:
    """The line that a private event of the block makes, if any."""
    text = _text(event)
    if text is None:
        return None
    actor, role = getattr(event, "actor", None), getattr(event, "role", None)
    return OwnLine(at=at, text=text, actor=actor, role=role)


def _text(event: msgspec.Struct) -> str | None:
    match event:
        case Decided():
            return _decided(event)
        case RideMeasured():
            return _measured(event)
        case _:
            return _medical(event)


def _medical(event: msgspec.Struct) -> str | None:
    match event:
        case medical.Triaged():
            before, after = event.before or "none", event.priority or "no ambulance"
            return f"Triage: priority {event.change} ({before}, now {after})"
        case medical.PatientRecorded():
            count = len(event.characteristics)
            return f"Medical: characteristics of patient {event.patient} recorded ({count})"
        case medical.HospitalChosen():
            return f"Medical: hospital chosen for patient {event.patient}, {event.unit}"
        case medical.Accessed(action=medical.Action.READ):
            return f"Medical: patient {event.patient} read, ground {event.ground}"
        case _:
            return None


def _decided(event: Decided) -> str:
    how = f" ({event.early} dispatch, before triage was finished)" if event.early else ""
    said = f"Sent {', '.join(event.taken)}{how}"
    if set(event.taken) != set(event.proposed):
        said += f"; proposed was {', '.join(event.proposed) or 'nothing'}"
    if event.short:
        said += "; short of " + ", ".join(f"{need.count} {need.kind}" for need in event.short)
    return said


def _measured(ride: RideMeasured) -> str:
    said = f"{ride.call_sign} on scene {ride.seconds // 60}:{ride.seconds % 60:02} after the call"
    if ride.within is None:
        return f"{said}; no norm"
    held = "within" if ride.within else "beyond"
    return f"{said}; {ride.priority}: {held} the norm of {ride.norm_minutes} minutes"
