"""RS-DR: a request for a resource."""

from msgspec import UNSET, UnsetType

from abs_ambulance_bridge.hub_sante.codes import Convention, Deadline, Purpose, RequestStatus
from abs_ambulance_bridge.hub_sante.scalars import CaseId, DateTime, Part, RequestId


class Request(Part, frozen=True, kw_only=True):
    request_id: RequestId
    datetime: DateTime
    convention: Convention | UnsetType = UNSET
    purpose: Purpose
    deadline: Deadline | UnsetType = UNSET
    freetext: str | UnsetType = UNSET


class ResourcesRequest(Part, frozen=True, kw_only=True):
    case_id: CaseId
    request: Request
    status: RequestStatus | UnsetType = UNSET
