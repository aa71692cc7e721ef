"""The table against the real decoders: random contracts, every operator, both directions.

Examples for each operator: ABS_KIT_EXAMPLES (8). `-s` shows the hits.
"""

import os
from collections import Counter
from collections.abc import Iterator

import pytest
from abs_contracts.kit import mutations, oracle, rules
from abs_contracts.kit.oracle import Tally, prove
from abs_contracts.kit.rules import TABLE, Nature, Rule, Verdict

EXAMPLES = int(os.environ.get("ABS_KIT_EXAMPLES", "8"))
WHOLE = Tally()


@pytest.fixture(scope="module", autouse=True)
def told() -> Iterator[None]:
    yield
    print("\n" + oracle.told(WHOLE))  # noqa: T201 - the figures of the run, shown with -s


@pytest.mark.parametrize("operator", mutations.OPERATORS)
def test_what_the_table_says_is_what_happens(operator: str) -> None:
    before, known = Counter(WHOLE.hits), len(WHOLE.disagreements)
    prove(operator, EXAMPLES, WHOLE)
    assert WHOLE.disagreements[known:] == []
    # Each example is one contract, changed in both directions.
    for way in ("as named", "reversed"):
        assert WHOLE.hits[operator, way] - before[operator, way] >= min(EXAMPLES, 3)


def test_every_breaking_rule_of_shape_was_met_and_shown_by_a_failing_message() -> None:
    if len({operator for operator, _ in WHOLE.hits}) < len(mutations.OPERATORS):
        pytest.skip("needs the whole module")
    breaking = {
        name
        for name, rule in TABLE.items()
        if rule.kind is Nature.SHAPE and any(Verdict.BREAK in pair for pair in rule.cases.values())
    }
    assert {rule for rule, what in WHOLE.witnesses if what == "fails"} >= breaking
    assert set(WHOLE.depths) == {0, 1, 2, 3}
    assert WHOLE.messages > 0
    undecided = WHOLE.verdicts[Verdict.UNDECIDED] / WHOLE.verdicts.total()
    assert 0 < undecided < 0.1  # of the one operator that leaves the subset


@pytest.mark.parametrize(
    ("rule", "case", "wrong", "operator"),
    [
        ("FIELD_ADDED_REQUIRED", "an open reader", ("ok", "ok"), "add a required field"),
        ("CONSTRAINT_TIGHTENED", "", ("ok", "ok"), "loosen or tighten a text"),
        ("NULL_ADDED", "", ("break", "break"), "allow null"),
        ("ENUM_VALUE_ADDED", "an open enum", ("ok", "break"), "add a value to an open enum"),
    ],
)
def test_a_wrong_row_of_the_table_is_caught(
    rule: str, case: str, wrong: tuple[str, str], operator: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = TABLE[rule]
    verdicts = (Verdict(wrong[0]), Verdict(wrong[1]))
    mended = Rule(kind=row.kind, title="", why="", remedy="", cases={**row.cases, case: verdicts})
    monkeypatch.setattr(rules, "TABLE", {**TABLE, rule: mended})
    tally = Tally()
    prove(operator, 5, tally)
    assert tally.disagreements
