"""What became of each message: exactly one outcome, with the rule that chose it."""

import datetime as dt
import enum

from abs_core.pager.page import Value


class Outcome(enum.StrEnum):
    """In order of weight: a page that does several things counts as the first of them."""

    OPENED = "incident_opened"
    CANCELLED = "cancelled"
    GRIP_UP = "grip_up"
    GRIP_DOWN = "grip_down"
    SCALED_UP = "scaled_up"
    SCALED_DOWN = "scaled_down"
    UNITS = "units_changed"
    STOOD_DOWN = "stood_down"
    DETAILS = "details_changed"
    REPEAT = "repeat"
    EXERCISE = "exercise"
    TEST = "test"
    FUNCTION = "function_notice"
    STAFFING = "staffing_request"
    CONTACT = "contact_request"
    SERVICE = "service_notice"
    UNKNOWN = "not_understood"


CHANGES = (
    Outcome.CANCELLED,
    Outcome.GRIP_UP,
    Outcome.GRIP_DOWN,
    Outcome.SCALED_UP,
    Outcome.SCALED_DOWN,
    Outcome.UNITS,
    Outcome.STOOD_DOWN,
    Outcome.DETAILS,
)


class Taken(Value, frozen=True, kw_only=True):
    """One message and what became of it; `where` is a character offset in `text`.

    `rule` is the rule of `docs/pager.md` that found the incident or chose the outcome.
    """

    line: int
    at: dt.datetime
    text: str
    outcome: Outcome
    rule: str = ""
    incident: str | None = None
    changes: tuple[str, ...] = ()
    reason: str = ""
    where: int = 0


class Inferred(Value, frozen=True, kw_only=True):
    """What no page says: a release or a closing, by a named rule, at a time it gives."""

    at: dt.datetime
    incident: str
    what: str
    rule: str
