"""The `data` of golden samples that follow from the shape alone: typical, maximal, edges."""

import functools
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from abs_contracts.kit import patterns
from abs_contracts.kit import shape as s
from abs_contracts.kit.shape import Shape
from abs_contracts.kit.values import NoValueError, smallest, text

ROOM = 60_000
"""Bytes of `data` that fit into a message beside its envelope."""
_CAPS = tuple(2**power for power in range(13, 1, -1))
FREE = 8
"""So long are arrays and texts made that have no bound of their own."""
_LETTERS = "Ünïcødé 漢字 🚒"
_OFFSET = "2024-02-29T23:59:59.999999+14:00"

Value = Any  # JSON: whatever a shape says
Pick = Callable[[Shape], Value]


def typical(shape: Shape) -> Value:
    """Every field, each with a small value; for who gives no example of their own."""
    return _every(shape, _plain, least=1)


def maximal(shape: Shape) -> Value:
    """Every field at its upper bound, as far as it fits in one message."""
    for cap in _CAPS:
        value = _every(shape, functools.partial(_largest, cap=cap), least=cap)
        if len(json.dumps(value)) <= ROOM:
            return value
    return typical(shape)


def edges(shape: Shape, *, closed: bool) -> Iterator[tuple[str, Value]]:
    """Values at the edges that languages stumble over, where the shape has them."""
    base = typical(shape)
    picks: Mapping[str, Pick] = {"lowest": _lowest, "unicode": _unicode, "offset": _offset}
    for case, pick in picks.items():
        value = _every(shape, pick, least=1)
        if value != base:
            yield case, value
    nulls = _every(shape, _null, least=1)
    if nulls != base:
        yield "null", nulls
    if not closed and isinstance(base, dict):
        yield "later", {**base, "declared_later": {"by": "a newer version"}}


def _every(shape: Shape, pick: Pick, *, least: int) -> Value:
    """The shape with all its fields, its leaves as `pick` says."""
    if pick is _null and shape.nullable:
        return None
    match shape:
        case s.Record():
            fields = shape.fields.items()
            return {name: _every(field.shape, pick, least=least) for name, field in fields}
        case s.Items():
            most = min(FREE if shape.most is None else shape.most, least)
            return [_every(shape.item, pick, least=least)] * max(shape.least, most)
        case s.Mapped():
            key = smallest(shape.key) or "x"
            return {key: _every(shape.item, pick, least=least)}
        case s.OneOf():
            tag = next(iter(shape.arms))
            return {shape.tag_field: tag, **_every(shape.arms[tag], pick, least=least)}
    return pick(shape)


def _plain(shape: Shape) -> Value:
    if isinstance(shape, s.Text) and shape.pattern is None:
        return text(shape, min(8, shape.most or 8))
    return smallest(shape)


def _null(shape: Shape) -> Value:
    return _plain(shape)


def _lowest(shape: Shape) -> Value:
    match shape:
        case s.Integer():
            return shape.low
        case s.Number():
            return smallest(shape) if shape.low is None else shape.low
        case s.Text():
            return smallest(shape)
    return _plain(shape)


def _unicode(shape: Shape) -> Value:
    match shape:
        case s.Text(pattern=None) if shape.most is None or shape.most > shape.least:
            most = min(shape.most or 99, max(shape.least, len(_LETTERS)))
            return (_LETTERS * (most // len(_LETTERS) + 1))[:most]
    return _plain(shape)


def _offset(shape: Shape) -> Value:
    return _OFFSET if isinstance(shape, s.Moment) else _plain(shape)


def _largest(shape: Shape, cap: int) -> Value:
    match shape:
        case s.Text():
            return _longest(shape, cap)
        case s.Integer():
            return shape.high
        case s.Number():
            return smallest(shape) if shape.high is None else shape.high
        case s.Choice():
            return max(shape.values, key=len)
    return _plain(shape)


def _longest(shape: s.Text, cap: int) -> str:
    if shape.pattern is None:
        return text(shape, min(FREE if shape.most is None else shape.most, cap))
    try:
        return _matching(shape.pattern, min(shape.most or 100, cap, 100)) or text(shape)
    except patterns.Undecidable as error:
        raise NoValueError(str(error)) from None


@functools.cache
def _matching(pattern: str, most: int) -> str | None:
    """The longest text of a pattern up to a length."""
    tries = (patterns.shortest(pattern, least=n, most=most) for n in range(most, 0, -1))
    return next((found for found in tries if found is not None), None)
