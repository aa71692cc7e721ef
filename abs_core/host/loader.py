"""Loading one block by name out of the entry-point group `abs.blocks`."""

import functools
from collections.abc import Iterable, Sequence
from importlib.metadata import EntryPoint, entry_points
from typing import Any

import msgspec
import pluggy
from abs_contracts.catalogue import Contract
from abs_contracts.refusal import Refused

from abs_core.sdk import ENTRY_POINTS, Block, Connector, Settings, hookspecs


class LoadedBlock(msgspec.Struct, frozen=True, kw_only=True):
    """A block with what its distribution contributes beside it."""

    block: Block[Any]
    connectors: tuple[Connector, ...]
    contracts: tuple[Contract, ...]


def names() -> list[str]:
    """The installed blocks, out of their metadata; none of their code runs."""
    return sorted({point.name for point in entry_points(group=ENTRY_POINTS)})


def find(name: str) -> EntryPoint:
    """Where the one block of this name is. Raises Refused (HOST-010, HOST-011)."""
    return _only(name, list(entry_points(group=ENTRY_POINTS, name=name)))


def load(name: str, settings: Settings, *, point: EntryPoint | None = None) -> LoadedBlock:
    """The one block of this name. Raises Refused (HOST-010 to HOST-013).

    `point` is where it was found, for whoever loads it thousands of times.
    """
    point = point or find(name)
    try:
        hooks = _hooks(name, point)
        block = hooks.abs_block(settings=settings)
        connectors = _flat(hooks.abs_connectors(settings=settings))
        contracts = _flat(hooks.abs_contracts())
    except Refused:
        raise
    except Exception as error:  # a vendor's code: whatever it raises, a person has to read it
        raise Refused(
            rule="HOST-012",
            what=f"the block {name} does not load: {type(error).__name__}: {error}",
            where=point.value,
            fix="install the block with what it needs, in a version for this host's hooks",
        ) from error
    if block is None:
        raise Refused(
            rule="HOST-013",
            what=f"{name} gives no block",
            where=point.value,
            fix="implement the hook abs_block and let it return the block",
        )
    return LoadedBlock(block=block, connectors=tuple(connectors), contracts=tuple(contracts))


@functools.cache
def _hooks(name: str, point: EntryPoint) -> pluggy.HookRelay:
    """What a block implements; raises whatever its code raises."""
    plugins = pluggy.PluginManager(hookspecs.PROJECT)
    plugins.add_hookspecs(hookspecs)
    plugins.register(point.load(), name)
    plugins.check_pending()
    return plugins.hook


def _only(name: str, points: Sequence[EntryPoint]) -> EntryPoint:
    if not points:
        raise Refused(
            rule="HOST-010",
            what=f"no block called {name} is installed; installed are: {', '.join(names()) or '-'}",
            where=f"entry-point group {ENTRY_POINTS}",
            fix="install the block's distribution into this environment",
        )
    if len(points) > 1:
        owners = sorted(point.dist.name if point.dist else point.value for point in points)
        raise Refused(
            rule="HOST-011",
            what=f"several distributions give a block called {name}: {', '.join(owners)}",
            where=f"entry-point group {ENTRY_POINTS}",
            fix="uninstall all of them but one",
        )
    return points[0]


def _flat(results: Iterable[Iterable[Any]]) -> list[Any]:
    return [item for result in results for item in result]
