"""When a row of a table holds for an incident: by its class and one characteristic."""

from collections.abc import Mapping
from importlib import resources
from typing import Annotated, TypeVar

import msgspec
from abs_contracts.messages.values import Classification
from abs_contracts.scalars import Name
from msgspec import Meta

ClassPath = Annotated[tuple[Name, ...], Meta(min_length=1, max_length=3)]
Characteristics = Mapping[str, tuple[str, ...]]

T = TypeVar("T", bound=msgspec.Struct)


class Row(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A row of a table; `source` is a law, a national table, or `project` for our own."""

    source: Name


class Conditional(Row, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A row that holds under this class, and when this characteristic says so.

    It does with one of `values`, with a number of at least `least`, or with any value.
    """

    path: ClassPath | None = msgspec.field(name="class", default=None)
    name: Name | None = None
    values: tuple[Name, ...] = ()
    least: int | None = msgspec.field(name="from", default=None)

    def holds(self, classification: Classification | None, values: Characteristics) -> bool:
        """Whether the row is about an incident of this class with these characteristics."""
        if self.path is not None and class_path(classification)[: len(self.path)] != self.path:
            return False
        if self.name is None:
            return True
        given = values.get(self.name, ())
        if self.values:
            return any(value in self.values for value in given)
        return any(self.least is None or _reaches(value, self.least) for value in given)


def class_path(classification: Classification | None) -> tuple[str, ...]:
    """The levels that the class has, mc1 first."""
    c = classification
    return tuple(level for level in (c.mc1, c.mc2, c.mc3) if level) if c else ()


def _reaches(value: str, least: int) -> bool:
    return value.isascii() and value.isdigit() and int(value) >= least


def table(name: str, shape: type[T]) -> T:
    """A table that this distribution carries."""
    data = resources.files("abs_fire").joinpath(f"data/{name}.toml").read_bytes()
    return msgspec.toml.decode(data, type=shape)
