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


MEANINGS = {
    Outcome.OPENED: "a dispatch that is about no open incident",
    Outcome.CANCELLED: "an incident, or a unit's part in it, is called off",
    Outcome.GRIP_UP: "GRIP stands higher than before",
    Outcome.GRIP_DOWN: "GRIP stands lower than before",
    Outcome.SCALED_UP: "an operational scale stands higher than before",
    Outcome.SCALED_DOWN: "an operational scale stands lower, and the page says that it was left",
    Outcome.UNITS: "units are sent to an open incident, or relieve others there",
    Outcome.STOOD_DOWN: "units may return; those that are named are released",
    Outcome.DETAILS: "class, place, party or a mark of an open incident",
    Outcome.REPEAT: "the same again, or a part of a message that broke off",
    Outcome.EXERCISE: "an exercise: told, and not driven",
    Outcome.TEST: "a test of pagers",
    Outcome.FUNCTION: "to who holds a function: on or off duty, a scenario is activated",
    Outcome.STAFFING: "people or units for a station, standby or relief",
    Outcome.CONTACT: "call back",
    Outcome.SERVICE: "to bridge keepers, to pagers themselves, for information",
    Outcome.UNKNOWN: "kept, with the reason and the place of failure",
}

RULES = {
    "new": "about no open incident: it opens one",
    "by-its-words": "its words alone say what it is",
    "same-text": "the incident has had this text",
    "same-words-soon": "the same words in the region less than 10 minutes ago",
    "part-of-a-message": "its words are part of a message less than 10 minutes ago",
    "same-number": "the same ride, bill or incident number",
    "same-place": "the same street and place, within half an hour; while the incident is open "
    "if the talkgroup is the same, the incident is big, or it relieves, cancels or stands down",
    "same-place-other-group": "the same street and place within half an hour, another talkgroup, "
    "and a class of the same head level",
    "same-street": "the same street within half an hour, one of the two without a place",
    "other-discipline": "the same street and place within half an hour, another discipline",
    "alike-street": "the same talkgroup and place within half an hour, and a street that bit "
    "errors can have changed (2 letters) or that is the fuller name",
    "relief-in-place": "a relief, and one big incident in the place",
    "just-opened": "a cancellation without a place, and an incident that the region opened "
    "less than 10 minutes ago",
    "nothing-open-there": "a cancellation of what this file does not hold",
    "cancelled-already": "a cancellation of what was cancelled less than an hour ago",
    "by-call-sign": "the unit that it names",
}
"""How the incident of a page was found, or its outcome without one."""

ENDINGS = {
    "quiet": "no page for 2 hours; 4 hours from middel on; 24 hours from groot or GRIP 1 on",
    "cancelled": "a page called it off",
    "sent-elsewhere": "the unit was paged for another incident",
    "sent-again": "the unit was paged for the same incident after more than 2 hours",
    "stood-down": "a page said that the unit may return",
}
"""Why a unit was released or an incident closed: no page says either."""


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
