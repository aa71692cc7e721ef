"""Scenario files: what the package carries reads, and each mistake has its rule and place."""

from pathlib import Path

import pytest
from abs_contracts.refusal import Refused

from abs_core import config
from abs_core.scenario import files
from abs_core.scenario.model import Scenario

GOOD = """
title: One
summary: one call
room: dh
pace: 60
parties: {fire: {discipline: fire, name: Fire, block: fire, options: {pace: $minute}}}
desks: {fire: {party: fire, actor: desk-1, role: intake}}
incidents: {one: an incident}
steps:
  - {at: 0, by: fire, say: opened, do: {command: incident.open, about: one, data: {source: "112"}}}
  - {at: 1, by: fire, say: asked, ask: {type: fire.proposal, data: {incident: $one}, keep: first}}
  - {at: 2, by: fire, say: sent, request: {type: fire.dispatch, data: {units: $first/units}}}
  - {at: 2, by: fire, say: there, wait: {party: fire, type: incident.opened, about: one}}
sees: {one: {fire: {must: [incident.opened]}}}
never: {fire: [nothing]}
"""

MISTAKES = [
    ("GOOD", "{", "SCENARIO-002", "story.yaml"),
    ("title: One", "title: 2026-13-45", "SCENARIO-002", "story.yaml"),
    ("title: One", "title: ''", "SCENARIO-003", "/title"),
    ("pace: 60", "pace: 60\nspeed: 2", "SCENARIO-003", "story.yaml"),
    ("pace: 60", "pace: .nan", "SCENARIO-003", "/pace"),
    (", say: opened,", ",", "SCENARIO-003", "/steps/0"),
    ("at: 0", "at: -1", "SCENARIO-003", "/steps/0/at"),
    (", wait: {party: fire, type: incident.opened, about: one}", "", "SCENARIO-003", "/steps/3"),
    ("say: there,", "say: there, ask: {type: fire.proposal},", "SCENARIO-003", "/steps/3"),
    ("{party: fire, actor", "{party: army, actor", "SCENARIO-004", "/desks/fire/party"),
    ("options: {pace: $minute}", "options: {pace: $hour}", "SCENARIO-004", "/parties/fire/options"),
    ("by: fire, say: opened", "by: army, say: opened", "SCENARIO-004", "/steps/0/by"),
    ("open, about: one", "open, about: two", "SCENARIO-004", "/steps/0/do/about"),
    ("incident.open,", "incident.opened,", "SCENARIO-004", "/steps/0/do/command"),
    ("$one", "$two", "SCENARIO-004", "/steps/1/ask/data"),
    ("$first/units", "$later/units", "SCENARIO-004", "/steps/2/request/data"),
    (", block: fire", "", "SCENARIO-004", "/steps/1/ask"),
    ("{party: fire, type", "{party: army, type", "SCENARIO-004", "/steps/3/wait/party"),
    ("opened, about: one", "opened, about: two", "SCENARIO-004", "/steps/3/wait/about"),
    ("type: incident.opened", "type: incident.open", "SCENARIO-004", "/steps/3/wait/type"),
    ("must: [incident.opened]", "must: [incident.gone]", "SCENARIO-004", "/sees/one/fire"),
    ("sees: {one", "sees: {two", "SCENARIO-004", "/sees/two"),
    ("never: {fire", "never: {army", "SCENARIO-004", "/never/army"),
    ("at: 1,", "at: 3,", "SCENARIO-005", "/steps/2/at"),
    ('{source: "112"}', '{source: "911"}', "SCENARIO-006", "/steps/0/do/data/source"),
    ('{source: "112"}', '{source: "112", by: me}', "SCENARIO-006", "/steps/0/do/data"),
]


def test_a_good_file_reads() -> None:
    assert files.parse(GOOD, "story.yaml").title == "One"


@pytest.mark.parametrize(("right", "wrong", "rule", "where"), MISTAKES)
def test_a_mistake_has_its_rule_and_place(right: str, wrong: str, rule: str, where: str) -> None:
    text = wrong if right == "GOOD" else GOOD.replace(right, wrong)
    assert text != GOOD
    with pytest.raises(Refused) as refused:
        files.parse(text, "story.yaml")
    assert refused.value.refusal.rule == rule
    assert refused.value.refusal.where.startswith("story.yaml")
    assert where in refused.value.refusal.where


@pytest.mark.parametrize("name", files.names())
def test_what_the_package_carries_reads(name: str) -> None:
    assert isinstance(files.read(name), Scenario)


def test_the_first_incident_has_the_parties_that_a_room_has_by_itself() -> None:
    """So that `abs up` goes on where a demo in the same folder ended."""
    story, default = files.read("first-incident"), config.default_parties()
    assert {n: (p.discipline, p.name) for n, p in story.parties.items()} == {
        n: (p.discipline, p.name) for n, p in default.items()
    }


def test_a_file_of_ones_own_is_read_by_its_path(tmp_path: Path) -> None:
    own = tmp_path / "own.yaml"
    own.write_text(GOOD)
    assert files.read(str(own)).title == "One"


def test_what_is_not_there_or_not_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "latin.yaml").write_bytes(b"title: caf\xe9")
    for name in ("no-such-story", str(tmp_path / "none.yaml"), str(tmp_path / "latin.yaml")):
        with pytest.raises(Refused) as refused:
            files.read(name)
        assert refused.value.refusal.rule == "SCENARIO-001"
