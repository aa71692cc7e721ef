"""Two versions of a message side by side: findings, with witness, blocks and severity."""

import functools
from collections.abc import Iterator, Sequence

from abs_contracts.channels import STRENGTH
from abs_contracts.kit.diff import Change, diff
from abs_contracts.kit.findings import Finding, Severity, finding
from abs_contracts.kit.policy import BOTH, DEMANDED, NAMES
from abs_contracts.kit.rules import TABLE, Direction, Verdict, worst
from abs_contracts.kit.versions import UNVERSIONED, Version
from abs_contracts.kit.witness import Pair

Blocks = Sequence[str]


def compare(old: Version, new: Version, blocks: Blocks = ()) -> list[Finding]:
    """Every change from old to new, judged by the policy of the message's kind."""
    changes = [*channel_changes(old, new), *shape_changes(old, new)]
    pair = _pair(old, new, changes)
    found = [each for change in changes for each in _judged(change, old, new, pair, blocks)]
    return [*found, *_majors(old, new, changes, blocks)]


def shape_changes(old: Version, new: Version) -> list[Change]:
    """What changed in the message's `data`."""
    if (old.emit, old.accept) == (new.emit, new.accept):
        return []
    return diff(old.shape(), new.shape(), closed=new.closed)


def channel_changes(old: Version, new: Version) -> Iterator[Change]:
    """What changed in how it travels, who sees it, and what it is."""
    one, other = old.channel, new.channel
    rows: list[tuple[str, str, str]] = [
        ("KIND_CHANGED", old.kind, new.kind),
        ("SIGHT_CHANGED", old.sight, new.sight),
        ("SENDER_CHANGED", old.sender, new.sender),
        ("SUBJECT_CHANGED", one.subject, other.subject),
        ("ORDER_KEY_CHANGED", one.order_key, other.order_key),
        ("IDEMPOTENCY_KEY_CHANGED", one.idempotency_key, other.idempotency_key),
    ]
    for rule, before, after in rows:
        if before != after:
            yield Change(rule=rule, old=before, new=after)
    if one.delivery != other.delivery:
        weaker = STRENGTH.index(other.delivery) < STRENGTH.index(one.delivery)
        rule = "DELIVERY_WEAKENED" if weaker else "DELIVERY_STRENGTHENED"
        yield Change(rule=rule, old=one.delivery, new=other.delivery)


def _breaks(changes: Sequence[Change], old: Version) -> bool:
    """Whether one of these would break within a major."""
    return any(
        change.verdict(direction) is Verdict.BREAK
        for change in changes
        for direction in _demanded(change, old, old)
    )


def _demanded(change: Change, old: Version, new: Version) -> frozenset[Direction]:
    """What may not break: of a channel both sides notice; a new major may break all."""
    if old.major != new.major:
        return frozenset()
    return BOTH if change.rule in _CHANNEL_RULES else DEMANDED[old.kind]


_CHANNEL_RULES = frozenset(rule for rule, row in TABLE.items() if row.kind == "channel")


def _pair(old: Version, new: Version, changes: Sequence[Change]) -> Pair | None:
    """Real readers of both, where there is anything to show and they can be made."""
    if all(change.verdict(way) is Verdict.OK for change in changes for way in Direction):
        return None
    try:
        return Pair(old.shape(), new.shape(), closed=new.closed)
    except TypeError:
        return None  # outside the subset there is no reader of ours


def _judged(
    change: Change, old: Version, new: Version, pair: Pair | None, blocks: Blocks
) -> Iterator[Finding]:
    said = functools.partial(
        finding,
        change.rule,
        new.type,
        pointer=change.pointer,
        detail=change.detail,
        old=change.old,
        new=change.new,
    )
    what = _what(change, old, new)
    if worst(*(change.verdict(way) for way in Direction)) is Verdict.OK:
        yield said(severity=Severity.INFO, what=what)
        return
    for direction in Direction:
        verdict = change.verdict(direction)
        if verdict is Verdict.OK:
            continue
        demanded = direction in _demanded(change, old, new)
        yield said(
            severity=Severity(verdict) if demanded else Severity.INFO,
            direction=direction,
            what=what if demanded else f"{what}; {_allowed(old, new)}",
            blocks=blocks if demanded else (),
            witness=pair.witness(change, direction) if pair is not None else None,
        )


def _allowed(old: Version, new: Version) -> str:
    if old.major != new.major:
        return "a new major may"
    return f"{NAMES[old.kind]} does not ask for this direction"


def _what(change: Change, old: Version, new: Version) -> str:
    case = f" ({change.case})" if change.case else ""
    words = f"{TABLE[change.rule].title}{case}"
    sides = f"{change.old or 'nothing'} → {change.new or 'nothing'}"
    if UNVERSIONED in {old.major, new.major}:
        return f"{words}: {sides}"
    return f"{words}: {sides}, from {old.version} to {new.version}"


def _majors(
    old: Version, new: Version, changes: Sequence[Change], blocks: Blocks
) -> Iterator[Finding]:
    if UNVERSIONED in {old.major, new.major}:
        return
    breaks = _breaks(changes, old)
    if breaks and old.major == new.major:
        yield finding(
            "MAJOR_NOT_BUMPED",
            new.type,
            severity=Severity.BREAK,
            what=f"{old.version} to {new.version} breaks, in one major",
            blocks=blocks,
        )
    elif not breaks and old.major < new.major:
        yield finding(
            "MAJOR_BUMPED_IN_VAIN",
            new.type,
            severity=Severity.BREAK,
            what=f"{old.version} to {new.version} breaks nothing",
        )
