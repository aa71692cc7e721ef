"""A story on a running room: what is told of it, and when it stops."""

import msgspec
import pytest

from abs_core.adapters.ids import SequentialIds
from abs_core.scenario import desks
from abs_core.scenario.checks import check
from abs_core.scenario.model import Do, Scenario, Wait
from abs_core.scenario.play import parties, play
from abs_core.scenario.recording import Received, Recording, Result, Told
from abs_core.scenario.report import report
from abs_core.testing.room import RoomUnderTest


def test_the_small_story_passes_every_check(recording: Recording) -> None:
    assert [finding for finding in check(recording) if not finding.ok] == []


def test_each_step_tells_what_every_party_received(recording: Recording, told: list[Told]) -> None:
    assert [t.outcome.result for t in told if t.outcome] == [
        Result.ACCEPTED,
        Result.ACCEPTED,
        Result.ACCEPTED,
        Result.ACCEPTED,
        Result.ARRIVED,
        Result.REFUSED,
    ]
    whole, stub = Received(whole=1), Received(stubs=1)
    assert [t.received for t in told] == [
        {"fire": whole, "police": stub, "ambulance": stub},
        {"fire": whole},
        {"fire": whole},
        # the history that it may see: opened, the note for all, and its attachment
        {"fire": whole, "ambulance": Received(whole=3)},
        {},
        {},
    ]
    assert recording.outcomes[-1].refusal is not None
    assert recording.outcomes[-1].refusal.rule == "INCIDENT-011"


def test_the_report_has_a_row_for_every_step(recording: Recording, told: list[Told]) -> None:
    made = report("small", recording, told, outside={}, compared={})
    assert made.ok
    assert [row.rule for row in made.steps] == [None] * 5 + ["INCIDENT-011"]
    assert made.parties["police"].received == Received(stubs=1)
    assert made.parties["ambulance"].received == Received(whole=3, stubs=1)
    assert msgspec.json.decode(msgspec.json.encode(made))["ok"] is True


async def test_a_story_stops_where_it_departs_from_its_file(
    story: Scenario, room: RoomUnderTest
) -> None:
    taken = msgspec.structs.replace(story.steps[1], do=Do(command="incident.close", about="fire"))
    departing = msgspec.structs.replace(story, steps=(story.steps[0], taken, *story.steps[2:]))
    told: list[Told] = []
    recording = await _played(departing, room, told)
    assert len(recording.outcomes) == len(told) == 2
    assert recording.outcomes[-1].refusal is not None
    assert "The story went as written" in [f.name for f in check(recording) if not f.ok]


async def test_what_never_comes_is_missing(
    story: Scenario, room: RoomUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desks, "PATIENCE", 0.01)
    wait = Wait(party="fire", type="incident.closed", about="fire")
    waiting = msgspec.structs.replace(story.steps[1], do=None, wait=wait)
    recording = await _played(
        msgspec.structs.replace(story, steps=(story.steps[0], waiting)), room, []
    )
    assert recording.outcomes[-1].result is Result.MISSING


async def test_a_wait_counts_only_what_came_since_the_story_began(
    recording: Recording, story: Scenario, room: RoomUnderTest
) -> None:
    """The first story left a note in this feed; the second waits for its own."""
    del recording
    again = await _played(story, room, [])
    assert all(finding.ok for finding in check(again))
    assert again.begin > 0
    assert again.outcomes[4].result is Result.ARRIVED


def test_a_minute_of_the_story_is_an_option_of_a_block(story: Scenario) -> None:
    part = msgspec.structs.replace(story.parties["fire"], options={"pace": "$minute", "x": "2"})
    faster = msgspec.structs.replace(story, pace=60.0, parties={"fire": part})
    assert float(parties(faster, 4)["fire"].options["pace"]) == 0.25
    assert parties(faster, 4)["fire"].options["x"] == "2"


async def _played(story: Scenario, room: RoomUnderTest, told: list[Told]) -> Recording:
    ids = SequentialIds(room.ids.new())
    return await play(story, room, clock=room.clock, ids=ids, speed=1, tell=told.append)
