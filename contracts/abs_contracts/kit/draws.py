"""Hypothesis draws of contract types, within every bound that their Meta gives.

Needs hypothesis, which is a tool of tests and no requirement of this package.
"""

import datetime as dt
from typing import TypeVar

import msgspec
from hypothesis import strategies as st
from msgspec import inspect

_INT64 = 2**63
_TIMES = st.datetimes(
    min_value=dt.datetime(1901, 1, 1),  # noqa: DTZ001 - hypothesis wants naive bounds
    max_value=dt.datetime(2998, 12, 31),  # noqa: DTZ001 - hypothesis wants naive bounds
    timezones=st.sampled_from([dt.UTC, dt.timezone(dt.timedelta(hours=2))]),
)
_PLAIN: dict[type[inspect.Type], st.SearchStrategy[object]] = {
    inspect.BoolType: st.booleans(),
    inspect.NoneType: st.none(),
    inspect.DateTimeType: _TIMES,
    inspect.RawType: st.just(msgspec.Raw(b"{}")),
}


T = TypeVar("T", bound=msgspec.Struct)


def instances(cls: type[T]) -> st.SearchStrategy[T]:
    """Valid instances of a contract's payload or value."""
    info = inspect.type_info(cls)
    assert isinstance(info, inspect.StructType)
    return _fields(info).map(lambda fields: cls(**fields))


def _fields(kind: inspect.StructType) -> st.SearchStrategy[dict[str, object]]:
    required = {f.name: _of(f.type) for f in kind.fields if f.required}
    optional = {f.name: _of(f.type) for f in kind.fields if not f.required}
    return st.fixed_dictionaries(required, optional=optional)


def _of(kind: inspect.Type) -> st.SearchStrategy[object]:
    match kind:
        case inspect.Metadata():
            return _of(kind.type)
        case inspect.UnionType():
            return st.one_of([_of(each) for each in kind.types])
        case inspect.StructType():
            return _fields(kind).map(lambda fields: kind.cls(**fields))
        case inspect.VarTupleType():
            least, most = kind.min_length or 0, min(kind.max_length or 4, 4)
            return st.lists(_of(kind.item_type), min_size=least, max_size=most).map(tuple)
    return _scalar(kind)


def _scalar(kind: inspect.Type) -> st.SearchStrategy[object]:
    match kind:
        case inspect.StrType():
            return _text(kind)
        case inspect.IntType():
            return st.integers(kind.ge if kind.ge is not None else -_INT64, kind.le or _INT64 - 1)
        case inspect.FloatType():
            return st.floats(kind.ge, kind.le, allow_nan=False, allow_infinity=False)
        case inspect.EnumType():
            return st.sampled_from(list(kind.cls))
        case inspect.LiteralType():
            return st.sampled_from(kind.values)
    return _PLAIN[type(kind)]


def _text(kind: inspect.StrType) -> st.SearchStrategy[str]:
    if kind.pattern is not None:
        # An example never ends with a line end, which `$` would let pass.
        return st.from_regex(kind.pattern, fullmatch=True).filter(lambda s: not s.endswith("\n"))
    most = min(kind.max_length or 40, 40)
    characters = st.characters(exclude_categories=["Cs"])
    return st.text(characters, min_size=kind.min_length or 0, max_size=most)
