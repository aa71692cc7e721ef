"""RC-RI: the vehicles engaged, as every service sees them: a snapshot, one state each."""

from typing import Annotated

from msgspec import UNSET, Meta, UnsetType

from abs_ambulance_bridge.hub_sante.codes import VehicleTypeShared
from abs_ambulance_bridge.hub_sante.scalars import (
    CaseId,
    CityCode,
    DateTime,
    Number,
    Part,
    RequestId,
    ResourceId,
)
from abs_ambulance_bridge.hub_sante.types.parts import Coord, State, Team, VehicleContact


class Position(Part, frozen=True, kw_only=True):
    datetime: DateTime
    speed: Number | UnsetType = UNSET
    coord: Coord


class Resource(Part, frozen=True, kw_only=True):
    datetime: DateTime
    resource_id: ResourceId
    request_id: RequestId | UnsetType = UNSET
    mission_id: str | UnsetType = UNSET
    operation_id: str | UnsetType = UNSET
    org_id: str | UnsetType = UNSET
    center_name: str | UnsetType = UNSET
    vehicle_type: VehicleTypeShared
    name: str | UnsetType = UNSET
    center_city: CityCode | UnsetType = UNSET
    team: Team | UnsetType = UNSET
    state: State
    position: Position | UnsetType = UNSET
    contact: VehicleContact | UnsetType = UNSET
    freetext: tuple[str, ...] | UnsetType = UNSET


class ResourcesInfoCisu(Part, frozen=True, kw_only=True):
    case_id: CaseId
    resource: Annotated[tuple[Resource, ...], Meta(min_length=1)]
