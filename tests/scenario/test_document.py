"""YAML as data with lines."""

import json

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from abs_core.scenario.document import Document

texts = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E))
plain = st.recursive(
    st.none() | st.booleans() | st.integers() | texts,
    lambda inner: st.lists(inner) | st.dictionaries(texts, inner),
    max_leaves=8,
)


@given(plain)
def test_json_is_read_as_it_is(data: object) -> None:
    assert Document(json.dumps(data)).data == data


@pytest.mark.parametrize("text", ["02:43", "12:34:56", "2026-01-01", "0x1f", "1_000"])
def test_what_is_a_number_or_date_in_yaml_1_1_alone_is_a_text(text: str) -> None:
    assert Document(f"at: {text}").data == {"at": text}


def test_every_part_has_its_line() -> None:
    document = Document("a: 1\nb:\n  - c: 2\n    d: {e: 3,\n      f: 4}\n")
    lines = {p: document.line(p) for p in ("/a", "/b", "/b/0/c", "/b/0/d/e", "/b/0/d/f")}
    assert lines == {"/a": 1, "/b": 2, "/b/0/c": 3, "/b/0/d/e": 4, "/b/0/d/f": 5}
    assert document.line("/b/0/d/g/h") == document.line("/b/0/d") == 4
    assert Document("").line("/a") is None


def test_what_stands_twice_is_found() -> None:
    assert Document("a: 1\nb: {c: 1, c: 2}\na: 2\n").doubles == ["/b/c", "/a"]


def test_what_is_no_yaml_raises() -> None:
    with pytest.raises(yaml.YAMLError):
        Document("a: [")
