"""What crews are told, and what they tell: the block's side of connector `radio`.

The alarm says what everybody stated of the scene, and goes out again when that
changes: wait there, go in. Who has no ride here is told nothing.
"""

from collections.abc import Sequence

from abs_contracts.messages import incident as inc
from abs_contracts.messages.unit import ReportStatus
from abs_contracts.messages.values import StatusSource

from abs_ambulance import crew
from abs_ambulance.desk import Early
from abs_ambulance.incident import Incident
from abs_ambulance.patient import Patient
from abs_ambulance.ride import Ride
from abs_ambulance.state import State
from abs_ambulance.triage import RADIO
from abs_core.sdk import Effect, Fed, Order, Send


def tell(state: State, entry: Fed, party: str) -> Sequence[Effect]:
    """The words to our crews that a message of the feed leads to."""
    incident = state.incidents.get(entry.message.envelope.subject)
    if incident is None:
        return []
    match entry.message.payload:
        case inc.UnitAssigned(party=who, unit=unit) if who == party:
            return [_alarm(incident, ride) for ride in incident.running if ride.unit == unit]
        case inc.UnitReleased(party=who, unit=unit) if who == party:
            recall = crew.Recall(unit=unit, incident=incident.id)
            return [Send(key=f"recall {unit}", connector=RADIO, payload=recall)]
        case inc.SafetyStated() | inc.IncidentLocated():
            return [_alarm(incident, ride) for ride in incident.running]
        case inc.IncidentPrioritised(party=who) if who == party:
            return [_priority(incident, ride) for ride in incident.running]
        case _:
            return []


def report(status: crew.RadioStatus) -> Order:
    """A unit speaks for itself; the core says whether it knows the unit."""
    return Order(
        key=f"report {status.status} of {status.unit} {status.incident or ''}".rstrip(),
        subject=status.unit,
        payload=ReportStatus(
            status=status.status, source=StatusSource.RADIO, incident=status.incident
        ),
        actor=status.unit,
        role="unit",
        occurred=status.at,
    )


def _alarm(incident: Incident, ride: Ride) -> Send:
    caution = incident.caution()
    told = (each for each in incident.patients.values() if each.complaint or each.crew_note)
    patient = next(told, Patient())
    alarm = crew.Alarm(
        unit=ride.unit,
        incident=incident.id,
        kind=ride.kind,
        priority=incident.priority,
        exercise=incident.exercise,
        direct=incident.early is Early.DIRECT and not incident.triaged,
        location=incident.location,
        wait_at=caution.wait_at,
        hazards=caution.hazards,
        advice=caution.advice,
        complaint=patient.complaint,
        note=patient.crew_note,
    )
    return Send(key=f"alarm {ride.unit}", connector=RADIO, payload=alarm)


def _priority(incident: Incident, ride: Ride) -> Send:
    note = crew.CrewNote(unit=ride.unit, incident=incident.id, priority=incident.priority)
    return Send(key=f"crew {ride.unit}", connector=RADIO, payload=note)
