"""RS-ER: the order to engage vehicles."""

from typing import Annotated

from msgspec import UNSET, Meta, UnsetType

from abs_ambulance_bridge.hub_sante.codes import VehicleType
from abs_ambulance_bridge.hub_sante.scalars import CaseId, Part
from abs_ambulance_bridge.hub_sante.types.parts import Team


class Resource(Part, frozen=True, kw_only=True):
    vehicle_type: VehicleType
    name: str | UnsetType = UNSET
    team: Team | UnsetType = UNSET
    freetext: tuple[str, ...] | UnsetType = UNSET


class ResourcesEngagement(Part, frozen=True, kw_only=True):
    case_id: CaseId
    resource: Annotated[tuple[Resource, ...], Meta(min_length=1)]
