"""The command line as processes of their own: a command to its end, a room, a demo."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import msgspec

from abs_core.supervisor import RunFile

MAIN = "from abs_core.cli import main; main()"
PROGRAM = [sys.executable, "-c", MAIN]


class Ran(NamedTuple):
    code: int
    out: str
    err: str


def abs_(*arguments: str) -> Ran:
    """One command of the command line, to its end."""
    ran = subprocess.run(
        [*PROGRAM, *arguments], capture_output=True, text=True, timeout=60, check=False
    )
    return Ran(ran.returncode, ran.stdout, ran.stderr)


class Piped:
    """`abs up` with its lines in a pipe."""

    def __init__(self, data: Path, *arguments: str) -> None:
        self.data = data
        self.process = subprocess.Popen(
            [*PROGRAM, "up", "--data", str(data), *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def until(self, pattern: str) -> str:
        """Read on until a line matches."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if re.search(pattern, line):
                return line
        raise AssertionError(f"ended without {pattern!r}: {self.process.communicate()[1]}")

    @property
    def run(self) -> RunFile:
        return msgspec.json.decode((self.data / "run.json").read_bytes(), type=RunFile)

    def stop(self) -> Ran:
        self.process.terminate()
        out, err = self.process.communicate(timeout=60)
        return Ran(self.process.returncode, out, err)


def started(temporary: Path, *arguments: str, main: str = MAIN) -> subprocess.Popen[str]:
    """`abs demo`, which makes its temporary folder there."""
    environment = {**os.environ, "TMPDIR": str(temporary), "PYTHONSAFEPATH": "1"}
    return subprocess.Popen(
        [sys.executable, "-c", main, "demo", *arguments],
        cwd=temporary.parent,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def demo(
    temporary: Path, *arguments: str, main: str = MAIN, within: float = 120
) -> tuple[int, str, str]:
    """`abs demo` to its end: exit code, output, errors."""
    process = started(temporary, *arguments, main=main)
    out, err = process.communicate(timeout=within)
    return process.returncode, out, err
