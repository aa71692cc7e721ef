"""Negotiation before start: what a block and this core agree on, or why they can not.

Pure. A message's version in major M of the core is its highest major up to M, so
a feed of M is one consistent set. Nothing falls back silently.
"""

import hashlib
from collections.abc import Iterable

import msgspec

from abs_contracts import codelists
from abs_contracts.catalogue import Catalogue, Contract, Kind, Sight
from abs_contracts.manifest import Manifest, MessageNeed
from abs_contracts.messages.party import Agreement
from abs_contracts.refusal import Refused

Version = tuple[int, int]


def agree(manifest: Manifest, catalogue: Catalogue, generation: int) -> Agreement:
    """The Agreement for this generation, or Refused with a pointer into the manifest.

    Its `consumes` and `produces` are full message types (`abs.incident.opened.v1`), sorted.
    """
    _check_core(manifest, catalogue)
    _check_lists(manifest)
    return Agreement(
        block=manifest.block,
        version=manifest.version,
        generation=generation,
        major=manifest.core,
        consumes=_agreed(manifest, "consumes", manifest.consumes, catalogue, Kind.EVENT),
        produces=_agreed(manifest, "produces", manifest.produces, catalogue, Kind.COMMAND),
    )


def agreement_hash(agreement: Agreement) -> str:
    """SHA-256 in hex of its JSON: names sorted, no spaces, defaults left out."""
    return hashlib.sha256(msgspec.json.encode(agreement, order="sorted")).hexdigest()


def _check_core(manifest: Manifest, catalogue: Catalogue) -> None:
    served = sorted({contract.major for contract in catalogue.values()})
    if manifest.core not in served:
        raise Refused(
            rule="CONTRACT-015",
            what=f"{manifest.block} {manifest.version} needs core contracts of major "
            f"{manifest.core}, this core serves {_listed(served)}",
            where="/core",
            fix=f"install a version of the block for major {served[-1]}",
        )


def _check_lists(manifest: Manifest) -> None:
    for index, need in enumerate(manifest.codelists):
        known = codelists.LISTS.get(need.list)
        if known is None:
            raise Refused(
                rule="CONTRACT-016",
                what=f"this core has no code list {need.list}",
                where=f"/codelists/{index}/list",
                fix=f"name one of: {', '.join(sorted(codelists.LISTS))}",
            )
        if not within(_version(known.version), need.versions):
            raise Refused(
                rule="CONTRACT-017",
                what=f"{manifest.block} {manifest.version} understands {need.list} "
                f"{need.versions}, this core serves {known.version}",
                where=f"/codelists/{index}/versions",
                fix=f"make the block understand {known.version} and widen its range to it",
            )


def _agreed(
    manifest: Manifest, field: str, needs: tuple[MessageNeed, ...], catalogue: Catalogue, kind: Kind
) -> tuple[str, ...]:
    types = set()
    for index, need in enumerate(needs):
        where = f"/{field}/{index}"
        offers = _offers(need, catalogue, kind, f"{where}/type")
        offer = max((c for c in offers if c.major <= manifest.core), key=_of, default=None)
        if offer is None or not within(_of(offer), need.versions):
            served = f"{offer.major}.{offer.minor}" if offer else "none"
            raise Refused(
                rule="CONTRACT-017",
                what=f"{manifest.block} {manifest.version} wants {need.type} {need.versions}, "
                f"this core serves {served} in its major {manifest.core}",
                where=f"{where}/versions",
                fix=_mend(offers),
            )
        types.add(offer.type)
    return tuple(sorted(types))


def _offers(need: MessageNeed, catalogue: Catalogue, kind: Kind, where: str) -> list[Contract]:
    """Every version of the message; events that stay inside the core are not on offer."""
    offers = [
        contract
        for contract in catalogue.values()
        if (contract.name, contract.kind) == (need.type, kind)
        and (kind is Kind.COMMAND or contract.sight is not Sight.CORE)
    ]
    if not offers:
        raise Refused(
            rule="CONTRACT-016",
            what=f"this core has no {kind} {need.type} for a block",
            where=where,
            fix="a block consumes events and produces commands of the catalogue, "
            "named without their major",
        )
    return offers


def _mend(offers: list[Contract]) -> str:
    served = sorted(map(_of, offers))
    return f"make the range contain one of {_listed(f'{a}.{b}' for a, b in served)}"


def _listed(values: Iterable[object]) -> str:
    return ", ".join(map(str, values))


def _of(contract: Contract) -> Version:
    return contract.major, contract.minor


def _version(text: str) -> Version:
    major, _, minor = text.partition(".")
    return int(major), int(minor or 0)


def within(version: Version, versions: str) -> bool:
    """Whether it lies in a range of the form `>=1.0,<2`."""
    low, _, high = versions.removeprefix(">=").partition(",<")
    return _version(low) <= version < _version(high)
