"""The same story with ambulance care inside and outside: the others' feeds, on real processes."""

import json
from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import pytest
from abs_ambulance_bridge.outside.equal import differences
from abs_ambulance_bridge.outside.normalisation import ROWS, TAIL
from abs_contracts.messages.values import Discipline
from rich.console import Console

from abs_core.cli.demo_run import played
from abs_core.scenario import files
from abs_core.scenario.checks import check
from abs_core.scenario.outside import INSIDE, joined, named, prepared
from abs_core.scenario.recording import Recording, Result, Told
from abs_core.sdk import Seen, Where

pytestmark = pytest.mark.skipif(
    find_spec("standalone_ambulance") is None, reason="the standalone system is not installed"
)

STORIES = ("first-incident", "resuscitation", "stabbing")
SPEED = 4.0
QUIET = Console(quiet=True)


class Twice(NamedTuple):
    """A story with everybody inside, and with ambulance care outside."""

    inside: Recording
    outside: Recording
    told: list[Told]


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Twice]:
    return {name: twice(name, tmp_path_factory.mktemp(name)) for name in STORIES}


def twice(name: str, folder: Path) -> Twice:
    story = files.read(name)
    away = joined(story, named(story, Discipline.AMBULANCE, ()), "ambulance-bridge")
    outsides = prepared(away, folder / "outside-run", SPEED)
    outside, told = played(away, outsides, folder / "outside-run", SPEED, QUIET)
    inside, _ = played(story, INSIDE, folder / "inside-run", SPEED, QUIET)
    return Twice(inside, outside, told)


def seen(recording: Recording, party: str) -> Seen:
    incidents = {id_: alias for alias, id_ in recording.incidents.items()}
    return Seen(feed=recording.feeds[party], incidents=incidents)


def others(run: Twice) -> Iterator[tuple[str, Seen, Seen]]:
    for party in run.inside.feeds:
        if party != "ambulance":
            yield party, seen(run.inside, party), seen(run.outside, party)


@pytest.mark.parametrize("name", STORIES)
def test_it_goes_as_written_outside_too(name: str, runs: Mapping[str, Twice]) -> None:
    assert [each for each in check(runs[name].outside) if not each.ok] == []


@pytest.mark.parametrize("name", STORIES)
def test_the_others_feeds_are_equal(name: str, runs: Mapping[str, Twice]) -> None:
    for party, inside, outside in others(runs[name]):
        assert differences(inside, outside, ["ambulance"]) == [], party


def test_something_was_compared(runs: Mapping[str, Twice]) -> None:
    assert {name: len(run.outside.feeds["police"]) > 20 for name, run in runs.items()} == (
        dict.fromkeys(STORIES, True)
    )


@pytest.mark.parametrize("row", [row for row in ROWS if row is not TAIL], ids=lambda row: row.name)
def test_without_a_row_real_feeds_differ(row: object, runs: Mapping[str, Twice]) -> None:
    """So that none is there which nothing needs; how far units are at the end is chance."""
    rows = [each for each in ROWS if each is not row]
    assert any(
        differences(inside, outside, ["ambulance"], rows)
        for run in runs.values()
        for _, inside, outside in others(run)
    )


@pytest.mark.parametrize("name", STORIES)
def test_what_is_missing_from_a_feed_is_found(name: str, runs: Mapping[str, Twice]) -> None:
    """Every message of ambulance care, taken away from the feed outside, but for those of a row."""
    left = {"incident.taken_up", "unit.status_changed", "incident.note_added"}
    for _, inside, outside in others(runs[name]):
        for number, raw in enumerate(outside.feed):
            message = json.loads(raw)
            kind = message["type"].removeprefix("abs.").rpartition(".v")[0]
            if message.get("party") == "ambulance" and kind not in left:
                feed = (*outside.feed[:number], *outside.feed[number + 1 :])
                spoiled = Seen(feed=feed, incidents=outside.incidents)
                assert differences(inside, spoiled, ["ambulance"]), kind


@pytest.mark.parametrize("name", STORIES)
def test_the_parties_that_are_compared_never_hear_that_it_is_outside(
    name: str, runs: Mapping[str, Twice]
) -> None:
    """No message is of a sort that they did not know; which party speaks is the same."""
    for _, inside, outside in others(runs[name]):
        kinds = [{json.loads(raw)["type"] for raw in each.feed} for each in (inside, outside)]
        assert kinds[1] - kinds[0] <= {"abs.incident.taken_up.v1", "abs.incident.note_added.v1"}


@pytest.mark.parametrize("name", STORIES)
def test_what_came_of_a_step_is_told_once_and_with_it(name: str, runs: Mapping[str, Twice]) -> None:
    told = runs[name].told
    seqs = [entry.seq for each in told for entry in each.entries]
    assert len(seqs) == len(set(seqs))
    theirs = [each for each in told if each.outcome and each.outcome.result is Result.OUTSIDE]
    for each in theirs:
        parties = {entry.events[0].envelope.party for entry in each.entries}
        assert parties <= {"ambulance"}
    assert any(each.entries for each in theirs)


def test_what_was_done_where_is_told(runs: Mapping[str, Twice]) -> None:
    outcomes = runs["resuscitation"].outside.outcomes
    where = [each.way.where for each in outcomes if each.way]
    assert (where.count(Where.OUTSIDE), where.count(Where.ROOM), where.count(Where.NOWHERE)) == (
        12,
        5,
        1,
    )
    assert all(each.did for each in outcomes if each.result is Result.OUTSIDE)


def test_what_is_medical_stands_outside_and_nowhere_here(runs: Mapping[str, Twice]) -> None:
    run = runs["resuscitation"].outside
    assert b"Shock at once when you are there" in run.outside["ambulance"]
    assert not any(b"Shock at once" in record.data for record in run.log)
