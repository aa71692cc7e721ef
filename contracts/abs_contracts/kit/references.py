"""What a person means by OLD and NEW: a message, a frozen version, a type, a file, a folder.

- `incident.opened`: today's definition; `incident.opened@1.0`: a frozen version
- `opened.py:Opened`, `package.module:Opened`: a Struct, a Contract, or several of them
- `opened.py`, `package.module`, `fire`, `core`: all contracts there
- `schema.json`: a JSON Schema, or a file of a history; a folder: a whole history
"""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import msgspec

from abs_contracts.catalogue import Contract, Kind
from abs_contracts.kit import history, publication
from abs_contracts.kit.compare import compare
from abs_contracts.kit.findings import Finding, Report, Severity, finding
from abs_contracts.kit.registered import Registered
from abs_contracts.kit.versions import UNVERSIONED, Version, loaded, of_contract, of_schema
from abs_contracts.refusal import Refused

Versions = Mapping[str, Version]


def resolve(reference: str, kind: Kind = Kind.EVENT) -> Versions:
    """Versions by name; `kind` is that of a type or schema which does not say. Raises Refused."""
    path = Path(reference)
    if path.is_dir():
        return _newest(history.read(path).versions.values())
    if path.suffix == ".json":
        return _of_file(path, kind)
    name, _, number = reference.partition("@")
    if number:
        return _frozen(name, number)
    module, colon, attribute = reference.rpartition(":")
    if colon:
        return _of_object(reference, publication.imported(module), attribute, kind)
    known = _today()
    if name in known:
        return {name: known[name]}
    found = publication.find(reference)
    return {contract.name: of_contract(contract) for contract in found.contracts}


def diff(old: Versions, new: Versions, registered: Registered) -> Report:
    """The report about two sides; one version each is compared whatever the names."""
    if len(old) == len(new) == 1:
        (one,), (other,) = old.values(), new.values()
        found = compare(one, other, registered.of(one))
        return Report(subject=f"{_label(one)} → {_label(other)}", compared=1, findings=tuple(found))
    rows: list[Finding] = []
    for name in sorted(old.keys() | new.keys()):
        if name in old and name in new:
            rows += compare(old[name], new[name], registered.of(old[name]))
        elif name in new:
            rows.append(finding("MESSAGE_ADDED", new[name].type, severity=Severity.INFO))
        else:
            blocks = registered.of(old[name])
            rows.append(
                finding("MESSAGE_REMOVED", old[name].type, severity=Severity.BREAK, blocks=blocks)
            )
    return Report(subject="two sides", compared=len(old), findings=tuple(rows))


def _label(version: Version) -> str:
    return version.name if version.major == UNVERSIONED else f"{version.name}@{version.version}"


def _today() -> Versions:
    return {
        contract.name: of_contract(contract)
        for each in publication.everything()
        for contract in each.contracts
    }


def _frozen(name: str, number: str) -> Versions:
    """A version of the history that has it, ours or a block's."""
    published: list[str] = []
    for each in publication.everything():
        versions = history.read(each.folder).versions
        found = versions.get(f"{name}/{number}")
        if found is not None:
            return {name: found}
        published += [f"{v.name}@{v.version}" for v in versions.values() if v.name == name]
    raise Refused(
        rule="CONTRACT-023",
        what=f"{name}@{number} is not published",
        where=f"{name}@{number}",
        fix=f"name one of: {', '.join(sorted(published)) or 'those of abs contracts list'}",
    )


def _newest(versions: Iterable[Version]) -> Versions:
    ordered = sorted(versions, key=lambda each: (each.major, each.minor))
    return {each.name: each for each in ordered}


def _of_file(path: Path, kind: Kind) -> Versions:
    try:
        raw = path.read_bytes()
        whole = json.loads(raw)
        if isinstance(whole, dict) and "accept" in whole:
            version = loaded(raw)
        elif isinstance(whole, dict):
            version = of_schema(path.stem, whole, kind)
        else:
            raise ValueError("it is not an object")
    except (OSError, ValueError, msgspec.DecodeError) as error:
        raise Refused(
            rule="CONTRACT-023",
            what=f"this is neither a JSON Schema nor a frozen version: {error}",
            where=str(path),
            fix="name a file with one JSON object",
        ) from None
    return {version.name: version}


def _of_object(reference: str, module: object, attribute: str, kind: Kind) -> Versions:
    found: Any = getattr(module, attribute, None)
    if isinstance(found, Contract):
        return {found.name: of_contract(found)}
    if isinstance(found, type) and issubclass(found, msgspec.Struct):
        bare = Contract(name=f"type.{attribute.lower()}", payload=found, kind=kind)
        version = msgspec.structs.replace(of_contract(bare), name=attribute, major=UNVERSIONED)
        return {attribute: version}
    if isinstance(found, Iterable):
        contracts = [each for each in found if isinstance(each, Contract)]
        if contracts:
            return {each.name: of_contract(each) for each in contracts}
    raise Refused(
        rule="CONTRACT-023",
        what=f"{attribute} is no Struct, Contract or tuple of Contracts",
        where=reference,
        fix="name one that the module has",
    )
