"""What each figure means, where that comes from, and what the log can not tell of it."""

from collections.abc import Mapping
from typing import NamedTuple


class Definition(NamedTuple):
    """`within`: seconds, unless somebody says otherwise; None where nothing is waited for."""

    title: str
    means: str
    source: str
    not_in_log: str
    within: float | None = None


PICK_UP = "pick_up"
TRANSFER = "warm_transfer"
INFORMED = "informed"
AVAILABLE = "available"

DEFINITIONS: Mapping[str, Definition] = {
    PICK_UP: Definition(
        title="112 call picked up",
        means="of the 112 calls in the log, by the party that recorded them: those that were "
        "recorded within x seconds of their reception",
        source="90 % within 10 to 15 s is what the 112 front office is said to aim at: from "
        "practice, to be verified. The pilots' own norm is not public.",
        not_in_log="when somebody answered, or a call that ended before it was recorded. A call is "
        "answered when it is recorded at the latest, so the true share is this or more",
        within=15,
    ),
    TRANSFER: Definition(
        title="hand-over taken up",
        means="of the attachments of a party to an incident that another opened: those after "
        "which the party had its part in hand within x seconds (took it up, assigned a unit, or "
        "closed it)",
        source="our own assumption: no norm was found in public.",
        not_in_log="whether the caller was still on the line. A party that is called back after it "
        "closed its part takes nothing up anew, and is not counted",
        within=30,
    ),
    INFORMED: Definition(
        title="party informed",
        means="of the parties that an incident took, or that its class calls, other than the one "
        "that opened it: those that were attached within x seconds of its first call, or of its "
        "opening where that was earlier. One that its class calls and that was never attached "
        "counts as not informed",
        source="our own assumption after the Besluit veiligheidsregio's, 2.2.3: alarming begins "
        "within 2 min. The pilots' own norm is not public.",
        not_in_log="when it stood on a screen, and when an incident that grew began to need a "
        "party that a desk attached: both count from the first call",
        within=120,
    ),
    AVAILABLE: Definition(
        title="block available",
        means="of the time since a party's block was first agreed on: that in which the core did "
        "not call the party degraded",
        source="the core's own judgement: silent for 2 s, or more than 1,000 messages behind. "
        "This project aims at 99.95 % for the core; no norm for a block was found in public.",
        not_in_log="when the whole room stood still: nobody writes then, and it counts as "
        "available. The longest time without a record stands beside it",
    ),
}
