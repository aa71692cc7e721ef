"""RS-BPV: the patient report of an intervention."""

from msgspec import UNSET, UnsetType

from abs_ambulance_bridge.hub_sante.codes import Sex, VitalType
from abs_ambulance_bridge.hub_sante.scalars import CaseId, DateTime, Part, PatientId
from abs_ambulance_bridge.hub_sante.types.parts import ExternalId, Operator


class Patient(Part, frozen=True, kw_only=True):
    patient_id: PatientId
    birth_name: str | UnsetType = UNSET
    last_name: str
    first_name: str
    birth_date: str | UnsetType = UNSET
    age: str | UnsetType = UNSET
    sex: Sex | UnsetType = UNSET
    external_id: tuple[ExternalId, ...] | UnsetType = UNSET
    height: int | UnsetType = UNSET
    weight: int | UnsetType = UNSET


class Vital(Part, frozen=True, kw_only=True):
    type: VitalType
    value: str
    precision: str | UnsetType = UNSET


class Evaluation(Part, frozen=True, kw_only=True):
    procedure: tuple[str, ...] | UnsetType = UNSET
    main_diagnosis: str | UnsetType = UNSET
    associated_diagnosis: tuple[str, ...] | UnsetType = UNSET
    parameter: tuple[Vital, ...] | UnsetType = UNSET
    medical_history: str | UnsetType = UNSET
    treatment: str | UnsetType = UNSET
    freetext: tuple[str, ...] | UnsetType = UNSET


class InterventionReport(Part, frozen=True, kw_only=True):
    case_id: CaseId
    report_id: str
    redactor: Operator
    creation: DateTime
    patient: Patient
    evaluation: Evaluation | UnsetType = UNSET
