"""The frozen history: what was published, immutable, by hash.

A folder with a file for each version (`<name>/<major>.<minor>.json`: schemas, channel,
golden samples) and `index.json` with the hash of each. It lies inside the package, so
that its wheel carries it. A published file is never written again.
"""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import msgspec

from abs_contracts.kit.versions import Version, digest, dumped, loaded
from abs_contracts.refusal import Refused

INDEX = "index.json"


class History:
    """Published versions by `name/major.minor`, as files and as what they hold."""

    def __init__(self, files: Mapping[str, bytes], hashes: Mapping[str, str]) -> None:
        self.files, self.hashes = files, hashes
        self.versions = {key: _version(key, raw) for key, raw in files.items()}

    def of(self, name: str, major: int | None = None) -> list[Version]:
        """The published versions of a message, oldest first."""
        found = [
            version
            for version in self.versions.values()
            if version.name == name and major in {None, version.major}
        ]
        return sorted(found, key=lambda version: (version.major, version.minor))

    def joined(self, before: "History") -> "History":
        """This history, and what only an earlier one still has."""
        return History({**self.files, **before.files}, {**self.hashes, **before.hashes})

    def damaged(self) -> Iterator[str]:
        """Keys whose file is gone, was changed, or is not in the index."""
        for key in sorted(self.hashes.keys() | self.files.keys()):
            raw = self.files.get(key)
            if raw is None or self.hashes.get(key) != digest(raw):
                yield key


def read(folder: Path) -> History:
    """The history in this folder; empty where there is none."""
    if not folder.is_dir():
        return History({}, {})
    files = {
        path.relative_to(folder).as_posix().removesuffix(".json"): path.read_bytes()
        for path in sorted(folder.glob("*/*.json"))
    }
    index = folder / INDEX
    return of_files(files, index.read_bytes() if index.is_file() else b"{}")


def of_files(files: Mapping[str, bytes], index: bytes) -> History:
    """The history in these files, for example out of a git revision."""
    try:
        hashes = msgspec.json.decode(index, type=dict[str, str])
    except msgspec.DecodeError as error:
        raise Refused(
            rule="CONTRACT-020",
            what=f"the index of the history cannot be read: {error}",
            where=INDEX,
            fix="take it back from version control",
        ) from None
    return History(files, hashes)


def key(version: Version) -> str:
    """Where a version stands in the history."""
    return f"{version.name}/{version.version}"


def append(folder: Path, versions: Iterable[Version]) -> list[str]:
    """Write versions that are not published yet; returns their keys. Raises Refused.

    What is published already must be the same, byte for byte.
    """
    known = read(folder)
    added: dict[str, bytes] = {}
    for version in versions:
        raw, name = dumped(version), key(version)
        if known.files.get(name, raw) != raw:
            raise Refused(
                rule="CONTRACT-021",
                what=f"{name} is published, and the definition differs from it",
                where=f"{folder.name}/{name}.json",
                fix="raise the minor of the contract, and freeze that",
            )
        if name not in known.files:
            added[name] = raw
    for name, raw in added.items():
        path = folder / f"{name}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(raw)
    if added:
        hashes = {**known.hashes, **{name: digest(raw) for name, raw in added.items()}}
        text = msgspec.json.encode(hashes, order="sorted")
        (folder / INDEX).write_bytes(msgspec.json.format(text, indent=2) + b"\n")
    return sorted(added)


def discard(folder: Path) -> None:
    """Forget what was frozen; for what nobody has received yet."""
    for path in [*folder.glob("*/*.json"), *folder.glob(INDEX)]:
        path.unlink()
    for path in [each for each in folder.glob("*") if each.is_dir()]:
        path.rmdir()


def _version(name: str, raw: bytes) -> Version:
    try:
        return loaded(raw)
    except msgspec.DecodeError as error:
        raise Refused(
            rule="CONTRACT-020",
            what=f"a frozen version cannot be read: {error}",
            where=f"{name}.json",
            fix="take it back from version control: a published file is never changed",
        ) from None
