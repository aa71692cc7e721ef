"""Timers: what the books say is due, put into the inbox when its time has come."""

import asyncio
import contextlib
import datetime as dt
from collections.abc import Mapping

from abs_core import ports
from abs_core.host.entries import derived
from abs_core.host.inbox import Arrival, Inbox
from abs_core.host.journal import KeptSetTimer, KeptTimer

LOOK = 30.0  # seconds: the clock may be set while the loop sleeps


class Alarms:
    """Fires timers; whether one still stands is decided when its entry is taken."""

    def __init__(
        self, timers: Mapping[str, KeptSetTimer], clock: ports.Clock, inbox: Inbox
    ) -> None:
        self._timers = timers
        self._clock = clock
        self._inbox = inbox
        self._fired: set[str] = set()
        self._news = asyncio.Event()
        self._awaited: dt.datetime | None = None

    def changed(self) -> None:
        """Look again, if what is due next is another timer: they were set or cancelled."""
        if self._next() != self._awaited:
            self._news.set()

    async def run(self) -> None:
        while True:
            self._news.clear()
            for timer in self._due():
                self._fired.add(timer.id)
                self._inbox.put(Arrival(self._entry(timer)))
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._wait()):
                    await self._news.wait()

    def _due(self) -> list[KeptSetTimer]:
        """Unfired timers whose time has come, the earliest first."""
        self._fired &= {timer.id for timer in self._timers.values()}
        now = self._clock.now()
        due = [t for t in self._timers.values() if t.due <= now and t.id not in self._fired]
        return sorted(due, key=lambda timer: timer.due)

    def _next(self) -> dt.datetime | None:
        """When the next unfired timer is due."""
        due = [t.due for t in self._timers.values() if t.id not in self._fired]
        return min(due) if due else None

    def _wait(self) -> float:
        self._awaited = self._next()
        if self._awaited is None:
            return LOOK
        seconds = (self._awaited - self._clock.now()).total_seconds()
        return min(max(seconds, 0.001), LOOK)

    def _entry(self, timer: KeptSetTimer) -> KeptTimer:
        return KeptTimer(
            id=derived(timer.id, "fired"),
            at=self._clock.now(),
            name=timer.name,
            timer=timer.id,
            correlation=timer.correlation,
        )
