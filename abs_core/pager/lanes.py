"""Many things at once, but those about one subject in order."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Self

Work = Callable[[], Awaitable[None]]

AHEAD = 800
"""So much waits at the most: the reader of a large file must not run away from the room."""
AT_ONCE = 128


class Lanes:
    """Use it as an async context manager: leaving it waits until all is done.

    What a piece of work raises ends the rest of its kind, and is raised to who leaves.
    """

    def __init__(self) -> None:
        self._space = asyncio.Semaphore(AHEAD)
        self._hands = asyncio.Semaphore(AT_ONCE)
        self._lanes: dict[str, deque[Work]] = {}

    async def __aenter__(self) -> Self:
        self._group = asyncio.TaskGroup()
        await self._group.__aenter__()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._group.__aexit__(kind, error, trace)

    async def put(self, subject: str, work: Work) -> None:
        """Do this after what was put on the same subject; returns when there is space."""
        await self._space.acquire()
        lane = self._lanes.get(subject)
        if lane is None:
            self._lanes[subject] = deque([work])
            self._group.create_task(self._run(subject))
        else:
            lane.append(work)

    async def _run(self, subject: str) -> None:
        lane = self._lanes[subject]
        while lane:
            work = lane.popleft()
            async with self._hands:
                await work()
            self._space.release()
        del self._lanes[subject]
