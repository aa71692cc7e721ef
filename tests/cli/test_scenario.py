"""`abs scenario`: what comes along, what is wrong with a file, and a file of one's own."""

import json
import re
import subprocess
import sys
from importlib import resources
from pathlib import Path

import pytest

from abs_core.scenario import files

ABS = [sys.executable, "-c", "from abs_core.cli import main; main()", "scenario"]
SHIPPED = resources.files("abs_core.scenario") / "files"


def run(*arguments: str) -> tuple[int, str, str]:
    done = subprocess.run(
        [*ABS, *arguments], capture_output=True, text=True, timeout=120, check=False
    )
    return done.returncode, done.stdout, done.stderr


@pytest.fixture
def spoiled(tmp_path: Path) -> str:
    """A file with two mistakes of different kinds."""
    text = (SHIPPED / "stabbing.yaml").read_text("utf-8")
    path = tmp_path / "own.yaml"
    text = re.sub(r"^pace: .*$", "pace: fast", text, flags=re.MULTILINE)
    path.write_text(text.replace("by: intake", "by: army", 1), "utf-8")
    return str(path)


def test_the_list_has_every_scenario() -> None:
    code, out, err = run("list")
    assert (code, err) == (0, "")
    assert all(f"\n{name} " in f"\n{out}" for name in files.names())
    listed = json.loads(run("list", "--json")[1])
    assert [each["name"] for each in listed] == list(files.names())
    assert all(each["summary"] and each["steps"] for each in listed)


def test_a_good_file_is_said_to_be_good() -> None:
    assert run("check", str(SHIPPED / "stabbing.yaml"))[0] == 0
    assert run("check", "stabbing", "--json") == (0, "[]\n", "")


def test_everything_wrong_is_said_with_its_line_and_fix(spoiled: str) -> None:
    code, out, err = run("check", spoiled)
    assert (code, err) == (2, "")
    text = Path(spoiled).read_text("utf-8").splitlines()
    pace = next(n for n, line in enumerate(text, 1) if "pace: fast" in line)
    army = next(n for n, line in enumerate(text, 1) if "by: army" in line)
    places = [f"own.yaml:{pace}: /pace", f"own.yaml:{army}: /steps/0/by"]
    for said in (*places, "SCENARIO-003", "SCENARIO-004", "to mend:", "2 wrong"):
        assert said in out
    found = json.loads(run("check", spoiled, "--json")[1])
    assert [each["where"] for each in found] == places


def test_what_is_wrong_is_not_run(spoiled: str) -> None:
    code, out, err = run("run", spoiled)
    assert (code, out) == (2, "")
    assert "and 1 more: abs scenario check" in err


def test_a_file_of_ones_own_is_run(tmp_path: Path) -> None:
    own = tmp_path / "own.yaml"
    own.write_text((SHIPPED / "stabbing.yaml").read_text("utf-8"), "utf-8")
    code, out, err = run("run", str(own), "--speed", "100", "--json")
    assert (code, err) == (0, "")
    assert json.loads(out)["ok"] is True


def test_a_check_that_fails_fails_the_run(tmp_path: Path) -> None:
    own = tmp_path / "own.yaml"
    text = (SHIPPED / "stabbing.yaml").read_text("utf-8")
    own.write_text(text.replace("[Dark coat,", "[Crew with the casualty, Dark coat,", 1), "utf-8")
    code, out, _ = run("run", str(own), "--speed", "100", "--json", "--data", str(tmp_path / "d"))
    assert code == 1
    assert json.loads(out)["ok"] is False
