"""What went wrong, for a person: a few lines on standard error, and an exit code."""

import os
import sys
import tempfile
import traceback
from pathlib import Path

from abs_contracts.refusal import Refused
from rich.console import Console
from rich.table import Table
from rich.text import Text

from abs_core.ports import Full, Unknown, Unreachable

REFUSED = 2
DEFECT = 70
"""EX_SOFTWARE of sysexits.h."""
CLOSED = 141
"""As a shell says it of a program that wrote into a closed pipe or terminal."""

_WHY = {
    Unknown: (
        "unknown",
        "there was no answer in time: it may have happened or not",
        "look with `abs status`, then ask again; asking twice does no harm",
    ),
    Unreachable: (
        "nobody there",
        "nobody serves this now; nothing happened",
        "look with `abs status` whether the room runs, or start it: abs up",
    ),
    Full: (
        "full",
        "the store takes no more; nothing was written",
        "free space on the disk, or raise max_file_store, then try again",
    ),
}


def explain(error: BaseException, *, debug: bool = False) -> int:
    """Print the failure on standard error; returns the exit code."""
    while isinstance(error, BaseExceptionGroup) and len(error.exceptions) == 1:
        error = error.exceptions[0]
    if isinstance(error, BrokenPipeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # nobody reads the rest
        return CLOSED
    if isinstance(error, Refused):
        no = error.refusal
        _say(("refused", no.rule), ("what", no.what), ("where", no.where), ("to mend", no.fix))
        return REFUSED
    for kind, (title, meaning, fix) in _WHY.items():
        if isinstance(error, kind):
            _say((title, meaning), ("what", str(error)), ("to mend", fix))
            return REFUSED
    return _defect(error, debug)


def _defect(error: BaseException, debug: bool) -> int:
    trace = "".join(traceback.format_exception(error))
    handle, name = tempfile.mkstemp(prefix="abs-defect-", suffix=".log")
    with os.fdopen(handle, "w") as file:
        file.write(trace)
    _say(
        ("defect", "this is a defect of ours, not of what you asked"),
        ("what", f"{type(error).__name__}: {error}"),
        ("where", str(Path(name))),
        ("to mend", "report it with that file; ABS_DEBUG=1 shows it here"),
    )
    if debug:
        sys.stderr.write(trace)
    return DEFECT


def _say(*rows: tuple[str, str]) -> None:
    console = Console(stderr=True, soft_wrap=False)
    if not console.is_terminal:
        for name, text in rows:
            if text:
                console.file.write(f"{name}: {text}\n")
        return
    shown = Table(box=None, show_header=False, pad_edge=False)
    shown.add_column(style="bold red", no_wrap=True)
    shown.add_column(overflow="fold")
    for name, text in rows:
        if text:
            shown.add_row(Text(name), Text(text))
    console.print(shown)
