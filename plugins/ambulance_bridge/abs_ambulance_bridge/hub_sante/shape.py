"""The types of the profile as shapes: what judging and XML have to know of them.

Made from the Structs themselves, so that there is one description of a message.
"""

import functools
import re
from typing import NamedTuple, TypeAlias

import msgspec
from msgspec import inspect


class Text(NamedTuple):
    """`codes` is the name of its code list, if it has one."""

    pattern: re.Pattern[str] | None = None
    codes: str | None = None


class Numeric(NamedTuple):
    whole: bool


class Truth(NamedTuple):
    pass


class Open(NamedTuple):
    """An object whose content the profile does not say."""


class Many(NamedTuple):
    item: "Shape"
    least: int
    most: int | None


class Member(NamedTuple):
    shape: "Shape"
    required: bool


class Object(NamedTuple):
    """`members` stand in the order of the XML schema."""

    members: dict[str, Member]
    closed: bool


Shape: TypeAlias = Text | Numeric | Truth | Open | Many | Object


@functools.cache
def shape_of(cls: type[msgspec.Struct]) -> Object:
    """The shape of a Struct of the profile."""
    found = _shape(inspect.type_info(cls))
    assert isinstance(found, Object)
    return found


def _shape(kind: inspect.Type, codes: str | None = None) -> Shape:
    match kind:
        case inspect.Metadata():
            return _shape(kind.type, (kind.extra or {}).get("list"))
        case inspect.StructType():
            members = {f.encode_name: Member(_shape(f.type), f.required) for f in kind.fields}
            return Object(members, kind.forbid_unknown_fields)
        case inspect.VarTupleType():
            return Many(_shape(kind.item_type), kind.min_length or 0, kind.max_length)
        case inspect.StrType():
            return Text(re.compile(kind.pattern) if kind.pattern else None, codes)
    return _SCALARS[type(kind)]


_SCALARS: dict[type[inspect.Type], Shape] = {
    inspect.IntType: Numeric(whole=True),
    inspect.UnionType: Numeric(whole=False),  # int | float: the one union there is
    inspect.BoolType: Truth(),
    inspect.DictType: Open(),
}
