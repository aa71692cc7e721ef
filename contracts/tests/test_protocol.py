"""The subjects of the block protocol: every one apart, none wider than its party."""

import itertools

import pytest
from abs_contracts import protocol as p

SUBJECTS = {
    "commands": p.commands("dh", "fire", "t1"),
    "queries": p.queries("dh", "fire", "t1"),
    "hello": p.hello("dh", "fire", "t1"),
    "beats": p.beats("dh", "fire", "t1"),
    "questions": p.questions("dh", "fire"),
    "desk": p.desk("dh", "fire"),
    "drain": p.drain("dh", "fire", 2),
    "stage": p.stage("dh", "fire", 3),
    "operator": p.operator("dh", "status"),
    "feed": p.feed("dh", "fire", 1),
    "journal": p.journal("dh", "fire"),
    "dead_letters": p.dead_letters("dh", "fire"),
}


def matches(pattern: str, subject: str) -> bool:
    pairs = itertools.zip_longest(pattern.split("."), subject.split("."))
    return all(want in ("*", have) for want, have in pairs)


@pytest.mark.parametrize("name", SUBJECTS)
def test_a_subject_names_its_room(name: str) -> None:
    assert SUBJECTS[name].split(".")[1] == "dh"


def test_no_two_kinds_share_a_first_token() -> None:
    assert len({subject.split(".")[0] for subject in SUBJECTS.values()}) == len(SUBJECTS)


@pytest.mark.parametrize("make", [p.commands, p.queries, p.hello, p.beats])
def test_a_subscription_takes_every_token_of_its_own_party_only(make: object) -> None:
    assert callable(make)
    pattern = make("dh", "fire")
    assert matches(pattern, make("dh", "fire", "t1"))
    assert not matches(pattern, make("dh", "police", "t1"))
    assert not matches(pattern, make("rt", "fire", "t1"))


def test_a_stream_name_is_a_valid_name_on_the_broker() -> None:
    assert p.stream("feed", "dh", "fire", "v1") == "FEED_dh_fire_v1"
