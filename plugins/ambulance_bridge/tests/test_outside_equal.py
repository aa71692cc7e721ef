"""The declared normalisation, row by row: what it makes equal, and all that it does not."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from abs_ambulance_bridge.outside.equal import differences
from abs_ambulance_bridge.outside.normalisation import ROWS, TAIL

from abs_core.sdk import Seen

AWAY = ("ambulance",)
INCIDENTS = {"i-inside": "fall", "i-outside": "fall"}
Message = dict[str, Any]


def message(kind: str, data: Mapping[str, object], **more: object) -> Message:
    return {
        "specversion": "1.0",
        "type": f"abs.{kind}.v1",
        "subject": "fall",
        "party": "ambulance",
        "data": dict(data),
        **more,
    }


def unlike(inside: Sequence[Message], outside: Sequence[Message], *rows: Any) -> list[str]:
    seen = [
        Seen(feed=[json.dumps(each).encode() for each in feed], incidents=INCIDENTS)
        for feed in (inside, outside)
    ]
    return differences(seen[0], seen[1], AWAY, rows or ROWS)


def assigned(**data: object) -> Message:
    return message("incident.unit_assigned", {"unit": "u", "call_sign": "15131", **data})


PAIRS: Mapping[str, tuple[list[Message], list[Message]]] = {
    "ids": (
        [message("incident.closed", {}, id="1", subject="i-inside")],
        [message("incident.closed", {}, id="2", subject="i-outside")],
    ),
    "times": (
        [message("incident.closed", {}, time="2026-01-01T00:00:01Z")],
        [message("incident.closed", {}, time="2026-01-01T00:00:02.5Z")],
    ),
    "who": (
        [message("incident.closed", {}, authid="desk-1", role="dispatcher")],
        [message("incident.closed", {}, authid="ambulance-bridge", role="bridge")],
    ),
    "call sign": ([assigned(call_sign="Lifeliner 1")], [assigned(call_sign="Lifeliner-1")]),
    "kind of vehicle": ([assigned(kind="Ambu")], [assigned(kind="TSU.AMB")]),
    "ordered": ([], [message("unit.status_changed", {"status": "ov"})]),
    "source of a status": (
        [message("unit.status_changed", {"status": "vt", "source": "radio"})],
        [message("unit.status_changed", {"status": "vt", "source": "manual"})],
    ),
    "reason of a release": (
        [message("incident.unit_released", {"unit": "u"})],
        [message("incident.unit_released", {"unit": "u", "reason": "free"})],
    ),
    "taken up": ([], [message("incident.taken_up", {})]),
    "code lines": ([], [message("incident.note_added", {"text": "FR-HS3 event C02.08: x"})]),
    "the call": (
        [message("incident.call_added", {"call": "c", "summary": "Fell", "caller": {"name": "x"}})],
        [message("incident.call_added", {"call": "c", "caller": {"number": "+31600000112"}})],
    ),
    "where a call came from": (
        [message("incident.opened", {"source": "112"})],
        [message("incident.opened", {"source": "partner"})],
    ),
    "address": (
        [message("incident.located", {"location": {"street": "Markt", "number": "1"}})],
        [message("incident.located", {"location": {"street": "Markt 1"}})],
    ),
    "the end": (
        [message("unit.status_changed", {"status": "kz"}, party="fire")],
        [],
    ),
}


def test_every_row_has_a_pair_that_it_is_about() -> None:
    assert list(PAIRS) == [row.name for row in ROWS]


@pytest.mark.parametrize("name", PAIRS)
def test_with_the_row_they_are_equal_and_without_it_not(name: str) -> None:
    inside, outside = PAIRS[name]
    assert unlike(inside, outside) == []
    assert unlike(inside, outside, *(row for row in ROWS if row.name != name))


SPOILED = {
    "another place": message("incident.located", {"location": {"street": "Markt 2"}}),
    "another town": message("incident.located", {"location": {"municipality": "Delft"}}),
    "another priority": message("incident.prioritised", {"priority": "A2"}),
    "another line": message("incident.note_added", {"text": "Crew is there"}),
    "another vehicle": message("incident.unit_assigned", {"unit": "u", "call_sign": "15-132"}),
    "another status": message("unit.status_changed", {"status": "tp"}),
    "of another party": message("incident.closed_for_party", {}, party="fire"),
    "a case of its own": message("incident.opened", {}),
    "a stub": message("incident.stub", {"mc1": "Brand"}, party=None),
}


@pytest.mark.parametrize("name", SPOILED)
def test_nothing_else_is_hidden(name: str) -> None:
    """A message more, or one less, of every sort that is not in a row."""
    whole = [pair for _, pair in PAIRS.values()]
    feed = [each for part in whole for each in part]
    assert unlike(feed, feed) == []
    assert unlike(feed, [*feed, SPOILED[name]])
    assert unlike([*feed, SPOILED[name]], feed)


OF_EVERYBODY = ("ids", "times", "who", "call sign", "ordered", TAIL.name)
"""Rows about everybody; and the one of which the end of the others' units hides as much."""


@pytest.mark.parametrize("party", ["fire", "police"])
@pytest.mark.parametrize("name", [name for name in PAIRS if name not in OF_EVERYBODY])
def test_a_row_about_them_is_about_nobody_else(name: str, party: str) -> None:
    """The same of a party that is not outside stays as it is."""
    inside, outside = ([{**each, "party": party} for each in side] for side in PAIRS[name])
    assert unlike(inside, outside)


def test_order_counts_within_what_is_of_one_sort() -> None:
    low, high = (message("incident.prioritised", {"priority": p}) for p in ("A2", "A1"))
    assert unlike([low, high], [high, low])


def test_the_end_forgives_no_other_status() -> None:
    """One feed may be further; it may not have been elsewhere."""
    out, there, home = (
        message("unit.status_changed", {"status": status}, party="fire")
        for status in ("ut", "tp", "kz")
    )
    assert unlike([out, there, home], [out, there]) == []
    assert unlike([out, there], [out, home])


def test_a_difference_says_what_where_and_of_whom() -> None:
    line = message("incident.note_added", {"text": "Crew is there"})
    (said,) = unlike([], [line])
    expected = 'nothing inside, {"text":"Crew is there"} outside'
    assert said == f"fall, incident.note_added of ambulance, number 1: {expected}"
