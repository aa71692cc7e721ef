"""The house rules, on small types of our own."""

import datetime as dt
import json
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from abs_contracts import Refused
from abs_contracts.scalars import Id, Time
from abs_contracts.strictness import _reader, check, plain
from hypothesis import given
from hypothesis import strategies as st


class Leaf(msgspec.Struct, frozen=True, kw_only=True):
    when: Time | None = None
    count: int = 0
    ratio: float = 0.0
    name: Id = "x"


class Left(msgspec.Struct, frozen=True, kw_only=True, tag_field="side", tag="left"):
    leaf: Leaf


class Right(msgspec.Struct, frozen=True, kw_only=True, tag_field="side", tag="right"):
    times: tuple[dt.datetime, ...]


class Tree(msgspec.Struct, frozen=True, kw_only=True):
    leaves: tuple[Leaf, ...] = ()
    named: dict[str, Leaf] = {}
    arm: Left | Right | None = None
    either: Leaf | str | None = None


def found(raw: bytes, *, closed: bool = True) -> tuple[str, str] | None:
    msgspec.json.decode(raw, type=Tree)  # the decoder itself sees nothing wrong
    try:
        check(raw, Tree, pointer="/at", closed=closed)
    except Refused as refused:
        return refused.refusal.rule, refused.refusal.where
    return None


@pytest.mark.parametrize(
    "raw",
    [
        b"{}",
        b'{"leaves":[{"when":null},{"when":"2026-01-01T00:00:00.5Z"}],"either":"x"}',
        b'{"arm":{"side":"left","leaf":{"count":9223372036854775807}}}',
        b'{"arm":{"side":"right","times":["2026-01-01T00:00:00+01:00"]},"either":{}}',
        b'{"leaves":[{"count":-9223372036854775808}]}',
    ],
)
def test_what_keeps_the_rules_passes(raw: bytes) -> None:
    assert found(raw) is None


@pytest.mark.parametrize(
    ("raw", "rule", "where"),
    [
        (b'{"x":1}', "CONTRACT-005", "/at/x"),
        (b'{"a/b~c":1}', "CONTRACT-005", "/at/a~1b~0c"),
        (b'{"side":"left"}', "CONTRACT-005", "/at/side"),
        (b'{"leaves":[{},{"x":1}]}', "CONTRACT-005", "/at/leaves/1/x"),
        (b'{"named":{"a/b":{"x":1}}}', "CONTRACT-005", "/at/named/a~1b/x"),
        (b'{"arm":{"side":"left","leaf":{"x":1}}}', "CONTRACT-005", "/at/arm/leaf/x"),
        (b'{"arm":{"side":"left","leaf":{},"times":[]}}', "CONTRACT-005", "/at/arm/times"),
        (b'{"either":{"x":1}}', "CONTRACT-005", "/at/either/x"),
        (b'{"leaves":[],"leaves":[]}', "CONTRACT-007", "/at/leaves"),
        (b'{"leaves":[{"count":1,"name":"a","count":1}]}', "CONTRACT-007", "/at/leaves/0/count"),
    ],
)
def test_closed_refuses_what_nobody_declared(raw: bytes, rule: str, where: str) -> None:
    assert found(raw) == (rule, where)
    assert found(raw, closed=False) is None


@pytest.mark.parametrize("closed", [True, False])
@pytest.mark.parametrize(
    ("raw", "where"),
    [
        (b'{"leaves":[{"when":"2026-01-01T00:00:00.1234567Z"}]}', "/at/leaves/0/when"),
        (
            b'{"arm":{"side":"right","times":["2026-01-01T00:00:00Z","2026-01-01T00:00:00.0000000Z"]}}',
            "/at/arm/times/1",
        ),
        (b'{"leaves":[{"count":9223372036854775808}]}', "/at/leaves/0/count"),
        (b'{"leaves":[{"ratio":18446744073709551616}]}', "/at/leaves/0/ratio"),
        (b'{"leaves":[{"name":"a\\n"}]}', "/at/leaves/0/name"),
    ],
)
def test_a_value_that_languages_hold_differently_is_refused(
    raw: bytes, where: str, closed: bool
) -> None:
    assert found(raw, closed=closed) == ("CONTRACT-003", where)


def test_what_a_reader_ignores_is_not_checked_either() -> None:
    raw = b'{"later":{"n":' + b"9" * 5000 + b',"n":1}}'
    assert found(raw, closed=False) is None
    assert found(raw) == ("CONTRACT-005", "/at/later")


NUMBERS = st.one_of(
    st.integers(-(2**70), 2**70), st.floats(allow_nan=False, allow_infinity=False, width=64)
)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(st.tuples(st.sampled_from("aab"), inner), max_size=4).map(tuple)
    ),
    max_leaves=12,
)
"""A tuple of pairs stands for an object, in which a name may occur twice."""


def written(value: object, gap: str) -> str:
    if isinstance(value, tuple):
        pairs = (f"{json.dumps(name)}:{gap}{written(item, gap)}" for name, item in value)
        return f"{{{','.join(pairs)}}}"
    if isinstance(value, list):
        return f"[{','.join(written(item, gap) for item in value)}]"
    return json.dumps(value, ensure_ascii=gap == "")


@given(VALUES, st.sampled_from(["", " "]))
def test_the_quick_way_reads_what_the_careful_one_reads(value: object, gap: str) -> None:
    raw = written(value, gap).encode("utf-8", errors="surrogatepass")
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        return  # no message: the decoder has refused it
    careful, quick = _reader.decode(text), plain(raw)
    assert repr(quick) == repr(careful)
    assert [type(each) for each in objects(quick)] == [type(each) for each in objects(careful)]


def objects(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        yield value
    if isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from objects(each)
