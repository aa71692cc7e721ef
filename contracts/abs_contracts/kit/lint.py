"""One definition on its own: is it inside the subset, bounded, and honest about its meaning?"""

import re
from collections.abc import Callable, Iterator, Mapping

import msgspec
from msgspec import inspect

from abs_contracts import evolving
from abs_contracts.catalogue import Contract
from abs_contracts.channels import SUPPORT_DAYS
from abs_contracts.kit import patterns
from abs_contracts.kit import shape as s
from abs_contracts.kit.shape import Shape, depths, of_type, pointer

NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
LONGEST = 65_536
"""A text that a pattern bounds to more than a message's size is not bounded."""


class Remark(msgspec.Struct, frozen=True, kw_only=True):
    """A rule that a definition does not keep, and where in its message."""

    rule: str
    pointer: str
    what: str


def lint(contract: Contract, known: Mapping[str, Contract] | None = None) -> list[Remark]:
    """What is wrong with one contract; `known`: where its replacement must be found."""
    shape = of_type(contract.payload)
    found = [
        Remark(rule=rule, pointer=pointer(path, "/data"), what=what)
        for path, inside in depths(shape)
        for rule, what in _remarks(inside)
    ]
    found += _annotations(inspect.type_info(contract.payload), "/data")
    found += _deprecation(contract, known or {})
    return sorted(set(found), key=lambda remark: (remark.pointer, remark.rule, remark.what))


def _remarks(shape: Shape) -> Iterator[tuple[str, str]]:
    check = _CHECKS.get(type(shape))
    return check(shape) if check is not None else iter(())


def _opaque(shape: Shape) -> Iterator[tuple[str, str]]:
    assert isinstance(shape, s.Opaque)
    rule = "LINT_UNTAGGED_UNION" if shape.text == s.UNTAGGED else "LINT_SUBSET"
    yield rule, f"{shape.text} is outside the subset"


def _record(shape: Shape) -> Iterator[tuple[str, str]]:
    assert isinstance(shape, s.Record)
    for name in shape.fields:
        if NAME.fullmatch(name) is None:
            yield "LINT_NAME", f"the field is called {name!r}"
        if name in shape.tombstones:
            yield "LINT_TOMBSTONE", f"{name} was taken away: {shape.tombstones[name]}"


def _choice(shape: Shape) -> Iterator[tuple[str, str]]:
    assert isinstance(shape, s.Choice)
    for value in sorted(set(shape.values) & shape.tombstones.keys()):
        yield "LINT_TOMBSTONE", f"{value} was taken away: {shape.tombstones[value]}"
    if not shape.values:
        yield "LINT_OPEN_ENUM", "there is no value that anybody may send"


def _items(shape: Shape) -> Iterator[tuple[str, str]]:
    assert isinstance(shape, s.Items | s.Mapped)
    if shape.most is None:
        yield "LINT_UNBOUNDED", "the array has no largest length"


def _union(shape: Shape) -> Iterator[tuple[str, str]]:
    assert isinstance(shape, s.OneOf)
    arm = shape.arms.get(shape.fallback or "")
    if isinstance(arm, s.Record) and any(field.required for field in arm.fields.values()):
        yield "LINT_OPEN_ENUM", f"the arm {shape.fallback} to fall back on has required fields"


def _text(shape: Shape) -> Iterator[tuple[str, str]]:
    assert isinstance(shape, s.Text)
    if shape.pattern is None:
        if shape.most is None:
            yield "LINT_UNBOUNDED", "the text has no largest length"
        return
    try:
        starts, ends = patterns.anchored(shape.pattern)
        longest = patterns.longest(shape.pattern)
        twice = patterns.repeats_repeats(shape.pattern)
    except patterns.Undecidable as error:
        yield "LINT_PATTERN", f"{shape.pattern} cannot be judged: {error}"
        return
    if not (starts and ends):
        yield "LINT_PATTERN", f"{shape.pattern} also matches inside a longer text"
    elif shape.most is None and (longest is None or longest > LONGEST):
        yield "LINT_UNBOUNDED", f"{shape.pattern} has no largest length"
    if twice:
        yield "LINT_PATTERN", f"{shape.pattern} repeats a repeat: a validator may take minutes"


_CHECKS: Mapping[type[Shape], Callable[[Shape], Iterator[tuple[str, str]]]] = {
    s.Opaque: _opaque,
    s.Record: _record,
    s.Choice: _choice,
    s.Items: _items,
    s.Mapped: _items,
    s.OneOf: _union,
    s.Text: _text,
}


def _annotations(kind: inspect.Type, at: str, inside: tuple[type, ...] = ()) -> Iterator[Remark]:
    """Misspelt marks, and open enums that nothing falls back on, anywhere in a type."""
    match kind:
        case inspect.Metadata():
            for name in sorted((kind.extra or {}).keys() - {*evolving.MEANINGS, evolving.CRITICAL}):
                yield Remark(rule="LINT_ANNOTATION", pointer=at, what=f"nobody knows {name!r}")
            yield from _annotations(kind.type, at, inside)
        case inspect.UnionType():
            for arm in kind.types:
                yield from _annotations(arm, at, inside)
        case inspect.StructType() if kind.cls not in inside:
            for field in kind.fields:
                here = f"{at}/{field.encode_name}"
                yield from _annotations(field.type, here, (*inside, kind.cls))
        case inspect.DictType():
            yield from _annotations(kind.value_type, f"{at}/*", inside)
        case inspect.VarTupleType() | inspect.ListType():
            yield from _annotations(kind.item_type, f"{at}/*", inside)
        case inspect.EnumType() if issubclass(kind.cls, evolving.OpenEnum):
            if "UNKNOWN" not in kind.cls.__members__:
                what = f"{kind.cls.__name__} has no member UNKNOWN"
                yield Remark(rule="LINT_OPEN_ENUM", pointer=at, what=what)


def _deprecation(contract: Contract, known: Mapping[str, Contract]) -> Iterator[Remark]:
    end = contract.deprecation
    if end is None:
        return
    if end.days < SUPPORT_DAYS:
        what = f"from {end.since} to {end.sunset} is {end.days} days, {SUPPORT_DAYS} are promised"
        yield Remark(rule="LINT_DEPRECATION", pointer="", what=what)
    if end.replacement is not None and end.replacement not in known:
        what = f"the replacement {end.replacement} is in no catalogue here"
        yield Remark(rule="LINT_DEPRECATION", pointer="", what=what)
