"""The scheduler that every delivery of the memory bus passes, and the plan it asks."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Protocol


class FaultPlan(Protocol):
    """What becomes of each delivery; the same plan gives the same answers."""

    def fates(self, link: str, index: int) -> Sequence[float]:
        """The delays, in seconds, of the copies to deliver; none: it is lost.

        `link` is `from>to:what`, where from and to are clients or streams and
        what is a subject; `index` counts the deliveries on that link from 0.
        """


class NoFaults:
    """Everything arrives once and at once."""

    def fates(self, link: str, index: int) -> Sequence[float]:  # noqa: ARG002 - the port's shape
        return (0.0,)


class Scheduler:
    """Delivers on the running event loop, as the plan says."""

    def __init__(self, plan: FaultPlan | None = None) -> None:
        self._plan = plan or NoFaults()
        self._counts: dict[str, int] = {}

    def send(self, link: str, act: Callable[[], None]) -> int:
        """Call `act` once for each copy that the plan lets through; returns how many."""
        index = self._counts.get(link, 0)
        self._counts[link] = index + 1
        loop = asyncio.get_running_loop()
        fates = self._plan.fates(link, index)
        for delay in fates:
            if delay <= 0:
                loop.call_soon(act)
            else:
                loop.call_later(delay, act)
        return len(fates)

    def answer(self, link: str, act: Callable[[], None]) -> int:
        """The same for what the broker says, and says last in what it does just now."""
        return self.send(link, act)
