"""What one page says: the values that the grammar reads and the write side writes."""

import datetime as dt
import enum

import msgspec
from abs_contracts.messages.values import Discipline


class Kind(enum.StrEnum):
    """What sort of message a page is, by its text alone."""

    INCIDENT = "incident"
    CANCELLATION = "cancellation"
    STAND_DOWN = "stand_down"
    EXERCISE = "exercise"
    TEST = "test"
    FUNCTION = "function_notice"
    STAFFING = "staffing_request"
    CONTACT = "contact_request"
    SERVICE = "service_notice"
    UNKNOWN = "not_understood"


class Value(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A value without identity."""


class Message(Value, frozen=True, kw_only=True):
    """One received message. `line` counts from 1; `discipline` is what the source says.

    `lat` and `lon` in degrees where the source has them; `assumed` when the source
    gave no time and the reader made one.
    """

    line: int
    at: dt.datetime
    text: str
    discipline: Discipline | None = None
    region: str = ""
    capcodes: tuple[str, ...] = ()
    lat: float | None = None
    lon: float | None = None
    assumed: bool = False


class Mark(Value, frozen=True, kw_only=True):
    """A characteristic in brackets; `name` is empty for a bare value."""

    name: str = ""
    value: str


class Level(Value, frozen=True, kw_only=True):
    """A level of a scale of code list `escalation`."""

    scale: str
    level: str


class Place(Value, frozen=True, kw_only=True):
    """Where: `object`, `street` and `place` as written; `place` may be a six-letter code."""

    object: str = ""
    street: str = ""
    road: str = ""
    postcode: str = ""
    place: str = ""

    @property
    def known(self) -> bool:
        return bool(self.object or self.street or self.road or self.place)


class Page(Value, frozen=True, kw_only=True):
    """A page as read. `lmc` is the path in the national table, `form` how the page named it.

    `units` are call signs as sent; `masked` counts those the source hid; `number` is a
    ride, bill or incident number; `down` that a level is left. `reason` and `where` (a
    character offset) say of an unknown page what was missing from where on; `damaged`
    that words were mended.
    """

    kind: Kind = Kind.INCIDENT
    discipline: Discipline | None = None
    priority: str = ""
    talkgroup: str = ""
    form: str = ""
    lmc: tuple[str, ...] = ()
    marks: tuple[Mark, ...] = ()
    levels: tuple[Level, ...] = ()
    grip: str = ""
    down: bool = False
    relief: bool = False
    contact: bool = False
    place: Place = Place()
    units: tuple[str, ...] = ()
    masked: int = 0
    number: str = ""
    prefix: str = ""
    rest: str = ""
    damaged: bool = False
    reason: str = ""
    where: int = 0
