"""The demo's output in the README is a real one, apart from how long things took."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.tables import ROOT

pytestmark = pytest.mark.skipif(not (ROOT / "docs").is_dir(), reason="docs/ is not here")
RUN = [sys.executable, "-c", "from abs_core.cli import main; main()", "demo", "--speed", "4"]
TIMES = re.compile(r"\b\d+(\.\d+)? (m?s)\b")
ROW = re.compile(r"^(fire|police|ambulance|kmar)(\s+\d+\s+\d+)[\s\d.-]*$")


def plain(line: str) -> str:
    """A line without what differs from run to run: when, how long, and at which speed."""
    line = re.sub(r"^\d\d:\d\d:\d\d ", "", line)
    line = ROW.sub(r"\1\2", line)
    return " ".join(TIMES.sub(r"# \2", line).split())


def test_every_line_of_the_readmes_demo_is_of_a_real_run(tmp_path: Path) -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    (shown,) = re.findall(r"^```text\n(New Year's night.*?)^```$", readme, re.DOTALL | re.MULTILINE)
    environment = {"HOME": str(tmp_path), "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}
    done = subprocess.run(
        RUN, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120, check=True
    )
    said = [plain(line) for line in done.stdout.splitlines()]
    wanted = [plain(line) for line in shown.splitlines() if plain(line) not in ("", "…")]
    assert [line for line in wanted if line not in said] == []
