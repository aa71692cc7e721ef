"""An event loop whose time passes only when nothing else can happen."""

import asyncio
import selectors
from typing import Any


class _Selector(selectors.DefaultSelector):
    """Never waits: where a loop would, its time goes on instead."""

    def __init__(self) -> None:
        super().__init__()
        self.time = 0.0

    def select(self, timeout: float | None = None) -> Any:
        ready = super().select(0)
        if not ready:
            if timeout is None:
                raise RuntimeError("everything waits, and nothing will ever happen")
            self.time += timeout
        return ready


class VirtualLoop(asyncio.SelectorEventLoop):
    """Waiting takes no time, and a test that hangs ends with an error."""

    def __init__(self) -> None:
        self._virtual = _Selector()
        super().__init__(self._virtual)

    def time(self) -> float:
        return self._virtual.time
