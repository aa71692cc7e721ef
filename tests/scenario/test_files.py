"""Scenario files: what the package carries reads, and each mistake has its rule and place."""

import re
from pathlib import Path

import pytest
from abs_contracts.refusal import Refused
from hypothesis import given
from hypothesis import strategies as st

from abs_core import config
from abs_core.cli.demo import DEFAULT
from abs_core.scenario import files
from abs_core.scenario.document import Document
from abs_core.scenario.mistakes import examined
from abs_core.scenario.model import Scenario

GOOD = """
title: One
summary: one call
room: dh
pace: 60
parties: {fire: {discipline: fire, name: Fire, block: fire, options: {pace: $minute}}}
desks: {fire: {party: fire, actor: desk-1, role: intake}}
incidents: {one: an incident}
chapters: [{at: 00:10, title: At once}, {at: 00:12, title: Later}]
steps:
  - at: 00:10
    by: fire
    say: opened
    do: {command: incident.open, about: one, data: {source: "112"}}
  - {at: 00:11, by: fire, say: asked, ask: {type: fire.proposal, data: {incident: $one}, keep: it}}
  - {at: 00:12, by: fire, say: sent, request: {type: fire.dispatch, data: {units: $it/units}}}
  - {at: 00:12, by: fire, say: there, wait: {party: fire, type: incident.opened, about: one}}
sees: {one: {fire: {must: [incident.opened]}}}
never: {fire: [nothing]}
"""

DO, CHAPTER = 'data: {source: "112"}', "{at: 00:12, title: Later}"
MISTAKES = [
    ("GOOD", "{", "SCENARIO-002", "story.yaml:1"),
    ("GOOD", "- a list", "SCENARIO-003", "story.yaml:1"),
    ("GOOD", "", "SCENARIO-003", "story.yaml"),
    ("title: One", "title: ''", "SCENARIO-003", "/title"),
    ("title: One\n", "", "SCENARIO-003", "story.yaml:2"),
    ("pace: 60", "pace: 60\nspeed: 2", "SCENARIO-003", "story.yaml:6: /speed"),
    ("pace: 60", "pace: .nan", "SCENARIO-003", "/pace"),
    ("    say: opened", "    say: o\n    say: p", "SCENARIO-003", "story.yaml:14: /steps/0/say"),
    ("at: 00:10\n", "at: 10\n", "SCENARIO-003", "story.yaml:11: /steps/0/at"),
    ("at: 00:10\n", "at: 00:60\n", "SCENARIO-003", "/steps/0/at"),
    ("party: fire, actor", "party: fire, army: fire, actor", "SCENARIO-003", "/desks/fire"),
    (", wait: {party: fire, type: incident.opened, about: one}", "", "SCENARIO-003", "/steps/3"),
    ("say: there,", "say: there, ask: {type: fire.proposal},", "SCENARIO-003", "/steps/3"),
    ("say: there, ", "", "SCENARIO-003", "/steps/3"),
    (DO, f"{DO}, nothing_new: true, refused: X-1", "SCENARIO-003", "/steps/0/do"),
    ("{party: fire, actor", "{party: army, actor", "SCENARIO-004", "/desks/fire/party"),
    ("parties: {fire: {d", "parties: {Fire: {}, fire: {d", "SCENARIO-003", "/parties/Fire"),
    ("options: {pace: $minute}", "options: {pace: $hour}", "SCENARIO-004", "/parties/fire/options"),
    ("block: fire", "block: army", "HOST-010", "/parties/fire/block"),
    ("pace: $minute", "pace: $minute, travel: far", "FIRE-007", "/parties/fire/block"),
    ("    by: fire", "    by: army", "SCENARIO-004", "story.yaml:12: /steps/0/by"),
    ("open, about: one", "open, about: two", "SCENARIO-004", "/steps/0/do/about"),
    ("incident.open,", "incident.opened,", "SCENARIO-004", "/steps/0/do/command"),
    ("$one", "$two", "SCENARIO-004", "/steps/1/ask/data"),
    ("$it/units", "$later/units", "SCENARIO-004", "/steps/2/request/data"),
    ("fire.dispatch", "fire.launch", "SCENARIO-004", "/steps/2/request/type"),
    ("fire.dispatch", "incident.open", "SCENARIO-004", "/steps/2/request/type"),
    (", block: fire", "", "SCENARIO-004", "/steps/1/ask"),
    ("{party: fire, type", "{party: army, type", "SCENARIO-004", "/steps/3/wait/party"),
    ("opened, about: one", "opened, about: two", "SCENARIO-004", "/steps/3/wait/about"),
    ("opened, about: one", "opened, data: {by: x}", "SCENARIO-004", "/steps/3/wait/data/by"),
    ("type: incident.opened", "type: incident.open", "SCENARIO-004", "/steps/3/wait/type"),
    ("must: [incident.opened]", "must: [incident.gone]", "SCENARIO-004", "/sees/one/fire"),
    ("sees: {one", "sees: {two: {}, one", "SCENARIO-004", "/sees/two"),
    ("{one: {fire: {", "{one: {army: {}, fire: {", "SCENARIO-004", "/sees/one/army"),
    ("never: {fire", "never: {army", "SCENARIO-004", "/never/army"),
    ("at: 00:11,", "at: 00:13,", "SCENARIO-005", "/steps/2/at"),
    (CHAPTER, CHAPTER.replace("12", "09"), "SCENARIO-005", "/chapters/1/at"),
    ("[{at: 00:10", "[{at: 00:11", "SCENARIO-005", "/steps/0/at"),
    (DO, f"{DO}, occurred: 00:09", "SCENARIO-005", "/steps/0/do/occurred"),
    (DO, f"{DO}, occurred: 00:11", "SCENARIO-005", "/steps/0/do/occurred"),
    ('{source: "112"}', '{source: "911"}', "SCENARIO-006", "/steps/0/do/data/source"),
    ('{source: "112"}', '{source: "112", by: me}', "SCENARIO-006", "/steps/0/do/data"),
    ("data: {incident: $one}", "data: {accident: $one}", "SCENARIO-006", "/steps/1/ask/data"),
    ("{one: {fire: {", "{one: {}, x: {fire: {", "SCENARIO-008", "/sees/one"),
]


def test_a_good_file_reads() -> None:
    assert files.parse(GOOD, "story.yaml").title == "One"


@pytest.mark.parametrize(("right", "wrong", "rule", "where"), MISTAKES)
def test_a_mistake_has_its_rule_and_place(right: str, wrong: str, rule: str, where: str) -> None:
    text = wrong if right == "GOOD" else GOOD.replace(right, wrong)
    assert text != GOOD
    found = [m for m in files.examined_text(text, "story.yaml")[1] if m.rule == rule]
    assert [m for m in found if m.where.startswith("story.yaml") and where in m.where]
    assert all(m.fix for m in found)
    with pytest.raises(Refused):
        files.parse(text, "story.yaml")


def test_every_mistake_is_said_at_once_from_the_top_down() -> None:
    """Whatever kind they are of: what cannot be read hides nothing of the rest."""
    text = GOOD.replace("pace: 60", "pace: 0").replace("room: dh", "room: DH")
    text = text.replace("title: Later", "name: Later")
    text = text.replace("{at: 00:11, by", "{at: 00:11, buy").replace("$it/", "$that/")
    assert [(m.rule, m.where) for m in files.examined_text(text, "x.yaml")[1]] == [
        ("SCENARIO-003", "x.yaml:4: /room"),
        ("SCENARIO-003", "x.yaml:5: /pace"),
        ("SCENARIO-003", "x.yaml:9: /chapters/1"),
        ("SCENARIO-003", "x.yaml:15: /steps/1"),
        ("SCENARIO-004", "x.yaml:16: /steps/2/request/data"),
    ]


def test_a_step_that_cannot_be_read_still_keeps_its_answer() -> None:
    """So that those who refer to it are not said to be wrong as well."""
    text = GOOD.replace("{at: 00:11, by", "{at: 00:11, buy")
    assert [m.where for m in files.examined_text(text, "x.yaml")[1]] == ["x.yaml:15: /steps/1"]


def test_a_refused_file_says_how_many_mistakes_there_are() -> None:
    with pytest.raises(Refused, match="and 1 more: abs scenario check"):
        files.parse(GOOD.replace("pace: 60", "pace: 0").replace("room: dh", "room: D"), "x.yaml")


@pytest.mark.parametrize("name", files.names())
def test_what_the_package_carries_reads(name: str) -> None:
    assert files.mistakes(name) == ()
    assert isinstance(files.read(name), Scenario)


PAGE = Path(__file__).parents[2] / "docs" / "scenarios.md"


@pytest.mark.skipif(not PAGE.is_file(), reason="docs/ is not here")
def test_the_page_has_a_good_example_and_every_scenario() -> None:
    page = PAGE.read_text("utf-8")
    example = page.split("```yaml\n")[1].split("```")[0]
    assert files.examined_text(example, "own.yaml")[1] == ()
    assert set(re.findall(r"^\| `([a-z-]+)` \|", page, re.MULTILINE)) == set(files.names())


def test_the_demo_has_the_parties_that_a_room_has_by_itself() -> None:
    """So that `abs up` goes on where a demo in the same folder ended."""
    story, default = files.read(DEFAULT), config.default_parties()
    assert {n: (p.discipline, p.name, p.block) for n, p in story.parties.items()} == {
        n: (p.discipline, p.name, p.block) for n, p in default.items()
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


junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=4) | st.integers(), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(st.data(), junk)
def test_whatever_stands_there_is_a_mistake_and_never_an_error(
    data: st.DataObject, something: object
) -> None:
    spoiled: object = {"": Document(GOOD).data}
    within, key = spoiled, ""
    while isinstance(within[key], dict | list) and within[key] and data.draw(st.booleans()):
        within = within[key]
        keys = list(within) if isinstance(within, dict) else range(len(within))
        key = data.draw(st.sampled_from(keys))
    within[key] = something
    scenario, wrong = examined(spoiled[""])
    assert scenario is not None or wrong
