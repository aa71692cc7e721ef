"""The host: runs one block over the bus, with its journal, its effects and its connectors."""

from abs_core.host.host import Host
from abs_core.host.loader import LoadedBlock, load, names

__all__ = ["Host", "LoadedBlock", "load", "names"]
