"""Whatever a partner sends, it gets an answer with a code, and nothing else comes of it."""

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from standalone_ambulance.profile import Fault
from standalone_ambulance.station import Station

from .conftest import OUTSIDE, ROOM, Outside, station
from .test_profile import everything

LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
ODD = st.recursive(
    LEAVES,
    lambda each: st.lists(each, max_size=3) | st.dictionaries(st.text(), each, max_size=3),
    max_leaves=5,
)


def _messages() -> list[str]:
    outside = Outside()
    everything(outside)
    return [json.dumps(each.body) for each in outside.letters()]


MESSAGES = _messages()
"""One and more of every type, as a system like this one sends them."""


def places(tree: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every path in it."""
    found = [path] if path else []
    pairs = tree.items() if isinstance(tree, dict) else ()
    for name, value in enumerate(tree) if isinstance(tree, list) else pairs:
        found += places(value, (*path, name))
    return found


def refused(other: Station, raw: bytes, came_from: str | None) -> int | None:
    """The code with which it is not taken, None if it is taken."""
    try:
        other.receive(raw, came_from, Outside().now)
    except Fault as fault:
        return fault.code
    return None


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(range(len(MESSAGES))), st.data())
def test_a_message_with_anything_anywhere_is_taken_or_refused(n: int, data: st.DataObject) -> None:
    """All that came before it is there, so that the message would do something."""
    other = station(ROOM, OUTSIDE)
    now = Outside().now
    for before in MESSAGES[:n]:
        other.receive(before.encode(), OUTSIDE, now)
    tree = json.loads(MESSAGES[n])
    *above, last = data.draw(st.sampled_from(places(tree)))
    here = tree
    for step in above:
        here = here[step]
    if data.draw(st.booleans()):
        del here[last]
    else:
        here[last] = data.draw(ODD)
    answers = other.records.counter("letters")
    code = refused(other, json.dumps(tree).encode(), OUTSIDE)
    if code is not None:
        assert code in (102, 200, 300)
        assert other.records.counter("letters") == answers


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200) | ODD.map(lambda tree: json.dumps(tree).encode()))
def test_any_bytes_are_refused_with_a_code(raw: bytes) -> None:
    other = station(ROOM, OUTSIDE)
    assert refused(other, raw, None) in (102, 703)
