"""The timekeeper: says of every legal clock that runs out that it did.

Whichever core looks first says it; the incident's own history keeps two cores
from saying it twice.
"""

import asyncio
from collections.abc import Awaitable, Callable

import msgspec
from abs_contracts.messages.incident import BreachClock

from abs_core.application.projection import Projection
from abs_core.domain.legal_clocks import overdue
from abs_core.ports import Clock

LOOK_SECONDS = 1.0
"""Between two looks: the clocks count minutes."""

Say = Callable[[str, msgspec.Struct], Awaitable[None]]


class Timekeeper:
    """Watches the clocks of the open incidents."""

    def __init__(self, projection: Projection, clock: Clock, say: Say) -> None:
        self._projection = projection
        self._clock = clock
        self._say = say

    async def run(self) -> None:
        """Look once a second, until cancelled."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            now = self._clock.now()
            for id_, dossier in list(self._projection.open_incidents.items()):
                for code in overdue(dossier.incident, now):
                    await self._say(id_, BreachClock(clock=code))
