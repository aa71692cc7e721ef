"""Pauses grow, up to a bound, and never end."""

from itertools import islice

from abs_core.sdk import pauses


def test_pauses_double_up_to_the_longest() -> None:
    assert list(islice(pauses(0.5, 3.0), 5)) == [0.5, 1.0, 2.0, 3.0, 3.0]


def test_without_a_choice_they_end_at_five_seconds() -> None:
    assert list(islice(pauses(), 9))[-3:] == [3.2, 5.0, 5.0]
