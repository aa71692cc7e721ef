"""The scenarios that the package carries: each goes as written, in memory, and alone."""

import itertools
import json
import re
from collections.abc import Mapping

import pytest
from abs_contracts.refusal import Refused
from msgspec.structs import replace

from abs_core.application.log import decode
from abs_core.scenario import files
from abs_core.scenario.checks import check, statuses_merged
from abs_core.scenario.model import Chapter, Scenario
from abs_core.scenario.outside import bridges
from abs_core.scenario.play import without
from abs_core.scenario.recording import Recording

from .stage import played

NAMES = files.names()
UNDER_A_MINUTE = 50.0
ID = re.compile(r"\b(?:[0-9a-f]{32}|[0-9a-f-]{36}|[st]-\d{8})\b")
TIME = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+(?:Z|\+00:00)")


def normalised(recording: Recording) -> Mapping[str, list[str]]:
    """The feeds without times, and with ids by the order in which they appear.

    What happens at the very same moment, such as cars that arrive, comes in any order.
    """
    return {party: _normalised(feed) for party, feed in recording.feeds.items()}


def _normalised(feed: tuple[bytes, ...]) -> list[str]:
    moments = itertools.groupby(feed, key=lambda raw: json.loads(raw)["recordedtime"])
    texts = [
        TIME.sub("T", raw.decode())
        for _, group in moments
        for raw in sorted(group, key=lambda raw: ID.sub("#", raw.decode()))
    ]
    numbers: dict[str, str] = {}
    return [ID.sub(lambda m: numbers.setdefault(m[0], f"#{len(numbers)}"), t) for t in texts]


@pytest.fixture(scope="module")
def recordings() -> dict[str, Recording]:
    return {}


def recorded(name: str, recordings: dict[str, Recording]) -> Recording:
    """What is recorded of this scenario, played once for all who ask."""
    if name not in recordings:
        recordings[name] = played(files.read(name))[0]
    return recordings[name]


@pytest.mark.parametrize("name", NAMES)
def test_it_goes_as_written(name: str, recordings: dict[str, Recording]) -> None:
    assert [finding for finding in check(recorded(name, recordings)) if not finding.ok] == []


@pytest.mark.parametrize("name", NAMES)
def test_it_says_of_each_party_what_it_must_never_read(name: str) -> None:
    """Or the party is the one that knows it all: the lead, in whose incidents nothing is kept
    from it."""
    story = files.read(name)
    assert len(set(story.parties) - set(story.never)) <= 1


@pytest.mark.parametrize("name", NAMES)
def test_every_incident_of_the_file_comes_to_be(
    name: str, recordings: dict[str, Recording]
) -> None:
    recording = recorded(name, recordings)
    about = {record.subject.split(".")[-1] for record in recording.log}
    assert set(recording.incidents.values()) <= about


@pytest.mark.parametrize("name", NAMES)
def test_it_takes_less_than_a_minute(name: str, recordings: dict[str, Recording]) -> None:
    """Of the virtual loop's time, in which only the story itself takes any."""
    recording = recorded(name, recordings)
    took = recording.log_at[-1] - recording.log_at[recording.begin]
    assert recording.scenario.length / recording.scenario.pace <= took + 1 < UNDER_A_MINUTE


def test_it_goes_the_same_way_every_time(recordings: dict[str, Recording]) -> None:
    again = played(files.read("motorway-accident"))[0]
    assert normalised(again) == normalised(recorded("motorway-accident", recordings))


def test_chapters_are_told_in_their_order() -> None:
    story = files.read("new-years-night")
    _, told = played(story)
    assert [each.chapter for each in told if each.chapter] == list(story.chapters)
    assert told[0].chapter is not None
    times = [each.at for each in told if each.step or each.chapter]
    assert times == sorted(times)


def test_what_a_chapter_led_to_is_told_before_the_next_begins() -> None:
    """Here the block assigns its units in the last moment of the first chapter."""
    story = files.read("first-incident")
    steps = list(story.steps)
    sent = next(n for n, step in enumerate(steps) if step.request)
    steps[sent + 1] = replace(steps[sent + 1], at=f"{steps[sent].at[:-1]}1")  # a second later
    begins = (steps[0].at, steps[sent + 2].at)
    chapters = tuple(Chapter(at=at, title=at) for at in begins)
    _, told = played(replace(story, steps=tuple(steps), chapters=chapters))
    second = next(n for n, t in enumerate(told) if t.chapter == chapters[1])
    assert any(not t.step and t.entries for t in told[:second])
    assert [t for t in told[second:] if t.at < told[second].at] == []


# -- statuses that come late ------------------------------------------------------


def test_the_merged_statuses_are_not_those_that_came_in(recordings: dict[str, Recording]) -> None:
    recording = recorded("radio-failure", recordings)
    came = [
        data["status"]
        for message in map(json.loads, recording.feeds["police"])
        if message["type"] == "abs.unit.status_changed.v1"
        and message["subject"] == "police-dh-1202"
        for data in [message["data"]]
    ]
    assert came == ["tp", "ar", "vr"], "as they came in"
    assert statuses_merged(recording) == "2 units of the file"
    spoiled = replace(recording.scenario, units={"police-dh-1202": tuple(came)})
    finding = [f for f in check(replace(recording, scenario=spoiled)) if not f.ok]
    assert [f.where for f in finding] == ["/units/police-dh-1202"]


# -- leaving a block out ----------------------------------------------------------


def silent() -> list[tuple[str, str]]:
    """Every scenario with every party whose block the story does not speak to."""
    return [
        (name, party)
        for name in NAMES
        for story in [files.read(name)]
        for party, part in story.parties.items()
        if part.block and not _speaks(story, party)
    ]


def test_the_night_is_one_of_them() -> None:
    assert ("new-years-night", "kmar") in silent()


def transcript(recording: Recording, party: str) -> set[str]:
    """What came of the commands of this party's block: the names of the events."""
    return {
        event.contract.name
        for record in recording.log
        for event in decode(record).events
        if (event.envelope.party, event.envelope.authtype) == (party, "service_account")
    }


def _speaks(story: Scenario, party: str) -> bool:
    return any(
        (step.ask or step.request) and story.desks[step.by].party == party for step in story.steps
    )


@pytest.mark.parametrize(("name", "party"), silent())
def test_a_block_left_out_changes_nothing_for_the_others(
    name: str, party: str, recordings: dict[str, Recording]
) -> None:
    """All that it told the core is its roster, which nobody else is shown; a bridge has none."""
    full = recorded(name, recordings)
    is_bridge = full.scenario.parties[party].block in bridges()
    assert transcript(full, party) == (set() if is_bridge else {"unit.registered"})
    bare, _ = played(without(files.read(name), [party]))
    with_it, without_it = normalised(full), normalised(bare)
    assert transcript(bare, party) == set()
    for other in full.scenario.parties:
        if other != party:
            assert with_it[other] == without_it[other], other


def test_a_block_that_is_spoken_to_cannot_be_left_out() -> None:
    with pytest.raises(Refused) as no:
        without(files.read("new-years-night"), ["fire"])
    assert no.value.refusal.rule == "SCENARIO-009"
    with pytest.raises(Refused) as no:
        without(files.read("new-years-night"), ["army"])
    assert no.value.refusal.rule == "SCENARIO-004"
