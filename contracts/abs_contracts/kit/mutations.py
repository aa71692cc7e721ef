"""Random contracts, and every operator that changes one: what the table is tried with.

An operator gives a record before and after. `contexts` puts both at the same place in
a message: at the top, in a field, in an array, in an arm of a union, and deeper.
Needs hypothesis.
"""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from hypothesis import strategies as st

from abs_contracts.kit import shape as s
from abs_contracts.kit.shape import Field, Record, Shape

Draw = st.DrawFn
Pair = tuple[Record, Record]
Operator = Callable[[Draw, Record], Pair]

_WHY = "gone since 1.1"
_PATTERNS = ("^[a-z]{1,8}$", "^[a-z0-9]{1,8}$", "^[A-Z]{2,3}$", "^[0-9]{1,4}\\.[0-9]{1,4}$")
_SAME = (("^[a-z]+$", "\\A[a-z][a-z]*\\Z"), ("^(ab|cd)$", "^(?:cd|ab)$"), ("^a{2}$", "^aa$"))
_RECORD = Record(fields={})


def shapes() -> st.SearchStrategy[Shape]:
    """A random value inside the subset."""
    small = st.integers(0, 3)
    texts = st.builds(lambda n, m: s.Text(least=n, most=n + m), small, st.integers(1, 9))
    plain: list[st.SearchStrategy[Shape]] = [
        texts,
        st.sampled_from(_PATTERNS).map(lambda pattern: s.Text(pattern=pattern)),
        st.builds(lambda n, m: s.Integer(low=n, high=n + m), st.integers(-9, 9), small),
        st.builds(lambda n: s.Number(low=n, high=n + 2.5), st.integers(-9, 9)),
        st.just(s.Flag()),
        st.just(s.Moment()),
        _choices(),
        st.builds(lambda item, n: s.Items(item=item, least=n, most=n + 2), texts, small),
    ]
    return st.builds(
        lambda shape, nullable: msgspec.structs.replace(shape, nullable=nullable),
        st.one_of(plain),
        st.booleans(),
    )


def _choices(fallback: str | None = None) -> st.SearchStrategy[Shape]:
    return st.sets(st.sampled_from("abcd"), min_size=1).map(
        lambda values: s.Choice(values=tuple(sorted(values)), fallback=fallback)
    )


def fields() -> st.SearchStrategy[Field]:
    """A random field, required, optional or always written."""
    return st.one_of(
        shapes().map(lambda shape: Field(shape=shape, required=True, written=True)),
        shapes().map(lambda shape: Field(shape=shape, required=False, written=False)),
    )


def records() -> st.SearchStrategy[Record]:
    """A record of a few random fields, none of which an operator touches."""
    names = st.sampled_from(("p", "q", "r"))
    return st.dictionaries(names, fields(), max_size=2).map(_record)


@st.composite
def contexts(draw: Draw, pair: Pair) -> tuple[Record, Record, int]:
    """Both records at the same place of two messages, and how deep that is."""
    depth = draw(st.integers(0, 3))
    old, new = pair
    for _ in range(depth):
        around = draw(st.sampled_from((_in_field, _in_optional, _in_items, _in_map, _in_arm)))
        beside = draw(records())
        old, new = around(beside, old), around(beside, new)
    return old, new, depth


def _in_field(beside: Record, inner: Record) -> Record:
    return _with(beside, inside=Field(shape=inner, required=True, written=True))


def _in_optional(beside: Record, inner: Record) -> Record:
    shape = msgspec.structs.replace(inner, nullable=True)
    return _with(beside, inside=Field(shape=shape, required=False, written=False, default="null"))


def _in_items(beside: Record, inner: Record) -> Record:
    items = s.Items(item=inner, least=0, most=3)
    return _with(beside, inside=Field(shape=items, required=True, written=True))


def _in_map(beside: Record, inner: Record) -> Record:
    mapped = s.Mapped(key=s.Text(least=1, most=9), item=inner, most=3)
    return _with(beside, inside=Field(shape=mapped, required=True, written=True))


def _in_arm(beside: Record, inner: Record) -> Record:
    union = s.OneOf(tag_field="kind", arms={"left": inner, "right": _RECORD})
    return _with(beside, inside=Field(shape=union, required=True, written=True))


# -- operators --------------------------------------------------------------------


def _record(found: Mapping[str, Field], **gone: str) -> Record:
    return Record(fields=dict(sorted(found.items())), tombstones=gone)


def _with(base: Record, **more: Field) -> Record:
    return msgspec.structs.replace(base, fields=dict(sorted({**base.fields, **more}.items())))


def _required(shape: Shape, **marks: Any) -> Field:
    return Field(shape=shape, required=True, written=True, **marks)


def _optional(shape: Shape, **marks: Any) -> Field:
    return Field(shape=shape, required=False, written=False, **marks)


def _values(change: Callable[[Draw], tuple[Shape, Shape]]) -> Operator:
    """An operator on the value of one field, required or not."""

    def operator(draw: Draw, base: Record) -> Pair:
        one, other = change(draw)
        make = draw(st.sampled_from((_required, _optional)))
        return _with(base, x=make(one)), _with(base, x=make(other))

    return operator


def _gone(base: Record) -> Record:
    return msgspec.structs.replace(base, tombstones={**base.tombstones, "x": _WHY})


def _always(_: Draw, __: Record) -> Pair:
    """Made required where the sender always wrote it; all optional fields must be alike."""
    field = Field(shape=s.Integer(low=0, high=9), required=False, written=True, default="3")
    lone = _record({"x": field})
    return lone, _record({"x": _required(field.shape)})


def _text(draw: Draw) -> tuple[Shape, Shape]:
    least, most, step = draw(st.tuples(st.integers(0, 4), st.integers(5, 9), st.integers(1, 4)))
    longer = s.Text(least=least, most=most + step)
    return s.Text(least=least, most=most), draw(
        st.sampled_from((longer, s.Text(least=least), s.Text(least=least + 1, most=most)))
    )


def _range(draw: Draw) -> tuple[Shape, Shape]:
    low, span, step = draw(st.tuples(st.integers(-9, 9), st.integers(1, 9), st.integers(1, 9)))
    whole = s.Integer(low=low, high=low + span)
    parts = s.Number(low=low, high=low + span)
    pairs = (
        (whole, s.Integer(low=low, high=low + span + step)),
        (whole, s.Integer(low=low)),
        (parts, s.Number(low=low - step, high=low + span)),
        (parts, s.Number(above=low, high=low + span)),
        (parts, s.Number(low=low)),
    )
    return draw(st.sampled_from(pairs))


def _items(draw: Draw) -> tuple[Shape, Shape]:
    item, least = draw(shapes()), draw(st.integers(0, 2))
    one = s.Items(item=item, least=least, most=least + 2)
    others = (
        s.Items(item=item, least=least, most=least + 4),
        s.Items(item=item, least=least + 1, most=least + 2),
        s.Items(item=item, least=least),
    )
    other = draw(st.sampled_from(others))
    if draw(st.booleans()):
        return _as_names(one), _as_names(other)
    return one, other


def _as_names(items: s.Items) -> Shape:
    key = s.Text(least=1, most=9)
    return s.Mapped(key=key, item=items.item, least=items.least, most=items.most)


def _choice(fallback: str | None) -> Callable[[Draw], tuple[Shape, Shape]]:
    def change(draw: Draw) -> tuple[Shape, Shape]:
        one = draw(_choices(fallback))
        assert isinstance(one, s.Choice)
        return one, msgspec.structs.replace(one, values=(*one.values, "z"))

    return change


def _arms(fallback: str | None) -> Callable[[Draw], tuple[Shape, Shape]]:
    def change(draw: Draw) -> tuple[Shape, Shape]:
        arms: dict[str, Shape] = {"a": draw(records()), "other": _RECORD}
        one = s.OneOf(tag_field="kind", arms=arms, fallback=fallback)
        return one, msgspec.structs.replace(one, arms={**arms, "z": draw(records())})

    return change


def _retagged(draw: Draw) -> tuple[Shape, Shape]:
    arm, rest = draw(records()), draw(records())
    arms: dict[str, Shape] = {"a": arm, "b": rest}
    return s.OneOf(tag_field="kind", arms=arms), s.OneOf(
        tag_field="kind", arms={"a2": arm, "b": rest}
    )


def _opened(draw: Draw) -> tuple[Shape, Shape]:
    one = draw(_choices())
    return one, msgspec.structs.replace(one, fallback="unknown")


def _opened_union(draw: Draw) -> tuple[Shape, Shape]:
    arms: dict[str, Shape] = {"a": draw(records()), "other": _RECORD}
    return s.OneOf(tag_field="kind", arms=arms), s.OneOf(
        tag_field="kind", arms=arms, fallback="other"
    )


def _null(draw: Draw) -> tuple[Shape, Shape]:
    shape = draw(shapes())
    return (
        msgspec.structs.replace(shape, nullable=False),
        msgspec.structs.replace(shape, nullable=True),
    )


def _widened(draw: Draw) -> tuple[Shape, Shape]:
    choice = draw(_choices())
    pairs = (
        (s.Integer(), s.Number()),
        (s.Integer(low=0, high=9), s.Number(low=0, high=9)),
        (choice, s.Text(least=1, most=9)),
        (s.Moment(), s.Text()),
        (draw(shapes()), s.Anything(nullable=True)),
    )
    return draw(st.sampled_from(pairs))


def _retyped(draw: Draw) -> tuple[Shape, Shape]:
    kinds: tuple[Shape, ...] = (
        s.Text(least=1, most=9),
        s.Integer(low=0, high=9),
        s.Flag(),
        s.Items(item=s.Flag(), most=3),
        s.Record(fields={}),
    )
    one, other = draw(st.permutations(kinds))[:2]
    return one, other


def _pattern(draw: Draw) -> tuple[Shape, Shape]:
    one, other = draw(st.permutations(_PATTERNS))[:2]
    return s.Text(pattern=one), s.Text(pattern=other)


def _same_pattern(draw: Draw) -> tuple[Shape, Shape]:
    one, other = draw(st.sampled_from(_SAME))
    return s.Text(pattern=one), s.Text(pattern=other)


def _meaning(name: str, one: str, other: str) -> Operator:
    def change(draw: Draw) -> tuple[Shape, Shape]:
        shape = draw(shapes())
        return (
            msgspec.structs.replace(shape, meaning={name: one}),
            msgspec.structs.replace(shape, meaning={name: other}),
        )

    return _values(change)


def _critical(shape: Shape) -> Field:
    return _optional(shape, critical=True)


def _dropped(draw: Draw, base: Record) -> Pair:
    shape = draw(shapes())
    return _with(base, x=_optional(shape)), _with(base, x=_required(shape))


def _marked(draw: Draw, base: Record) -> Pair:
    shape = draw(shapes())
    return _with(base, x=_optional(shape)), _with(base, x=_critical(shape))


OPERATORS: Mapping[str, Operator] = {
    "add an optional field": lambda draw, r: (r, _with(r, x=_optional(draw(shapes())))),
    "add a field with a default": lambda _, r: (
        r, _with(r, x=_optional(s.Integer(low=0, high=9), default="3"))
    ),
    "add a required field": lambda draw, r: (r, _with(r, x=_required(draw(shapes())))),
    "add a field that must be understood": lambda draw, r: (
        r, _with(r, x=_critical(draw(shapes())))
    ),
    "bury an optional field": lambda draw, r: (_with(r, x=_optional(draw(shapes()))), _gone(r)),
    "bury a required field": lambda draw, r: (_with(r, x=_required(draw(shapes()))), _gone(r)),
    "bury a field that must be understood": lambda draw, r: (
        _with(r, x=_critical(draw(shapes()))), _gone(r)
    ),
    "erase a tombstone": lambda _, r: (_gone(r), r),
    "drop a default": _dropped,
    "drop a default that was always written": _always,
    "change a default": lambda _, r: (
        _with(r, x=_optional(s.Integer(low=0, high=9), default="3")),
        _with(r, x=_optional(s.Integer(low=0, high=9), default="4")),
    ),
    "mark a field as to be understood": _marked,
    "allow null": _values(_null),
    "add a value to a closed enum": _values(_choice(None)),
    "add a value to an open enum": _values(_choice("unknown")),
    "open an enum": _values(_opened),
    "add an arm to a closed union": _values(_arms(None)),
    "add an arm to an open union": _values(_arms("other")),
    "open a union": _values(_opened_union),
    "rename a tag": _values(_retagged),
    "widen a type": _values(_widened),
    "change a type": _values(_retyped),
    "loosen or tighten a text": _values(_text),
    "loosen or tighten a range": _values(_range),
    "loosen or tighten an array": _values(_items),
    "add a pattern": _values(
        lambda draw: (s.Text(), s.Text(pattern=draw(st.sampled_from(_PATTERNS))))
    ),
    "change a pattern": _values(_pattern),
    "write a pattern in other words": _values(_same_pattern),
    "change a unit": _meaning("unit", "m", "ft"),
    "change a reference system": _meaning("crs", "EPSG:4326", "EPSG:28992"),
    "change a clock": _meaning("clock", "occurred", "recorded"),
    "change a code list": _meaning("codelist", "lmc", "characteristics"),
    "change the words for people": lambda _, r: (
        msgspec.structs.replace(r, notes={"description": "one"}),
        msgspec.structs.replace(r, notes={"description": "other"}),
    ),
    "leave the subset": _values(lambda draw: (draw(shapes()), s.Opaque(text="a set"))),
}  # fmt: skip
"""Every operator by what it does; each is tried in both directions."""
