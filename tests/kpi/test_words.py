"""The figures in words: nothing is rounded to what it is not."""

import pytest
from abs_contracts.messages import incident as m

from abs_core.kpi.definitions import PICK_UP
from abs_core.kpi.figures import figures, share
from abs_core.kpi.words import left_out, not_in_log, percent, seconds

from .hand import Row, call, log, opened


@pytest.mark.parametrize(
    ("numerator", "denominator", "said"),
    [
        (0, 0, "-"),
        (0, 3, "0.00 %"),
        (2, 3, "66.67 %"),
        (9999, 10000, "99.99 %"),
        (999_999, 1_000_000, "99.99 %"),  # not all of them
        (3, 3, "100.00 %"),
    ],
)
def test_a_share_is_never_rounded_up_to_the_whole(
    numerator: float, denominator: float, said: str
) -> None:
    assert percent(share(numerator, denominator)) == said


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (0, "0"),
        (0.0004, "<1 ms"),
        (0.0016, "2 ms"),
        (1, "1 s"),
        (59.97, "60 s"),
        (90, "90 s"),
        (120, "2 min"),
        (150, "2.5 min"),
        (3600, "1 h"),
        (5400, "90 min"),
        (86400, "24 h"),
    ],
)
def test_a_time_has_the_unit_that_suits_it(value: float, said: str) -> None:
    assert seconds(value) == said


def test_what_is_in_no_share_is_said() -> None:
    report = figures("dh", log([opened(0), call(1, 2), call(3, 4)]))
    assert left_out(report.measures[PICK_UP]) == "2 clocks disagree"


def test_what_the_log_can_not_tell_is_said_with_how_much_of_it_there_is() -> None:
    always = dict(not_in_log(figures("dh", log([opened(0), call(1, 0)]))))
    assert list(always) == [
        "112 call picked up", "hand-over taken up", "party informed", "block available",
    ]  # fmt: skip
    more = dict(not_in_log(figures("dh", log([opened(0), opened(1, "i2")]), unvouched=3)))
    assert more["calls"].endswith("opened by 112: 2")
    assert more["records"].startswith("what 3 records said")


def test_an_event_without_a_figure_changes_none() -> None:
    rows = [opened(0), call(1, 0)]
    more = [*rows, Row(1, "i1", m.CharacteristicSet(name="Aantal doden", values=("2",)))]
    assert figures("dh", log(rows)).measures == figures("dh", log(more)).measures
