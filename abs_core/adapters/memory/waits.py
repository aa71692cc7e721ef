"""Waiting for answers: one timer for all that wait equally long, not one for each."""

import asyncio
from collections import deque
from typing import Any, TypeVar

from abs_core.ports import Unknown

T = TypeVar("T")

_Line = deque[tuple[float, "asyncio.Future[Any]"]]


class Waits:
    """What one client waits for. Who waits equally long is in one line, the first due first."""

    def __init__(self) -> None:
        self._lines: dict[float, _Line] = {}

    def answered(self, done: asyncio.Future[T], seconds: float) -> asyncio.Future[T]:
        """The same future, which raises Unknown when nothing comes in time."""
        loop = asyncio.get_running_loop()
        line = self._lines.get(seconds)
        if line is None:
            line = self._lines[seconds] = deque()
        line.append((loop.time() + seconds, done))
        if len(line) == 1:
            loop.call_later(seconds, self._due, line)
        return done

    def _due(self, line: _Line) -> None:
        """Give up what is due; come again for the first that still waits."""
        loop = asyncio.get_running_loop()
        while line:
            at, done = line[0]
            if not done.done():
                if at > loop.time():
                    loop.call_at(at, self._due, line)
                    return
                refuse(done, Unknown("no answer"))
            line.popleft()


def refuse(done: asyncio.Future[Any], no: Exception) -> None:
    """End the wait with an exception, unless it is over."""
    if not done.done():
        done.set_exception(no)
