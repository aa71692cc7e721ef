"""What the host finds under entry point `kmar`."""

from collections.abc import Iterable

from abs_contracts.catalogue import Contract

from abs_core.sdk import Connector, Settings, hookimpl
from abs_kmar.authority import load_authority
from abs_kmar.bag import load_procedure
from abs_kmar.block import KmarBlock
from abs_kmar.contracts import CONTRACTS
from abs_kmar.files import table
from abs_kmar.proposal import Table
from abs_kmar.radio import SimulatedRadio, timing
from abs_kmar.sites import load_sites


@hookimpl
def abs_block(settings: Settings) -> KmarBlock:
    """Options: `sites`, `proposals`, `bag`, `authorisations`, `grounds` (files, see data/),
    and `eod`, the party of this room that disposes of explosives.
    """
    return KmarBlock(
        settings.party,
        table("proposals", Table, settings.options, "proposals.toml"),
        load_authority(settings.options),
        load_sites(settings.options),
        load_procedure(settings.options),
        settings.options.get("eod"),
    )


@hookimpl
def abs_connectors(settings: Settings) -> Iterable[Connector]:
    """Options: `pace`, `react`, `travel` (see radio.py)."""
    return [SimulatedRadio(timing(settings.options))]


@hookimpl
def abs_contracts() -> Iterable[Contract]:
    return CONTRACTS
