"""Hypothesis draws of any contract: valid messages, and almost valid ones.

For a vendor's own tests: within every bound that the definition gives, and just
outside one of them. Needs hypothesis, a tool of tests and no requirement of this package.
"""

import datetime as dt
import json
from collections.abc import Iterator
from typing import Any, NamedTuple, TypeVar

import msgspec
from hypothesis import strategies as st

from abs_contracts.kit import shape as s
from abs_contracts.kit.breaches import breaches
from abs_contracts.kit.shape import Shape, of_type
from abs_contracts.kit.values import at

T = TypeVar("T", bound=msgspec.Struct)
MOST_ITEMS, MOST_LETTERS = 3, 40
"""Drawn arrays and texts are no longer than this where they may be longer."""


class Almost(NamedTuple):
    """A message's `data` with one fault; `where` is the pointer at which it is refused."""

    data: bytes
    where: str
    fault: str


def instances(cls: type[T]) -> st.SearchStrategy[T]:
    """Valid instances of a contract's payload or value."""
    return written(of_type(cls)).map(lambda value: msgspec.json.decode(_json(value), type=cls))


def valid(cls: type[msgspec.Struct]) -> st.SearchStrategy[bytes]:
    """Valid JSON of a payload, as a sender in any language may write it."""
    return written(of_type(cls)).map(_json)


def almost_valid(cls: type[msgspec.Struct], *, closed: bool) -> st.SearchStrategy[Almost]:
    """Payloads with exactly one fault, which a reader refuses at `where`."""
    shape = of_type(cls)
    return st.deferred(lambda: _almost(shape, closed))


def written(shape: Shape, *, unknown: bool = False) -> st.SearchStrategy[Any]:
    """JSON values that a conforming sender writes; `unknown`: of open enums any text too."""
    return _or_null(shape, _strategy(shape, unknown))


@st.composite
def _almost(draw: st.DrawFn, shape: Shape, closed: bool) -> Almost:
    value = draw(written(shape))
    found = list(_places(shape, value, closed))
    path, pointer, breach = draw(st.sampled_from(found))
    return Almost(_json(_put(value, path, breach.value)), pointer + breach.below, breach.fault)


def _places(shape: Shape, value: Any, closed: bool) -> Iterator[tuple[list[Any], str, Any]]:
    for path, inside in _walk(shape, value, []):
        pointer = s.pointer(tuple(map(str, path)), "/data")
        for breach in breaches(inside, _get(value, path), closed=closed):
            yield path, pointer, breach


def _walk(shape: Shape, value: Any, path: list[Any]) -> Iterator[tuple[list[Any], Shape]]:
    yield path, shape
    match shape, value:
        case s.Record(), dict():
            for name in value.keys() & shape.fields.keys():
                yield from _walk(shape.fields[name].shape, value[name], [*path, name])
        case s.Mapped(), dict():
            for name, item in value.items():
                yield from _walk(shape.item, item, [*path, name])
        case s.Items(), list():
            for index, item in enumerate(value):
                yield from _walk(shape.item, item, [*path, index])
        case s.OneOf(), dict():
            arm = at(shape, (f"<{value[shape.tag_field]}>",))
            if arm is not None:
                inner = list(_walk(arm, value, path))
                yield from inner[1:]


def _get(value: Any, path: list[Any]) -> Any:
    for name in path:
        value = value[name]
    return value


def _put(value: Any, path: list[Any], new: Any) -> Any:
    if not path:
        return new
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = _put(value[path[0]], path[1:], new)
    return copy


# -- strategies ------------------------------------------------------------------


def _or_null(shape: Shape, strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | strategy if shape.nullable else strategy


def _strategy(shape: Shape, unknown: bool) -> st.SearchStrategy[Any]:
    match shape:
        case s.Record():
            return _record(shape, unknown)
        case s.Items():
            most = max(shape.least, MOST_ITEMS if shape.most is None else shape.most)
            most = min(most, max(shape.least, MOST_ITEMS))
            return st.lists(
                written(shape.item, unknown=unknown), min_size=shape.least, max_size=most
            )
        case s.Mapped():
            most = max(shape.least, min(MOST_ITEMS, shape.most or MOST_ITEMS))
            pair = written(shape.key), written(shape.item, unknown=unknown)
            return st.dictionaries(*pair, min_size=shape.least, max_size=most)
        case s.OneOf():
            arms = [_arm(shape, tag, unknown) for tag in shape.arms]
            later = st.sampled_from(("later", "soon")).map(lambda tag: {shape.tag_field: tag})
            return st.one_of([*arms, later] if unknown and shape.fallback else arms)
    return _scalar(shape, unknown)


def _record(shape: s.Record, unknown: bool) -> st.SearchStrategy[Any]:
    fields = {name: written(field.shape, unknown=unknown) for name, field in shape.fields.items()}
    always = {name: each for name, each in fields.items() if shape.fields[name].written}
    rest = {name: each for name, each in fields.items() if name not in always}
    return st.fixed_dictionaries(always, optional=rest)


def _arm(shape: s.OneOf, tag: str, unknown: bool) -> st.SearchStrategy[Any]:
    fields = written(shape.arms[tag], unknown=unknown)
    return fields.map(lambda value: {shape.tag_field: tag, **value})


def _scalar(shape: Shape, unknown: bool) -> st.SearchStrategy[Any]:
    match shape:
        case s.Text():
            return _text(shape)
        case s.Integer():
            return st.integers(shape.low, shape.high)
        case s.Number():
            return _numbers(shape)
        case s.Choice():
            known = st.sampled_from(shape.values)
            return known | st.text("xyz", min_size=1) if unknown and shape.fallback else known
        case s.Moment():
            return _moments()
        case s.Flag():
            return st.booleans()
        case s.Null():
            return st.none()
        case s.Anything():
            return st.none() | st.booleans() | st.integers(0, 9) | st.just({})
    raise TypeError(f"{shape} is outside the subset of the contracts")


def _text(shape: s.Text) -> st.SearchStrategy[str]:
    if shape.pattern is not None:
        # An example never ends with a line end, which `$` would let pass.
        return st.from_regex(shape.pattern, fullmatch=True).filter(
            lambda text: (
                not text.endswith("\n") and shape.least <= len(text) <= (shape.most or len(text))
            )
        )
    most = MOST_LETTERS if shape.most is None else min(shape.most, MOST_LETTERS)
    characters = st.characters(exclude_categories=["Cs"])
    return st.text(characters, min_size=shape.least, max_size=max(most, shape.least))


def _numbers(shape: s.Number) -> st.SearchStrategy[float]:
    low = shape.above if shape.low is None else shape.low
    high = shape.below if shape.high is None else shape.high
    # Beyond 64 bits a number written without a fraction is refused.
    return st.floats(
        -1e18 if low is None else low,
        1e18 if high is None else high,
        exclude_min=shape.low is None and low is not None,
        exclude_max=shape.high is None and high is not None,
        allow_nan=False,
    )


def _moments() -> st.SearchStrategy[str]:
    return st.datetimes(
        min_value=dt.datetime(1901, 1, 1),  # noqa: DTZ001 - hypothesis wants naive bounds
        max_value=dt.datetime(2998, 12, 31),  # noqa: DTZ001 - hypothesis wants naive bounds
        timezones=st.sampled_from([dt.UTC, dt.timezone(dt.timedelta(hours=2))]),
    ).map(dt.datetime.isoformat)


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()
