"""The verdict table as data: what each kind of change does, in both directions.

Backward is "the new version reads what the old one wrote", forward is "the old
version reads what the new one writes". The data is `table.toml`.
"""

import enum
import tomllib
from collections.abc import Mapping
from importlib import resources

import msgspec


class Verdict(enum.StrEnum):
    """Whether messages of one version are taken, and meant alike, by the other."""

    OK = "ok"
    BREAK = "break"
    UNDECIDED = "undecided"


class Direction(enum.StrEnum):
    """Who reads whom."""

    BACKWARD = "new reads old"
    FORWARD = "old reads new"


class Nature(enum.StrEnum):
    """What a rule is about, and so what its witness is."""

    SHAPE = "shape"  # a message that the other side refuses
    MEANING = "meaning"  # the same bytes, two readings
    CHANNEL = "channel"  # likewise, of how they travel
    LIFE = "life"  # of versions, dates and files: no witness
    NOTE = "note"  # breaks nothing
    LINT = "lint"  # of one definition, not of a change


class Rule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A row of the table; `cases` gives the verdicts (backward, forward) by case.

    `silent`: cases in which a decoder may read on, and so read something else.
    """

    kind: Nature
    title: str
    why: str
    remedy: str
    cases: dict[str, tuple[Verdict, Verdict]] = {}
    silent: tuple[str, ...] = ()


TABLE: Mapping[str, Rule] = msgspec.convert(
    tomllib.loads((resources.files(__package__) / "table.toml").read_text("utf-8")),
    dict[str, Rule],
)
"""Every rule by its id."""

PAGES = "docs/rules"
"""Where each rule has a page of its own, relative to the repository."""


def page(rule: str) -> str:
    """The page about this rule."""
    return f"{PAGES}/{rule}.md"


def verdict(rule: str, case: str, direction: Direction) -> Verdict:
    """What the table says; KeyError for a case that it does not have."""
    backward, forward = TABLE[rule].cases[case]
    return backward if direction is Direction.BACKWARD else forward


def worst(*verdicts: Verdict) -> Verdict:
    """Undecided counts as a break, but a break that is proven says more."""
    if Verdict.BREAK in verdicts:
        return Verdict.BREAK
    return Verdict.UNDECIDED if Verdict.UNDECIDED in verdicts else Verdict.OK
