"""References in a step's data."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abs_core.scenario.references import Unresolved, filled, references

ANSWER = {"units": [{"unit": "a"}, {"unit": "b"}], "level": {"code": "middel"}}
plain = st.recursive(
    st.none() | st.integers() | st.text().filter(lambda text: not text.startswith("$")),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(plain)
def test_data_without_references_stays_as_it_is(data: object) -> None:
    assert references(data) == set()
    assert filled(data, {}) == data


@given(plain, plain)
def test_a_reference_stands_for_its_value_wherever_it_is(value: object, beside: object) -> None:
    data = {"deep": [{"er": "$it"}], "beside": beside}
    assert references(data) == {"it"}
    assert filled(data, {"it": value}) == {"deep": [{"er": value}], "beside": beside}


def test_a_path_leads_into_an_answer() -> None:
    assert filled("$answer/level/code", {"answer": ANSWER}) == "middel"
    assert filled("$answer/units/*/unit", {"answer": ANSWER}) == ["a", "b"]
    assert references("$answer/units/*/unit") == {"answer"}


@pytest.mark.parametrize(
    ("reference", "missing"),
    [("$other", "$other"), ("$answer/nothing", "nothing"), ("$answer/level/*", r"\*")],
)
def test_a_reference_that_leads_nowhere_says_where(reference: str, missing: str) -> None:
    with pytest.raises(Unresolved, match=missing.replace("$", r"\$")):
        filled(reference, {"answer": ANSWER})
