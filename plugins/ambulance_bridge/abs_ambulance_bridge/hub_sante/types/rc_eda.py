"""RC-EDA: an incident (affaire) as every service shares it."""

import msgspec
from msgspec import UNSET, UnsetType

from abs_ambulance_bridge.hub_sante.codes import (
    Country,
    MapKind,
    MapSource,
    Precision,
    Reporting,
    VictimCount,
    VictimKind,
)
from abs_ambulance_bridge.hub_sante.scalars import CaseId, CityCode, DateTime, Number, Part
from abs_ambulance_bridge.hub_sante.types.parts import (
    Access,
    AdditionalInformation,
    Caller,
    Contact,
    ExternalLocationId,
    HealthMotive,
    LocationKind,
    Note,
    RiskThreat,
    WayName,
    WhatsHappen,
)


class Victims(Part, frozen=True, kw_only=True):
    count: VictimCount | UnsetType = UNSET
    main_victim: VictimKind | UnsetType = UNSET
    freetext: str | UnsetType = UNSET


class Qualification(Part, frozen=True, kw_only=True):
    risk_threat: tuple[RiskThreat, ...] | UnsetType = UNSET
    whats_happen: WhatsHappen
    location_kind: LocationKind | UnsetType = UNSET
    health_motive: HealthMotive | UnsetType = UNSET
    victims: Victims | UnsetType = UNSET


class DetailedAddress(Part, frozen=True, kw_only=True):
    complete: str
    number: str | UnsetType = UNSET
    way_name: WayName | UnsetType = UNSET


class City(Part, frozen=True, kw_only=True):
    name: str | UnsetType = UNSET
    insee_code: CityCode | UnsetType = UNSET
    detail: str | UnsetType = UNSET


class Coord(Part, frozen=True, kw_only=True):
    lat: Number
    lon: Number
    height: Number | UnsetType = UNSET
    heading: Number | UnsetType = UNSET
    speed: Number | UnsetType = UNSET
    precision: Precision


class Point(Part, frozen=True, kw_only=True):
    coord: Coord


class Geometry(Part, frozen=True, kw_only=True):
    datetime: DateTime
    point: Point | UnsetType = UNSET
    sketch: str | UnsetType = UNSET


class ExternalInfo(Part, frozen=True, kw_only=True):
    freetext: MapSource
    type: MapKind
    uri: str


class Location(Part, frozen=True, kw_only=True):
    loc_id: str = msgspec.field(name="locID")
    loc_label: str | UnsetType = UNSET
    name: str | UnsetType = UNSET
    external_location_id: tuple[ExternalLocationId, ...] | UnsetType = UNSET
    detailed_address: DetailedAddress | UnsetType = UNSET
    city: City | UnsetType = UNSET
    access: Access | UnsetType = UNSET
    geometry: Geometry | UnsetType = UNSET
    external_info: tuple[ExternalInfo, ...] | UnsetType = UNSET
    country: Country
    freetext: str | UnsetType = UNSET


class CallTaker(Part, frozen=True, kw_only=True):
    organization: str
    control_room: str
    role: str | UnsetType = UNSET
    calltaker_contact: Contact | UnsetType = UNSET
    calltaker_id: str | UnsetType = UNSET


class Attachment(Part, frozen=True, kw_only=True):
    description: str | UnsetType = UNSET
    mime_type: str | UnsetType = UNSET
    size: int | UnsetType = UNSET
    uri: str = msgspec.field(name="URI")
    deref_uri: str | UnsetType = msgspec.field(default=UNSET, name="derefURI")
    digest: str | UnsetType = UNSET


class Alert(Part, frozen=True, kw_only=True):
    id: str
    reception: DateTime
    reporting: Reporting
    notes: tuple[Note, ...] | UnsetType = UNSET
    caller: Caller
    location: Location
    qualification: Qualification
    call_taker: CallTaker
    attachment: tuple[Attachment, ...] | UnsetType = UNSET


class CreateCase(Part, frozen=True, kw_only=True):
    case_id: CaseId
    sender_case_id: str | UnsetType = UNSET
    creation: DateTime
    reference_version: str
    qualification: Qualification
    location: Location
    initial_alert: Alert | UnsetType = UNSET
    new_alert: tuple[Alert, ...] | UnsetType = UNSET
    freetext: tuple[str, ...] | UnsetType = UNSET
    additional_information: AdditionalInformation | UnsetType = UNSET
