"""The trace: every delivery with its cause, and a hash over all of it."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextvars import copy_context
from typing import NamedTuple

import msgspec

from abs_core.adapters.memory.scheduler import FaultPlan, Scheduler
from abs_core.sim.loop import VirtualLoop


class Event(NamedTuple):
    """Something that happened: a delivery on a link, or a fault (`link` names it).

    `cause` is the number of the event in whose course it happened, 0 for the beginning;
    `delays` are those of the copies that arrive, none for a loss.
    """

    at: float
    cause: int
    link: str
    delays: Sequence[float] = ()


_Row = tuple[float, int, str, Sequence[float]]  # thousands a run: an event before anybody looks


class Trace(Scheduler):
    """The scheduler of a simulation: it asks the plan, notes down, and delivers.

    A delivery runs in a context of its own, so that what follows from it belongs to
    the process that it arrives at, and not to the one that sent it.
    """

    def __init__(self, loop: VirtualLoop, plan: FaultPlan) -> None:
        super().__init__(plan)
        self._loop = loop
        self._context = copy_context()
        self._rows: list[_Row] = [(0.0, 0, "begin", ())]

    def send(self, link: str, act: Callable[[], None]) -> int:
        number, delays = self._noted(link)
        for delay in delays:
            self._loop.deliver(act, delay, self._context, number)
        return len(delays)

    def answer(self, link: str, act: Callable[[], None]) -> int:
        """Who stands beside the broker hears it in the same step: nothing comes between."""
        loop = self._loop
        number, delays = self._noted(link)
        for delay in delays:
            if delay > 0:
                loop.deliver(act, delay, self._context, number)
            else:
                before, loop.cause = loop.cause, number
                act()
                loop.cause = before
        return len(delays)

    def _noted(self, link: str) -> tuple[int, Sequence[float]]:
        """The number of a delivery, and the delays that the plan has for it."""
        loop, counts = self._loop, self._counts
        index = counts.get(link, 0)
        counts[link] = index + 1
        delays = self._plan.fates(link, index)
        rows = self._rows
        number = len(rows)
        rows.append((loop._time, loop.cause, link, delays))
        return number, delays

    def note(self, what: str) -> None:
        """Note down something that no delivery is: a fault, or what a fault brought about."""
        loop = self._loop
        self._rows.append((loop.time(), loop.cause, what, ()))
        loop.cause = len(self._rows) - 1

    def forget(self) -> None:
        """Drop what was noted: half of what a run leaves, and slow to be found as garbage."""
        self._rows.clear()

    def __len__(self) -> int:
        return len(self._rows)

    @property
    def events(self) -> Sequence[Event]:
        """All that happened, for those who look closer."""
        return [Event(*row) for row in self._rows]

    @property
    def digest(self) -> str:
        """SHA-256 over all events: equal for two runs that are the same."""
        return hashlib.sha256(msgspec.json.encode(self._rows)).hexdigest()

    def because(self, number: int) -> Iterator[int]:
        """The numbers of the causes of an event, back to the beginning."""
        while number:
            number = self._rows[number][1]
            yield number
