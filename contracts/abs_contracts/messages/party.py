"""Events and commands of a party: its registration, its block, and its health."""

from typing import Annotated

from msgspec import Meta

from abs_contracts.messages.incident import Command, Event
from abs_contracts.messages.values import Discipline, Value
from abs_contracts.scalars import Count, Digest, Name


class RegisterParty(Command):
    """Make a party of this room known, with the digest of its desk's token (operator)."""

    discipline: Discipline
    name: Name
    desk_token: Digest


class PartyRegistered(Event):
    discipline: Discipline
    name: Name
    desk_token: Digest


class Agreement(Value):
    """What core and block agreed before start; its hash is what the block says hello with."""

    block: Name
    version: Name
    generation: Count
    major: Annotated[int, Meta(ge=1, le=999)]
    consumes: Annotated[tuple[Name, ...], Meta(max_length=200)] = ()
    produces: Annotated[tuple[Name, ...], Meta(max_length=200)] = ()


class AgreeBlock(Command):
    """Put an Agreement in force: its generation replaces the one before (operator)."""

    agreement: Agreement
    token: Digest


class BlockAgreed(Event):
    agreement: Agreement
    token: Digest


class DegradeParty(Command):
    """State that a party's block does not keep up (derived by the core)."""

    reason: Name


class PartyDegraded(Event):
    reason: Name


class RecoverParty(Command):
    """State that a party's block keeps up again (derived by the core)."""


class PartyRecovered(Event):
    pass
