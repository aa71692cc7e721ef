"""An event loop whose time passes only when nothing else can happen."""

import asyncio
import selectors
from typing import Any

LONGEST = 300.0
"""Seconds of a loop's own time: what takes longer will never happen."""


class _Selector(selectors.DefaultSelector):
    """Never waits: where a loop would, its time goes on instead."""

    def __init__(self) -> None:
        super().__init__()
        self.time = 0.0
        self._limit = LONGEST

    def select(self, timeout: float | None = None) -> Any:
        ready = super().select(0)
        if not ready:
            if timeout is None:
                raise RuntimeError("everything waits, and nothing will ever happen")
            self.time += timeout
            if self.time > self._limit:
                self._limit += LONGEST  # for what is cleaned up afterwards
                raise RuntimeError(f"still waiting after {LONGEST} s of its own time")
        return ready


class VirtualLoop(asyncio.SelectorEventLoop):
    """Waiting takes no time, and a test that hangs ends with an error."""

    def __init__(self) -> None:
        self._virtual = _Selector()
        super().__init__(self._virtual)

    def time(self) -> float:
        return self._virtual.time

    def stand_still(self, seconds: float) -> None:
        """Let time pass in which nothing of this process happens, as after SIGSTOP."""
        self._virtual.time += seconds
