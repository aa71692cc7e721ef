"""Where contracts come from, and where their history lies: ours, or a vendor's private ones.

A block's private contracts are found beside its plugin: `CONTRACTS` of the module
`contracts` in the same package, or of the module or file that is named. Their
history lies in the folder `history` beside that module.
"""

import importlib
import importlib.util
from collections.abc import Iterable, Iterator
from importlib import metadata
from pathlib import Path
from types import ModuleType

import msgspec

from abs_contracts.catalogue import CORE, Catalogue, Contract
from abs_contracts.kit import block_protocol, history, samples
from abs_contracts.kit.check import Subject
from abs_contracts.kit.versions import Golden, Version, of_contract
from abs_contracts.manifest import GROUP, installed_blocks
from abs_contracts.refusal import Refused

SHARED = "core"
FOLDER = Path(__file__).parent.parent / "history"


class Publication(msgspec.Struct, frozen=True, kw_only=True):
    """Contracts with the folders of their history and of their golden samples."""

    name: str
    contracts: tuple[Contract, ...]
    folder: Path
    samples: Path

    def subject(self) -> Subject:
        """What there is to check."""
        return Subject(
            name=self.name,
            contracts={contract.type: contract for contract in self.contracts},
            versions=tuple(_versions(self.contracts, self.samples)),
            history=history.read(self.folder),
        )


def shared() -> Publication:
    """The contracts of the generic core, and the block protocol."""
    return Publication(
        name=SHARED,
        contracts=(*CORE.values(), *block_protocol.contracts()),
        folder=FOLDER,
        samples=samples.FOLDER,
    )


def names() -> tuple[str, ...]:
    """Whose contracts there are here: ours, and those of installed blocks that have any."""
    return (SHARED, *(name for name in installed_blocks() if _module(name) is not None))


def everything() -> Iterator[Publication]:
    """All of them. Raises Refused where one cannot be imported."""
    yield from map(find, names())


def find(name: str) -> Publication:
    """By `core`, an installed block's name, a module, or a Python file. Raises Refused."""
    if name == SHARED:
        return shared()
    module = _module(name) if name in installed_blocks() else None
    return _of_module(name, imported(module or name))


def _versions(contracts: Iterable[Contract], folder: Path) -> Iterator[Version]:
    """Today's versions with their golden samples: those shipped, or else made."""
    shipped: dict[str, list[samples.Sample]] = {}
    for sample in samples.shipped(folder):
        shipped.setdefault(sample.message, []).append(sample)
    for contract in contracts:
        made = shipped.get(contract.name) or samples.of(contract)
        golden = map(_golden, sorted(made, key=lambda each: each.case))
        yield of_contract(contract, tuple(golden))


def imported(name: str) -> ModuleType:
    """A module by its dotted name or its file. Raises Refused."""
    path = Path(name)
    try:
        if path.suffix == ".py" and path.is_file():
            spec = importlib.util.spec_from_file_location(path.stem, path)
            assert spec is not None
            assert spec.loader is not None
            module = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(module)
            return module
        return importlib.import_module(name)
    except Exception as error:  # somebody else's code: whatever it raises, a person reads it
        raise Refused(
            rule="CONTRACT-023",
            what=f"{name} cannot be imported: {type(error).__name__}: {error}",
            where=name,
            fix=f"name core, an installed block ({', '.join(installed_blocks()) or 'none'}), "
            "a module, or a Python file",
        ) from error


def _module(block: str) -> str | None:
    """The module of an installed block's private contracts; None where it has none."""
    plugin = next(e.module for e in metadata.entry_points(group=GROUP) if e.name == block)
    package = plugin.rpartition(".")[0] or plugin
    name = f"{package}.contracts"
    return name if importlib.util.find_spec(name) is not None else None


def _of_module(name: str, module: ModuleType) -> Publication:
    contracts = getattr(module, "CONTRACTS", None)
    if not isinstance(contracts, Iterable) or module.__file__ is None:
        raise Refused(
            rule="CONTRACT-023",
            what=f"{name} has no CONTRACTS",
            where=name,
            fix="let the module hold a tuple CONTRACTS of Contract",
        )
    known = Catalogue(contracts)
    return Publication(
        name=name,
        contracts=tuple(known.values()),
        folder=Path(module.__file__).parent / "history",
        samples=Path(module.__file__).parent / "samples",
    )


def _golden(sample: samples.Sample) -> Golden:
    expected = sample.expected
    return Golden(
        case=sample.case,
        text=sample.raw.decode(),
        rule=expected.rule if expected is not None else None,
        where=expected.where if expected is not None else None,
    )
