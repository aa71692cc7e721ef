"""The proposal table (`data/proposals.toml`), looked up by class, level and characteristics."""

from collections.abc import Mapping
from typing import Annotated, NamedTuple

import msgspec
from abs_contracts.messages.values import Classification
from abs_contracts.refusal import Refused
from abs_contracts.scalars import Name
from msgspec import Meta

from abs_fire import conditions
from abs_fire.conditions import Characteristics, ClassPath, Conditional, Row, class_path

LEVELS = ("klein", "middel", "groot", "zeer-groot")
DEFAULT_SCALE = "ops-br"

Wanted = Mapping[str, Annotated[int, Meta(ge=1, le=20)]]
Counts = Mapping[str, Annotated[int, Meta(ge=0, le=20)]]


class ClassRow(Row, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The first turn-out for a class, given as (mc1[, mc2[, mc3]])."""

    path: ClassPath = msgspec.field(name="class")
    type: Name
    wanted: Wanted


class TypeRow(Row, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the levels above klein ask for; an empty one repeats the level below."""

    scale: Name
    middel: Wanted = msgspec.field(default_factory=dict)
    groot: Wanted = msgspec.field(default_factory=dict)
    zeer_groot: Wanted = msgspec.field(name="zeer-groot", default_factory=dict)


class Change(Conditional, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a characteristic changes: counts that it sets, and counts that it raises."""

    replaces: Counts = msgspec.field(default_factory=dict)
    at_least: Wanted = msgspec.field(default_factory=dict)


class Turnout(NamedTuple):
    """How many vehicles to have on an incident, by kind that they can fill, and why."""

    wanted: Wanted
    why: tuple[str, ...]


class Table(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    verified: bool
    classes: tuple[ClassRow, ...]
    types: Mapping[str, TypeRow]
    characteristics: tuple[Change, ...]

    def row(self, classification: Classification | None) -> ClassRow | None:
        """The most specific row for this class; None when fire has no row for it."""
        path = class_path(classification)
        found = [row for row in self.classes if path[: len(row.path)] == row.path]
        return max(found, key=lambda row: len(row.path), default=None)

    def scale(self, classification: Classification | None) -> str:
        """The operational scale on which this class is escalated."""
        row = self.row(classification)
        return self.types[row.type].scale if row else DEFAULT_SCALE

    def turnout(
        self, classification: Classification | None, level: str, values: Characteristics
    ) -> Turnout | None:
        """What class, level and characteristics ask for; None when there is no row.

        Raises Refused for a level that does not exist.
        """
        reached = check_level(level) + 1
        row = self.row(classification)
        if row is None:
            return None
        above = self.types[row.type]
        rungs = ((row.source, row.wanted), *((above.source, w) for w in _above(above)))[:reached]
        source, base = next(rung for rung in reversed(rungs) if rung[1])
        changes = [c for c in self.characteristics if c.holds(classification, values)]
        counts = dict(base)
        for change in changes:
            counts.update(change.replaces)
        for change in changes:
            counts.update({k: max(n, counts.get(k, 0)) for k, n in change.at_least.items()})
        why = (
            f"{'/'.join(class_path(classification))}, {level}: {listed(base)} ({source})",
            *(_said(change, values) for change in changes),
        )
        return Turnout({kind: count for kind, count in counts.items() if count}, why)


def _above(row: TypeRow) -> tuple[Wanted, ...]:
    return row.middel, row.groot, row.zeer_groot


def _said(change: Change, values: Characteristics) -> str:
    effect = ", ".join(filter(None, (listed(change.replaces), listed(change.at_least))))
    return f"{change.name} {', '.join(values[change.name or ''])}: {effect} ({change.source})"


def listed(counts: Counts) -> str:
    """Counts as a desk writes them: `1 RV, 2 TS`."""
    return ", ".join(f"{count} {kind}" for kind, count in counts.items())


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
    return conditions.table("proposals", Table)
