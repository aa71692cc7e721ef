"""GEO-REQ: a question for the details of vehicles."""

from typing import Annotated

from msgspec import Meta

from abs_ambulance_bridge.hub_sante.scalars import Part, ResourceId


class GeoResourcesRequest(Part, frozen=True, kw_only=True):
    resource_id: Annotated[tuple[ResourceId, ...], Meta(min_length=1)]
