"""RS-EDA-MAJ: the parts of a medical case that changed."""

from msgspec import UNSET, UnsetType

from abs_ambulance_bridge.hub_sante.codes import CareLevel, CasePriority, CaseStatus, Perimeter
from abs_ambulance_bridge.hub_sante.scalars import CaseId, OwnerId, Part
from abs_ambulance_bridge.hub_sante.types.parts import (
    AdditionalInformation,
    Decision,
    ExternalInfo,
    MedicalNote,
    Note,
    Patient,
    RiskThreat,
)


class CaseDetails(Part, frozen=True, kw_only=True):
    status: CaseStatus | UnsetType = UNSET
    priority: CasePriority | UnsetType = UNSET
    care_level: CareLevel | UnsetType = UNSET


class Qualification(Part, frozen=True, kw_only=True):
    risk_threat: tuple[RiskThreat, ...] | UnsetType = UNSET
    details: CaseDetails | UnsetType = UNSET


class Location(Part, frozen=True, kw_only=True):
    external_info: tuple[ExternalInfo, ...] | UnsetType = UNSET


class Alert(Part, frozen=True, kw_only=True):
    notes: tuple[Note, ...] | UnsetType = UNSET


class CreateCaseHealthUpdate(Part, frozen=True, kw_only=True):
    case_id: CaseId
    sender_case_id: str | UnsetType = UNSET
    perimeter: Perimeter | UnsetType = UNSET
    qualification: Qualification | UnsetType = UNSET
    location: Location | UnsetType = UNSET
    initial_alert: Alert | UnsetType = UNSET
    owner: OwnerId | UnsetType = UNSET
    patient: tuple[Patient, ...] | UnsetType = UNSET
    medical_note: tuple[MedicalNote, ...] | UnsetType = UNSET
    decision: tuple[Decision, ...] | UnsetType = UNSET
    freetext: str | UnsetType = UNSET
    additional_information: AdditionalInformation | UnsetType = UNSET
