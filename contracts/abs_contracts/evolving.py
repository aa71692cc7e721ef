"""What a message definition says about its own evolution, beside its types.

- An **open enum** grows without a new major: whoever does not know a value yet reads
  its UNKNOWN. Nobody sends UNKNOWN, and a command takes no unknown value.
- An **open union** has an arm with `__fallback__ = True`, without required fields, as
  which a reader of events reads a tag that nobody knows yet.
- A **tombstone** is a field or value that was taken away and never comes back:
  `__tombstones__ = {"name": "why, and since when"}` in the Struct or enum.
- A **must-understand field** is one that a reader may not ignore:
  `Meta(extra={"critical": True})`. A message that carries one names it in the
  envelope's `mustunderstand`, so that a reader who does not know it refuses.
- A **meaning** is what the bytes do not show: `Meta(extra={"unit": "m"})`, and
  likewise `crs`, `clock` and `codelist`.
"""

import enum
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import quote, unquote

import msgspec
from msgspec import inspect

TOMBSTONES = "__tombstones__"
CRITICAL = "critical"
MEANINGS = ("unit", "crs", "clock", "codelist")


class OpenEnum(enum.StrEnum):
    """Values that may be added within a major; needs a member UNKNOWN to fall back on."""

    @classmethod
    def _missing_(cls, value: object) -> enum.Enum | None:
        """A text that nobody knows yet is UNKNOWN; another type stays an error."""
        return cls["UNKNOWN"] if isinstance(value, str) else None


def fallback(cls: type[enum.Enum]) -> str | None:
    """What an unknown value of this enum is read as; None where it is refused."""
    try:
        return str(cls("\N{NULL}no value of anybody").value)
    except (ValueError, KeyError):  # a closed enum, or an open one without UNKNOWN
        return None


def tombstones(cls: type[Any]) -> Mapping[str, str]:
    """What was taken away from this Struct or enum, with the reason."""
    found: Mapping[str, str] = getattr(cls, TOMBSTONES, {})
    return found


def fallback_arm(kind: inspect.UnionType) -> inspect.StructType | None:
    """The arm that unknown tags of this union are read as."""
    arms = [arm for arm in kind.types if isinstance(arm, inspect.StructType)]
    return next((arm for arm in arms if getattr(arm.cls, "__fallback__", False)), None)


def fallen_back(raw: bytes, cls: type[msgspec.Struct], where: str) -> bytes | None:
    """The message with an unknown tag at this pointer replaced by its union's fallback.

    None where no open union has such a tag there.
    """
    *path, tag_field = where.split("/")[1:] or [""]
    union = _union_at(inspect.type_info(cls), path)
    arm = fallback_arm(union) if union is not None else None
    if arm is None or arm.tag_field != tag_field:
        return None
    assert union is not None
    known = {each.tag for each in union.types if isinstance(each, inspect.StructType)}
    whole = msgspec.json.decode(raw)
    unknown = [
        each
        for each in _reached(whole, path)
        if isinstance(each, dict) and each.get(tag_field, arm.tag) not in known
    ]
    for each in unknown:
        each[tag_field] = arm.tag
    return msgspec.json.encode(whole) if unknown else None


def _reached(value: Any, path: list[str]) -> Iterator[Any]:
    """What stands at a path in plain JSON; `*` is every value of an object."""
    if not path:
        yield value
    elif isinstance(value, list):
        # Of several objects under a `*`, some have fewer items than the one that is meant.
        if path[0].isdigit() and int(path[0]) < len(value):
            yield from _reached(value[int(path[0])], path[1:])
    elif isinstance(value, dict):
        for name in value if path[0] == "*" else [path[0]]:
            yield from _reached(value.get(name), path[1:])


def _union_at(kind: inspect.Type, path: list[str]) -> inspect.UnionType | None:
    match kind:
        case inspect.Metadata():
            return _union_at(kind.type, path)
        case inspect.UnionType():
            if not path and fallback_arm(kind) is not None:
                return kind
            return next((found for arm in kind.types if (found := _union_at(arm, path))), None)
        case inspect.StructType() if path:
            fields = {field.encode_name: field.type for field in kind.fields}
            return _union_at(fields[path[0]], path[1:]) if path[0] in fields else None
        case inspect.VarTupleType() | inspect.ListType() if path and path[0].isdigit():
            return _union_at(kind.item_type, path[1:])
        case inspect.DictType() if path:
            return _union_at(kind.value_type, path[1:])
    return None


def is_critical(kind: inspect.Type) -> bool:
    """Whether a field of this type must be understood by whoever reads it."""
    return isinstance(kind, inspect.Metadata) and (
        bool((kind.extra or {}).get(CRITICAL)) or is_critical(kind.type)
    )


def critical_paths(payload: msgspec.Struct) -> Iterator[str]:
    """JSON pointers, from the payload, to the must-understand fields that it carries."""
    yield from _carried(payload, inspect.type_info(type(payload)), "")


def stated(pointers: Iterable[str]) -> str:
    """JSON pointers in one text, as an envelope states them.

    Each as a URI fragment has it (RFC 6901, section 6): a name may hold a space.
    """
    return " ".join(quote(pointer, safe="/~") for pointer in pointers)


def pointers(text: str) -> list[str]:
    """The JSON pointers that an envelope states."""
    return [unquote(each) for each in text.split(" ") if each]


def has_critical(cls: type[msgspec.Struct]) -> bool:
    """Whether any message of this type can carry a must-understand field."""
    known = _with_critical.get(cls)
    if known is None:
        known = _with_critical[cls] = _mentions(inspect.type_info(cls))
    return known


def declares(cls: type[msgspec.Struct], pointer: str) -> bool:
    """Whether this type knows the field at a JSON pointer into its message."""
    root, *path = pointer.split("/")
    return root == "" and bool(path) and _knows(inspect.type_info(cls), path)


_with_critical: dict[type[msgspec.Struct], bool] = {}


def _mentions(kind: inspect.Type) -> bool:
    match kind:
        case inspect.Metadata():
            return is_critical(kind) or _mentions(kind.type)
        case inspect.UnionType():
            return any(map(_mentions, kind.types))
        case inspect.StructType():
            return any(_mentions(field.type) for field in kind.fields)
        case inspect.VarTupleType() | inspect.ListType():
            return _mentions(kind.item_type)
        case inspect.DictType():
            return _mentions(kind.value_type)
    return False


def _carried(value: object, kind: inspect.Type, pointer: str) -> Iterator[str]:
    match kind:
        case inspect.Metadata():
            yield from _carried(value, kind.type, pointer)
        case inspect.UnionType():
            for arm in kind.types:
                inner = arm.type if isinstance(arm, inspect.Metadata) else arm
                if not isinstance(inner, inspect.StructType) or isinstance(value, inner.cls):
                    yield from _carried(value, arm, pointer)
        case inspect.StructType() if isinstance(value, msgspec.Struct):
            for field in kind.fields:
                inside = getattr(value, field.name)
                here = f"{pointer}/{field.encode_name}"
                written = field.required or inside not in (field.default, msgspec.UNSET)
                if written and is_critical(field.type):
                    yield here
                yield from _carried(inside, field.type, here)
        case inspect.VarTupleType() | inspect.ListType() if isinstance(value, tuple | list):
            for index, item in enumerate(value):
                yield from _carried(item, kind.item_type, f"{pointer}/{index}")
        case inspect.DictType() if isinstance(value, dict):
            for name, item in value.items():
                yield from _carried(item, kind.value_type, f"{pointer}/{_escaped(str(name))}")


def _knows(kind: inspect.Type, path: list[str]) -> bool:
    if not path:
        return True
    match kind:
        case inspect.Metadata():
            return _knows(kind.type, path)
        case inspect.UnionType():
            return any(_knows(arm, path) for arm in kind.types)
        case inspect.StructType():
            fields = {field.encode_name: field.type for field in kind.fields}
            return path[0] in fields and _knows(fields[path[0]], path[1:])
        case inspect.VarTupleType() | inspect.ListType():
            return path[0].isdigit() and _knows(kind.item_type, path[1:])
        case inspect.DictType():
            return _knows(kind.value_type, path[1:])
    return False


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")
