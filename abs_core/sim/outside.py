"""Systems outside, simulated: which blocks bring one, and what the world is to it."""

import datetime as dt
import functools
from collections.abc import Callable
from importlib.metadata import entry_points

from abs_contracts.refusal import Refused

from abs_core.sdk import SIMULATIONS, SimulatedOutside
from abs_core.sim import keyed
from abs_core.sim.processes import Processes, SimClock
from abs_core.sim.trace import Trace


@functools.cache
def simulations() -> tuple[str, ...]:
    """The blocks whose distribution brings a simulated outside."""
    return tuple(sorted(point.name for point in entry_points(group=SIMULATIONS)))


class Around:
    """What the world is to the outside of one party: see `abs_core.sdk.Surroundings`."""

    def __init__(
        self, seed: int, room: str, party: str, clock: SimClock, trace: Trace, processes: Processes
    ) -> None:
        self.room = room
        self.party = party
        self._seed = seed
        self._clock = clock
        self._trace = trace
        self._processes = processes
        self._block, self._name = f"host-{party}", f"outside-{party}"

    def now(self) -> dt.datetime:
        return self._clock.now()

    def number(self, *key: object) -> int:
        return keyed.number(self._seed, self._name, *key)

    def towards_outside(self, what: str, act: Callable[[], None]) -> None:
        self._trace.send(f"{self._block}>{self._name}:{what}", act)

    def towards_block(self, what: str, act: Callable[[], None]) -> None:
        self._trace.send(f"{self._name}>{self._block}:{what}", act)

    def is_running(self) -> bool:
        return self._name in self._processes.running


def bring(block: str, around: Around) -> SimulatedOutside:
    """The outside of this block. Raises Refused (SIM-002)."""
    (point,) = entry_points(group=SIMULATIONS, name=block)
    made: SimulatedOutside | None = point.load()(around)
    if made is None:
        raise nobody_outside(f"that of {block}")
    return made


def nobody_outside(whose: str) -> Refused:
    return Refused(
        rule="SIM-002",
        what=f"there is no simulated system outside: {whose} is not installed",
        where=f"entry-point group {SIMULATIONS}",
        fix="install it, or play without --ambulance bridge",
    )
