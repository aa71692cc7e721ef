"""Values that several messages share."""

import enum
from typing import Annotated

import msgspec
from msgspec import Meta

from abs_contracts.evolving import OpenEnum
from abs_contracts.scalars import Latitude, Level, Longitude, Name, Version


class Value(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A value without identity; readers ignore fields that they do not know."""


class Discipline(enum.StrEnum):
    """The disciplines of a Dutch control room, and partners beside them."""

    POLICE = "police"
    FIRE = "fire"
    AMBULANCE = "ambulance"
    KMAR = "kmar"
    PARTNER = "partner"


class Point(Value, frozen=True, kw_only=True):
    """A position in WGS84; RD coordinates are converted at the edge."""

    lat: Latitude
    lon: Longitude


class Location(Value, frozen=True, kw_only=True):
    """Where it is: at least the municipality, so that a stub has a coarse place."""

    municipality: Name
    street: Name | None = None
    number: Annotated[str, Meta(min_length=1, max_length=20)] | None = None
    place: Name | None = None
    road: Name | None = None
    point: Point | None = None
    access: Name | None = None


class Classification(Value, frozen=True, kw_only=True):
    """A row of the national table (LMC): the key is (mc1, mc2, mc3), never the code."""

    table: Version
    mc1: Name
    mc2: Name | None = None
    mc3: Name | None = None


ClassPath = Annotated[tuple[Name, ...], Meta(min_length=1, max_length=3)]
"""A branch or row of the classification table: mc1, then mc2, then mc3."""


class Caller(Value, frozen=True, kw_only=True):
    """Who called; seen by attached parties only."""

    number: Annotated[str, Meta(min_length=3, max_length=20)] | None = None
    name: Name | None = None


class CallSource(OpenEnum):
    """How a call or signal came in (facts: 112, own units, lines of alarm systems)."""

    EMERGENCY = "112"
    NON_URGENT = "non_urgent"
    ALARM_SYSTEM = "alarm_system"
    ECALL = "ecall"
    ROOM = "room"
    UNIT = "unit"
    PARTNER = "partner"
    UNKNOWN = "unknown"  # for readers: a value that came later


class StatusSource(OpenEnum):
    """Whether a unit's status came by radio or was typed by a person."""

    RADIO = "radio"
    MANUAL = "manual"
    UNKNOWN = "unknown"  # for readers: a value that came later


class NoteAudience(enum.StrEnum):
    """Who may read a note: the writer chooses, there is no default."""

    ALL = "all"
    OWN = "own"
    NAMED = "named"


class Scene(enum.StrEnum):
    """Whether crews can go in, as one party judges it."""

    UNKNOWN = "unknown"
    UNSAFE = "unsafe"
    SAFE = "safe"


class Hazard(OpenEnum):
    """What endangers crews (facts 4.3, row safety): a precaution, never a diagnosis."""

    AGGRESSION = "aggression"
    WEAPON = "weapon"
    EXPLOSIVE = "explosive"
    HAZARDOUS_SUBSTANCE = "hazardous_substance"
    INFECTION_PRECAUTION = "infection_precaution"
    FIRE = "fire"
    COLLAPSE = "collapse"
    ELECTRICITY = "electricity"
    TRAFFIC = "traffic"
    WATER = "water"
    OTHER = "other"
    UNKNOWN = "unknown"  # for readers: a value that came later


class LinkKind(enum.StrEnum):
    """Why a child is linked to a leading incident (koppelen)."""

    DOUBLE = "double"
    RELATED = "related"


class Escalation(Value, frozen=True, kw_only=True):
    """One scale of the code list `escalation` and the level it stands at."""

    scale: Level
    level: Level
