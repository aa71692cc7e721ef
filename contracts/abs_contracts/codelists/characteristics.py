"""Characteristics (karakteristieken): typed attributes of an incident."""

import enum
from collections.abc import Mapping, Sequence
from functools import cached_property

import msgspec

from abs_contracts.codelists.source import CodeList, File
from abs_contracts.messages.values import Discipline
from abs_contracts.scalars import Name


class Kind(enum.StrEnum):
    """What a characteristic may hold."""

    ONE = "one"  # one value of its list (enkelvoudige opsomming)
    MANY = "many"  # any of its list (meervoudige opsomming)
    YES_NO = "yes_no"  # Ja or Nee
    NUMBER = "number"  # a whole number
    TEXT = "text"  # free text


class Value(msgspec.Struct, frozen=True, array_like=True):
    """A value of the list and the parser term that sets it."""

    value: Name
    term: str


class Characteristic(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One characteristic.

    `owner` is the discipline to which it belongs alone (medical, or police data):
    the shared contracts do not carry it. `open`: the source leaves its values to be
    filled in, nationally or by a region. `term` is for kinds without a list.
    """

    name: Name
    kind: Kind
    code: Name | None = None
    owner: Discipline | None = None
    open: bool = False
    term: Name | None = None
    values: tuple[Value, ...] = ()

    def problem(self, values: Sequence[str]) -> str | None:
        """Why these values do not fit its kind or its list; None when they do."""
        if not values:
            return "it needs a value"
        if self.kind is not Kind.MANY and len(values) > 1:
            return f"it takes one value, not {len(values)}"
        if self.kind is Kind.NUMBER:
            whole = values[0].isascii() and values[0].isdigit()
            return None if whole else f"{values[0]!r} is not a whole number"
        if self.kind is Kind.TEXT or self.open:
            return None
        known = {each.value for each in self.values}
        return next(
            (f"{value!r} is not one of its values" for value in values if value not in known), None
        )


Entries = tuple[Characteristic, ...]


class Characteristics(CodeList[str, Characteristic, Entries]):
    def __init__(self) -> None:
        super().__init__("characteristics", File[Entries])

    def get(self, name: str) -> Characteristic | None:
        return self._by_key.get(name)

    def has(self, name: str) -> bool:
        return name in self._by_key

    def termed(self, line: str) -> tuple[Characteristic, str] | None:
        """What a line of parser terms sets, with its value; None when no term fits.

        Case does not count. The longest term that the line begins with is meant.
        """
        said = " ".join(line.split()).casefold()
        whole = self._by_term.get(said)
        if whole is not None:
            return whole
        words = said.split(" ")
        for length in range(len(words) - 1, 0, -1):
            found = self._by_term.get(" ".join(words[:length]))
            if found is not None and not found[1]:
                return found[0], " ".join(line.split()[length:])
        return None

    @cached_property
    def _by_term(self) -> Mapping[str, tuple[Characteristic, str]]:
        """By term: of a list, the value is in the term; otherwise it comes after it."""
        terms = {v.term.casefold(): (each, v.value) for each in self for v in each.values if v.term}
        bare = {each.term.casefold(): (each, "") for each in self if each.term}
        return {**terms, **bare}

    def _keyed(self, entries: Entries) -> Mapping[str, Characteristic]:
        return {each.name: each for each in entries}
