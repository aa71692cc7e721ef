"""Scenario files on simulated time."""

import pytest

from abs_core.scenario.files import parse
from abs_core.sim import story
from abs_core.sim.story import perform

FIRST = "first-incident"


@pytest.mark.parametrize("seed", range(4))
def test_a_story_goes_as_written_while_a_core_or_a_feeder_crashes(seed: int) -> None:
    outcome = perform(FIRST, seed)
    assert outcome.violations == ()
    assert outcome.incidents == 2


def test_some_seeds_crash_something_and_each_is_the_same_again() -> None:
    outcomes = [perform(FIRST, seed) for seed in range(4)]
    assert any(outcome.faults for outcome in outcomes)
    assert perform(FIRST, 2).digest == outcomes[2].digest
    assert outcomes[2].digest != outcomes[3].digest


WRONG = """
title: A story that goes wrong
summary: what it expects does not happen
room: dh
pace: 60
parties:
  fire: {discipline: fire, name: Fire}
desks:
  fire: {party: fire, actor: desk-1, role: dispatcher}
incidents: {one: an incident}
steps:
  - {at: "00:00", by: fire, say: Nobody knows it, do: {command: incident.close, about: one}}
sees: {one: {fire: {}}}
"""


def test_a_story_that_goes_otherwise_is_a_violation(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(story, "read", lambda _name: parse(WRONG, "wrong.yaml"))
    violations = perform("wrong", 0).violations
    assert any(v.startswith("story: The story went as written: refused") for v in violations)
