"""The campaign as CI runs it, and that its judge is not blind."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def campaign(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tests.faults.campaign", *arguments]
    found = {**os.environ, "PYTHONPATH": str(ROOT)}  # the tests, also where the path is safe
    return subprocess.run(command, env=found, capture_output=True, text=True, check=False)


def test_nothing_acknowledged_is_lost_and_nothing_is_done_twice() -> None:
    ran = campaign("--seed", "7", "--kills", "5", "--cuts", "6", "--incidents", "15")
    assert ran.returncode == 0, ran.stdout + ran.stderr[-3000:]
    assert "5 kills" in ran.stdout


@pytest.mark.parametrize(
    ("safety", "finding"),
    [
        ("read-back", r"stands 2 times in the log|was refused \(INCIDENT-\d+\) and is in the log"),
        ("unknown", r"was refused \(TEST-001\) and is in the log"),
        ("log-fence", "breaks at"),
        ("feed-fence", "is not the view of the log"),
        ("token", "a replaced generation was answered"),
    ],
)
def test_the_judge_sees_when_a_safety_is_out(safety: str, finding: str) -> None:
    small = ("--kills", "0", "--cuts", "4", "--incidents", "4", "--within", "15")
    ran = campaign(*small, "--without", safety)
    assert ran.returncode == 1, ran.stdout + ran.stderr[-3000:]
    assert re.search(finding, ran.stdout), ran.stdout
