"""What the messages say. Every object is closed; `Opaque` parts are passed by unread."""

from pydantic import Field

from standalone_ambulance.profile.values import (
    Answer,
    CaseStatus,
    Deadline,
    Dotted,
    EventCode,
    Opaque,
    Part,
    Precision,
    Priority,
    Purpose,
    RequestId,
    ResourceId,
    RiskCode,
    Status,
    Step,
    Time,
    VictimCount,
)

# -- cases: RC-EDA (everybody), RS-EDA and RS-EDA-MAJ (health services) -------


class Code(Part):
    code: str
    label: str


class Event(Part):
    code: EventCode
    label: str


class Risk(Part):
    code: RiskCode
    label: str


class Victims(Part):
    count: VictimCount | None = None
    main_victim: str | None = None
    freetext: str | None = None


class Address(Part):
    complete: str
    number: str | None = None
    way_name: Opaque | None = None
    highway: Opaque | None = None


class City(Part):
    name: str | None = None
    insee_code: str | None = None
    detail: str | None = None


class Coord(Part):
    lat: float = Field(ge=-90, le=90)
    lon: float = Field(ge=-180, le=180)
    height: float | None = None
    heading: float | None = None
    speed: float | None = None
    precision: Precision


class Point(Part):
    coord: Coord
    is_aml: bool | None = Field(default=None, alias="isAml")


class Geometry(Part):
    datetime: Time
    point: Point | None = None
    sketch: str | None = None


class Location(Part):
    name: str | None = None
    external_location_id: tuple[Opaque, ...] | None = None
    detailed_address: Address | None = None
    city: City | None = None
    access: Opaque | None = None
    geometry: Geometry | None = None
    external_info: tuple[Opaque, ...] | None = None
    freetext: str | None = None


class SharedLocation(Location):
    loc_id: str = Field(alias="locID")
    loc_label: str | None = None
    country: str


class SharedQualification(Part):
    risk_threat: tuple[Risk, ...] | None = None
    whats_happen: Event
    location_kind: Code | None = None
    health_motive: Code | None = None
    victims: Victims | None = None


class Line(Part):
    creation: Time | None = None
    freetext: str | None = None


class Contact(Part):
    channel: str
    type: str
    detail: str


class Caller(Part):
    caller_contact: Contact
    callback_contact: Contact | None = None
    language: str | None = None
    type: str | None = None
    communication: str | None = None
    freetext: str | None = None
    detailed_name: Opaque | None = None


class CallTaker(Part):
    organization: str
    control_room: str
    role: str | None = None
    calltaker_contact: Contact | None = None
    calltaker_id: str | None = None


class SharedAlert(Part):
    id: str
    reception: Time
    reporting: str = Field(pattern="^(STANDARD|ATTENTION)$")
    notes: tuple[Line, ...] | None = None
    caller: Caller
    location: SharedLocation
    qualification: SharedQualification
    call_taker: CallTaker
    attachment: tuple[Opaque, ...] | None = None


class SharedCase(Part):
    """RC-EDA."""

    case_id: Dotted
    sender_case_id: str | None = None
    creation: Time
    reference_version: str
    qualification: SharedQualification
    location: SharedLocation
    initial_alert: SharedAlert | None = None
    new_alert: tuple[SharedAlert, ...] | None = None
    freetext: tuple[str, ...] | None = None
    additional_information: Opaque | None = None


class CaseDetails(Part):
    status: CaseStatus | None = None
    attribution: str | None = None
    priority: Priority | None = None
    care_level: str | None = None


class HealthQualification(Part):
    origin: str | None = None
    risk_threat: tuple[Risk, ...] | None = None
    whats_happen: Event | None = None
    location_kind: Code | None = None
    health_motive: Code | None = None
    details: CaseDetails | None = None


class HealthAlert(Part):
    reception: Time
    notes: tuple[Line, ...] | None = None
    caller: Caller


class Operator(Part):
    label: str | None = None
    role: str


class PatientDetail(Part):
    weight: float | None = None
    height: float | None = None
    age: str | None = Field(default=None, pattern=r"^P[0-9]{1,3}[YMWD]$")
    care_level: str | None = None
    medical_history: str | None = None
    treatment: str | None = None


class HealthPatient(Part):
    patient_id: str
    administrative_file: Opaque | None = None
    identity: Opaque | None = None
    detail: PatientDetail | None = None
    hypothesis: Opaque | None = None


class MedicalNote(Part):
    patient_id: str | None = None
    operator: Operator
    medical_note_id: str
    creation: Time | None = None
    freetext: str


class HealthCase(Part):
    """RS-EDA."""

    case_id: Dotted
    sender_case_id: str | None = None
    creation: Time
    perimeter: str | None = None
    intervention_type: str | None = None
    qualification: HealthQualification
    location: Location
    initial_alert: HealthAlert | None = None
    owner: Dotted
    patient: tuple[HealthPatient, ...] | None = None
    medical_note: tuple[MedicalNote, ...] | None = None
    decision: tuple[Opaque, ...] | None = None
    additional_information: Opaque | None = None


class ChangedQualification(Part):
    risk_threat: tuple[Risk, ...] | None = None
    details: CaseDetails | None = None


class HealthChange(Part):
    """RS-EDA-MAJ: the parts that changed."""

    case_id: Dotted
    sender_case_id: str | None = None
    perimeter: str | None = None
    qualification: ChangedQualification | None = None
    location: Opaque | None = None
    initial_alert: Opaque | None = None
    owner: Dotted | None = None
    patient: tuple[HealthPatient, ...] | None = None
    medical_note: tuple[MedicalNote, ...] | None = None
    decision: tuple[Opaque, ...] | None = None
    freetext: str | None = None
    additional_information: Opaque | None = None


# -- vehicles: RC-RI, RS-RI, RS-SR, GEO-POS ----------------------------------


class State(Part):
    datetime: Time
    status: Status
    availability: bool | None = None


class Resource(Part):
    datetime: Time
    resource_id: ResourceId
    request_id: RequestId | None = None
    mission_id: str | None = None
    org_id: str | None = None
    center_name: str | None = None
    vehicle_type: str
    name: str | None = None
    center_city: str | None = None
    team: Opaque | None = None
    contact: Opaque | None = None
    freetext: tuple[str, ...] | None = None


class SharedResource(Resource):
    operation_id: str | None = None
    state: State
    position: Opaque | None = None


class HealthResource(Resource):
    patient_id: str | None = None
    state: tuple[State, ...] | None = None


class SharedResources(Part):
    """RC-RI: all that is engaged, with one state each."""

    case_id: Dotted
    resource: tuple[SharedResource, ...] = Field(min_length=1)


class HealthResources(Part):
    """RS-RI: what is engaged, with the history of its states."""

    case_id: Dotted
    resource: tuple[HealthResource, ...] = Field(min_length=1)


class ResourceStatus(Part):
    """RS-SR: one change of status."""

    case_id: Dotted
    resource_id: ResourceId
    state: State


class PlainCoord(Part):
    lat: float = Field(ge=-90, le=90)
    lon: float = Field(ge=-180, le=180)
    height: float | None = None


class Position(Part):
    resource_id: ResourceId
    datetime: Time
    coord: PlainCoord
    speed: float | None = None
    cap: float | None = None
    move: str | None = None
    engine_on: bool | None = None
    ground_status: bool | None = None
    status: str | None = None
    engaged_status: str | None = None


class Positions(Part):
    """GEO-POS."""

    position: tuple[Position, ...] = Field(min_length=1)


# -- asking for a vehicle: RS-DR, RS-RR ---------------------------------------


class Request(Part):
    request_id: RequestId
    datetime: Time
    convention: str | None = None
    purpose: Purpose
    deadline: Deadline | None = None
    freetext: str | None = None


class ResourceRequest(Part):
    """RS-DR."""

    case_id: Dotted
    request: Request
    status: str | None = Field(default=None, pattern="^ANNULEE$")


class Response(Part):
    datetime: Time
    answer: Answer
    deadline: Deadline | None = None
    freetext: str | None = None


class ResourceResponse(Part):
    """RS-RR."""

    case_id: Dotted
    request_id: RequestId
    response: Response


# -- about messages: RC-REF, RS-ERROR -----------------------------------------


class Reference(Part):
    """RC-REF: the functional acknowledgement."""

    distribution_id: str = Field(alias="distributionID")
    refused: bool | None = None
    error_distribution_id: str | None = Field(default=None, alias="errorDistributionID")
    step: Step | None = None


class ErrorCode(Part):
    status_code: int
    status_string: str


class Error(Part):
    """RS-ERROR."""

    error_code: ErrorCode
    error_cause: str
    source_message: Opaque | None = None
    referenced_distribution_id: str = Field(alias="referencedDistributionID")


ROOTS: dict[str, tuple[str, type[Part]]] = {
    "createCase": ("RC-EDA", SharedCase),
    "createCaseHealth": ("RS-EDA", HealthCase),
    "createCaseHealthUpdate": ("RS-EDA-MAJ", HealthChange),
    "resourcesInfoCisu": ("RC-RI", SharedResources),
    "resourcesInfo": ("RS-RI", HealthResources),
    "resourcesStatus": ("RS-SR", ResourceStatus),
    "geoPositionsUpdate": ("GEO-POS", Positions),
    "resourcesRequest": ("RS-DR", ResourceRequest),
    "resourcesResponse": ("RS-RR", ResourceResponse),
    "reference": ("RC-REF", Reference),
    "error": ("RS-ERROR", Error),
}
"""The types that this system takes, by the name under which they stand in a message."""
