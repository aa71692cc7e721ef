"""The clock of a story: quickened, and set forward where a chapter begins."""

import asyncio
import datetime as dt

from abs_core.ports import Clock


class StoryClock:
    """`rate` is how many seconds of the story pass in a second."""

    def __init__(self, rate: float, clock: Clock) -> None:
        self._rate = rate
        self._clock = clock
        self.set(0.0)

    def set(self, at: float) -> None:
        """It is `at` now, in seconds of the story."""
        self._at = at
        self._began = asyncio.get_running_loop().time()
        self._moment = self._clock.now()

    def now(self) -> float:
        """The time of the story, in seconds."""
        return self.when(asyncio.get_running_loop().time())

    def when(self, loop_time: float) -> float:
        """What time of the story it was at this time of the loop, in this chapter."""
        return self._at + (loop_time - self._began) * self._rate

    async def until(self, at: float) -> None:
        """Return when it is `at` in the story; at once when that has passed."""
        await asyncio.sleep(max(0.0, (at - self.now()) / self._rate))

    def moment(self, at: float) -> dt.datetime:
        """The real time at which it was `at` in this chapter: always the same for the same."""
        return self._moment + dt.timedelta(seconds=(at - self._at) / self._rate)
