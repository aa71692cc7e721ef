"""Which classes call a party: by default those of its discipline, from `callouts.toml`."""

import functools
from collections.abc import Mapping
from importlib import resources

import msgspec
from abs_contracts.messages.values import Discipline

ClassPaths = tuple[tuple[str, ...], ...]


def called_for(discipline: Discipline, own: ClassPaths | None = None) -> ClassPaths:
    """The classes that call a party; `own` is what its room says instead of the default."""
    return _defaults().get(discipline, ()) if own is None else own


@functools.cache
def _defaults() -> Mapping[str, ClassPaths]:
    data = resources.files("abs_core").joinpath("callouts.toml").read_bytes()
    return msgspec.toml.decode(data, type=dict[str, ClassPaths])
