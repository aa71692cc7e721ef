"""A small story, played on a room in memory, and what was recorded of it."""

import datetime as dt
from collections.abc import AsyncIterator

import pytest

from abs_core.adapters.clock import FixedClock
from abs_core.adapters.ids import SequentialIds
from abs_core.adapters.memory import MemoryBus
from abs_core.scenario.files import parse
from abs_core.scenario.model import Scenario
from abs_core.scenario.play import play
from abs_core.scenario.recording import Recording, Told
from abs_core.testing.room import RoomUnderTest

STORY = """
title: A small story
summary: three parties, no blocks
room: dh
pace: 3600
parties:
  fire: {discipline: fire, name: Fire}
  police: {discipline: police, name: Police}
  ambulance: {discipline: ambulance, name: Ambulance}
desks:
  fire: {party: fire, actor: desk-1, role: dispatcher}
  ambulance: {party: ambulance, actor: desk-2, role: dispatcher}
incidents: {fire: a fire}
steps:
  - at: 10:00:00
    by: fire
    say: opened
    do: {command: incident.open, about: fire, data: {source: "112"}}
  - at: 10:00:01
    by: fire
    say: a secret
    do: {command: incident.add_note, about: fire, data: {text: for fire alone, audience: own}}
  - at: 10:00:02
    by: fire
    say: news
    do: {command: incident.add_note, about: fire, data: {text: '"for" all', audience: all}}
  - at: 10:00:03
    by: fire
    say: attached late
    do: {command: incident.attach_party, about: fire, data: {party: ambulance}}
  - at: 10:00:04
    by: ambulance
    say: the note is there
    wait: {party: ambulance, type: incident.note_added, about: fire}
  - at: 10:00:05
    by: ambulance
    say: not its own to close
    do: {command: incident.close, about: fire, refused: INCIDENT-011}
sees:
  fire:
    fire: {must: [incident.opened, incident.note_added], must_not: [incident.stub]}
    police: {must: [incident.stub], nothing_else: true}
    ambulance: {must: [incident.stub, incident.opened]}
never:
  police: ['"for" all']
  ambulance: [for fire alone]
"""


@pytest.fixture
def story() -> Scenario:
    return parse(STORY, "story.yaml")


@pytest.fixture
async def room() -> AsyncIterator[RoomUnderTest]:
    clock = FixedClock(dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    async with RoomUnderTest(MemoryBus(), clock, SequentialIds("t")) as room:
        yield room


@pytest.fixture
def told() -> list[Told]:
    """What a viewer of `recording` was told."""
    return []


@pytest.fixture
async def recording(story: Scenario, room: RoomUnderTest, told: list[Told]) -> Recording:
    return await play(
        story, room, clock=room.clock, ids=SequentialIds("s"), speed=1, tell=told.append
    )
