"""The catastrophic pattern of the publisher, and the linear one that stands for it."""

import itertools
import re
from typing import Any, get_args

import msgspec
import pytest
from abs_ambulance_bridge.hub_sante import scalars
from abs_ambulance_bridge.hub_sante.reading import parse
from abs_ambulance_bridge.profile import Faulty


def pattern(annotated: Any) -> re.Pattern[str]:
    return re.compile(get_args(annotated)[1].pattern)


@pytest.mark.parametrize(("ours", "most"), [(scalars.CaseId, 10), (scalars.OwnerId, 9)])
def test_the_linear_pattern_accepts_what_the_published_one_does(ours: Any, most: int) -> None:
    published = re.compile(rf"^([a-zA-Z0-9_-]+\.?){{4,{most}}}$")
    linear = pattern(ours)
    for length in range(14):
        for text in map("".join, itertools.product("a.", repeat=length)):
            assert bool(linear.search(text)) == bool(published.search(text)), text
    dotted = [".".join("a" * n) + end for n in range(1, 14) for end in ("", ".", "..", "!", " ")]
    for text in dotted:
        assert bool(linear.search(text)) == bool(published.search(text)), text


def test_a_long_text_that_does_not_match_is_refused_at_once() -> None:
    """With the published pattern this does not end: every character doubles its time."""
    message = {"resourcesEngagement": {"caseId": "a" * 5000 + "!", "resource": []}}
    with pytest.raises(Faulty) as refused:
        parse(msgspec.json.encode(message))
    assert "/resourcesEngagement/caseId" in [each.where for each in refused.value.issues]


@pytest.mark.parametrize("name", sorted(n for n, v in vars(scalars).items() if get_args(v)[1:]))
def test_no_pattern_takes_more_than_linear_time(name: str) -> None:
    form = get_args(vars(scalars)[name])[1]
    if isinstance(form, msgspec.Meta) and form.pattern:
        for filling in ("a", "a.", "1", "R0", "aB-_"):
            re.compile(form.pattern).search(filling * 20_000 + "!")


@pytest.mark.parametrize(
    ("text", "exists"),
    [
        ("2026-01-01T12:00:00+01:00", True),
        ("2024-02-29T23:59:59-00:00", True),
        ("2000-02-29T00:00:00+00:00", True),
        ("2100-02-29T00:00:00+00:00", False),
        ("0000-01-01T00:00:00+00:00", False),
        ("2025-02-29T00:00:00+00:00", False),
        ("2026-04-31T00:00:00+00:00", False),
        ("2026-01-01T24:00:00+00:00", False),
        ("2026-01-01T12:00:00Z", False),
        ("2026-01-01T12:00:00.5+01:00", False),
        ("2026-01-01T12:00:00+01:00\n", False),
        ("٢٠٢٦-01-01T12:00:00+01:00", False),
    ],
)
def test_a_time_is_a_moment_that_exists(text: str, exists: bool) -> None:
    assert bool(pattern(scalars.DateTime).search(text)) is exists
