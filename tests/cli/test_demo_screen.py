"""What the demo shows of what happened, in few words and without losing any."""

from hypothesis import given
from hypothesis import strategies as st

from abs_core.cli.demo_screen import together

words = st.text("ab ", min_size=1, max_size=3)
sentences = st.lists(st.tuples(words, st.sampled_from(["", "fire: out", "police: out"])))


def test_what_ends_alike_is_said_once() -> None:
    said = together(["x of fire: out", "closed", "a of fire: out", "b of police: out"])
    assert said == ["a, x of fire: out", "closed", "b of police: out"]


@given(sentences)
def test_nothing_that_was_said_is_lost(said: list[tuple[str, str]]) -> None:
    shown = together(f"{head} of {tail}" if tail else head for head, tail in said)
    assert len(shown) <= max(1, len(said))
    for head, tail in said:
        assert any(head in each and each.endswith(tail) for each in shown)
