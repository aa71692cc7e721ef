"""The medical data of an incident's patients: kept, read, and who did which."""

from collections.abc import Mapping, Sequence

from abs_contracts.codelists import CHARACTERISTICS
from abs_contracts.messages.values import Discipline
from abs_contracts.refusal import Refused

from abs_ambulance import crew, medical
from abs_ambulance.patient import Patient
from abs_ambulance.request import Request, any_incident, running
from abs_ambulance.state import State
from abs_ambulance.triage import RADIO, written
from abs_core.sdk import Effect, Note, Respond, Send


def record(request: Request, asked: medical.RecordPatient) -> Sequence[Effect]:
    """Keep medical characteristics; a shared one is sent back to where it belongs."""
    incident = any_incident(request.state, asked.incident)
    _check(asked.characteristics)
    kept = medical.PatientRecorded(
        incident=incident.id,
        patient=asked.patient,
        characteristics=asked.characteristics,
        actor=request.entry.actor,
        role=request.entry.role,
    )
    return [
        Note(key="recorded", payload=kept),
        Note(key="accessed", payload=written(request, incident.id, asked.patient)),
        _kept(incident.id, asked.patient),
    ]


def choose_hospital(request: Request, asked: medical.ChooseHospital) -> Sequence[Effect]:
    """Tell the crew where to; the core learns that it leaves and arrives, by its statuses."""
    incident = any_incident(request.state, asked.incident)
    ride = running(incident, asked.unit)
    chosen = medical.HospitalChosen(
        incident=incident.id,
        patient=asked.patient,
        unit=ride.unit,
        hospital=asked.hospital,
        actor=request.entry.actor,
        role=request.entry.role,
    )
    there = crew.Destination(unit=ride.unit, incident=incident.id, hospital=asked.hospital)
    return [
        Send(key="destination", connector=RADIO, payload=there),
        Note(key="chosen", payload=chosen),
        Note(key="accessed", payload=written(request, incident.id, asked.patient)),
        _kept(incident.id, asked.patient),
    ]


def read(request: Request, asked: medical.ReadPatient) -> Sequence[Effect]:
    """Answer with all that is kept of the patient, and keep that somebody read it."""
    incident = any_incident(request.state, asked.incident)
    patient = incident.patients.get(asked.patient)
    if patient is None:
        raise Refused(
            rule="AMBU-011",
            what=f"nothing is kept of a patient {asked.patient} of {incident.id}",
            where="/patient",
            fix="check the pseudonym; ambulance.accesses tells which there are",
        )
    accessed = medical.Accessed(
        incident=incident.id,
        patient=asked.patient,
        action=medical.Action.READ,
        ground=asked.ground,
        actor=request.entry.actor,
        role=request.entry.role,
    )
    return [
        Note(key="accessed", payload=accessed),
        Respond(key="answer", payload=_told(incident.id, asked.patient, patient)),
    ]


def accesses(state: State, asked: medical.Accesses) -> medical.AccessesTold:
    """Who wrote or read what is kept of a patient; it tells nothing of what that is."""
    incident = any_incident(state, asked.incident)
    told = tuple(a for a in incident.accesses if asked.patient in (None, a.patient))
    return medical.AccessesTold(incident=incident.id, accesses=told)


def _told(incident: str, id_: str, patient: Patient) -> medical.PatientRead:
    return medical.PatientRead(
        incident=incident,
        patient=id_,
        complaint=patient.complaint,
        crew_note=patient.crew_note,
        characteristics=patient.characteristics,
        hospital=patient.hospital,
    )


def _kept(incident: str, patient: str) -> Respond:
    return Respond(key="answer", payload=medical.Kept(incident=incident, patient=patient))


def _check(characteristics: Mapping[str, tuple[str, ...]]) -> None:
    """Every name must be the ambulance service's own, and its values those of its type.

    A refusal stands in the host's log, so it repeats no value, and no name but a known one.
    """
    for name, values in characteristics.items():
        row = CHARACTERISTICS.get(name)
        known = repr(name) if row else "a name that no characteristic has"
        if row is None or row.owner is not Discipline.AMBULANCE:
            raise Refused(
                rule="AMBU-009",
                what=f"{known} is not a medical characteristic",
                where="/characteristics",
                fix="set a shared one with incident.set_characteristic; medical ones are those "
                f"of owner ambulance in code list characteristics {CHARACTERISTICS.version}",
            )
        if row.problem(values) is not None:
            raise Refused(
                rule="AMBU-009",
                what=f"the values of {known} are not those of its type",
                where="/characteristics",
                fix="give values of the code list: one, unless it takes several",
            )
