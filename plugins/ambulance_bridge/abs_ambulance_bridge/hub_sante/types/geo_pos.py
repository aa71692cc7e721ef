"""GEO-POS: where vehicles are."""

from typing import Annotated

from msgspec import UNSET, Meta, UnsetType

from abs_ambulance_bridge.hub_sante.codes import PositionAvailability, PositionMove, PositionStatus
from abs_ambulance_bridge.hub_sante.scalars import DateTime, Number, Part, ResourceId
from abs_ambulance_bridge.hub_sante.types.parts import Coord


class Position(Part, frozen=True, kw_only=True):
    resource_id: ResourceId
    datetime: DateTime
    coord: Coord
    speed: Number | UnsetType = UNSET
    cap: Number | UnsetType = UNSET
    move: PositionMove | UnsetType = UNSET
    engine_on: bool | UnsetType = UNSET
    ground_status: bool | UnsetType = UNSET
    status: PositionAvailability | UnsetType = UNSET
    engaged_status: PositionStatus | UnsetType = UNSET


class GeoPositionsUpdate(Part, frozen=True, kw_only=True):
    position: Annotated[tuple[Position, ...], Meta(min_length=1)]
