"""Patterns: the shortest text, the shortest difference, equality, and what cannot be judged."""

import re

import pytest
from abs_contracts.kit import patterns
from hypothesis import given
from hypothesis import strategies as st

PARTS = st.sampled_from(["a", "[ab]", "[^a]", "(?:ab|c)", "b?", "[a-c]+", "(?:ab){1,2}"])
PATTERNS = st.lists(PARTS, min_size=1, max_size=3).map("".join)


@given(pattern=PATTERNS, texts=st.lists(st.text("abc", max_size=5), max_size=5))
def test_it_takes_what_the_decoders_engine_takes(pattern: str, texts: list[str]) -> None:
    for text in texts:
        for anchored in (pattern, f"^{pattern}", f"^{pattern}$", f"{pattern}\\Z"):
            assert patterns.takes(anchored, text) == bool(re.search(anchored, text))


@given(one=PATTERNS, other=PATTERNS)
def test_a_difference_is_one_and_equality_has_none(one: str, other: str) -> None:
    found = patterns.difference(f"^{one}$", f"^{other}$")
    if found is not None:
        assert re.search(f"^{one}$", found)
        assert not re.search(f"^{other}$", found)
    assert patterns.same(f"^{one}$", f"^{one}$")


@pytest.mark.parametrize(
    ("pattern", "text"),
    [("^[a-z]{2,4}$", "aa"), (r"^[0-9]{1,4}\.[0-9]$", "0.0"), ("x", "x"), ("^(a|bc)$", "a")],
)
def test_the_shortest_text(pattern: str, text: str) -> None:
    assert patterns.shortest(pattern) == text


def test_lengths_bound_a_text() -> None:
    assert patterns.shortest("^a*$", least=3) == "aaa"
    assert patterns.shortest("^a{5}$", most=4) is None


def test_what_a_pattern_refuses() -> None:
    assert patterns.refused("^[a-z]+$") == ""
    assert patterns.refused("^[^0-9]*$") == "0"


@pytest.mark.parametrize("pattern", [r"^\d$", r"(?=a)b", r"(a)\1", "["])
def test_what_languages_read_differently_is_not_judged(pattern: str) -> None:
    with pytest.raises(patterns.Undecidable):
        patterns.compiled(pattern)


@pytest.mark.parametrize(
    ("pattern", "explodes"),
    [
        (r"^([a-zA-Z0-9_-]+\.?){4,10}$", True),
        (r"^(a+)+$", True),
        (r"^[a-z]+(\.[a-z]+){0,9}\.?$", False),
        (r"^(ab)*$", False),
    ],
)
def test_a_repeat_that_can_explode_is_seen(pattern: str, explodes: bool) -> None:
    assert patterns.repeats_repeats(pattern) is explodes


def test_anchors_and_the_longest_text() -> None:
    assert patterns.anchored("^a$") == (True, True)
    assert patterns.anchored("^a") == (True, False)
    assert patterns.anchored("a$") == (False, True)
    assert patterns.longest("^a{1,3}b?$") == 4
    assert patterns.longest("^a+$") is None
