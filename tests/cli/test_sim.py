"""`abs sim` as a person or a CI job uses it."""

import json
import re
from collections.abc import Iterator

import pytest
from abs_contracts.refusal import Refused
from typer.testing import CliRunner, Result

from abs_core import cli
from abs_core.cli.sim import kinds
from abs_core.sim.mutants import MUTANTS, Mutant, patched
from abs_core.sim.plan import MAKERS


@pytest.fixture
def broken() -> Iterator[None]:
    """With a leak in the code."""
    with patched(next(m for m in MUTANTS if m.name == "a stub that says too much")):
        yield


def sim(*arguments: str) -> Result:
    everything = ["sim", *arguments]
    return CliRunner().invoke(cli.build(everything), everything)


def test_a_run_says_what_was_tried_and_that_nothing_is_wrong() -> None:
    result = sim("run", "--seeds", "3", "--from", "1", "--incidents", "1", "--transcripts", "3")
    assert result.exit_code == 0, result.output
    assert "Seeds 1 to 3" in result.stdout
    assert "incidents a second of one processor core" in result.stdout
    assert "Transcripts compared" in result.stdout
    assert "✓ no violation" in result.stdout
    assert all(kind in result.stdout for kind in MAKERS)


def test_the_same_as_one_document_and_each_seed_twice() -> None:
    result = sim("run", "--seeds", "2", "--incidents", "1", "--twice", "--json", "--faults", "hang")
    assert result.exit_code == 0, result.output
    document = json.loads(result.stdout)
    assert (document["seeds"], document["twice"], document["found"]) == (2, 2, [])
    assert set(document["faults"]) == {"hang"}
    assert document["incidents"] >= document["seeds"]
    assert document["rules_never_met"]


def test_a_bridge_and_a_system_outside() -> None:
    options = ("--ambulance", "bridge", "--incidents", "1")
    result = sim("run", "--seeds", "2", *options, "--transcripts", "2", "--twice", "--json")
    assert result.exit_code == 0, result.output
    document = json.loads(result.stdout)
    assert list(document["transcripts"]) == ["ambulance: crash of host"]
    assert document["twice"] == 2
    replayed = sim("replay", "--seed", "1", *options)
    assert replayed.exit_code == 0, replayed.output


def test_a_scenario_under_seeds() -> None:
    result = sim("run", "--seeds", "2", "--scenario", "first-incident")
    assert result.exit_code == 0, result.output
    assert "Seeds 0 to 1: 4 incidents" in result.stdout


@pytest.mark.usefixtures("broken")
def test_a_violation_is_told_with_its_seed_and_ends_with_1() -> None:
    result = sim("run", "--seeds", "1", "--incidents", "3", "--transcripts", "0")
    assert result.exit_code == 1
    assert "✗ seed 0, as it is" in result.stdout
    assert "a stub that says authid" in result.stdout
    assert "abs sim replay --seed" in result.stdout


@pytest.mark.usefixtures("broken")
def test_a_replay_tells_the_violation_too() -> None:
    result = sim("replay", "--seed", "0", "--incidents", "3")
    assert result.exit_code == 1
    assert "violation: feeds: " in result.stdout


def test_a_replay_tells_the_faults_and_the_hash() -> None:
    first, again = (sim("replay", "--seed", "2", "--incidents", "2") for _ in range(2))
    assert first.exit_code == 0, first.output
    assert first.stdout == again.stdout
    assert "begins" in first.stdout
    assert "hash" in first.stdout


def test_a_replay_prints_every_step_with_its_cause() -> None:
    result = sim("replay", "--seed", "2", "--faults", "hang", "--until", "40")
    lines = result.stdout.splitlines()
    assert len(lines) == 41
    assert lines[1].split()[:1] == ["1"]
    assert "because of" in lines[40]


def test_an_incident_is_explained_by_its_records_and_their_causes() -> None:
    steps = sim("replay", "--seed", "0", "--incidents", "2", "--until", "100000").stdout
    subject = next(line for line in steps.splitlines() if ">LOG_dh:inc.dh." in line)
    incident = subject.split("inc.dh.")[1].split()[0]
    explained = sim("replay", "--seed", "0", "--incidents", "2", "--explain", incident).stdout
    assert explained.startswith("record ")
    assert '"abs.incident.opened.v1"' in explained
    assert f"core-1>LOG_dh:inc.dh.{incident}" in explained
    assert f">core-1:cmd.dh.{incident.split('-')[0]}." in explained  # the command that caused it


def test_kinds_are_named_as_they_are_listed() -> None:
    assert kinds(None) == tuple(MAKERS)
    assert kinds(["hang,skew", "crash of broker, tail lost"]) == (
        "hang",
        "skew",
        "crash of broker, tail lost",
    )


def test_a_fault_that_there_is_not_is_refused_with_those_there_are() -> None:
    with pytest.raises(Refused, match=r"SIM-001.*meteor.*crash of core"):
        kinds(["meteor"])


def test_the_table_of_mutants_and_the_same_as_a_document(monkeypatch: pytest.MonkeyPatch) -> None:
    some = [m for m in MUTANTS if m.name in ("attachment ignored", "a stub that says too much")]
    monkeypatch.setattr("abs_core.cli.sim.MUTANTS", some)
    result = sim("mutants", "--seeds", "2", "--json")
    assert result.exit_code == 0, result.output
    caught = json.loads(result.stdout)
    assert [(row["name"], row["by"]) for row in caught] == [(m.name, "feeds") for m in some]
    assert "2 of 2 caught" in sim("mutants", "--seeds", "2").stdout


def test_a_mutant_that_is_not_caught_ends_with_1(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("abs_core.cli.sim.MUTANTS", [Mutant("harmless", "nowhere", list)])
    result = sim("mutants", "--seeds", "1")
    assert result.exit_code == 1
    assert "not caught" in result.stdout


def test_a_transcript_is_compared_again_for_one_seed() -> None:
    result = sim("replay", "--seed", "1", "--transcript", "--incidents", "2")
    assert result.exit_code == 0, result.output
    assert re.search(r"of host of \w+; [1-9]\d* messages in its transcript", result.stdout)
