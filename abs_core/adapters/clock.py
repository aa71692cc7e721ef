"""Clocks: the machine's, the event loop's for simulations, and one that stands still."""

import asyncio
import datetime as dt


class SystemClock:
    """The machine's time in UTC; stands still while the machine is set back."""

    def __init__(self) -> None:
        self._last = dt.datetime.min.replace(tzinfo=dt.UTC)

    def now(self) -> dt.datetime:
        self._last = max(self._last, dt.datetime.now(dt.UTC))
        return self._last


class LoopClock:
    """`base` plus the running loop's time: virtual on a virtual loop."""

    def __init__(self, base: dt.datetime) -> None:
        self._base = base

    def now(self) -> dt.datetime:
        return self._base + dt.timedelta(seconds=asyncio.get_running_loop().time())


class FixedClock:
    """Stands still until it is moved."""

    def __init__(self, at: dt.datetime) -> None:
        self._at = at

    def now(self) -> dt.datetime:
        return self._at

    def move(self, seconds: float) -> None:
        """Let time pass."""
        if seconds < 0:
            raise ValueError("time does not go back")
        self._at += dt.timedelta(seconds=seconds)
