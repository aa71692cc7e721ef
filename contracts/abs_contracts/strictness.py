"""What the decoder lets pass and the house rules do not.

Checks the JSON beside its type: fields nobody declared, names that occur twice,
times with more than six fractional digits (decoders round or cut them
differently), integers beyond 64 bits, and a line end after an identifier. Every
finding is a refusal with an exact JSON pointer.
"""

import json
import re
from collections import Counter
from collections.abc import Callable
from typing import Any

import msgspec
from msgspec import inspect

from abs_contracts.evolving import fallback, tombstones
from abs_contracts.refusal import Refused

TIME_PATTERN = (
    r"^(19|2[0-9])[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?"
    r"(Z|[+-][0-9]{2}:[0-9]{2})$"
)
"""RFC 3339 with offset, 1900 to 2999, so that every language can hold it in UTC."""

_TIME = re.compile(TIME_PATTERN)
_INT64 = 2**63

Checker = Callable[[Any, str], None]
"""Checks a value that stands at this pointer; None for a type with nothing to check."""


class _Doubled(dict[str, Any]):
    """An object in which a name occurs twice; readers differ in which one they take."""

    name: str


def check(raw: bytes, cls: type[Any], *, pointer: str, closed: bool) -> None:
    """Refuse what the house rules forbid in bytes that already decode as `cls`."""
    check_value(plain(raw), cls, pointer=pointer, closed=closed)


def check_value(value: Any, cls: type[Any], *, pointer: str, closed: bool) -> None:
    """The same for JSON that `plain` has read."""
    key = (cls, closed)
    if key not in _checkers:
        _checkers[key] = _compile(inspect.type_info(cls), closed)
    checker = _checkers[key]
    if checker is not None:
        checker(value, pointer)


def plain(raw: bytes) -> Any:
    """JSON as dicts, lists and scalars, in which doubled names can still be seen."""
    # What msgspec writes again to the byte has none, and that is the quicker way to know it.
    try:
        value = msgspec.json.decode(raw)
        if msgspec.json.encode(value) == raw:
            return value
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, OverflowError):
        pass  # out of bounds for msgspec: to be named by the reader that is not
    try:
        return _reader.decode(raw.decode())
    except RecursionError:
        raise Refused(
            rule="CONTRACT-002",
            what="this is nested too deeply",
            where="",
            fix="send what the schema says, no type of which is recursive",
        ) from None


def brief(text: str, most: int = 80) -> str:
    """A value of the sender's, short enough to be repeated in a refusal."""
    return text if len(text) <= most else f"{text[:most]}…"


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) == len(pairs):
        return value
    doubled = _Doubled(value)
    times = Counter(name for name, _ in pairs)
    doubled.name = next(name for name in times if times[name] > 1)
    return doubled


# A longer number is out of range anyhow, and int() refuses very long ones with an error.
_reader = json.JSONDecoder(
    object_pairs_hook=_object, parse_int=lambda digits: int(digits[:40]), strict=True
)
_checkers: dict[tuple[type[Any], bool], Checker | None] = {}


def _compile(kind: inspect.Type, closed: bool) -> Checker | None:
    match kind:
        case inspect.Metadata():
            return _compile(kind.type, closed)
        case inspect.UnionType():
            return _union(kind, closed)
        case inspect.StructType():
            return _struct(kind, closed)
        case inspect.VarTupleType() | inspect.ListType():
            return _items(_compile(kind.item_type, closed))
        case inspect.DictType():
            return _items(_compile(kind.value_type, closed))
    return _scalar(kind, closed)


def _scalar(kind: inspect.Type, closed: bool) -> Checker | None:
    match kind:
        case inspect.EnumType() if closed and (fallen := fallback(kind.cls)) is not None:
            return _known({str(member.value) for member in kind.cls} - {fallen})
        case inspect.DateTimeType():
            return _check_time
        case inspect.StrType(pattern=str()):
            return _check_line_end
        case inspect.IntType(ge=int(), le=int(most)) if most < _INT64:
            return None
        case inspect.IntType() | inspect.FloatType():
            return _check_int64
    return None


def _struct(kind: inspect.StructType, closed: bool) -> Checker:
    # What an older sender still writes is read as nothing: its removal was declared.
    checkers: dict[str, Checker | None] = dict.fromkeys(tombstones(kind.cls))
    checkers.update({field.encode_name: _compile(field.type, closed) for field in kind.fields})
    if kind.tag_field:
        checkers[kind.tag_field] = None

    def checker(value: Any, pointer: str) -> None:
        if type(value) is _Doubled and closed:
            _refuse_doubled(value, pointer)
        for name, item in value.items():
            try:
                inner = checkers[name]
            except KeyError:
                if closed:
                    _refuse_unknown(kind.cls.__name__, name, pointer)
                continue
            if inner is not None and item is not None:
                inner(item, f"{pointer}/{name}")

    return checker


def _items(inner: Checker | None) -> Checker | None:
    """Every item of an array, or every value of an object that is a mapping."""
    if inner is None:
        return None

    def checker(value: Any, pointer: str) -> None:
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            if item is not None:
                inner(item, f"{pointer}/{_escape(str(key))}")

    return checker


def _union(kind: inspect.UnionType, closed: bool) -> Checker | None:
    """One type that may be absent or null, or structs told apart by their tag."""
    arms = [arm for arm in kind.types if not isinstance(arm, inspect.NoneType)]
    if len(arms) == 1:
        return _compile(arms[0], closed)
    structs = [arm for arm in arms if isinstance(arm, inspect.StructType)]
    tagged = {arm.tag: _struct(arm, closed) for arm in structs}
    field = next((arm.tag_field for arm in structs), None)

    def checker(value: Any, pointer: str) -> None:
        if isinstance(value, dict) and tagged:
            tagged[value.get(field)](value, pointer)

    return checker


def _known(values: set[str]) -> Checker:
    """Of an open enum a closed reader takes what is declared, and never the fallback."""

    def checker(value: Any, pointer: str) -> None:
        if value not in values:
            raise Refused(
                rule="CONTRACT-003",
                what=f"{brief(str(value))!r} is none of {', '.join(sorted(values))}",
                where=pointer,
                fix="send one of these; values that nobody knows yet are for readers only",
            )

    return checker


def _check_time(value: str, pointer: str) -> None:
    if _TIME.match(value) is None:
        raise Refused(
            rule="CONTRACT-003",
            what=f"{brief(value)!r} is not a time with an offset and at most six fractional digits",
            where=pointer,
            fix="send it like 2026-01-01T12:00:00.123456+00:00",
        )


def _check_line_end(value: str, pointer: str) -> None:
    # `$` in a pattern also matches before a last line end, and in a subject that is an injection.
    if value.endswith("\n"):
        raise Refused(
            rule="CONTRACT-003",
            what="the identifier ends with a line end",
            where=pointer,
            fix="send it without",
        )


def _check_int64(value: Any, pointer: str) -> None:
    if isinstance(value, int) and not -_INT64 <= value < _INT64:
        raise Refused(
            rule="CONTRACT-003",
            what="the integer does not fit in 64 bits",
            where=pointer,
            fix="send a smaller number",
        )


def _refuse_unknown(owner: str, name: str, pointer: str) -> None:
    raise Refused(
        rule="CONTRACT-005",
        what=f"{owner} has no field {brief(name)!r}",
        where=f"{pointer}/{_escape(brief(name))}",
        fix="leave it out, or put it in a contract of your own block: "
        "what one discipline alone may know is not declared in the shared contracts",
    )


def _refuse_doubled(value: _Doubled, pointer: str) -> None:
    raise Refused(
        rule="CONTRACT-007",
        what=f"the name {brief(value.name)!r} occurs twice in one object",
        where=f"{pointer}/{_escape(brief(value.name))}",
        fix="send it once: readers differ in which of the two they take",
    )


def _escape(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")
