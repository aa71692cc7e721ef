"""SIMULATION: the standalone system of example 2 at the other end of the bridge, for `abs sim`.

Its model, its rules and its letters are its own; its network, its operators and its disk
are simulated. The only part of this distribution that knows that system.
"""

from importlib.util import find_spec

from abs_core.sdk import SimulatedOutside, Surroundings


def outside(around: Surroundings) -> SimulatedOutside | None:
    """The other end in one run; None where the standalone system is not installed."""
    if find_spec("standalone_ambulance") is None:
        return None
    from abs_ambulance_bridge.simulated.centre import Centre  # noqa: PLC0415 - needs that system

    return Centre(around)
