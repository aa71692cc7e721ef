"""A system outside, simulated: what a block's distribution may bring for `abs sim`.

SIMULATION only: no function of a block, and nothing that a real host ever asks for.
"""

import datetime as dt
from asyncio import Event
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Protocol

from abs_core.sdk.connector import Connector

SIMULATIONS = "abs.simulations"
"""Entry-point group: under the name of a block, a `Simulated`."""


class Surroundings(Protocol):
    """What the simulated world gives to a system outside: all of its time, chance and I/O."""

    @property
    def room(self) -> str: ...

    @property
    def party(self) -> str: ...

    def now(self) -> dt.datetime:
        """The outside's own clock, which may be wrong."""

    def number(self, *key: object) -> int:
        """64 bits out of the run's seed and this key: what is drawn is drawn from them."""

    def towards_outside(self, what: str, act: Callable[[], None]) -> None:
        """Do it at the other end of the link: later, twice or never, as the faults have it."""

    def towards_block(self, what: str, act: Callable[[], None]) -> None: ...

    def is_running(self) -> bool:
        """Whether the outside's process is there."""


class SimulatedOutside(Protocol):
    """A system outside. It outlives its process: what it holds is what it has on disk."""

    @property
    def options(self) -> Mapping[str, str]:
        """Options that the block has before this outside."""

    @property
    def idle(self) -> Event:
        """Set once its people have done all that they wanted."""

    async def run(self) -> None:
        """One life of its process; killed where it stands."""

    def connectors(self) -> Sequence[Connector]:
        """Those of one life of the block, in the place of the ones with real I/O."""

    def goes_wrong(self, number: int) -> str:
        """From now on give wrong answers of a kind that the number decides; which, in words."""

    def is_right_again(self) -> None: ...

    def wrong(self, log: Iterable[tuple[str, bytes]], journal: Iterable[bytes]) -> list[str]:
        """What does not hold between both sides now that all has come to rest.

        `log` has every event of the room with what it is about, `journal` the lines of the
        block's own; both in JSON.
        """


Simulated = Callable[[Surroundings], SimulatedOutside | None]
"""Makes the outside of one run; None where what it is made of is not installed."""
