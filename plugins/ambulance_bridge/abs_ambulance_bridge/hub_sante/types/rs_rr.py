"""RS-RR: the answer to a request for a resource."""

from msgspec import UNSET, UnsetType

from abs_ambulance_bridge.hub_sante.codes import Answer, Deadline
from abs_ambulance_bridge.hub_sante.scalars import CaseId, DateTime, Part, RequestId


class Response(Part, frozen=True, kw_only=True):
    datetime: DateTime
    answer: Answer
    deadline: Deadline | UnsetType = UNSET
    freetext: str | UnsetType = UNSET


class ResourcesResponse(Part, frozen=True, kw_only=True):
    case_id: CaseId
    request_id: RequestId
    response: Response
