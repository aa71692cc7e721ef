"""What the host finds under entry point `police`."""

from collections.abc import Iterable

from abs_contracts.catalogue import Contract

from abs_core.sdk import Connector, Settings, hookimpl
from abs_police.authority import load_authority
from abs_police.block import PoliceBlock
from abs_police.contracts import CONTRACTS
from abs_police.files import table
from abs_police.fleet import load_fleet
from abs_police.proposal import Table
from abs_police.radio import SimulatedRadio, timing


@hookimpl
def abs_block(settings: Settings) -> PoliceBlock:
    """Options: `fleet`, `proposals`, `authorisations`, `grounds` (files, see data/)."""
    return PoliceBlock(
        settings.party,
        table("proposals", Table, settings.options, "proposals.toml"),
        load_authority(settings.options),
        load_fleet(settings.room, settings.options),
    )


@hookimpl
def abs_connectors(settings: Settings) -> Iterable[Connector]:
    """Options: `pace`, `react`, `travel` (see radio.py)."""
    return [SimulatedRadio(timing(settings.options))]


@hookimpl
def abs_contracts() -> Iterable[Contract]:
    return CONTRACTS
