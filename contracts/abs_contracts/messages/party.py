"""Events and commands of a party: its registration, its block, and its health."""

from typing import Annotated

from msgspec import Meta

from abs_contracts.messages.incident import Command, Event
from abs_contracts.messages.values import ClassPath, Discipline, Value
from abs_contracts.scalars import Count, Digest, Name

ClassPaths = Annotated[tuple[ClassPath, ...], Meta(max_length=400)]


class RegisterParty(Command, frozen=True, kw_only=True):
    """Make a party of this room known, with the digest of its desk's token (operator).

    `called_for` are the classes that call it, with all that is under them.
    `added_classes` are those that its region adds to the national table.
    """

    discipline: Discipline
    name: Name
    desk_token: Digest
    called_for: ClassPaths = ()
    added_classes: ClassPaths = ()


class PartyRegistered(Event, frozen=True, kw_only=True):
    discipline: Discipline
    name: Name
    desk_token: Digest
    called_for: ClassPaths = ()
    added_classes: ClassPaths = ()


class Agreement(Value, frozen=True, kw_only=True):
    """What core and block agreed before start; its hash is what the block says hello with."""

    block: Name
    version: Name
    generation: Count
    major: Annotated[int, Meta(ge=1, le=999)]
    consumes: Annotated[tuple[Name, ...], Meta(max_length=200)] = ()
    produces: Annotated[tuple[Name, ...], Meta(max_length=200)] = ()


class AgreeBlock(Command, frozen=True, kw_only=True):
    """Put an Agreement in force: its generation replaces the one before (operator)."""

    agreement: Agreement
    token: Digest


class BlockAgreed(Event, frozen=True, kw_only=True):
    agreement: Agreement
    token: Digest


class DegradeParty(Command, frozen=True, kw_only=True):
    """State that a party's block does not keep up (derived by the core)."""

    reason: Name


class PartyDegraded(Event, frozen=True, kw_only=True):
    reason: Name


class RecoverParty(Command, frozen=True, kw_only=True):
    """State that a party's block keeps up again (derived by the core)."""


class PartyRecovered(Event, frozen=True, kw_only=True):
    pass
