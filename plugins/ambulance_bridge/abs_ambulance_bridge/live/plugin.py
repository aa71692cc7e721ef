"""What the host finds under entry point `ambulance-bridge`."""

from collections.abc import Iterable

from abs_contracts.catalogue import Contract

from abs_ambulance_bridge.live.block import Bridge
from abs_ambulance_bridge.live.contracts import CONTRACTS
from abs_ambulance_bridge.live.http import HttpWire
from abs_ambulance_bridge.live.link import PulledLink
from abs_ambulance_bridge.live.options import link, place
from abs_ambulance_bridge.live.unlinked import Unlinked
from abs_core.sdk import OWN_LINES, Connector, Settings, hookimpl


@hookimpl
def abs_block(settings: Settings) -> Bridge:
    """Options: see options.py."""
    return Bridge(place(settings))


@hookimpl
def abs_connectors(settings: Settings) -> Iterable[Connector]:
    """Without `url` there is nobody on the other side."""
    where = link(settings)
    if where is None:
        return [Unlinked()]
    return [PulledLink(HttpWire(where), where.partner, where.pause)]


@hookimpl
def abs_contracts() -> Iterable[Contract]:
    return (*CONTRACTS, *OWN_LINES)
