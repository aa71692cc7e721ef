"""Draws for vendors: the valid are read, the almost valid are refused where they say."""

import msgspec
import pytest
from abs_contracts import CORE, Contract
from abs_contracts.kit import draws
from abs_contracts.kit.policy import OPEN
from abs_contracts.kit.readers import Reader, struct_of
from abs_contracts.kit.schemas import accepted, emitted
from abs_contracts.kit.shape import of_type
from hypothesis import given, settings
from hypothesis import strategies as st

few = settings(max_examples=5, deadline=None)
each_contract = pytest.mark.parametrize("contract", CORE.values(), ids=lambda c: c.type)


@each_contract
@few
@given(data=st.data())
def test_valid_is_read_and_almost_valid_is_refused_there(
    contract: Contract, data: st.DataObject
) -> None:
    closed = contract.kind not in OPEN
    reader = Reader(of_type(contract.payload), closed=closed)
    reader.read(data.draw(draws.valid(contract.payload)))
    almost = data.draw(draws.almost_valid(contract.payload, closed=closed))
    refusal = reader.refusal(almost.data.decode())
    assert refusal is not None, almost
    assert refusal.where == almost.where, (almost, refusal)


@each_contract
def test_a_reader_made_of_the_schemas_is_the_one_that_was_declared(contract: Contract) -> None:
    shape = of_type(contract.payload)
    again = of_type(struct_of(shape))
    for render in (emitted, accepted):
        for closed in (True, False):
            assert bare(render(again, closed=closed)) == bare(render(shape, closed=closed))


def bare(schema: object) -> object:
    """A schema without the words for people."""
    if isinstance(schema, dict):
        words = {"title", "description"}
        return {name: bare(each) for name, each in schema.items() if name not in words}
    return [bare(each) for each in schema] if isinstance(schema, list) else schema


class Loose(msgspec.Struct):
    anything: set[str]


def test_a_type_outside_the_subset_is_not_drawn() -> None:
    with pytest.raises(TypeError, match="subset"):
        draws.instances(Loose)
