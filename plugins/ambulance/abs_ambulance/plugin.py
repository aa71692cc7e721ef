"""What the host finds under entry point `ambulance`."""

from collections.abc import Iterable

from abs_contracts.catalogue import Contract

from abs_ambulance.block import AmbulanceBlock
from abs_ambulance.contracts import CONTRACTS
from abs_ambulance.fleet import load_fleet
from abs_ambulance.proposal import Means
from abs_ambulance.radio import SimulatedRadio, timing
from abs_ambulance.ride import load_norms
from abs_ambulance.table import load_table
from abs_core.sdk import OWN_LINES, Connector, Settings, hookimpl


@hookimpl
def abs_block(settings: Settings) -> AmbulanceBlock:
    """Options: `fleet` or `region` (see fleet.py)."""
    fleet = load_fleet(settings.options)
    means = Means(load_table(), fleet.places())
    return AmbulanceBlock(settings.party, means, load_norms(), fleet.units())


@hookimpl
def abs_connectors(settings: Settings) -> Iterable[Connector]:
    """Options: `pace`, `turn_out`, `travel`, `care`, `transport` (see radio.py)."""
    return [SimulatedRadio(timing(settings.options))]


@hookimpl
def abs_contracts() -> Iterable[Contract]:
    return (*CONTRACTS, *OWN_LINES)
