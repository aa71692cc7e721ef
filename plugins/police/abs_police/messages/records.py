"""Police data (politiegegevens) as private messages: records, readings and releases.

They never leave the block but by a recorded release (Wpg 16 to 20). The record
of every reading and release says who, in which role, by which authorisation,
why and about what (Wpg 32 and 32a); when and in answer to which request is in
the journal's entry and, for those who read the message alone, in `at`.
"""

import enum
from typing import Annotated, Literal

from abs_contracts.scalars import Code, Id, Name, PartyId, Text, Time
from msgspec import Meta

from abs_police.messages.base import Private

Basis = Literal["8", "13"]
"""The purpose for which it is processed: Wpg 8, the daily police task, or Wpg 13, support
of it, such as national lists of wanted persons."""


class Data(enum.StrEnum):
    """What a record is about."""

    SUSPECT = "suspect"  # signalement
    WANTED = "wanted"  # signalering
    ANTECEDENT = "antecedent"  # antecedenten
    WARNING = "warning"  # what endangers crews: known violence, weapons
    PLATE = "plate"  # kenteken
    ANPR = "anpr"  # ANPR hit
    TACTICS = "tactics"  # AOT, DSI, RTIC


Kinds = Annotated[tuple[Data, ...], Meta(min_length=1, max_length=len(Data))]
RecordIds = Annotated[tuple[Id, ...], Meta(max_length=1000)]
Recipients = Annotated[tuple[PartyId, ...], Meta(min_length=1, max_length=16)]
Key = Annotated[str, Meta(min_length=1, max_length=64)]


class Record(Private, frozen=True, kw_only=True):
    """One piece of police data; `key` is what it can be compared on, such as a plate."""

    record: Id
    incident: Id
    data: Data
    basis: Basis
    text: Annotated[str, Meta(min_length=1, max_length=1000)]
    key: Key | None = None
    at: Time


class Act(Private, frozen=True, kw_only=True):
    """Who did something with police data (Wpg 6: by which authorisation)."""

    actor: Name
    role: Name
    authorisation: Name
    at: Time


# -- keeping --------------------------------------------------------------------------


class Keep(Private, frozen=True, kw_only=True):
    """Desk: keep this as police data."""

    incident: Id
    data: Data
    basis: Basis = "8"
    text: Annotated[str, Meta(min_length=1, max_length=1000)]
    key: Key | None = None


class Characterise(Private, frozen=True, kw_only=True):
    """Desk: keep a characteristic that belongs to police alone, as police data."""

    incident: Id
    name: Name
    values: Annotated[tuple[Name, ...], Meta(min_length=1, max_length=32)]


class Kept(Private, frozen=True, kw_only=True):
    """The record that was made, and who made it."""

    record: Record
    by: Act


class KeptAs(Private, frozen=True, kw_only=True):
    record: Id


# -- reading --------------------------------------------------------------------------


class Consult(Private, frozen=True, kw_only=True):
    """Desk: read the police data of an incident. A request and no question, so that the
    journal has every reading (Wpg 32a)."""

    incident: Id
    kinds: Kinds
    reason: Name


class Consulted(Private, frozen=True, kw_only=True):
    """A reading: which records, of which kinds, and why."""

    incident: Id
    kinds: Kinds
    reason: Name
    records: RecordIds = ()
    by: Act


class Records(Private, frozen=True, kw_only=True):
    records: Annotated[tuple[Record, ...], Meta(max_length=1000)] = ()


class Compare(Private, frozen=True, kw_only=True):
    """Desk: is this plate, or other key, known? Hit or no hit, however old (Wpg 8)."""

    key: Key
    reason: Name


class Compared(Private, frozen=True, kw_only=True):
    """A comparison: what with, and which records it met."""

    key: Key
    reason: Name
    records: RecordIds = ()
    by: Act


class Hit(Private, frozen=True, kw_only=True):
    hit: bool


# -- giving to others -------------------------------------------------------------------


class Release(Private, frozen=True, kw_only=True):
    """Desk: give these records to these parties of the incident (verstrekking).

    `ground` is the article of the Wpg, `decision` the one that article 20 asks for.
    """

    incident: Id
    records: Annotated[tuple[Id, ...], Meta(min_length=1, max_length=64)]
    ground: Code
    purpose: Name
    recipients: Recipients
    decision: Name | None = None


class SharePlate(Private, frozen=True, kw_only=True):
    """Desk: make the plate of a record a characteristic, for all who take part: those who
    rescue need it to know the vehicle. A release as well."""

    incident: Id
    record: Id
    ground: Code
    purpose: Name
    decision: Name | None = None


class Released(Private, frozen=True, kw_only=True):
    """The record of a release (Wpg 32): ground, purpose, data and recipients.

    `given` is word for word what was ordered to be given; `shared`: as a
    characteristic, which who takes part later sees as well.
    """

    release: Id
    incident: Id
    records: Annotated[tuple[Id, ...], Meta(min_length=1, max_length=64)]
    kinds: Kinds
    ground: Code
    decision: Name | None = None
    purpose: Name
    recipients: Recipients
    given: Text
    shared: bool = False
    by: Act


class ReleaseOrdered(Private, frozen=True, kw_only=True):
    release: Id


class ReleaseSettled(Private, frozen=True, kw_only=True):
    """What became of a release: given, or refused by the core and why."""

    release: Id
    incident: Id
    given: bool
    why: Text | None = None


class HandOver(Private, frozen=True, kw_only=True):
    """Desk: hand the lead of the incident to this party, with these records."""

    incident: Id
    to: PartyId
    reason: Name
    records: RecordIds = ()
    ground: Code = "15"
    decision: Name | None = None


class HandedOver(Private, frozen=True, kw_only=True):
    """The record of a hand-over; `release` is the one of the data that went with it."""

    incident: Id
    to: PartyId
    reason: Name
    release: Id | None = None
    by: Act
