"""Code lists beside each other: the profile's codes and the core's, from `maps.json`.

A code without a row of its own takes that of its nearest prefix (`C02.08.02`, `C02.08`,
`C02`). A code without any is left where it is, and never takes others with it.
"""

import functools
import re
from importlib.resources import files
from typing import NamedTuple

import msgspec


class _File(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    source: str
    maps: dict[str, dict[str, str]]


class CodeMap(NamedTuple):
    """`theirs` to `ours`; of several of theirs the first is what ours goes back to."""

    rows: dict[str, str]

    def ours(self, theirs: str) -> str | None:
        """Ours for this code or its nearest prefix; None when there is none."""
        while theirs:
            if theirs in self.rows:
                return self.rows[theirs]
            theirs = _LAST.sub("", theirs)
        return None

    def theirs(self, ours: str) -> str | None:
        """The first of theirs that stands for ours; None when there is none."""
        return next((code for code, value in self.rows.items() if value == ours), None)


_LAST = re.compile(r"(?:^|[./])[^./]*\Z")


@functools.cache
def codemap(name: str) -> CodeMap:
    """The map of this name."""
    raw = files("abs_ambulance_bridge.hub_sante").joinpath("maps.json").read_bytes()
    return CodeMap(msgspec.json.decode(raw, type=_File).maps[name])
