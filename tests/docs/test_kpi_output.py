"""The figures that docs/kpi.md shows are those of a real run, apart from how long things took."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.tables import ROOT

pytestmark = pytest.mark.skipif(not (ROOT / "docs").is_dir(), reason="docs/ is not here")
ABS = [sys.executable, "-c", "from abs_core.cli import main; main()"]
TIMES = re.compile(r"<?\b\d+(\.\d+)? (ms|s|min)(?= |$)|\d+(-\d\d-\d\d|:\d\d:\d\d)|records: \d+")


def plain(text: str) -> list[str]:
    """The lines without what differs from run to run: when, how long, how many records."""
    lines = (" ".join(TIMES.sub("#", line).split()) for line in text.splitlines())
    return [line for line in lines if line]


def test_what_the_page_shows_is_what_a_run_gives(tmp_path: Path) -> None:
    page = (ROOT / "docs/kpi.md").read_text("utf-8")
    environment = {"HOME": str(tmp_path), "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}
    said = []
    for line in re.findall(r"^\$ abs (.*)$", page, re.MULTILINE)[:2]:
        done = subprocess.run(
            [*ABS, *line.split()],
            cwd=tmp_path,
            env={**environment, "COLUMNS": "80"},
            capture_output=True,
            text=True,
            timeout=120,
            check=True,
        )
        said.append(done.stdout)
    (shown,) = re.findall(r"^```text\n(Room dh.*?)^```$", page, re.DOTALL | re.MULTILINE)
    assert plain(said[1]) == plain(shown)
    assert any("75.00 % 3 of 4" in line for line in plain(shown))
