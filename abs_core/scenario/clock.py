"""The clock of a story: quickened, and set forward where a chapter begins."""

import asyncio


class StoryClock:
    """`rate` is how many seconds of the story pass in a second of the running loop."""

    def __init__(self, rate: float) -> None:
        self._rate = rate
        self.set(0.0)

    def set(self, at: float) -> None:
        """It is `at` now, in seconds of the story."""
        self._at = at
        self._began = asyncio.get_running_loop().time()

    def now(self) -> float:
        """The time of the story, in seconds."""
        return self._at + (asyncio.get_running_loop().time() - self._began) * self._rate

    async def until(self, at: float) -> None:
        """Return when it is `at` in the story; at once when that has passed."""
        await asyncio.sleep(max(0.0, (at - self.now()) / self._rate))

    def ago(self, at: float) -> float:
        """How many real seconds ago it was `at` in the story."""
        return (self.now() - at) / self._rate
