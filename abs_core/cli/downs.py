"""Why a process of the room stays down, out of the log that it left."""

from pathlib import Path

import msgspec
from abs_contracts.refusal import Refused

TAIL = 64 * 1024
"""Bytes of a log, from its end, in which the reason is looked for."""


class _Logged(msgspec.Struct):
    event: str
    rule: str
    what: str
    where: str
    fix: str


def refusal_of(process: str, data: Path) -> Refused:
    """The refusal that ended it, or where to read what did (CLI-004)."""
    path = data / "logs" / f"{process}.log"
    for line in reversed(_tail(path)):
        try:
            no = msgspec.json.decode(line, type=_Logged)
        except msgspec.DecodeError:
            continue
        if no.event == "refused":
            return Refused(rule=no.rule, what=no.what, where=no.where, fix=no.fix)
    return Refused(
        rule="CLI-004",
        what=f"{process} ended again and again, so the room was stopped",
        where=str(path),
        fix="read the end of that log; what it says has to be mended first",
    )


def _tail(path: Path) -> list[bytes]:
    try:
        with path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - TAIL))
            return file.read().splitlines()
    except OSError:
        return []
