"""`abs demo` as a person or a CI job runs it: a process of its own, on a real broker."""

import json
import signal
import subprocess
from importlib import resources
from pathlib import Path

import pytest

from abs_core.adapters.server import alive

from .running import PROGRAM, demo, started

FIRST = resources.files("abs_core.scenario") / "files" / "first-incident.yaml"
SHORT = ("--scenario", "first-incident", "--speed", "20")


def test_the_first_incident_in_json(temporary: Path) -> None:
    code, out, err = demo(temporary, *SHORT, "--json")
    assert (code, err) == (0, "")
    report = json.loads(out)
    assert report["ok"]
    assert report["scenario"] == "first-incident"
    assert [check["ok"] for check in report["checks"]] == [True] * 9
    assert [step["rule"] for step in report["steps"] if step["rule"]] == ["CODELIST-004"]
    police, kmar = report["parties"]["police"], report["parties"]["kmar"]
    assert police["received"]["stubs"] > 0
    assert police["received"]["whole"] > 0
    assert kmar == {
        "received": {"whole": 0, "stubs": 0},
        "log_to_feed": None,
        "command_to_reply": None,
    }
    assert report["parties"]["fire"]["log_to_feed"]["max"] > 0


def test_a_person_reads_it_in_80_columns_and_finds_it_again(
    temporary: Path, tmp_path: Path
) -> None:
    """The data folder stays, and the story of the demo is read from it."""
    data = tmp_path / "kept"
    code, out, err = demo(temporary, *SHORT, "--data", str(data))
    assert (code, err) == (0, "")
    assert "\x1b" not in out, "no colours without a terminal"
    story, _, commands = out.partition("Next:")
    assert max(map(len, story.splitlines())) <= 80
    for text in ("Simulated", "✗ refused, CODELIST-004", "police (stub)", "TS-6 15-0131"):
        assert text in story
    assert story.count("✓ ") > 40
    assert not (data / "run.json").exists()
    command = next(line.split() for line in commands.splitlines() if "incident show" in line)
    shown = subprocess.run(
        [*PROGRAM, *command[1:]], capture_output=True, text=True, timeout=60, check=True
    )
    assert "Voorbeeldlaan" in shown.stdout

    # What fire's block keeps stands in its journal, and in its party's story alone.
    own = {}
    for party in ("fire", "police"):
        asked = [*PROGRAM, *command[1:], "--as", party, "--json"]
        told = subprocess.run(asked, capture_output=True, text=True, timeout=60, check=True)
        own[party] = [line["text"] for line in json.loads(told.stdout)["own"]]
    assert own["fire"][0].startswith("sent TS-6 15-0131 at level klein")
    assert own["police"] == []


def test_a_check_that_fails_is_named_and_its_evidence_kept(tmp_path: Path) -> None:
    spoiled = FIRST.read_text("utf-8") + "\n"
    spoiled = spoiled.replace("\nnever:\n  fire: [", "\nnever:\n  fire: [Fire out, ")
    own = tmp_path / "own.yaml"
    own.write_text(spoiled, "utf-8")
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    code, out, err = demo(temporary, "--speed", "20", "--scenario", str(own))
    assert code == 1
    assert "✗ What was kept from a party, it did not get: fire got to read 'Fire out'" in out
    assert "look at /never/fire" in out
    (kept,) = temporary.iterdir()
    assert str(kept) in err.replace("\n", "")
    assert (kept / "logs" / "core-1.log").exists()


def test_ctrl_c_leaves_nothing_behind(temporary: Path) -> None:
    process = started(temporary)
    assert process.stdout is not None
    for line in process.stdout:
        if "Prio 3" in line:
            break
    (folder,) = temporary.iterdir()
    running = json.loads((folder / "run.json").read_text())
    pids = [running["server"], *running["processes"].values()]
    assert all(map(alive, pids))
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, err) == (130, "")
    assert "Stopped" in out
    assert not any(map(alive, pids))


@pytest.mark.parametrize(
    ("arguments", "rule"),
    [
        (("--scenario", "no-such-story"), "SCENARIO-001"),
        (("--without", "fire"), "SCENARIO-009"),
        (("--data", "/dev/null/nothing"), "DEMO-001"),
    ],
)
def test_what_cannot_be_played_is_refused(
    temporary: Path, arguments: tuple[str, ...], rule: str
) -> None:
    code, out, err = demo(temporary, *arguments)
    assert (code, out) == (2, "")
    assert rule in err
    assert "Traceback" not in err
