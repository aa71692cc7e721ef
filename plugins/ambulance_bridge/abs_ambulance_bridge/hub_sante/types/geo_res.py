"""GEO-RES: the details of vehicles."""

from msgspec import UNSET, UnsetType

from abs_ambulance_bridge.hub_sante.codes import (
    FleetCapacity,
    FleetContact,
    FleetMobility,
    FleetNature,
    FleetType,
)
from abs_ambulance_bridge.hub_sante.scalars import Part, ResourceId


class Contact(Part, frozen=True, kw_only=True):
    type: FleetContact | UnsetType = UNSET
    details: str | UnsetType = UNSET


class Resource(Part, frozen=True, kw_only=True):
    resource_id: ResourceId
    org_id: str
    name: str | UnsetType = UNSET
    resource_type: FleetType
    nature: FleetNature | UnsetType = UNSET
    mobility: FleetMobility | UnsetType = UNSET
    capacity: FleetCapacity | UnsetType = UNSET
    contacts: tuple[Contact, ...] | UnsetType = UNSET


class GeoResourcesDetails(Part, frozen=True, kw_only=True):
    resource: tuple[Resource, ...] | UnsetType = UNSET
