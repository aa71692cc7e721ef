"""Parts that several messages share."""

from typing import Annotated

from msgspec import UNSET, Meta, UnsetType

from abs_ambulance_bridge.hub_sante.codes import (
    CallerType,
    CareLevel,
    Communication,
    ContactChannel,
    ContactType,
    DecisionOrientation,
    DecisionResource,
    DecisionType,
    Language,
    MapKind,
    MapSource,
    MedicalLevel,
    OperatorRole,
    PatientNumberSource,
    PlaceNumberSource,
    Sex,
    VehicleStatus,
)
from abs_ambulance_bridge.hub_sante.scalars import (
    Age,
    Date,
    DateTime,
    DiagnosisCode,
    EventCode,
    MedicalNoteId,
    MotiveCode,
    Number,
    Part,
    PatientId,
    PhoneNumber,
    PlaceCode,
    PlaceNumber,
    RiskCode,
)


class RiskThreat(Part, frozen=True, kw_only=True):
    code: RiskCode
    label: str


class WhatsHappen(Part, frozen=True, kw_only=True):
    code: EventCode
    label: str


class LocationKind(Part, frozen=True, kw_only=True):
    code: PlaceCode
    label: str


class HealthMotive(Part, frozen=True, kw_only=True):
    code: MotiveCode
    label: str


class ExternalLocationId(Part, frozen=True, kw_only=True):
    source: PlaceNumberSource
    value: PlaceNumber


class WayName(Part, frozen=True, kw_only=True):
    complete: str
    type: str | UnsetType = UNSET
    name: str | UnsetType = UNSET


class Access(Part, frozen=True, kw_only=True):
    floor: str | UnsetType = UNSET
    room_number: str | UnsetType = UNSET
    interphone: str | UnsetType = UNSET
    access_code: tuple[str, ...] | UnsetType = UNSET
    elevator: str | UnsetType = UNSET
    building_name: str | UnsetType = UNSET
    entrance: str | UnsetType = UNSET
    entity: str | UnsetType = UNSET
    phone_number: PhoneNumber | UnsetType = UNSET


class Note(Part, frozen=True, kw_only=True):
    creation: DateTime | UnsetType = UNSET
    freetext: str | UnsetType = UNSET


class Contact(Part, frozen=True, kw_only=True):
    channel: ContactChannel
    type: ContactType
    detail: str


class DetailedName(Part, frozen=True, kw_only=True):
    complete: str
    last_name: str | UnsetType = UNSET
    first_name: str | UnsetType = UNSET


class Caller(Part, frozen=True, kw_only=True):
    caller_contact: Contact
    callback_contact: Contact | UnsetType = UNSET
    language: Language | UnsetType = UNSET
    type: CallerType | UnsetType = UNSET
    communication: Communication | UnsetType = UNSET
    freetext: str | UnsetType = UNSET
    detailed_name: DetailedName | UnsetType = UNSET


class CustomMap(Part, frozen=True, kw_only=True):
    key: str
    label: str | UnsetType = UNSET
    value: str
    freetext: str | UnsetType = UNSET


class AdditionalInformation(Part, frozen=True, kw_only=True):
    custom_map: Annotated[tuple[CustomMap, ...], Meta(max_length=3)] | UnsetType = UNSET


class Team(Part, frozen=True, kw_only=True):
    medical_level: MedicalLevel | UnsetType = UNSET
    name: str | UnsetType = UNSET


class State(Part, frozen=True, kw_only=True):
    datetime: DateTime
    status: VehicleStatus
    availability: bool | UnsetType = UNSET


class Coord(Part, frozen=True, kw_only=True):
    lat: Number
    lon: Number
    height: Number | UnsetType = UNSET


class VehicleContact(Part, frozen=True, kw_only=True):
    type: ContactType | UnsetType = UNSET
    details: str | UnsetType = UNSET


class ExternalInfo(Part, frozen=True, kw_only=True):
    freetext: MapSource
    type: MapKind | UnsetType = UNSET
    uri: str


class ExternalId(Part, frozen=True, kw_only=True):
    source: PatientNumberSource
    value: str


class PersonalContact(Part, frozen=True, kw_only=True):
    type: ContactType
    detail: str


class GeneralPractitioner(Part, frozen=True, kw_only=True):
    detailed_name: DetailedName
    rpps_id: str | UnsetType = UNSET
    contact: tuple[PersonalContact, ...] | UnsetType = UNSET


class AdministrativeFile(Part, frozen=True, kw_only=True):
    external_id: tuple[ExternalId, ...] | UnsetType = UNSET
    general_practitioner: GeneralPractitioner | UnsetType = UNSET


class StrictFeatures(Part, frozen=True, kw_only=True):
    birth_name: str | UnsetType = UNSET
    birth_date: Date | UnsetType = UNSET
    sex: Sex | UnsetType = UNSET


class Identity(Part, frozen=True, kw_only=True):
    strict_features: StrictFeatures | UnsetType = UNSET
    non_strict_features: DetailedName | UnsetType = UNSET


class PatientDetail(Part, frozen=True, kw_only=True):
    weight: Number | UnsetType = UNSET
    height: Number | UnsetType = UNSET
    age: Age | UnsetType = UNSET
    care_level: CareLevel | UnsetType = UNSET
    medical_history: str | UnsetType = UNSET
    treatment: str | UnsetType = UNSET


class MainDiagnosis(Part, frozen=True, kw_only=True):
    code: DiagnosisCode
    label: str


class Hypothesis(Part, frozen=True, kw_only=True):
    main_diagnosis: MainDiagnosis | UnsetType = UNSET
    other_diagnosis: tuple[MainDiagnosis, ...] | UnsetType = UNSET


class Patient(Part, frozen=True, kw_only=True):
    patient_id: PatientId
    administrative_file: AdministrativeFile | UnsetType = UNSET
    identity: Identity | UnsetType = UNSET
    detail: PatientDetail | UnsetType = UNSET
    hypothesis: Hypothesis | UnsetType = UNSET


class Operator(Part, frozen=True, kw_only=True):
    label: str | UnsetType = UNSET
    role: OperatorRole


class MedicalNote(Part, frozen=True, kw_only=True):
    patient_id: PatientId | UnsetType = UNSET
    operator: Operator
    medical_note_id: MedicalNoteId
    creation: DateTime | UnsetType = UNSET
    freetext: str


class Destination(Part, frozen=True, kw_only=True):
    external_location_id: tuple[ExternalLocationId, ...] | UnsetType = UNSET
    freetext: str | UnsetType = UNSET


class Decision(Part, frozen=True, kw_only=True):
    patient_id: str | UnsetType = UNSET
    creation: DateTime
    operator: Operator
    decision_type: DecisionType
    resource_type: DecisionResource | UnsetType = UNSET
    medical_transport: bool | UnsetType = UNSET
    orientation_type: DecisionOrientation | UnsetType = UNSET
    destination: Destination | UnsetType = UNSET
