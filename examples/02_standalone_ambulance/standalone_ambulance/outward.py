"""What this system tells its partners, written in the profile's messages.

A case goes out whole: RC-EDA for everybody, RS-EDA for health services. What a
partner may get of the two families is its `takes`; medical notes stand in RS only.
"""

from datetime import datetime

from standalone_ambulance.model import (
    ENDED,
    Ask,
    Case,
    Mission,
    Note,
    Place,
    Step,
    Urgency,
    Vehicle,
)
from standalone_ambulance.profile import contents as wire
from standalone_ambulance.profile.values import Part

REFERENCE = "1.3"
PRIORITY = {
    Urgency.A0: "P0",
    Urgency.A1: "P1",
    Urgency.A2: "P2",
    Urgency.B1: "P3",
    Urgency.B2: "P3",
}
STATUS = {
    Step.ORDERED: "DECLENCHE",
    Step.DEPARTED: "DEPART",
    Step.AT_SCENE: "ARRIVEE",
    Step.TRANSPORTING: "TRANSP",
    Step.AT_HOSPITAL: "DESTIN",
    Step.FREE: "FINPEC",
    Step.CANCELLED: "ANNULE",
}
"""Our own reading of the profile's codes."""


def shared_case(case: Case, own: str) -> wire.SharedCase:
    """RC-EDA: nothing of a patient, nothing medical."""
    place, event = _shared_place(case), wire.Event(code=case.event.code, label=case.event.label)
    qualification = wire.SharedQualification(whats_happen=event)
    return wire.SharedCase(
        case_id=case.id,
        sender_case_id=case.number,
        creation=case.opened,
        reference_version=REFERENCE,
        qualification=qualification,
        location=place,
        initial_alert=_alert(case, place, qualification, own),
        freetext=tuple(note.text for note in case.notes if note.by == own and note.shared) or None,
    )


def health_case(case: Case, own: str) -> wire.HealthCase:
    """RS-EDA: all of it, for health services."""
    details = wire.CaseDetails(
        status="CLOTURE" if case.closed else "ACTIF",
        priority=PRIORITY[case.urgency] if case.urgency else None,
    )
    event = wire.Event(code=case.event.code, label=case.event.label)
    return wire.HealthCase(
        case_id=case.id,
        sender_case_id=case.number,
        creation=case.opened,
        qualification=wire.HealthQualification(
            origin="112" if case.call else None, whats_happen=event, details=details
        ),
        location=_place(case.place, case),
        owner=case.owner,
        patient=tuple(_patients(case, own)) or None,
        medical_note=medical_notes(case, own) or None,
    )


def medical_notes(case: Case, own: str) -> tuple[wire.MedicalNote, ...]:
    mine = [note for note in case.medical if note.by == own]
    return tuple(_medical_note(note, n, case, own) for n, note in enumerate(mine, 1))


def health_change(case: Case, own: str) -> wire.HealthChange:
    """RS-EDA-MAJ: what this system adds to a case that another opened."""
    details = wire.CaseDetails(
        status="CLOTURE" if case.closed else "ACTIF",
        priority=PRIORITY[case.urgency] if case.urgency else None,
    )
    return wire.HealthChange(
        case_id=case.id,
        sender_case_id=case.number,
        qualification=wire.ChangedQualification(details=details),
        patient=tuple(_patients(case, own)) or None,
        medical_note=medical_notes(case, own) or None,
    )


def _alert(
    case: Case, place: wire.SharedLocation, what: wire.SharedQualification, own: str
) -> wire.SharedAlert | None:
    if case.call is None:
        return None
    return wire.SharedAlert(
        id=f"{case.number}-1",
        reception=case.call.at,
        reporting="ATTENTION" if case.urgency in (Urgency.A0, Urgency.A1) else "STANDARD",
        caller=wire.Caller(
            caller_contact=wire.Contact(channel="PERSONNE", type="TEL", detail=case.call.number)
        ),
        location=place,
        qualification=what,
        call_taker=wire.CallTaker(organization=own, control_room=own),
    )


def _shared_place(case: Case) -> wire.SharedLocation:
    said = case.place.said or {}
    tree = _place(case.place, case).tree()
    ours = {"locID": f"{case.number}-place", "country": "NL"}
    theirs = {name: said[name] for name in ("locID", "locLabel", "country") if name in said}
    return wire.SharedLocation.model_validate({**tree, **ours, **theirs})


def _place(place: Place, case: Case) -> wire.Location:
    """As it was said to us, where another system said it."""
    if place.said is not None:
        names = {"locID", "locLabel", "country"}
        return wire.Location.model_validate({k: v for k, v in place.said.items() if k not in names})
    geometry = None
    if place.lat is not None and place.lon is not None:
        coord = wire.Coord(lat=place.lat, lon=place.lon, precision="EXACTE")
        geometry = wire.Geometry(datetime=case.opened, point=wire.Point(coord=coord))
    return wire.Location(
        name=place.name,
        detailed_address=wire.Address(complete=place.address) if place.address else None,
        city=wire.City(name=place.city) if place.city else None,
        geometry=geometry,
    )


def _patients(case: Case, own: str) -> list[wire.HealthPatient]:
    return [
        wire.HealthPatient(
            patient_id=f"{own}.patient.{case.number}-{each.number}",
            detail=None
            if each.age_years is None
            else wire.PatientDetail(age=f"P{each.age_years}Y"),
        )
        for each in case.patients
    ]


def _medical_note(note: Note, number: int, case: Case, own: str) -> wire.MedicalNote:
    return wire.MedicalNote(
        operator=wire.Operator(role="ARM"),
        medical_note_id=f"{own}.medicalNote.{case.number}-{number}",
        creation=note.at,
        freetext=note.text,
    )


# -- vehicles -----------------------------------------------------------------


def resource_id(vehicle: str, own: str) -> str:
    return f"{own}.resource.{vehicle}"


def engaged(case: Case, mission: Mission, own: str) -> wire.HealthResources:
    """RS-RI of one vehicle, with all of its states, newest first."""
    states = tuple(
        wire.State(datetime=each.at, status=STATUS[each.step], availability=each.step in ENDED)
        for each in reversed(mission.steps)
    )
    resource = wire.HealthResource(
        datetime=mission.steps[-1].at,
        resource_id=resource_id(mission.vehicle, own),
        request_id=mission.for_ask,
        mission_id=mission.id,
        org_id=own,
        vehicle_type="TSU.AMB",
        name=mission.vehicle,
        state=states,
    )
    return wire.HealthResources(case_id=case.id, resource=(resource,))


def engaged_shared(case: Case, own: str) -> wire.SharedResources:
    """RC-RI: every vehicle of ours on the case, as it stands; the profile has one type for us."""
    resources = tuple(
        wire.SharedResource(
            datetime=each.steps[-1].at,
            resource_id=resource_id(each.vehicle, own),
            request_id=each.for_ask,
            mission_id=each.id,
            org_id=own,
            vehicle_type="SMUR",
            name=each.vehicle,
            state=_state(each),
        )
        for each in _latest(case)
    )
    return wire.SharedResources(case_id=case.id, resource=resources)


def status(case: Case, mission: Mission, own: str) -> wire.ResourceStatus:
    """RS-SR."""
    return wire.ResourceStatus(
        case_id=case.id, resource_id=resource_id(mission.vehicle, own), state=_state(mission)
    )


def _state(mission: Mission) -> wire.State:
    step = mission.step
    return wire.State(
        datetime=mission.steps[-1].at, status=STATUS[step], availability=step in ENDED
    )


def _latest(case: Case) -> list[Mission]:
    """One mission of each vehicle: a vehicle that came twice is one vehicle."""
    return list({each.vehicle: each for each in case.missions}.values())


def position(vehicle: Vehicle, lat: float, lon: float, at: datetime, own: str) -> wire.Positions:
    """GEO-POS."""
    free = vehicle.in_service and vehicle.case is None
    return wire.Positions(
        position=(
            wire.Position(
                resource_id=resource_id(vehicle.id, own),
                datetime=at,
                coord=wire.PlainCoord(lat=lat, lon=lon),
                status="DISPONIBLE" if free else "INDISPONIBLE",
            ),
        )
    )


# -- asks, and answers about messages -------------------------------------------


def ask(case: Case, asked: Ask) -> wire.ResourceRequest:
    """RS-DR."""
    return wire.ResourceRequest(
        case_id=case.id,
        request=wire.Request(
            request_id=asked.id, datetime=asked.at, purpose=asked.purpose, freetext=asked.words
        ),
        status="ANNULEE" if asked.withdrawn else None,
    )


def answer(case: Case, asked: Ask, at: datetime) -> wire.ResourceResponse:
    """RS-RR."""
    said = wire.Response(datetime=at, answer=asked.answer or "DIFFEREE")
    return wire.ResourceResponse(case_id=case.id, request_id=asked.id, response=said)


def acknowledged(of: str, step: str) -> Part:
    """RC-REF."""
    return wire.Reference(distributionID=of, step=step)


def refused(of: str, code: int, title: str, cause: str) -> Part:
    """RS-ERROR."""
    return wire.Error(
        error_code=wire.ErrorCode(status_code=code, status_string=title),
        error_cause=cause,
        referencedDistributionID=of,
    )
