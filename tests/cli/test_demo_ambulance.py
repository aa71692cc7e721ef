"""`abs demo --ambulance …` as a person or a CI job runs it, with the ambulance side outside."""

import json
import re
import signal
import socket
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from abs_contracts.refusal import Refused
from msgspec.structs import replace

from abs_core.cli.demo_ambulance import cast, comparable, scenario_of
from abs_core.scenario import files, outside

from .running import MAIN, demo, started

HIDDEN = f"import sys; sys.modules['standalone_ambulance'] = None; {MAIN}"
installed = pytest.mark.skipif(
    find_spec("standalone_ambulance") is None, reason="the standalone system is not installed"
)


def played(temporary: Path, *arguments: str, main: str = MAIN) -> tuple[int, str, str]:
    return demo(temporary, *arguments, main=main, within=180)


def report(temporary: Path, *arguments: str) -> Any:
    code, out, err = played(temporary, *arguments, "--json")
    assert (code, err) == (0, "")
    found = json.loads(out)
    assert found["ok"]
    return found


# -- the modes -------------------------------------------------------------------------------


@installed
def test_the_pilot_begins_outside_and_becomes_of_several(temporary: Path) -> None:
    found = report(temporary, "--ambulance", "pilot", "--speed", "3")
    assert found["scenario"] == "pilot"
    (taken,) = [step for step in found["steps"] if "take_call" in step["did"]]
    assert taken["received"]["police"] == {
        "whole": 0,
        "stubs": taken["received"]["police"]["stubs"],
    }
    (asked,) = [step for step in found["steps"] if step["type"] == "incident.attach_party"][:1]
    assert asked["where"] == "outside"
    assert asked["received"]["fire"]["whole"] > 5
    assert "police" not in asked["received"]
    (closed,) = [step for step in found["steps"] if step["where"] == "room"]
    assert (closed["type"], bool(closed["why"])) == ("incident.close", True)


@installed
def test_one_region_is_outside_and_its_neighbour_inside(temporary: Path) -> None:
    asked = ("--scenario", "two-regions", "--speed", "3", "--compare")
    found = report(temporary, *asked, "--ambulance", "ambulance-15=bridge")
    assert "standalone ambulance system" in found["outside"]["ambulance-15"]
    assert set(found["compared"]) == {"fire", "police", "kmar", "ambulance-16"}
    assert [each["differences"] for each in found["compared"].values()] == [[]] * 4
    assert found["compared"]["ambulance-16"]["outside"] > 20
    assert {each["party"] for each in found["steps"] if each["where"]} == {"ambulance-15"}


@installed
def test_a_person_reads_what_is_outside_in_80_columns(temporary: Path) -> None:
    asked = ("--scenario", "exercise-beside-real", "--speed", "10", "--ambulance", "bridge")
    code, out, err = played(temporary, *asked)
    assert (code, err) == (0, "")
    story, _, commands = out.partition("Next:")
    assert max(map(len, story.splitlines())) <= 80
    flat = " ".join(story.split())
    for text in (
        "ambulance is outside: a standalone ambulance system",
        "outside: add_note; in the room: ambulance has its part in hand; note:",
        "Of 2 steps of ambulance, 2 were done outside, 0 by a desk in the room, 0 left out",
    ):
        assert text in flat
    assert "exercise-beside-real --ambulance bridge" in commands


UNLIKE = """
title: Unlike
summary: an urgency that the outside format does not have
room: dh
pace: 15
parties:
  ambulance: {discipline: ambulance, name: Ambulance}
  police: {discipline: police, name: Police}
desks:
  ambulance: {party: ambulance, actor: desk-1, role: dispatcher}
  police: {party: police, actor: desk-2, role: dispatcher}
incidents: {ride: a ride}
steps:
  - at: 10:00
    by: police
    do:
      command: incident.open
      about: ride
      data: {source: "112", location: {municipality: Delft, street: Markt}}
  - at: 10:00:10
    by: police
    do: {command: incident.attach_party, about: ride, data: {party: ambulance}}
  - at: 10:00:20
    by: ambulance
    do: {command: incident.prioritise, about: ride, data: {priority: B2}}
sees:
  ride:
    police: {must: [incident.opened, incident.prioritised]}
    ambulance: {must: [incident.opened]}
"""


@installed
def test_feeds_that_differ_end_with_1_and_are_named(tmp_path: Path) -> None:
    own, temporary = tmp_path / "own.yaml", tmp_path / "tmp"
    own.write_text(UNLIKE, "utf-8")
    temporary.mkdir()
    asked = ("--scenario", str(own), "--ambulance", "bridge", "--compare", "--speed", "5")
    code, out, _ = played(temporary, *asked)
    assert code == 1
    assert "✗ police: not equal (1)" in out
    assert 'incident.prioritised of ambulance, number 1: {"party":"ambulance","priority":"B2"}' in (
        " ".join(out.split())
    )


@installed
def test_ctrl_c_leaves_nothing_behind(temporary: Path) -> None:
    process = started(temporary, "--scenario", "stabbing", "--ambulance", "bridge")
    assert process.stdout is not None
    port = None
    for line in process.stdout:
        if found := re.search(r"http://127.0.0.1:(\d+)", line):
            port = int(found[1])
        if "ms, outside:" in line:
            break
    assert port is not None
    socket.create_connection(("127.0.0.1", port)).close()
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (130, "")
    assert "nothing is left running" in out
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port))


# -- refusals ----------------------------------------------------------------------------------


def refused(name: str, *modes: str) -> tuple[str, str]:
    with pytest.raises(Refused) as no:
        cast(files.read(name), modes)
    return no.value.refusal.rule, no.value.refusal.fix


@pytest.mark.parametrize("mode", ["outside", "ambulance=pilot", "=", "ambulance=", ""])
def test_demo_002_no_such_mode(mode: str) -> None:
    assert refused("stabbing", mode)[0] == "DEMO-002"


def test_demo_003_no_such_party() -> None:
    rule, fix = refused("two-regions", "ambulance-17=bridge")
    assert (rule, "ambulance-15, ambulance-16" in fix) == ("DEMO-003", True)
    assert refused("two-regions", "bridge", "fire=block")[0] == "DEMO-003"


def test_demo_003_a_story_without_an_ambulance_party(tmp_path: Path) -> None:
    own = tmp_path / "own.yaml"
    text = UNLIKE.replace("discipline: ambulance", "discipline: partner")
    own.write_text(text.replace("priority: B2", "priority: '1'"), "utf-8")
    for modes in (["bridge"], ["block"]):
        assert refused(str(own), *modes)[0] == "DEMO-003"


def test_demo_004_a_story_in_which_nobody_outside_takes_calls() -> None:
    rule, fix = refused("stabbing", "pilot")
    assert (rule, "--ambulance bridge" in fix) == ("DEMO-004", True)


def test_demo_005_no_bridge_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outside, "bridges", dict)
    rule, fix = refused("stabbing", "bridge")
    assert (rule, "abs-ambulance-bridge" in fix) == ("DEMO-005", True)


@pytest.mark.parametrize(("name", "modes"), [("stabbing", ["block"]), ("pilot", ["pilot"])])
def test_demo_006_nothing_to_compare(name: str, modes: list[str]) -> None:
    story = files.read(name)
    with pytest.raises(Refused) as no:
        comparable(story, cast(story, modes))
    assert no.value.refusal.rule == "DEMO-006"


def test_what_is_not_installed_is_said_with_what_to_install(temporary: Path) -> None:
    asked = ("--scenario", "stabbing", "--ambulance", "bridge")
    code, out, err = played(temporary, *asked, main=HIDDEN)
    assert (code, out) == (2, "")
    assert "BRIDGE-008" in err
    assert "examples/02_standalone_ambulance" in err


def test_an_unknown_mode_ends_with_2_and_what_there_is(temporary: Path) -> None:
    code, out, err = played(temporary, "--ambulance", "somewhere")
    assert (code, out) == (2, "")
    assert "DEMO-002" in err
    assert "block, bridge, pilot" in err


# -- who is cast where -------------------------------------------------------------------------


def blocks(name: str, *modes: str) -> dict[str, str | None]:
    return {party: part.block for party, part in cast(files.read(name), modes).parties.items()}


def test_block_is_what_the_file_says() -> None:
    assert blocks("two-regions", "block") == blocks("two-regions")


def test_bridge_is_for_all_of_them_but_who_is_named() -> None:
    both, one = blocks("two-regions", "bridge"), blocks("two-regions", "ambulance-16=bridge")
    rest = blocks("two-regions", "bridge", "ambulance-16=block")
    twice = blocks("two-regions", "ambulance-16=bridge", "bridge")
    runs = (both, one, rest, twice)
    names = [[each[f"ambulance-{region}"] for region in (15, 16)] for each in runs]
    bridge = "ambulance-bridge"
    assert names == [[bridge, bridge], ["ambulance", bridge], [bridge, "ambulance"], [bridge] * 2]


def test_who_asks_for_nothing_is_refused_nothing(tmp_path: Path) -> None:
    own = tmp_path / "own.yaml"
    text = UNLIKE.replace("discipline: ambulance", "discipline: partner")
    own.write_text(text.replace("priority: B2", "priority: '1'"), "utf-8")
    assert blocks(str(own)) == {"ambulance": None, "police": None}


def test_a_bridge_with_somebody_of_its_own_is_left_to_it() -> None:
    story = files.read("pilot")
    assert outside.outside_of(story) == ("ambulance",)
    part = replace(story.parties["ambulance"], options={"url": "https://outside:8460"})
    parties = {**story.parties, "ambulance": part}
    assert outside.outside_of(replace(story, parties=parties)) == ()


def test_the_pilot_has_its_own_story() -> None:
    assert scenario_of(None, ["pilot"], "night") == "pilot"
    assert scenario_of(None, ["bridge"], "night") == "night"
    assert scenario_of("own.yaml", ["pilot"], "night") == "own.yaml"
