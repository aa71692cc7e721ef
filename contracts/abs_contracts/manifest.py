"""A block's manifest: what it needs and says, read before any of its code runs.

The file is `manifest.toml` in the package that the entry point (group
`abs.blocks`) names. It is found through the metadata of the installed
distribution, so a wheel and an editable install answer alike.
"""

import re
import tomllib
from collections.abc import Iterator
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta

from abs_contracts.codec import located
from abs_contracts.messages.values import Discipline
from abs_contracts.refusal import Refused
from abs_contracts.scalars import Name

GROUP = "abs.blocks"
FILE = "manifest.toml"

BlockName = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9-]{0,31}\Z")]
Range = Annotated[str, Meta(pattern=r"^>=[0-9]{1,3}\.[0-9]{1,3},<[0-9]{1,3}(\.[0-9]{1,3})?\Z")]
"""Versions from, and below: `>=1.0,<2`."""


class MessageNeed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A message, named without its major (`incident.opened`), and the versions understood."""

    type: Name
    versions: Range


class ListNeed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A code list and the versions understood."""

    list: Name
    versions: Range


class Manifest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a block is and needs; `core` is the contract major of the feed it reads."""

    block: BlockName
    distribution: Name
    version: Name
    discipline: Discipline
    core: Annotated[int, Meta(ge=1, le=999)]
    consumes: Annotated[tuple[MessageNeed, ...], Meta(max_length=200)] = ()
    produces: Annotated[tuple[MessageNeed, ...], Meta(max_length=200)] = ()
    codelists: Annotated[tuple[ListNeed, ...], Meta(max_length=50)] = ()


def parse_manifest(text: str) -> Manifest:
    """The manifest in this TOML. Raises Refused with a pointer into it."""
    try:
        return msgspec.convert(tomllib.loads(text), Manifest)
    except tomllib.TOMLDecodeError as error:
        raise Refused(
            rule="CONTRACT-010",
            what=f"the manifest is not TOML: {error}",
            where="",
            fix=f"mend {FILE} at that line",
        ) from None
    except msgspec.ValidationError as error:
        what, where = located(error)
        raise Refused(
            rule="CONTRACT-011",
            what=what,
            where=where,
            fix=f"write {FILE} as the Manifest type says; versions look like >=1.0,<2",
        ) from None


def installed_blocks() -> tuple[str, ...]:
    """The names of the installed blocks, in alphabetical order."""
    return tuple(sorted({each.name for each in metadata.entry_points(group=GROUP)}))


def find_manifest(name: str) -> Manifest:
    """The manifest of an installed block, by the block's or the distribution's name."""
    entry = _entry(name)
    manifest = parse_manifest(_read(entry))
    installed = entry.dist
    if installed is None:
        return manifest
    for field, says, is_ in (
        ("block", manifest.block, entry.name),
        ("distribution", _canonical(manifest.distribution), _canonical(installed.name)),
        ("version", manifest.version, installed.version),
    ):
        if says != is_:
            raise Refused(
                rule="CONTRACT-013",
                what=f"the manifest says {field} {says}, what is installed says {is_}",
                where=f"/{field}",
                fix=f"write {is_} in {FILE}, or install the distribution again",
            )
    return manifest


def _entry(name: str) -> metadata.EntryPoint:
    found = [e for e in metadata.entry_points(group=GROUP) if name in _names(e)]
    if len(found) == 1:
        return found[0]
    if not found:
        raise Refused(
            rule="CONTRACT-012",
            what=f"no installed distribution offers a block {name!r}",
            where=name,
            fix=f"install it, or name one of: {', '.join(installed_blocks()) or '(none)'}",
        )
    offers = ", ".join(e.dist.name if e.dist else e.value for e in found)
    raise Refused(
        rule="CONTRACT-012",
        what=f"{name!r} is offered more than once: {offers}",
        where=name,
        fix="uninstall all but one, or name the block instead of its distribution",
    )


def _names(entry: metadata.EntryPoint) -> Iterator[str]:
    yield entry.name
    if entry.dist is not None:
        yield entry.dist.name
        yield _canonical(entry.dist.name)


def _canonical(distribution: str) -> str:
    return re.sub(r"[-_.]+", "-", distribution).lower()


def _read(entry: metadata.EntryPoint) -> str:
    """The text of the manifest beside the entry point's module; nothing is imported."""
    package = entry.module.partition(".")[0]
    for path in _places(entry, package):
        if path.is_file():
            return path.read_text("utf-8")
    raise Refused(
        rule="CONTRACT-014",
        what=f"package {package} holds no {FILE}",
        where=f"{package}/{FILE}",
        fix="put it inside the package, so that a wheel carries it",
    )


def _places(entry: metadata.EntryPoint, package: str) -> Iterator[Path]:
    """A wheel lists its files; of an editable install only the import path knows the place."""
    if entry.dist is not None:
        yield from (
            Path(str(each.locate()))
            for each in entry.dist.files or ()
            if each.parts == (package, FILE)
        )
    spec = find_spec(package)
    if spec is not None:
        yield from (Path(each) / FILE for each in spec.submodule_search_locations or ())
