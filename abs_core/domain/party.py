"""The party in the log: its registration, its block's Agreement, and its health."""

import functools
from collections.abc import Iterable

import msgspec
from abs_contracts import codelists
from abs_contracts.messages import party as m
from abs_contracts.messages.values import Discipline
from abs_contracts.refusal import Refused
from msgspec.structs import replace


class Party(msgspec.Struct, frozen=True, kw_only=True):
    """A party as the core knows it; `generation` 0 means that it has no block."""

    discipline: Discipline | None = None
    name: str = ""
    desk_token: str = ""
    called_for: tuple[tuple[str, ...], ...] = ()
    added_classes: tuple[tuple[str, ...], ...] = ()
    generation: int = 0
    agreement: m.Agreement | None = None
    block_token: str = ""
    degraded: bool = False


@functools.singledispatch
def evolve(_event: msgspec.Struct, party: Party) -> Party:
    """The party after the event."""
    return party


@evolve.register
def _(event: m.PartyRegistered, party: Party) -> Party:
    return replace(
        party,
        discipline=event.discipline,
        name=event.name,
        desk_token=event.desk_token,
        called_for=event.called_for,
        added_classes=event.added_classes,
    )


@evolve.register
def _(event: m.BlockAgreed, party: Party) -> Party:
    return replace(
        party,
        generation=event.agreement.generation,
        agreement=event.agreement,
        block_token=event.token,
    )


@evolve.register
def _(_event: m.PartyDegraded, party: Party) -> Party:
    return replace(party, degraded=True)


@evolve.register
def _(_event: m.PartyRecovered, party: Party) -> Party:
    return replace(party, degraded=False)


def fold(events: Iterable[msgspec.Struct]) -> Party:
    return functools.reduce(lambda party, event: evolve(event, party), events, Party())


def decide(party: Party, command: msgspec.Struct) -> tuple[msgspec.Struct, ...]:
    """The events of an operator's or the core's own command about a party. Raises Refused."""
    match command:
        case m.RegisterParty():
            return _register(party, command)
        case m.AgreeBlock():
            return (_agree(party, command),)
        case m.DegradeParty():
            return (
                ()
                if party.degraded or not party.generation
                else (m.PartyDegraded(reason=command.reason),)
            )
        case m.RecoverParty():
            return (m.PartyRecovered(),) if party.degraded else ()
    raise TypeError(f"no rule for {type(command).__name__}")


def _register(party: Party, command: m.RegisterParty) -> tuple[msgspec.Struct, ...]:
    for index, path in enumerate(command.added_classes):
        if len(path) == 1 or codelists.LMC.has(*path) or not codelists.LMC.has(path[0]):
            raise Refused(
                rule="PARTY-003",
                what=f"{'/'.join(path)} adds nothing to a branch of the national table",
                where=f"/data/added_classes/{index}",
                fix="add a second or third level under an mc1 of the table, and none that it has",
            )
    event = m.PartyRegistered(
        discipline=command.discipline,
        name=command.name,
        desk_token=command.desk_token,
        called_for=command.called_for,
        added_classes=command.added_classes,
    )
    return () if evolve(event, party) == party else (event,)


def _agree(party: Party, command: m.AgreeBlock) -> m.BlockAgreed:
    if party.discipline is None:
        raise Refused(
            rule="PARTY-001",
            what="this room has no such party",
            where="/subject",
            fix="register the party first",
        )
    wanted = party.generation + 1
    if command.agreement.generation != wanted:
        raise Refused(
            rule="PARTY-002",
            what=f"generation {command.agreement.generation} cannot follow "
            f"generation {party.generation}",
            where="/data/agreement/generation",
            fix=f"agree on generation {wanted}; somebody else may have just done so",
        )
    return m.BlockAgreed(agreement=command.agreement, token=command.token)
