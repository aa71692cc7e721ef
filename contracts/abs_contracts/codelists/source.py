"""A code list's file: read once, when it is first asked for."""

from collections.abc import Iterator, Mapping
from functools import cached_property
from importlib import resources
from typing import Generic, TypeVar

import msgspec

from abs_contracts.scalars import Name, Text, Version

K = TypeVar("K")
E = TypeVar("E")
S = TypeVar("S")


class File(msgspec.Struct, Generic[S], frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One file: which list, in which version, from where, and its entries."""

    list: Name
    version: Version
    source: Text
    entries: S


class CodeList(Generic[K, E, S]):
    """A list over its file: entries of type `E` by key `K`, in the file's order.

    `S` is the shape of the entries in the file.
    """

    def __init__(self, name: str, shape: type[File[S]]) -> None:
        self.name = name
        self._shape = shape

    @property
    def version(self) -> str:
        """major.minor of this list: minor adds codes, major takes away or changes meaning."""
        return self._file.version

    @property
    def source(self) -> str:
        """Where the facts come from, and which of them are our own assumption."""
        return self._file.source

    def __iter__(self) -> Iterator[E]:
        return iter(self._by_key.values())

    def __len__(self) -> int:
        return len(self._by_key)

    def _keyed(self, entries: S) -> Mapping[K, E]:
        """The entries of the file by their key."""
        raise NotImplementedError

    @cached_property
    def _file(self) -> File[S]:
        path = resources.files(__package__) / f"{self.name}.json"
        return msgspec.json.decode(path.read_bytes(), type=self._shape)

    @cached_property
    def _by_key(self) -> Mapping[K, E]:
        return self._keyed(self._file.entries)
