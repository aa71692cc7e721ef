"""What the decoder lets pass and the house rules do not.

Walks the JSON beside its type: fields nobody declared, times with more than
six fractional digits (decoders round or cut them differently), and integers
beyond 64 bits. Every finding is a refusal with an exact JSON pointer.
"""

import datetime as dt
import re
from typing import Any

import msgspec
from msgspec import inspect

from abs_contracts.refusal import Refused

_TIME = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)$")
_INT64 = 2**63


def check(raw: bytes, cls: type[Any], *, pointer: str, closed: bool) -> None:
    """Refuse what the house rules forbid in bytes that already decode as `cls`."""
    _walk(msgspec.json.decode(raw), _type_info(cls), pointer, closed)


_infos: dict[type[Any], inspect.Type] = {}


def _type_info(cls: type[Any]) -> inspect.Type:
    if cls not in _infos:
        _infos[cls] = inspect.type_info(cls)
    return _infos[cls]


def _walk(value: Any, kind: inspect.Type, pointer: str, closed: bool) -> None:
    if isinstance(kind, inspect.Metadata):
        kind = kind.type
    if isinstance(kind, inspect.UnionType):
        kind = _arm(kind, value)
    if isinstance(kind, inspect.StructType) and isinstance(value, dict):
        _walk_struct(value, kind, pointer, closed)
    elif isinstance(kind, inspect.VarTupleType | inspect.ListType) and isinstance(value, list):
        for index, item in enumerate(value):
            _walk(item, kind.item_type, f"{pointer}/{index}", closed)
    elif isinstance(kind, inspect.DateTimeType) and isinstance(value, str):
        _check_time(value, pointer)
    elif isinstance(value, int) and not -_INT64 <= value < _INT64:
        raise Refused(
            rule="CONTRACT-003",
            what="the integer does not fit in 64 bits",
            where=pointer,
            fix="send a smaller number",
        )


def _walk_struct(
    value: dict[str, Any], kind: inspect.StructType, pointer: str, closed: bool
) -> None:
    fields = {field.encode_name: field.type for field in kind.fields}
    tag = {kind.tag_field} if kind.tag_field else set()
    for name, item in value.items():
        if name in fields:
            _walk(item, fields[name], f"{pointer}/{_escape(name)}", closed)
        elif closed and name not in tag:
            raise Refused(
                rule="CONTRACT-005",
                what=f"{kind.cls.__name__} has no field {name!r}",
                where=f"{pointer}/{_escape(name)}",
                fix="leave it out, or put it in a contract of your own block: "
                "what one discipline alone may know is not declared in the shared contracts",
            )


def _arm(kind: inspect.UnionType, value: Any) -> inspect.Type:
    """The arm of a nullable or tagged union that this value is."""
    arms = [arm.type if isinstance(arm, inspect.Metadata) else arm for arm in kind.types]
    if isinstance(value, dict):
        for arm in arms:
            if isinstance(arm, inspect.StructType) and (
                arm.tag_field is None or value.get(arm.tag_field) == arm.tag
            ):
                return arm
    return next((a for a in arms if not isinstance(a, inspect.NoneType)), arms[0])


def _check_time(value: str, pointer: str) -> None:
    if _TIME.match(value) is None:
        raise Refused(
            rule="CONTRACT-003",
            what=f"{value!r} is not a time with an offset and at most six fractional digits",
            where=pointer,
            fix=f"send it like {dt.datetime(2026, 1, 1, tzinfo=dt.UTC).isoformat()}",
        )


def _escape(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")
