"""RS-RPIS: the record of an intervention."""

from msgspec import UNSET, UnsetType

from abs_ambulance_bridge.hub_sante.codes import (
    Country,
    DecisionResource,
    MedicalLevel,
    Sex,
    VehicleType,
)
from abs_ambulance_bridge.hub_sante.scalars import CaseId, CityCode, DateTime, Part, PlaceCode
from abs_ambulance_bridge.hub_sante.types.parts import HealthMotive, WhatsHappen


class Event(Part, frozen=True, kw_only=True):
    org_id: CaseId
    sender_case_id: str
    creation_date: DateTime
    decision_date: DateTime
    ressource_finess_legal: str
    ressource_finess_geo: str
    ressource_structure: str


class Regulation(Part, frozen=True, kw_only=True):
    whats_happen: WhatsHappen
    health_motive: HealthMotive
    medical_level: MedicalLevel


class ResidentialAddress(Part, frozen=True, kw_only=True):
    insee_code: CityCode
    city: str


class Patient(Part, frozen=True, kw_only=True):
    patient_id: str
    birth_date: str
    sex: Sex
    residential_address: ResidentialAddress | UnsetType = UNSET


class Location(Part, frozen=True, kw_only=True):
    type: PlaceCode | UnsetType = UNSET
    finess_geo: str | UnsetType = UNSET
    service: str | UnsetType = UNSET
    detailed_address: ResidentialAddress


class Team(Part, frozen=True, kw_only=True):
    doctor: bool
    nurse: bool
    driver: bool


class ResourceStatus(Part, frozen=True, kw_only=True):
    depart_smur: DateTime
    arrived_smur: DateTime | UnsetType = UNSET
    depart_location: DateTime | UnsetType = UNSET
    arrived_destination: DateTime | UnsetType = UNSET
    team_available: DateTime
    return_smur: DateTime


class Intervention(Part, frozen=True, kw_only=True):
    location: Location
    team: Team
    smur_status: ResourceStatus | UnsetType = UNSET
    procedure: tuple[str, ...] | UnsetType = UNSET
    main_diagnosis: str
    associated_diagnosis: str | UnsetType = UNSET


class Destination(Part, frozen=True, kw_only=True):
    destination_country: Country
    destination_category: str
    healthcare_type: str
    finess: str


class Decision(Part, frozen=True, kw_only=True):
    resource_type: DecisionResource
    vehicle_type: VehicleType
    medical_level: MedicalLevel


class Orientation(Part, frozen=True, kw_only=True):
    type: str
    destination: Destination | UnsetType = UNSET
    decision: Decision | UnsetType = UNSET


class Rpis(Part, frozen=True, kw_only=True):
    context: Event
    regulation: Regulation
    patient: Patient
    intervention: Intervention
    orientation: Orientation
