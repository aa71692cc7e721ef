"""Which texts a pattern takes: equality, the shortest text, the shortest difference.

Regular expressions in the narrow sense (classes, repeats, alternatives, anchors at
the ends) by their derivatives. What goes beyond that raises `Undecidable`.
"""

import functools
import itertools
import re
import re._constants as op  # type: ignore[import-not-found]  # of the standard library, untyped
import re._parser as parser  # type: ignore[import-not-found]  # of the standard library, untyped
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

LAST = 0x10FFFF
_STATES = 20_000
"""More than any pattern of a contract needs; beyond it we say that we do not know."""


class Undecidable(Exception):  # noqa: N818 - an answer, not an error
    """The pattern is outside what can be decided here, or too large."""


class Node(NamedTuple):
    """A regular expression: `kind` and what that kind needs."""

    kind: str
    parts: tuple[Any, ...] = ()


NONE, EMPTY = Node("none"), Node("empty")


def shortest(pattern: str, *, least: int = 0, most: int | None = None) -> str | None:
    """The shortest text that the pattern takes within these lengths; None if there is none."""
    return _search(compiled(pattern), NONE, least, most)


def difference(pattern: str, other: str, *, least: int = 0, most: int | None = None) -> str | None:
    """The shortest text that the first pattern takes and the other one refuses."""
    return _search(compiled(pattern), compiled(other), least, most)


def refused(pattern: str) -> str | None:
    """The shortest text that the pattern refuses."""
    return _search(_any_text(), compiled(pattern), 0, None)


def same(one: str, other: str) -> bool:
    """Whether both take exactly the same texts."""
    return difference(one, other) is None and difference(other, one) is None


def anchored(pattern: str) -> tuple[bool, bool]:
    """Whether it can match only from the beginning, and only up to the end."""
    node = compiled(pattern)
    before, after = _any_text(), _any_text()
    starts = not (node.kind == "join" and node.parts[0] == before)
    while node.kind == "join":
        node = node.parts[1]
    return starts, node != after


def longest(pattern: str) -> int | None:
    """How long a text it can take; None: there is no end to it."""
    return _longest(compiled(pattern))


def repeats_repeats(pattern: str) -> bool:
    """Whether a text fits a repeated part both once and twice, so that matching can explode."""
    whole = compiled(pattern)
    repeats = [n.parts for n in (whole, *_inside(whole)) if n.kind == "repeat"]
    return any(
        _meet(part, _join(part, part)) for part, _, most in repeats if most is None or most > 1
    )


def takes(pattern: str, text: str) -> bool:
    """Whether the pattern takes this text."""
    node = compiled(pattern)
    for char in text:
        node = _after(node, ord(char))
    return _ends(node)


@functools.cache
def compiled(pattern: str) -> Node:
    """The pattern as an expression over whole texts, since it is searched for."""
    try:
        items = list(parser.parse(pattern))
    except (re.error, RecursionError) as error:
        raise Undecidable(str(error)) from None
    return _whole(items)


def _whole(items: list[tuple[Any, Any]]) -> Node:
    """With any text before and after, where no anchor forbids it."""
    if len(items) == 1 and items[0][0] is op.BRANCH:
        return _either([_whole(list(arm)) for arm in items[0][1][1]])
    starts = bool(items) and items[0][0] is op.AT and items[0][1] in _STARTS
    items = items[1:] if starts else items
    ends = bool(items) and items[-1][0] is op.AT and items[-1][1] in _ENDS
    items = items[:-1] if ends else items
    body = _sequence(items)
    before = EMPTY if starts else _any_text()
    after = EMPTY if ends else _any_text()
    return _join(before, _join(body, after))


_STARTS = {op.AT_BEGINNING, op.AT_BEGINNING_STRING}
_ENDS = {op.AT_END, op.AT_END_STRING}


def _any_text() -> Node:
    return _repeat(_chars([(0, LAST)]), 0, None)


# -- building ------------------------------------------------------------------


def _sequence(items: Iterable[tuple[Any, Any]]) -> Node:
    return functools.reduce(_join, [_node(*item) for item in items], EMPTY)


def _node(code: Any, value: Any) -> Node:
    if code is op.LITERAL:
        return _chars([(value, value)])
    if code is op.NOT_LITERAL:
        return _chars(_others([(value, value)]))
    if code is op.ANY:
        return _chars(_others([(10, 10)]))
    if code is op.IN:
        return _chars(_class(value))
    if code in {op.MAX_REPEAT, op.MIN_REPEAT}:
        least, most, inner = value
        return _repeat(_sequence(inner), least, None if most is op.MAXREPEAT else int(most))
    if code is op.SUBPATTERN and not value[1] and not value[2]:
        return _sequence(value[3])
    if code is op.BRANCH:
        return _either([_sequence(each) for each in value[1]])
    raise Undecidable(f"{code} in a pattern")


def _class(items: list[tuple[Any, Any]]) -> list[tuple[int, int]]:
    negated = items[0][0] is op.NEGATE
    ranges = []
    for code, value in items[1:] if negated else items:
        if code is op.LITERAL:
            ranges.append((value, value))
        elif code is op.RANGE:
            ranges.append(value)
        else:
            raise Undecidable(f"{value} in a class: languages differ in it")
    return _others(ranges) if negated else ranges


def _others(ranges: list[tuple[int, int]]) -> list[tuple[int, int]]:
    left, after = [], 0
    for low, high in sorted(ranges):
        if low > after:
            left.append((after, low - 1))
        after = max(after, high + 1)
    return [*left, (after, LAST)] if after <= LAST else left


def _chars(ranges: list[tuple[int, int]]) -> Node:
    return Node("chars", tuple(sorted(set(ranges)))) if ranges else NONE


def _join(one: Node, other: Node) -> Node:
    if NONE in (one, other):
        return NONE
    if one == EMPTY:
        return other
    if other == EMPTY:
        return one
    return (
        _join(one.parts[0], _join(one.parts[1], other))
        if one.kind == "join"
        else Node("join", (one, other))
    )


def _either(arms: Iterable[Node]) -> Node:
    flat: list[Node] = []
    for arm in arms:
        flat += arm.parts if arm.kind == "either" else [arm]
    unique = sorted({arm for arm in flat if arm != NONE}, key=repr)
    if len(unique) < 2:
        return unique[0] if unique else NONE
    return Node("either", tuple(unique))


def _repeat(inner: Node, least: int, most: int | None) -> Node:
    if most == 0 or inner == EMPTY:
        return EMPTY
    if (least, most) == (1, 1):
        return inner
    return Node("repeat", (inner, least, most))


# -- deciding ------------------------------------------------------------------


@functools.cache
def _ends(node: Node) -> bool:
    """Whether the empty text is taken."""
    match node.kind:
        case "empty":
            return True
        case "join":
            return all(map(_ends, node.parts))
        case "either":
            return any(map(_ends, node.parts))
        case "repeat":
            return bool(node.parts[1] == 0 or _ends(node.parts[0]))
    return False


@functools.lru_cache(maxsize=100_000)
def _after(node: Node, char: int) -> Node:
    """What may follow once this character is read."""
    match node.kind:
        case "chars":
            return EMPTY if any(low <= char <= high for low, high in node.parts) else NONE
        case "join":
            first, rest = node.parts
            went = _join(_after(first, char), rest)
            return _either([went, _after(rest, char)]) if _ends(first) else went
        case "either":
            return _either(_after(arm, char) for arm in node.parts)
        case "repeat":
            inner, least, most = node.parts
            left = _repeat(inner, max(least - 1, 0), None if most is None else most - 1)
            return _join(_after(inner, char), left)
    return NONE


def _longest(node: Node) -> int | None:
    if node.kind == "chars":
        return 1
    inner = [_longest(part) for part in node.parts if isinstance(part, Node)]
    if node.kind in {"none", "empty"}:
        return 0
    if None in inner or (node.kind == "repeat" and node.parts[2] is None):
        return None
    known = [length for length in inner if length is not None]
    if node.kind == "repeat":
        return known[0] * int(node.parts[2])
    return sum(known) if node.kind == "join" else max(known)


def _inside(node: Node) -> Iterator[Node]:
    """Every expression within this one."""
    for part in node.parts:
        if isinstance(part, Node):
            yield part
            yield from _inside(part)


def _ranges(node: Node) -> Iterator[tuple[int, int]]:
    if node.kind == "chars":
        yield from node.parts
    elif node.kind in {"join", "either"}:
        for part in node.parts:
            yield from _ranges(part)
    elif node.kind == "repeat":
        yield from _ranges(node.parts[0])


def _alphabet(*nodes: Node) -> list[int]:
    """One character of every class that the patterns tell apart, readable ones first."""
    edges = {
        0,
        *(edge for node in nodes for low, high in _ranges(node) for edge in (low, high + 1)),
    }
    bounds = [*sorted(edge for edge in edges if edge <= LAST), LAST + 1]
    return sorted((_readable(*pair) for pair in itertools.pairwise(bounds)), key=_rank)


def _readable(low: int, after: int) -> int:
    nice = (ord(char) for char in "a0A-_ ")
    return next((char for char in nice if low <= char < after), max(low, min(0x21, after - 1)))


def _rank(char: int) -> tuple[bool, bool, int]:
    return not chr(char).isprintable(), not chr(char).isalnum(), char


def _meet(one: Node, other: Node) -> bool:
    """Whether both take some text that is not empty."""
    alphabet = _alphabet(one, other)
    todo, seen = [(one, other)], set()
    while todo:
        pair = todo.pop()
        for char in alphabet:
            after = (_after(pair[0], char), _after(pair[1], char))
            if _ends(after[0]) and _ends(after[1]):
                return True
            if NONE not in after and after not in seen:
                seen.add(after)
                todo.append(after)
        if len(seen) > _STATES:
            raise Undecidable("the pattern is too large to decide")
    return False


def _search(wanted: Node, unwanted: Node, least: int, most: int | None) -> str | None:
    alphabet = [char for char in _alphabet(wanted, unwanted) if not 0xD800 <= char <= 0xDFFF]
    # A line end before the end of a text is where `$` differs by engine; we never show one.
    alphabet = [char for char in alphabet if char != 10]
    layer: dict[tuple[Node, Node], str] = {(wanted, unwanted): ""}
    seen: set[tuple[Node, Node, int]] = set()
    for length in itertools.count():
        for (takes, refuses), text in layer.items():
            if length >= least and _ends(takes) and not _ends(refuses):
                return text
        if length == most or not layer:
            return None
        following: dict[tuple[Node, Node], str] = {}
        for (takes, refuses), text in layer.items():
            for char in alphabet:
                pair = (_after(takes, char), _after(refuses, char))
                key = (*pair, min(length + 1, least))
                if pair[0] != NONE and key not in seen:
                    seen.add(key)
                    following.setdefault(pair, text + chr(char))
        if len(seen) > _STATES:
            raise Undecidable("the pattern is too large to decide")
        layer = following
    raise AssertionError("unreachable")
