"""Values of a shape: the smallest, those at its edges, and messages built around them."""

import json
from collections.abc import Iterator
from typing import Any

from abs_contracts.kit import patterns
from abs_contracts.kit import shape as s
from abs_contracts.kit.shape import Shape

Value = Any  # JSON: whatever a shape says
Path = tuple[str, ...]
MOMENT = "2026-01-01T00:00:00Z"
LATER = "later"
"""A value or tag that no version declares."""


class NoValueError(ValueError):
    """Nothing of this shape can be made here."""


def at(shape: Shape | None, path: Path) -> Shape | None:
    """The shape at this path; None where the path leads nowhere."""
    for name in path:
        match shape:
            case s.Record(fields=fields):
                shape = fields[name].shape if name in fields else None
            case s.Items(item=item) | s.Mapped(item=item) if name == "*":
                shape = item
            case s.OneOf(arms=arms):
                shape = arms.get(name.strip("<>"))
            case _:
                return None
    return shape


def smallest(shape: Shape) -> Value:
    """The shortest value that a conforming sender writes. Raises NoValueError."""
    match shape:
        case s.Record():
            written = {name: field for name, field in shape.fields.items() if field.written}
            return {name: smallest(field.shape) for name, field in written.items()}
        case s.Items():
            return [smallest(shape.item)] * shape.least
        case s.Mapped():
            return dict.fromkeys(_keys(shape, shape.least), smallest(shape.item))
        case s.OneOf():
            return min((tagged(shape, tag) for tag in shape.arms), key=size)
        case s.Text():
            return text(shape)
        case s.Choice(values=values) if values:
            return min(values, key=lambda value: (len(value), value))
        case s.Integer():
            return min(max(0, shape.low), shape.high)
        case s.Number():
            return _number(shape)
        case s.Opaque() | s.Choice():
            raise NoValueError(str(shape))
    return {s.Flag: False, s.Moment: MOMENT}.get(type(shape))


def text(shape: s.Text, least: int | None = None) -> str:
    """The shortest text of at least so many characters."""
    wanted = max(shape.least, least or 0)
    if shape.pattern is None:
        return "x" * wanted
    try:
        found = patterns.shortest(shape.pattern, least=wanted, most=shape.most)
    except patterns.Undecidable as error:
        raise NoValueError(str(error)) from None
    if found is None:
        raise NoValueError(f"no text of {shape.pattern} has these lengths")
    return found


def around(shape: Shape, path: Path, value: Value) -> Value:
    """The smallest value of the shape that has this value at this path."""
    if not path:
        return value
    name, rest = path[0], path[1:]
    match shape:
        case s.Record():
            inside = around(shape.fields[name].shape, rest, value)
            return {**smallest(shape), name: inside}
        case s.Items():
            others = [smallest(shape.item)] * (shape.least - 1)
            return [around(shape.item, rest, value), *others]
        case s.Mapped():
            first, *others = _keys(shape, max(shape.least, 1))
            filled = {key: smallest(shape.item) for key in others}
            return {first: around(shape.item, rest, value), **filled}
        case s.OneOf():
            tag = name.strip("<>")
            return {shape.tag_field: tag, **around(shape.arms[tag], rest, value)}
    raise NoValueError(f"{shape} has nothing inside")


def edges(shape: Shape, other: Shape | None) -> Iterator[Value]:
    """Values of the first shape where the two may differ; some are not valid, try them."""
    if shape.nullable:
        yield None
    match shape:
        case s.Text():
            yield from _texts(shape, other)
        case s.Integer() | s.Number():
            yield from _numbers(shape, other)
        case s.Choice():
            yield from shape.values
            yield from [LATER] if shape.fallback is not None else []
        case s.Items():
            yield from _lists(shape, other)
        case s.Mapped():
            for length in sorted(_lengths(shape, other)):
                yield dict.fromkeys(_keys(shape, length), smallest(shape.item))
        case s.OneOf():
            yield from (tagged(shape, tag) for tag in shape.arms)
            yield from [{shape.tag_field: LATER}] if shape.fallback is not None else []
        case s.Flag():
            yield from (False, True)
        case s.Moment():
            yield MOMENT
        case s.Anything():
            yield from (0, 0.5, "", "x", False, [], {})
        case s.Record():
            yield smallest(shape)


def must_understand(shape: Shape, value: Value, pointer: str = "") -> Iterator[str]:
    """JSON pointers to what this message carries and its reader may not ignore."""
    match shape, value:
        case s.Record(), dict():
            for name, field in shape.fields.items():
                if name in value:
                    here = pointer + s.pointer((name,))
                    yield from [here] if field.critical else []
                    yield from must_understand(field.shape, value[name], here)
        case s.Items(), list():
            for index, item in enumerate(value):
                yield from must_understand(shape.item, item, f"{pointer}/{index}")
        case s.Mapped(), dict():
            for key, item in value.items():
                yield from must_understand(shape.item, item, pointer + s.pointer((key,)))
        case s.OneOf(), dict() if value.get(shape.tag_field) in shape.arms:
            yield from must_understand(shape.arms[value[shape.tag_field]], value, pointer)


def size(value: Value) -> int:
    """How long the JSON of a value is."""
    return len(json.dumps(value))


def tagged(shape: s.OneOf, tag: str) -> Value:
    """The smallest message of this arm of a union."""
    return {shape.tag_field: tag, **smallest(shape.arms[tag])}


def _number(shape: s.Number) -> float:
    tries = [0.0, *_bounds(shape)]
    tries += [bound + step for bound in _bounds(shape) for step in (1, -1, 1e-6, -1e-6)]
    if shape.above is not None and shape.below is not None:
        tries.append((shape.above + shape.below) / 2)
    found = next((each for each in tries if _inside(shape, each)), None)
    if found is None:
        raise NoValueError(f"no number is {shape}")
    return found


def _bounds(shape: Shape) -> list[float]:
    names = ("low", "high", "above", "below")
    return [bound for name in names if (bound := getattr(shape, name, None)) is not None]


def _inside(shape: s.Number, value: float) -> bool:
    return (
        (shape.low is None or value >= shape.low)
        and (shape.high is None or value <= shape.high)
        and (shape.above is None or value > shape.above)
        and (shape.below is None or value < shape.below)
    )


def _numbers(shape: Shape, other: Shape | None) -> Iterator[Value]:
    whole = isinstance(shape, s.Integer)
    marks = {0.0, *_bounds(shape), *(_bounds(other) if other else [])}
    steps = (0, 1, -1) if whole else (0, 1, -1, 0.5, -0.5, 1e-9, -1e-9)
    for mark in sorted(marks, key=lambda each: (abs(each), each)):
        for step in steps:
            yield int(mark) + int(step) if whole else mark + step
    if not whole and len(marks) > 1:
        low, high = min(marks), max(marks)
        yield (low + high) / 2


def _texts(shape: s.Text, other: Shape | None) -> Iterator[Value]:
    lengths = {shape.least, shape.least + 1}
    for each in (shape, other):
        if isinstance(each, s.Text):
            lengths |= {each.least, max(each.least - 1, 0)}
            lengths |= {each.most, each.most + 1} if each.most is not None else set()
    for length in sorted(lengths):
        try:
            yield text(shape, length)
        except NoValueError:
            continue
    yield from _differences(shape, other)
    yield from ("", "x", "0", MOMENT)
    if isinstance(other, s.Choice):
        yield from other.values


def _differences(shape: s.Text, other: Shape | None) -> Iterator[str]:
    """A text that this pattern takes and the other one refuses."""
    if not isinstance(other, s.Text) or other.pattern is None:
        return
    for least in (shape.least, other.least):
        try:
            found = patterns.difference(
                shape.pattern or r"\A(?:.|\n)*\Z", other.pattern, least=least, most=shape.most
            )
        except patterns.Undecidable:
            return
        if found is not None:
            yield found


def _lists(shape: s.Items, other: Shape | None) -> Iterator[Value]:
    for length in sorted(_lengths(shape, other)):
        yield [smallest(shape.item)] * length


def _lengths(shape: s.Items | s.Mapped, other: Shape | None) -> set[int]:
    """Lengths at which two arrays, or two objects whose names are data, may differ."""
    lengths = {shape.least, max(shape.least, 1)}
    for each in (shape, other):
        if isinstance(each, s.Items | s.Mapped):
            lengths |= {each.least, max(each.least - 1, 0)}
            lengths |= {each.most, each.most + 1} if each.most is not None else set()
    return lengths


def _keys(shape: s.Mapped, number: int) -> list[str]:
    """So many different names."""
    if shape.key.pattern is not None and number > 1:
        raise NoValueError("several names of one pattern are not made")
    first = text(shape.key, 1) if shape.key.pattern is not None else ""
    width = max(shape.key.least, len(str(number)))
    return [first or f"{index:0{width}}" for index in range(number)]
