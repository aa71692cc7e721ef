"""Whether this process kept running: after a stall, what waits at its door is old.

A core that was stopped for seconds (SIGSTOP, a paused machine) finds commands whose
askers gave up long ago and asked another core. Deciding them now could accept what that
one refused, so they are left unanswered: an asker that still wants it asks again.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

from abs_core.ports import Unknown, Unreachable

TICK = 0.25
STALL = 1.0
"""Seconds between two looks, and how late one is when the process must have stood still."""


class Awake:
    """Ticks while the process runs; `round_trip` brings in all that came before it."""

    def __init__(self, round_trip: Callable[[], Awaitable[object]]) -> None:
        self._round_trip = round_trip
        self._time = asyncio.get_running_loop().time
        self._ticked = self._time()
        self._catching_up = False

    @property
    def fresh(self) -> bool:
        """Whether what comes in now was not waiting while this process stood still."""
        late = self._time() - self._ticked > TICK + STALL
        return not (late or self._catching_up)

    async def run(self) -> None:
        """Tick until cancelled."""
        while True:
            await asyncio.sleep(TICK)
            late, self._ticked = not self.fresh, self._time()
            if late:
                # Until the answer is there, all that comes in was sent before it.
                self._catching_up = True
                with contextlib.suppress(Unknown, Unreachable):
                    await self._round_trip()
                    self._catching_up = False
                self._ticked = self._time()
