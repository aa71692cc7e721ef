"""The party: registered by the operator, with a block whose generations rise by one."""

import msgspec
import pytest
from abs_contracts.messages import party as p
from abs_contracts.messages.values import Discipline
from abs_contracts.refusal import Refused

from abs_core.domain.party import Party, decide, fold

DESK, ONE, TWO = "d" * 64, "1" * 64, "2" * 64
REGISTERED = p.PartyRegistered(discipline=Discipline.FIRE, name="Fire", desk_token=DESK)


def agreement(generation: int) -> p.Agreement:
    return p.Agreement(block="fire", version="1.0", generation=generation, major=1)


ADDED = ("Brand", "Buiten", "Kassengebied")
AGREED = p.BlockAgreed(agreement=agreement(1), token=ONE)
DEGRADED = p.PartyDegraded(reason="no heartbeat")
DEGRADE = p.DegradeParty(reason="no heartbeat")

EFFECTS: list[tuple[tuple[msgspec.Struct, ...], msgspec.Struct, tuple[msgspec.Struct, ...]]] = [
    # before, command, what comes of it
    (
        (),
        p.RegisterParty(discipline=Discipline.FIRE, name="Fire", desk_token=DESK),
        (REGISTERED,),
    ),
    (
        (REGISTERED,),
        p.RegisterParty(discipline=Discipline.FIRE, name="Fire", desk_token=DESK),
        (),
    ),
    (
        (REGISTERED,),
        p.RegisterParty(discipline=Discipline.FIRE, name="Fire", desk_token=TWO),
        (p.PartyRegistered(discipline=Discipline.FIRE, name="Fire", desk_token=TWO),),
    ),
    ((REGISTERED,), p.AgreeBlock(agreement=agreement(1), token=ONE), (AGREED,)),
    (
        (REGISTERED, AGREED),
        p.AgreeBlock(agreement=agreement(2), token=TWO),
        (p.BlockAgreed(agreement=agreement(2), token=TWO),),
    ),
    ((REGISTERED,), DEGRADE, ()),  # it has no block
    ((REGISTERED, AGREED), DEGRADE, (DEGRADED,)),
    ((REGISTERED, AGREED, DEGRADED), DEGRADE, ()),
    ((REGISTERED, AGREED), p.RecoverParty(), ()),
    ((REGISTERED, AGREED, DEGRADED), p.RecoverParty(), (p.PartyRecovered(),)),
    ((REGISTERED, AGREED, DEGRADED, p.PartyRecovered()), DEGRADE, (DEGRADED,)),
]


@pytest.mark.parametrize(("before", "command", "events"), EFFECTS)
def test_an_accepted_command_leads_to_these_events(
    before: tuple[msgspec.Struct, ...], command: msgspec.Struct, events: tuple[msgspec.Struct, ...]
) -> None:
    assert decide(fold(before), command) == events


REFUSALS: list[tuple[str, tuple[msgspec.Struct, ...], msgspec.Struct, str]] = [
    # rule, before, command, where it points
    *(
        (rule, before, p.AgreeBlock(agreement=agreement(number), token=TWO), where)
        for rule, before, number, where in [
            ("PARTY-001", (), 1, "/subject"),
            ("PARTY-002", (REGISTERED,), 0, "/data/agreement/generation"),
            ("PARTY-002", (REGISTERED,), 2, "/data/agreement/generation"),
            ("PARTY-002", (REGISTERED, AGREED), 1, "/data/agreement/generation"),
            ("PARTY-002", (REGISTERED, AGREED), 3, "/data/agreement/generation"),
        ]
    ),
    *(
        (
            "PARTY-003",
            (),
            p.RegisterParty(
                discipline=Discipline.FIRE,
                name="Fire",
                desk_token=DESK,
                added_classes=(ADDED, path),
            ),
            "/data/added_classes/1",
        )
        for path in [
            ("Brand",),
            ("Brand", "Gebouw"),
            ("Brand", "Gebouw", "10 Winkel"),
            ("Ruimtevaart", "X"),
        ]
    ),
]


@pytest.mark.parametrize(("rule", "before", "command", "where"), REFUSALS)
def test_a_refusal_names_its_rule_and_points_at_what_is_wrong(
    rule: str, before: tuple[msgspec.Struct, ...], command: msgspec.Struct, where: str
) -> None:
    with pytest.raises(Refused) as caught:
        decide(fold(before), command)

    assert (caught.value.refusal.rule, caught.value.refusal.where) == (rule, where)


def test_what_a_region_adds_is_kept() -> None:
    register = p.RegisterParty(
        discipline=Discipline.FIRE, name="Fire", desk_token=DESK, added_classes=(ADDED,)
    )
    assert fold(decide(Party(), register)).added_classes == (ADDED,)


def test_a_new_generation_replaces_token_and_agreement_of_the_one_before() -> None:
    party = fold((REGISTERED, AGREED, p.BlockAgreed(agreement=agreement(2), token=TWO)))

    assert party == Party(
        discipline=Discipline.FIRE,
        name="Fire",
        desk_token=DESK,
        generation=2,
        agreement=agreement(2),
        block_token=TWO,
    )
