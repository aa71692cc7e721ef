"""The proposal table: rows of `data/proposals.toml`, looked up by class and level."""

from collections.abc import Mapping
from importlib import resources
from typing import Annotated

import msgspec
from abs_contracts.messages.values import Classification
from abs_contracts.refusal import Refused
from abs_contracts.scalars import Name
from msgspec import Meta

LEVELS = ("klein", "middel", "groot", "zeer-groot")
DEFAULT_SCALE = "ops-br"

Wanted = Mapping[str, Annotated[int, Meta(ge=1, le=20)]]


class ClassRow(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The first turn-out for a class, given as (mc1[, mc2[, mc3]])."""

    path: Annotated[tuple[Name, ...], Meta(min_length=1, max_length=3)] = msgspec.field(
        name="class"
    )
    type: Name
    wanted: Wanted
    source: Name


class TypeRow(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the levels above klein ask for; an empty one repeats the level below."""

    scale: Name
    middel: Wanted = {}
    groot: Wanted = {}
    zeer_groot: Wanted = msgspec.field(name="zeer-groot", default={})


class Table(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    verified: bool
    fills: Mapping[str, tuple[Name, ...]]
    classes: tuple[ClassRow, ...]
    types: Mapping[str, TypeRow]

    def row(self, classification: Classification) -> ClassRow | None:
        """The most specific row for this class; None when fire has no row for it."""
        by_path = {row.path: row for row in self.classes}
        path = tuple(p for p in (classification.mc1, classification.mc2, classification.mc3) if p)
        lengths = range(len(path), 0, -1)
        return next((by_path[path[:n]] for n in lengths if path[:n] in by_path), None)

    def scale(self, classification: Classification | None) -> str:
        """The operational scale on which this class is escalated."""
        row = self.row(classification) if classification else None
        return self.types[row.type].scale if row else DEFAULT_SCALE

    def wanted(self, row: ClassRow, level: str) -> Wanted:
        """Kinds and counts for this class at this level. Raises Refused for no level."""
        above = self.types[row.type]
        rungs = (row.wanted, above.middel, above.groot, above.zeer_groot)
        reached = rungs[: check_level(level) + 1]
        return next(rung for rung in reversed(reached) if rung)

    def filled_by(self, kind: str) -> tuple[str, ...]:
        """The kinds of vehicle that can fill a wanted kind, best first."""
        return self.fills.get(kind, (kind,))


def check_level(level: str) -> int:
    """How high the level is, klein being 0. Raises Refused for one that does not exist."""
    if level not in LEVELS:
        raise Refused(
            rule="FIRE-003",
            what=f"there is no operational level {level!r}",
            where="/level",
            fix=f"use one of {', '.join(LEVELS)}",
        )
    return LEVELS.index(level)


def load_table() -> Table:
    """The table that this distribution carries."""
    data = resources.files("abs_fire").joinpath("data/proposals.toml").read_bytes()
    return msgspec.toml.decode(data, type=Table)
