"""The shape of a message: what a contract says of its JSON, as data.

One shape stands behind both schemas, the reader, the draws and the diff. It is
made from the msgspec definition here, and from frozen schemas in `parse`.
"""

import enum
import inspect as python
from collections.abc import Iterator

import msgspec
from msgspec import NODEFAULT, inspect

from abs_contracts import evolving

INT64 = 2**63
UNTAGGED = "a union without tags"


class Shape(msgspec.Struct, frozen=True, kw_only=True):
    """Any value; `meaning` is what its bytes do not show, `notes` what is for people."""

    nullable: bool = False
    meaning: dict[str, str] = {}
    notes: dict[str, object] = {}


class Text(Shape, frozen=True, kw_only=True):
    """A text; lengths in code points, the pattern is searched for."""

    least: int = 0
    most: int | None = None
    pattern: str | None = None


class Moment(Shape, frozen=True, kw_only=True):
    """A time with an offset."""


class Integer(Shape, frozen=True, kw_only=True):
    """A whole number, bounds included."""

    low: int = -INT64
    high: int = INT64 - 1


class Number(Shape, frozen=True, kw_only=True):
    """A finite number; `low` and `high` are included, `above` and `below` are not."""

    low: float | None = None
    high: float | None = None
    above: float | None = None
    below: float | None = None


class Flag(Shape, frozen=True, kw_only=True):
    """True or false."""


class Null(Shape, frozen=True, kw_only=True):
    """Nothing but null."""


class Anything(Shape, frozen=True, kw_only=True):
    """Any JSON value."""


class Choice(Shape, frozen=True, kw_only=True):
    """One of these texts; with a fallback, others may come in time."""

    values: tuple[str, ...]
    fallback: str | None = None
    tombstones: dict[str, str] = {}


class Items(Shape, frozen=True, kw_only=True):
    """An array."""

    item: Shape
    least: int = 0
    most: int | None = None


class Mapped(Shape, frozen=True, kw_only=True):
    """An object whose names are data."""

    key: Text
    item: Shape
    least: int = 0
    most: int | None = None


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """A field of a record.

    `required`: a message without it is refused. `written`: a conforming sender
    always writes it. `default`: what its absence is read as, in JSON; None: as absent.
    """

    shape: Shape
    required: bool
    written: bool
    default: str | None = None
    critical: bool = False


class Record(Shape, frozen=True, kw_only=True):
    """An object."""

    fields: dict[str, Field]
    tombstones: dict[str, str] = {}


class OneOf(Shape, frozen=True, kw_only=True):
    """Records told apart by a tag; with a fallback, unknown tags are read as that arm."""

    tag_field: str
    arms: dict[str, Shape]
    fallback: str | None = None


class Opaque(Shape, frozen=True, kw_only=True):
    """Outside the decidable subset; what it is, as text."""

    text: str


def of_type(cls: type) -> Shape:
    """The shape of a msgspec type."""
    return _shape(inspect.type_info(cls), ())


def _shape(kind: inspect.Type, inside: tuple[type, ...]) -> Shape:
    match kind:
        case inspect.Metadata():
            return _annotated(_shape(kind.type, inside), kind)
        case inspect.UnionType():
            return _union(kind, inside)
        case inspect.StructType():
            return _record(kind, inside)
        case inspect.VarTupleType() | inspect.ListType():
            item = _shape(kind.item_type, inside)
            return Items(item=item, least=kind.min_length or 0, most=kind.max_length)
        case inspect.DictType():
            key, item = _shape(kind.key_type, inside), _shape(kind.value_type, inside)
            if isinstance(key, Text):
                return Mapped(key=key, item=item, least=kind.min_length or 0, most=kind.max_length)
    return _scalar(kind)


def _annotated(shape: Shape, kind: inspect.Metadata) -> Shape:
    extra = kind.extra or {}
    meaning = {name: str(extra[name]) for name in evolving.MEANINGS if name in extra}
    return msgspec.structs.replace(
        shape,
        meaning={**shape.meaning, **meaning},
        notes={**shape.notes, **(kind.extra_json_schema or {})},
    )


def _union(kind: inspect.UnionType, inside: tuple[type, ...]) -> Shape:
    arms = [_shape(arm, inside) for arm in kind.types if not isinstance(arm, inspect.NoneType)]
    nullable = len(arms) < len(kind.types)
    if len(arms) == 1:
        return msgspec.structs.replace(arms[0], nullable=nullable)
    structs = [arm for arm in kind.types if isinstance(arm, inspect.StructType)]
    if len(structs) < len(arms) or not all(each.tag_field for each in structs):
        return Opaque(text=UNTAGGED, nullable=nullable)
    tags = {str(each.tag): _record(each, inside, tagged=False) for each in structs}
    fallen = [str(each.tag) for each in structs if getattr(each.cls, "__fallback__", False)]
    return OneOf(
        tag_field=str(structs[0].tag_field),
        arms=dict(sorted(tags.items())),
        fallback=next(iter(fallen), None),
        nullable=nullable,
    )


def _record(kind: inspect.StructType, inside: tuple[type, ...], *, tagged: bool = True) -> Shape:
    if kind.cls in inside:
        return Opaque(text=f"{kind.cls.__name__} inside itself")
    if kind.array_like:
        return Opaque(text=f"{kind.cls.__name__} as an array")
    fields = {f.encode_name: _field(kind.cls, f, (*inside, kind.cls)) for f in kind.fields}
    if tagged and kind.tag_field is not None:
        # The decoder takes a lone tagged object without its tag, so it is not required.
        tag = Choice(values=(str(kind.tag),))
        fields[kind.tag_field] = Field(shape=tag, required=False, written=True)
    return Record(
        fields=dict(sorted(fields.items())),
        tombstones=dict(evolving.tombstones(kind.cls)),
        notes=dict(_titled(kind.cls)),
    )


def _titled(cls: type) -> Iterator[tuple[str, object]]:
    yield "title", cls.__name__
    if cls.__doc__:
        yield "description", python.cleandoc(cls.__doc__)


def _field(cls: type[msgspec.Struct], field: inspect.Field, inside: tuple[type, ...]) -> Field:
    shape = _shape(field.type, inside)
    default: str | None = None
    if field.default is not NODEFAULT:
        default = _json(field.default)
    elif field.default_factory is not NODEFAULT:
        if not isinstance(field.default_factory, type):
            shape = Opaque(text="a default that is computed")
        else:
            default = _json(field.default_factory())
    always = default is not None and not cls.__struct_config__.omit_defaults
    return Field(
        shape=shape,
        required=field.required,
        written=field.required or always,
        default=default,
        critical=evolving.is_critical(field.type),
    )


def _json(value: object) -> str:
    return msgspec.json.encode(value, order="sorted").decode()


def _scalar(kind: inspect.Type) -> Shape:
    match kind:
        case inspect.StrType():
            return Text(least=kind.min_length or 0, most=kind.max_length, pattern=kind.pattern)
        case inspect.IntType(multiple_of=None):
            low = kind.ge if kind.ge is not None else kind.gt + 1 if kind.gt is not None else None
            high = kind.le if kind.le is not None else kind.lt - 1 if kind.lt is not None else None
            return Integer(
                low=-INT64 if low is None else low, high=INT64 - 1 if high is None else high
            )
        case inspect.FloatType(multiple_of=None):
            return Number(low=kind.ge, high=kind.le, above=kind.gt, below=kind.lt)
        case inspect.BoolType():
            return Flag()
        case inspect.NoneType():
            return Null(nullable=True)
        case inspect.DateTimeType(tz=True):
            return Moment()
        case inspect.RawType() | inspect.AnyType():
            return Anything(nullable=True)
        case inspect.EnumType():
            return _enum(kind.cls)
        case inspect.LiteralType() if all(isinstance(value, str) for value in kind.values):
            return Choice(values=tuple(sorted(map(str, kind.values))))
    return Opaque(text=str(kind))


def _enum(cls: type[enum.Enum]) -> Shape:
    if not all(isinstance(member.value, str) for member in cls):
        return Opaque(text=f"{cls.__name__}, an enum of other things than texts")
    fallen = evolving.fallback(cls)
    values = sorted(str(member.value) for member in cls if member.value != fallen)
    return Choice(values=tuple(values), fallback=fallen, tombstones=dict(evolving.tombstones(cls)))


def depths(shape: Shape, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Shape]]:
    """Every shape in this one with its path: names of fields, `*` for items, `<tag>` for arms."""
    yield path, shape
    match shape:
        case Record():
            for name, field in shape.fields.items():
                yield from depths(field.shape, (*path, name))
        case Items() | Mapped():
            yield from depths(shape.item, (*path, "*"))
        case OneOf():
            for tag, arm in shape.arms.items():
                yield from depths(arm, (*path, f"<{tag}>"))


def pointer(path: tuple[str, ...], root: str = "") -> str:
    """A path as a JSON pointer; the arm of a union leaves no trace in the JSON."""
    kept = (n.replace("~", "~0").replace("/", "~1") for n in path if not n.startswith("<"))
    return "".join([root, *(f"/{name}" for name in kept)])
