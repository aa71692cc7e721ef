"""The national classification table (LMC): three levels, found by (mc1, mc2, mc3)."""

from collections.abc import Iterator, Mapping
from typing import Annotated

import msgspec
from msgspec import Meta

from abs_contracts.codelists.source import CodeList, File
from abs_contracts.scalars import Name

Key = tuple[str, str | None, str | None]
Prio = Annotated[int, Meta(ge=1, le=5)]


class Class(msgspec.Struct, frozen=True, kw_only=True):
    """One row. The code is for people and telegrams: not unique, and never sliced.

    `prio` is the table's default; only a first level (mc1 alone) has none.
    """

    mc1: Name
    mc2: Name | None
    mc3: Name | None
    code: Name
    prio: Prio | None


class Branch(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A row as the file nests it: what stands under it belongs to it."""

    code: Name
    prio: Prio | None = None
    under: dict[Name, "Branch"] = {}


Tree = dict[Name, Branch]


class Classes(CodeList[Key, Class, Tree]):
    def __init__(self) -> None:
        super().__init__("lmc", File[Tree])

    def get(self, mc1: str, mc2: str | None = None, mc3: str | None = None) -> Class | None:
        return self._by_key.get((mc1, mc2, mc3))

    def has(self, mc1: str, mc2: str | None = None, mc3: str | None = None) -> bool:
        return (mc1, mc2, mc3) in self._by_key

    def coded(self, code: str) -> tuple[Class, ...]:
        """The rows with this code: none, one, or more than one."""
        return tuple(row for row in self if row.code == code)

    def _keyed(self, entries: Tree) -> Mapping[Key, Class]:
        return {(row.mc1, row.mc2, row.mc3): row for row in _rows(entries)}


def _rows(tree: Tree, *above: str) -> Iterator[Class]:
    for name, branch in tree.items():
        path = (*above, name)
        mc2, mc3, *_ = (*path[1:], None, None)
        yield Class(mc1=path[0], mc2=mc2, mc3=mc3, code=branch.code, prio=branch.prio)
        yield from _rows(branch.under, *path)
