"""Telling a story while it happens, to whoever watches."""

import asyncio
from collections.abc import Callable

from abs_core.scenario.model import Step
from abs_core.scenario.observer import Observer
from abs_core.scenario.recording import Outcome, Told

ARRIVAL = 5.0
"""Seconds for what was written to reach every feed, before the story goes on without."""


class Teller:
    """Tells of steps, and of all that was written by others than the desks.

    `rate` is how many story seconds pass in a second.
    """

    def __init__(self, observer: Observer, rate: float, tell: Callable[[Told], None]) -> None:
        self._observer = observer
        self._rate = rate
        self._tell = tell
        self._told = len(observer.entries)
        self._start = asyncio.get_running_loop().time()

    def now(self) -> float:
        """The time of the story, in seconds."""
        return (asyncio.get_running_loop().time() - self._start) * self._rate

    async def step(self, at: float, step: Step, outcome: Outcome) -> None:
        """Tell of a step, with what each party received because of it."""
        entry, command = None, outcome.command
        if command and outcome.refusal is None:
            await self._observer.until(lambda: self._arrived(command), within=ARRIVAL)
            entry = self._observer.record_of(command)
        got = self._observer.received(entry.seq) if entry else {}
        self._tell(Told(at=at, step=step, outcome=outcome, entry=entry, received=got))

    async def run(self) -> None:
        """Tell of what others wrote as soon as every feed has it, until cancelled."""
        observer = self._observer
        while True:
            await observer.until(lambda: len(observer.entries) > self._told, within=60.0)
            seq = observer.seq
            await observer.reaches(seq, within=ARRIVAL)
            self.rest(seq)

    def rest(self, seq: int) -> None:
        """Tell of what others wrote up to this log sequence and was not told yet."""
        entries = self._observer.entries
        while self._told < len(entries) and entries[self._told].seq <= seq:
            entry = entries[self._told]
            self._told += 1
            if any(event.envelope.authtype != "user" for event in entry.events):
                got = self._observer.received(entry.seq)
                self._tell(Told(at=self.now(), entry=entry, received=got))

    def _arrived(self, command: str) -> bool:
        entry = self._observer.record_of(command)
        return entry is not None and self._observer.arrived(entry.seq)
