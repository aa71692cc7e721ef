"""`abs replay p2000` as a process: what it prints, refuses, and does after kill -9."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

PROGRAM = [sys.executable, "-c", "from abs_core.cli import main; main()", "replay", "p2000"]
STREETS = ("Proefkade", "Testweg", "Voorbeeldlaan", "Proefplein", "Testsingel")


def replay(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*PROGRAM, *map(str, arguments)], capture_output=True, text=True, timeout=120, check=False
    )


def final(ran: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    assert ran.returncode == 0, ran.stderr
    end: dict[str, Any] = json.loads(ran.stdout.splitlines()[-1])
    return end


@pytest.fixture
def many(tmp_path: Path) -> Path:
    """Two hundred pages of an invented night, oldest first."""
    path = tmp_path / "pages.txt"
    lines = []
    for n in range(200):
        street, place = STREETS[n % 5], ("DELFT", "ZOETMR", "RIJSZH")[n % 3]
        unit = f"15{50 + n % 30}3{n % 2}"
        level = " (grote brand)" if n % 20 == 19 else ""
        time = f"2024-01-01 {n // 60:02}:{n % 60:02}:00"
        lines.append(
            f"{time} P 1 BDH-{n % 9:02} Gebouwbrand{level} {n % 7 + 1}e {street} {place} {unit}\n"
        )
    path.write_text("".join(lines))
    return path


def test_the_example_prints_its_outcomes_and_a_report(tmp_path: Path) -> None:
    report = tmp_path / "report.html"
    ran = replay("example", "--report", report)
    assert ran.returncode == 0, ran.stderr
    assert "grip up" in ran.stdout
    assert " 0 refused" in ran.stdout
    assert "The fire block beside it: " in ran.stdout
    assert report.read_text().startswith("<!doctype html>")


def test_json_is_a_line_for_each_message_and_one_object_at_the_end() -> None:
    ran = replay("example", "--json")
    lines = [json.loads(line) for line in ran.stdout.splitlines()]
    end = final(ran)
    assert end["read"] == sum(end["outcomes"].values()) == len(lines) - 1
    assert all(line["outcome"] in end["outcomes"] for line in lines[:-1])
    assert end["commands"]["kept_up"] is True
    assert end["commands"]["refused"] == {}
    assert sum(end["advice"].values()) > 0


def killed(path: Path, data: Path, after: int) -> Iterator[None]:
    """Start a replay, and kill it when it has told of so many messages."""
    with subprocess.Popen(
        [*PROGRAM, str(path), "--data", str(data), "--json"], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        for _ in range(after):
            assert process.stdout.readline()
        os.kill(process.pid, signal.SIGKILL)
        process.wait(timeout=30)
        assert process.returncode == -signal.SIGKILL
        yield


def test_after_kill_9_in_the_middle_it_goes_on_to_the_same_state(
    many: Path, tmp_path: Path
) -> None:
    whole = final(replay(many, "--data", tmp_path / "whole", "--json", "--state"))
    for after in (40, 120):
        for _ in killed(many, tmp_path / "broken", after):
            pass
    resumed = final(replay(many, "--data", tmp_path / "broken", "--json", "--state"))
    assert resumed["commands"]["there_already"] > 0
    assert resumed["commands"]["sent"] > 0
    assert resumed["commands"]["state"] == whole["commands"]["state"]
    for name in ("outcomes", "rules", "inferred", "advice", "incidents", "units"):
        assert resumed[name] == whole[name], name
    again = final(replay(many, "--data", tmp_path / "broken", "--json", "--state"))
    assert again["commands"]["sent"] == 0
    assert again["commands"]["state"] == whole["commands"]["state"]


def test_a_room_that_stands_still_is_not_started_for_it(tmp_path: Path) -> None:
    log = tmp_path / "server/jetstream/jetstream/$G/streams/LOG_dh"
    log.mkdir(parents=True)
    ran = replay("example", "--data", tmp_path)
    assert ran.returncode == 2
    assert "refused: PAGER-009" in ran.stderr


REFUSALS = [
    (["nothing-there.txt"], "PAGER-001"),
    (["example", "--speed", "fast"], "PAGER-005"),
    (["example", "--speed", "0"], "PAGER-005"),
    (["example", "--start", "yesterday"], "PAGER-006"),
    (["example", "--data", "/dev/null/here"], "PAGER-004"),
    (["example", "--report", "/dev/null/report.html"], "PAGER-007"),
]


@pytest.mark.parametrize(("arguments", "rule"), REFUSALS, ids=[rule for _, rule in REFUSALS])
def test_what_cannot_be_done_is_refused_with_its_rule(arguments: list[str], rule: str) -> None:
    ran = replay(*arguments)
    assert ran.returncode == 2
    assert f"refused: {rule}" in ran.stderr
    assert "Traceback" not in ran.stderr
