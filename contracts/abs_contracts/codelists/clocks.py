"""Legal clocks: within how many minutes what has to be there once an incident escalates."""

from collections.abc import Mapping
from typing import Annotated

import msgspec
from msgspec import Meta

from abs_contracts.codelists.escalation import Level
from abs_contracts.codelists.source import CodeList, File
from abs_contracts.scalars import Code, Count, Name


class Clock(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One term. It runs from the moment that GRIP reaches `rank`.

    `copi`: it is about the team on the scene, which some levels go without.
    """

    code: Code
    text: Name
    minutes: Annotated[int, Meta(ge=1, le=1440)]
    rank: Count
    copi: bool = False

    def applies(self, level: Level | None) -> bool:
        """Whether it is for this level of GRIP; None: no level stands."""
        return level is not None and level.rank >= self.rank and (level.copi or not self.copi)


Entries = tuple[Clock, ...]


class Clocks(CodeList[str, Clock, Entries]):
    def __init__(self) -> None:
        super().__init__("clocks", File[Entries])

    def get(self, code: str) -> Clock | None:
        return self._by_key.get(code)

    def has(self, code: str) -> bool:
        return code in self._by_key

    def _keyed(self, entries: Entries) -> Mapping[str, Clock]:
        return {each.code: each for each in entries}
