"""What a value must not be: one breach of each promise that a shape makes.

The invalid golden samples and the almost valid draws are made of these.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from abs_contracts.kit import patterns
from abs_contracts.kit import shape as s
from abs_contracts.kit.shape import Shape, pointer
from abs_contracts.kit.values import NoValueError, smallest

LONGEST = 5_000
"""Longer texts and arrays than this are not made: a message has a limit of its own."""


class Breach(NamedTuple):
    """A value instead of a valid one; `below`: the pointer from there to what is refused."""

    fault: str
    value: Any
    below: str = ""


def breaches(shape: Shape, value: Any, *, closed: bool) -> Iterator[Breach]:
    """Every breach of this shape, made of a valid value of it."""
    if isinstance(shape, s.Anything):
        return
    if not shape.nullable:
        yield Breach("null", None)
    if value is None:
        return
    match shape:
        case s.Record() if isinstance(value, dict):
            yield from _record(shape, value, closed)
        case s.OneOf() if isinstance(value, dict):
            yield Breach("wrong-type", [])
            if shape.fallback is None:
                tagged = {**value, shape.tag_field: "no-such-tag"}
                yield Breach("unknown-tag", tagged, pointer((shape.tag_field,)))
        case s.Items() if isinstance(value, list):
            yield from _items(shape, value)
        case s.Mapped():
            yield Breach("wrong-type", [])
        case s.Text():
            yield from _text(shape)
        case s.Integer() | s.Number():
            yield Breach("wrong-type", "1")
            yield from _beyond(shape)
        case s.Choice():
            yield Breach("wrong-type", 1)
            if shape.fallback is None or closed:
                yield Breach("unknown-value", "no-such-value")
        case s.Moment():
            yield Breach("no-offset", "2026-01-01T01:42:59")
            yield Breach("wrong-type", 1.5)
        case s.Flag():
            yield Breach("wrong-type", "true")


def _record(shape: s.Record, value: dict[str, Any], closed: bool) -> Iterator[Breach]:
    yield Breach("wrong-type", [])
    for name, field in shape.fields.items():
        if field.required:
            rest = {each: inner for each, inner in value.items() if each != name}
            yield Breach(f"without-{name}", rest)
    if closed:
        yield Breach("unknown-field", {**value, "colour": "red"}, "/colour")


def _items(shape: s.Items, value: list[Any]) -> Iterator[Breach]:
    yield Breach("wrong-type", {})
    if shape.least:
        yield Breach("too-few", value[: shape.least - 1])
    if shape.most is not None and shape.most < LONGEST:
        try:
            item = value[0] if value else smallest(shape.item)
        except NoValueError:
            return
        yield Breach("too-many", [item] * (shape.most + 1))


def _text(shape: s.Text) -> Iterator[Breach]:
    yield Breach("wrong-type", 1)
    if shape.least and shape.pattern is None:
        yield Breach("too-short", "x" * (shape.least - 1))
    if shape.most is not None and shape.most < LONGEST and shape.pattern is None:
        yield Breach("too-long", "x" * (shape.most + 1))
    if shape.pattern is not None:
        try:
            odd = patterns.refused(shape.pattern)
        except patterns.Undecidable:
            return
        if odd is not None:
            yield Breach("other-pattern", odd)


def _beyond(shape: Shape) -> Iterator[Breach]:
    whole = isinstance(shape, s.Integer)
    if whole:
        yield Breach("fraction", 0.5)
    for name, step in (("low", -1), ("high", 1), ("above", 0), ("below", 0)):
        bound = getattr(shape, name, None)
        if bound is not None and not (whole and bound in {-s.INT64, s.INT64 - 1}):
            yield Breach(f"beyond-{name}", bound + step)
