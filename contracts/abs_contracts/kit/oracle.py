"""The table against the real decoders: what the table says must be what happens.

Where it says that nothing breaks, every drawn message is read. Where it says that
something does, a message really fails, or is read in two ways. Needs hypothesis.
"""

import json
from collections import Counter
from typing import Any

import msgspec
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from abs_contracts.kit import draws, mutations
from abs_contracts.kit import shape as s
from abs_contracts.kit.diff import Change, diff
from abs_contracts.kit.rules import TABLE, Direction, Nature, Verdict, worst
from abs_contracts.kit.witness import Pair

MESSAGES = 6
"""So many messages are drawn for every direction of every changed contract."""


class Tally(msgspec.Struct):
    """What was tried: by operator and direction, by depth, and what came of it."""

    hits: Counter[tuple[str, str]] = msgspec.field(default_factory=Counter)
    depths: Counter[int] = msgspec.field(default_factory=Counter)
    verdicts: Counter[str] = msgspec.field(default_factory=Counter)
    witnesses: Counter[tuple[str, str]] = msgspec.field(default_factory=Counter)
    messages: int = 0
    disagreements: list[str] = []


def prove(operator: str, examples: int, tally: Tally) -> None:
    """Try one operator on so many random contracts, in both directions."""

    @settings(
        max_examples=examples,
        derandomize=True,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(data=st.data())
    def tried(data: st.DataObject) -> None:
        base = data.draw(mutations.records())
        before = _applied(data, operator, base)
        old, new, depth = data.draw(mutations.contexts(before))
        tally.depths[depth] += 1
        for names, one, other in (("as named", old, new), ("reversed", new, old)):
            tally.hits[operator, names] += 1
            for closed in (False, True):
                _judge(data, f"{operator}, {names}", one, other, closed, tally)

    tried()


def _applied(data: st.DataObject, operator: str, base: s.Record) -> mutations.Pair:
    @st.composite
    def applied(draw: st.DrawFn) -> mutations.Pair:
        return mutations.OPERATORS[operator](draw, base)

    return data.draw(applied())


def _judge(
    data: st.DataObject, what: str, old: s.Record, new: s.Record, closed: bool, tally: Tally
) -> None:
    changes = diff(old, new, closed=closed)
    if any(change.rule == "UNDECIDED" for change in changes):
        tally.verdicts[Verdict.UNDECIDED] += 2
        return
    pair = Pair(old, new, closed=closed)
    for direction in Direction:
        verdict = worst(*(change.verdict(direction) for change in changes))
        tally.verdicts[verdict] += 1
        said = f"{what}, {'closed' if closed else 'open'}, {direction}"
        if verdict is Verdict.OK:
            writer = old if direction is Direction.BACKWARD else new
            for value in _messages(data, writer, closed):
                tally.messages += 1
                refusal = pair.refusal(json.dumps(value, ensure_ascii=False), direction)
                if refusal is not None:
                    tally.disagreements.append(f"{said}: ok, but {value} is refused: {refusal}")
        for change in changes:
            if change.verdict(direction) is Verdict.BREAK:
                _shown(pair, change, direction, said, tally)


def _messages(data: st.DataObject, writer: s.Record, closed: bool) -> list[Any]:
    strategy = draws.written(writer, unknown=not closed)
    return data.draw(st.lists(strategy, min_size=MESSAGES, max_size=MESSAGES))


def _shown(pair: Pair, change: Change, direction: Direction, said: str, tally: Tally) -> None:
    witness = pair.witness(change, direction)
    if witness is None:
        tally.disagreements.append(f"{said}: {change.rule} at {change.pointer} has no witness")
        return
    fails = witness.refusal is not None
    tally.witnesses[change.rule, "fails" if fails else "two readings"] += 1
    if fails:
        return
    rule = TABLE[change.rule]
    silent = change.case in rule.silent
    if rule.kind is Nature.SHAPE and not silent:
        tally.disagreements.append(f"{said}: {change.rule}, yet {witness.data} is read")
    buried = change.rule.startswith("TOMBSTONE_")  # its sender is older than both
    if not buried and pair.refusal(witness.data, direction) is not None:
        tally.disagreements.append(f"{said}: {change.rule}, {witness.data} is not read at all")


def told(tally: Tally) -> str:
    """The figures, for a person: hits by operator, verdicts, witnesses."""
    lines = [f"{'operator':<42}{'as named':>9}{'reversed':>9}"]
    for operator in mutations.OPERATORS:
        counts = [tally.hits[operator, way] for way in ("as named", "reversed")]
        lines.append(f"{operator:<42}{counts[0]:>9}{counts[1]:>9}")
    depths = ", ".join(
        f"{number} at depth {depth}" for depth, number in sorted(tally.depths.items())
    )
    verdicts = ", ".join(f"{number} {name}" for name, number in sorted(tally.verdicts.items()))
    rate = tally.verdicts[Verdict.UNDECIDED] / max(tally.verdicts.total(), 1)
    shown = Counter[str]()
    for (_, what), number in tally.witnesses.items():
        shown[what] += number
    lines += [
        f"contracts: {depths}",
        f"directions judged: {verdicts}; undecided rate {rate:.1%}",
        f"messages drawn where nothing breaks: {tally.messages}, each read",
        f"witnesses: {', '.join(f'{number} {what}' for what, number in sorted(shown.items()))}",
        f"disagreements: {len(tally.disagreements)}",
    ]
    return "\n".join(lines)
