"""A patient, as the block's own private events tell of one."""

from collections.abc import Mapping

import msgspec
from msgspec.structs import replace

from abs_ambulance import medical


class Patient(msgspec.Struct, frozen=True, kw_only=True):
    """Medical: never a part of anything that leaves this block, but to the patient's crew."""

    complaint: str | None = None
    crew_note: str | None = None
    characteristics: Mapping[str, tuple[str, ...]] = {}
    hospital: str | None = None


Patients = Mapping[str, Patient]


def noted(patients: Patients, event: msgspec.Struct) -> Patients:
    """The patients of an incident after a private event."""
    match event:
        case medical.Triaged(patient=id_, complaint=complaint, crew_note=note):
            known = patients.get(id_, Patient())
            said = replace(
                known,
                complaint=complaint or known.complaint,
                crew_note=note or known.crew_note,
            )
            return {**patients, id_: said}
        case medical.PatientRecorded(patient=id_, characteristics=more):
            known = patients.get(id_, Patient())
            merged = {**known.characteristics, **more}
            return {**patients, id_: replace(known, characteristics=merged)}
        case medical.HospitalChosen(patient=id_, hospital=hospital):
            known = patients.get(id_, Patient())
            return {**patients, id_: replace(known, hospital=hospital)}
        case _:
            return patients
