"""RS-SR: one change of status of one vehicle."""

from abs_ambulance_bridge.hub_sante.scalars import CaseId, Part, ResourceId
from abs_ambulance_bridge.hub_sante.types.parts import State


class ResourcesStatus(Part, frozen=True, kw_only=True):
    case_id: CaseId
    resource_id: ResourceId
    state: State
