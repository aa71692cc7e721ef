"""The ports in memory: the same behaviour as a broker, with faults as data."""

from abs_core.adapters.memory.bus import MemoryBus
from abs_core.adapters.memory.scheduler import FaultPlan, NoFaults, Scheduler

__all__ = ["FaultPlan", "MemoryBus", "NoFaults", "Scheduler"]
