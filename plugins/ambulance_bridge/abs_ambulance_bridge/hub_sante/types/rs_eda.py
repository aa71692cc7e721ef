"""RS-EDA: a medical case, health services only."""

from msgspec import UNSET, UnsetType

from abs_ambulance_bridge.hub_sante.codes import (
    CallOrigin,
    CareLevel,
    CaseAttribution,
    CasePriority,
    CaseStatus,
    InterventionType,
    Perimeter,
    Precision,
)
from abs_ambulance_bridge.hub_sante.scalars import CaseId, CityCode, DateTime, Number, OwnerId, Part
from abs_ambulance_bridge.hub_sante.types.parts import (
    Access,
    AdditionalInformation,
    Caller,
    Decision,
    ExternalInfo,
    ExternalLocationId,
    HealthMotive,
    LocationKind,
    MedicalNote,
    Note,
    Patient,
    RiskThreat,
    WayName,
    WhatsHappen,
)


class CaseDetails(Part, frozen=True, kw_only=True):
    status: CaseStatus | UnsetType = UNSET
    attribution: CaseAttribution | UnsetType = UNSET
    priority: CasePriority | UnsetType = UNSET
    care_level: CareLevel | UnsetType = UNSET


class Qualification(Part, frozen=True, kw_only=True):
    origin: CallOrigin | UnsetType = UNSET
    risk_threat: tuple[RiskThreat, ...] | UnsetType = UNSET
    whats_happen: WhatsHappen | UnsetType = UNSET
    location_kind: LocationKind | UnsetType = UNSET
    health_motive: HealthMotive | UnsetType = UNSET
    details: CaseDetails | UnsetType = UNSET


class Highway(Part, frozen=True, kw_only=True):
    name: str | UnsetType = UNSET
    pk: str | UnsetType = UNSET
    direction: str | UnsetType = UNSET


class DetailedAddress(Part, frozen=True, kw_only=True):
    highway: Highway | UnsetType = UNSET
    complete: str
    number: str | UnsetType = UNSET
    way_name: WayName | UnsetType = UNSET


class City(Part, frozen=True, kw_only=True):
    name: str | UnsetType = UNSET
    insee_code: CityCode | UnsetType = UNSET


class Coord(Part, frozen=True, kw_only=True):
    lat: Number
    lon: Number
    height: Number | UnsetType = UNSET
    precision: Precision


class Point(Part, frozen=True, kw_only=True):
    coord: Coord
    is_aml: bool | UnsetType = UNSET


class Geometry(Part, frozen=True, kw_only=True):
    datetime: DateTime
    point: Point | UnsetType = UNSET


class Location(Part, frozen=True, kw_only=True):
    name: str | UnsetType = UNSET
    external_location_id: tuple[ExternalLocationId, ...] | UnsetType = UNSET
    detailed_address: DetailedAddress | UnsetType = UNSET
    city: City | UnsetType = UNSET
    access: Access | UnsetType = UNSET
    geometry: Geometry | UnsetType = UNSET
    external_info: tuple[ExternalInfo, ...] | UnsetType = UNSET
    freetext: str | UnsetType = UNSET


class Alert(Part, frozen=True, kw_only=True):
    reception: DateTime
    notes: tuple[Note, ...] | UnsetType = UNSET
    caller: Caller


class CreateCaseHealth(Part, frozen=True, kw_only=True):
    case_id: CaseId
    sender_case_id: str | UnsetType = UNSET
    creation: DateTime
    perimeter: Perimeter | UnsetType = UNSET
    intervention_type: InterventionType | UnsetType = UNSET
    qualification: Qualification
    location: Location
    initial_alert: Alert | UnsetType = UNSET
    owner: OwnerId
    patient: tuple[Patient, ...] | UnsetType = UNSET
    medical_note: tuple[MedicalNote, ...] | UnsetType = UNSET
    decision: tuple[Decision, ...] | UnsetType = UNSET
    additional_information: AdditionalInformation | UnsetType = UNSET
