"""What the host finds under entry point `fire`."""

from collections.abc import Iterable

from abs_contracts.catalogue import Contract

from abs_core.sdk import OWN_LINES, Connector, Settings, hookimpl
from abs_fire.block import FireBlock
from abs_fire.contracts import CONTRACTS
from abs_fire.fleet import load_fleet
from abs_fire.norms import load_norms
from abs_fire.radio import SimulatedRadio, timing
from abs_fire.table import load_table
from abs_fire.vehicles import load_vehicles


@hookimpl
def abs_block(settings: Settings) -> FireBlock:
    """Options: `fleet` or `region` (see fleet.py)."""
    fleet = load_fleet(settings.options)
    return FireBlock(settings.party, load_table(), load_vehicles(), load_norms(), fleet)


@hookimpl
def abs_connectors(settings: Settings) -> Iterable[Connector]:
    """Options: `pace`, `turn_out`, `travel` (see radio.py)."""
    return [SimulatedRadio(timing(settings.options))]


@hookimpl
def abs_contracts() -> Iterable[Contract]:
    return (*CONTRACTS, *OWN_LINES)
