"""RS-RI: the vehicles engaged, with the history of their states."""

from typing import Annotated

from msgspec import UNSET, Meta, UnsetType

from abs_ambulance_bridge.hub_sante.codes import VehicleType
from abs_ambulance_bridge.hub_sante.scalars import (
    CaseId,
    CityCode,
    DateTime,
    Part,
    RequestId,
    ResourceId,
)
from abs_ambulance_bridge.hub_sante.types.parts import State, Team, VehicleContact


class Resource(Part, frozen=True, kw_only=True):
    datetime: DateTime
    resource_id: ResourceId
    request_id: RequestId | UnsetType = UNSET
    mission_id: str | UnsetType = UNSET
    org_id: str | UnsetType = UNSET
    patient_id: str | UnsetType = UNSET
    center_name: str | UnsetType = UNSET
    vehicle_type: VehicleType
    name: str | UnsetType = UNSET
    center_city: CityCode | UnsetType = UNSET
    team: Team | UnsetType = UNSET
    state: tuple[State, ...] | UnsetType = UNSET
    contact: VehicleContact | UnsetType = UNSET
    freetext: tuple[str, ...] | UnsetType = UNSET


class ResourcesInfo(Part, frozen=True, kw_only=True):
    case_id: CaseId
    resource: Annotated[tuple[Resource, ...], Meta(min_length=1)]
