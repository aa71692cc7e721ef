"""What the host finds under entry point `fire`."""

from collections.abc import Iterable

from abs_contracts.catalogue import Contract

from abs_core.sdk import Connector, Settings, hookimpl
from abs_fire.block import FireBlock
from abs_fire.contracts import CONTRACTS
from abs_fire.fleet import load_fleet
from abs_fire.radio import SimulatedRadio, timing
from abs_fire.table import load_table


@hookimpl
def abs_block(settings: Settings) -> FireBlock:
    """Options: `fleet` or `region` (see fleet.py)."""
    return FireBlock(settings.party, load_table(), load_fleet(settings.options).units())


@hookimpl
def abs_connectors(settings: Settings) -> Iterable[Connector]:
    """Options: `pace`, `turn_out`, `travel` (see radio.py)."""
    return [SimulatedRadio(timing(settings.options))]


@hookimpl
def abs_contracts() -> Iterable[Contract]:
    return CONTRACTS
