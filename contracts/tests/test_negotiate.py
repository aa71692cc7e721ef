"""Negotiation: one consistent Agreement, or a refusal that says what to mend."""

import hashlib

import msgspec
import pytest
from abs_contracts import CORE, Catalogue, Contract, Kind, Refused, Sight
from abs_contracts.manifest import ListNeed, Manifest, MessageNeed
from abs_contracts.messages import incident as inc
from abs_contracts.messages.values import Discipline
from abs_contracts.negotiate import agree, agreement_hash


class OpenedAgain(inc.Event, frozen=True, kw_only=True):
    room: str


TWO = CORE.extended(
    [
        Contract(
            name="incident.opened",
            payload=OpenedAgain,
            kind=Kind.EVENT,
            sight=Sight.ATTACHED,
            major=2,
            minor=3,
        )
    ]
)


def manifest(
    core: int = 1,
    consumes: tuple[tuple[str, str], ...] = (),
    produces: tuple[tuple[str, str], ...] = (),
    lists: tuple[tuple[str, str], ...] = (),
) -> Manifest:
    return Manifest(
        block="harbour",
        distribution="abs-harbour",
        version="1.2.0",
        discipline=Discipline.PARTNER,
        core=core,
        consumes=tuple(MessageNeed(type=t, versions=v) for t, v in consumes),
        produces=tuple(MessageNeed(type=t, versions=v) for t, v in produces),
        codelists=tuple(ListNeed(list=name, versions=v) for name, v in lists),
    )


def test_an_agreement_names_full_types_in_order() -> None:
    wants = manifest(
        consumes=(("incident.opened", ">=1.0,<2"), ("incident.closed", ">=1.0,<3")),
        produces=(("incident.add_note", ">=1.0,<2"),),
        lists=(("lmc", ">=1.0,<2"),),
    )
    agreement = agree(wants, CORE, 7)
    assert (agreement.block, agreement.version) == ("harbour", "1.2.0")
    assert (agreement.generation, agreement.major) == (7, 1)
    assert agreement.consumes == ("abs.incident.closed.v1", "abs.incident.opened.v1")
    assert agreement.produces == ("abs.incident.add_note.v1",)


@pytest.mark.parametrize(
    ("core", "versions", "agreed"),
    [(1, ">=1.0,<3", "v1"), (2, ">=1.0,<3", "v2"), (2, ">=2.0,<2.4", "v2")],
)
def test_the_highest_major_up_to_the_cores_is_agreed(core: int, versions: str, agreed: str) -> None:
    agreement = agree(manifest(core, consumes=(("incident.opened", versions),)), TWO, 1)
    assert agreement.major == core
    assert agreement.consumes == (f"abs.incident.opened.{agreed}",)


def test_a_message_without_a_new_major_is_the_old_one_in_a_new_core() -> None:
    agreement = agree(manifest(2, consumes=(("incident.closed", ">=1.0,<2"),)), TWO, 1)
    assert agreement.consumes == ("abs.incident.closed.v1",)


@pytest.mark.parametrize(
    ("wants", "catalogue", "rule", "where", "says"),
    [
        (manifest(2), CORE, "CONTRACT-015", "/core", "serves 1"),
        (
            manifest(consumes=(("incident.closed", ">=1.0,<2"), ("incident.exploded", ">=1.0,<2"))),
            CORE,
            "CONTRACT-016",
            "/consumes/1/type",
            "no event incident.exploded",
        ),
        (
            manifest(consumes=(("incident.open", ">=1.0,<2"),)),
            CORE,
            "CONTRACT-016",
            "/consumes/0/type",
            "no event incident.open",
        ),
        (
            manifest(produces=(("incident.opened", ">=1.0,<2"),)),
            CORE,
            "CONTRACT-016",
            "/produces/0/type",
            "no command incident.opened",
        ),
        (
            manifest(consumes=(("party.block_agreed", ">=1.0,<2"),)),
            CORE,
            "CONTRACT-016",
            "/consumes/0/type",
            "party.block_agreed",
        ),
        (
            manifest(consumes=(("incident.opened", ">=1.1,<2"),)),
            CORE,
            "CONTRACT-017",
            "/consumes/0/versions",
            "one of 1.0",
        ),
        (
            manifest(2, consumes=(("incident.opened", ">=1.0,<2"),)),
            TWO,
            "CONTRACT-017",
            "/consumes/0/versions",
            "serves 2.3 in its major 2",
        ),
        (
            manifest(2, consumes=(("incident.opened", ">=2.4,<3"),)),
            TWO,
            "CONTRACT-017",
            "/consumes/0/versions",
            "one of 1.0, 2.3",
        ),
        (
            manifest(lists=(("lmc", ">=1.0,<2"), ("colours", ">=1.0,<2"))),
            CORE,
            "CONTRACT-016",
            "/codelists/1/list",
            "escalation, lmc",
        ),
        (
            manifest(lists=(("lmc", ">=2.0,<3"),)),
            CORE,
            "CONTRACT-017",
            "/codelists/0/versions",
            "serves 1.0",
        ),
    ],
)
def test_what_does_not_fit_is_named_with_how_to_mend_it(
    wants: Manifest, catalogue: Catalogue, rule: str, where: str, says: str
) -> None:
    with pytest.raises(Refused) as refused:
        agree(wants, catalogue, 1)
    refusal = refused.value.refusal
    assert (refusal.rule, refusal.where) == (rule, where)
    assert says in str(refusal)


def test_the_hash_is_that_of_sorted_json_and_tells_generations_apart() -> None:
    wants = manifest(consumes=(("incident.opened", ">=1.0,<2"),))
    first, second = agree(wants, CORE, 1), agree(wants, CORE, 2)
    text = (
        '{"block":"harbour","consumes":["abs.incident.opened.v1"],"generation":1,'
        '"major":1,"version":"1.2.0"}'
    )
    assert agreement_hash(first) == hashlib.sha256(text.encode()).hexdigest()
    assert agreement_hash(first) != agreement_hash(second)
    again = msgspec.json.decode(msgspec.json.encode(first), type=type(first))
    assert agreement_hash(again) == agreement_hash(first)
