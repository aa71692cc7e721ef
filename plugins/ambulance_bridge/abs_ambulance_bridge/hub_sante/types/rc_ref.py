"""RC-REF: the functional acknowledgement of a message."""

import msgspec
from msgspec import UNSET, UnsetType

from abs_ambulance_bridge.hub_sante.codes import ReferenceStep
from abs_ambulance_bridge.hub_sante.scalars import Part


class Reference(Part, frozen=True, kw_only=True):
    distribution_id: str = msgspec.field(name="distributionID")
    refused: bool | UnsetType = UNSET
    error_distribution_id: str | UnsetType = msgspec.field(
        default=UNSET, name="errorDistributionID"
    )
    step: ReferenceStep | UnsetType = UNSET
