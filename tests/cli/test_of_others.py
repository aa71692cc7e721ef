"""Commands that other distributions add: found without their code, run when asked for."""

import subprocess
import sys
from pathlib import Path

from abs_core.cli import COMMANDS, OF_OTHERS


def install(folder: Path, points: str, code: str) -> None:
    """A distribution as pip leaves it, with one module."""
    folder.joinpath("elsewhere.py").write_text(code)
    info = folder / "abs_elsewhere-1.0.dist-info"
    info.mkdir()
    info.joinpath("METADATA").write_text(
        "Metadata-Version: 2.1\nName: abs-elsewhere\nVersion: 1.0\n"
    )
    info.joinpath("entry_points.txt").write_text(f"[{OF_OTHERS}]\n{points}\n")


def abs_(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", "from abs_core.cli import main; main()", *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(folder)},
    )


GREETS = """
print('imported')
def greet(name: str) -> None:
    print('hello', name)
"""


def test_it_runs_when_it_is_asked_for_and_only_then(tmp_path: Path) -> None:
    install(tmp_path, "greet = elsewhere:greet", GREETS)
    assert abs_(tmp_path, "greet", "you").stdout.splitlines() == ["imported", "hello you"]
    helped = abs_(tmp_path, "--help").stdout
    assert "greet" in helped
    assert "Of abs-elsewhere." in helped
    assert "imported" not in helped
    assert "imported" not in abs_(tmp_path, "block", "list").stdout


def test_a_command_of_ours_is_never_replaced(tmp_path: Path) -> None:
    install(tmp_path, "\n".join(f"{name} = elsewhere:greet" for name in COMMANDS), GREETS)
    ran = abs_(tmp_path, "block", "list", "--help")
    assert ran.returncode == 0
    assert "imported" not in ran.stdout


def test_one_that_does_not_load_is_a_refusal_for_a_person(tmp_path: Path) -> None:
    install(tmp_path, "greet = elsewhere:greet", "import no_such_module\n")
    ran = abs_(tmp_path, "greet")
    assert ran.returncode == 2
    assert ran.stderr.startswith("refused: CLI-010\n")
    assert "no_such_module" in ran.stderr
    assert "Traceback" not in ran.stderr
