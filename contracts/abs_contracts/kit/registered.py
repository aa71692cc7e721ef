"""Which installed blocks a change would hit: those whose manifest names the message."""

from collections.abc import Iterable

from abs_contracts.catalogue import Kind
from abs_contracts.kit.versions import Version
from abs_contracts.manifest import Manifest, find_manifest, installed_blocks
from abs_contracts.negotiate import within
from abs_contracts.refusal import Refused


class Registered:
    """The blocks of these manifests, by what they read and send."""

    def __init__(self, manifests: Iterable[Manifest]) -> None:
        self._manifests = sorted(manifests, key=lambda each: each.block)

    def of(self, version: Version) -> tuple[str, ...]:
        """The blocks that read or send it: of a private message its own, of the protocol all."""
        if version.kind in {Kind.REQUEST, Kind.REPLY}:
            return tuple(manifest.block for manifest in self._manifests)
        if version.kind is Kind.PRIVATE:
            return tuple(m.block for m in self._manifests if version.name.startswith(f"{m.block}."))
        number = (version.major, version.minor)
        return tuple(
            manifest.block
            for manifest in self._manifests
            if any(
                need.type == version.name and within(number, need.versions)
                for need in (*manifest.consumes, *manifest.produces)
            )
        )


def installed() -> Registered:
    """The blocks of this environment; one whose manifest cannot be read is left out."""
    manifests = []
    for name in installed_blocks():
        try:
            manifests.append(find_manifest(name))
        except Refused:
            continue  # `abs block list` says what is wrong with it
    return Registered(manifests)
