"""The codes of each discipline: its priorities and the statuses of its units."""

from collections.abc import Mapping
from typing import Literal, TypeVar

import msgspec

from abs_contracts.codelists.source import CodeList, File
from abs_contracts.messages.values import Discipline
from abs_contracts.scalars import Code, Name


class Coded(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A code and its Dutch text."""

    code: Code
    text: Name


class Priority(Coded, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How urgent an incident is for one discipline."""


class Status(Coded, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A unit's status; `free` says whether the unit can take a new incident.

    `unchanged`: a request or a remark, which leaves availability as it was.
    `key` is the key of the radio that sends it, where there is one.
    """

    free: Literal["yes", "no", "unchanged"]
    key: Code | None = None


C = TypeVar("C", bound=Coded)


class ByDiscipline(CodeList[tuple[str, str], C, dict[Discipline, tuple[C, ...]]]):
    """Codes that mean something only together with their discipline; a partner has none."""

    def get(self, discipline: str, code: str) -> C | None:
        return self._by_key.get((discipline, code))

    def has(self, discipline: str, code: str) -> bool:
        return (discipline, code) in self._by_key

    def of(self, discipline: str) -> tuple[C, ...]:
        """The codes of one discipline, in the order of the list."""
        return tuple(each for (whose, _), each in self._by_key.items() if whose == discipline)

    def _keyed(self, entries: dict[Discipline, tuple[C, ...]]) -> Mapping[tuple[str, str], C]:
        return {(whose, each.code): each for whose, codes in entries.items() for each in codes}


class Priorities(ByDiscipline[Priority]):
    """Most urgent first."""

    def __init__(self) -> None:
        super().__init__("priorities", File[dict[Discipline, tuple[Priority, ...]]])


class Statuses(ByDiscipline[Status]):
    """In the order of a normal turnout."""

    def __init__(self) -> None:
        super().__init__("statuses", File[dict[Discipline, tuple[Status, ...]]])
