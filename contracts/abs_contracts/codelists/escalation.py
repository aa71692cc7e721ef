"""Escalation (opschaling): GRIP between the disciplines, and the scale of each."""

from collections.abc import Mapping

import msgspec

from abs_contracts.codelists.source import CodeList, File
from abs_contracts.messages.values import Discipline
from abs_contracts.scalars import Code, Count, Name


class Level(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A level; `text` is the value of the characteristic that the scale is.

    `rank` orders the levels of GRIP; variants of one level share it. `copi`: whether
    the level brings a team to the scene (CoPI).
    """

    code: Code
    text: Name
    rank: Count = 0
    copi: bool = True


class Decider(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A role that may decide levels of a scale, up to this rank."""

    role: Name
    up_to: Count


class Scale(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A scale; `text` is the name of the characteristic that it is.

    `owner` is the discipline whose scale it is; without one it is everybody's. A
    scale without deciders is decided by any role.
    """

    code: Code
    text: Name
    owner: Discipline | None = None
    deciders: tuple[Decider, ...] = ()
    levels: tuple[Level, ...]


Entries = tuple[Scale, ...]


class Escalations(CodeList[str, Scale, Entries]):
    def __init__(self) -> None:
        super().__init__("escalation", File[Entries])

    def get(self, scale: str) -> Scale | None:
        return self._by_key.get(scale)

    def level(self, scale: str, level: str) -> Level | None:
        found = self.get(scale)
        return next((each for each in found.levels if each.code == level), None) if found else None

    def has(self, scale: str, level: str) -> bool:
        return self.level(scale, level) is not None

    def _keyed(self, entries: Entries) -> Mapping[str, Scale]:
        return {each.code: each for each in entries}
