"""RS-ERROR: what the hub or a client could not do with a message."""

import msgspec
from msgspec import UNSET, UnsetType

from abs_ambulance_bridge.hub_sante.scalars import Free, Number, Part


class ErrorCode(Part, frozen=True, kw_only=True):
    status_code: Number
    status_string: str


class Error(Part, frozen=True, kw_only=True):
    error_code: ErrorCode
    error_cause: str
    source_message: Free | UnsetType = UNSET
    referenced_distribution_id: str = msgspec.field(name="referencedDistributionID")
