"""The draft: what the block has taken and the journal does not have yet, its next page.

A page is written as soon as somebody waits for it: a desk, or an effect that is to be
performed. What nobody waits for is written in company, for each page costs the broker a
write to the disk, on which the whole room waits.
"""

import asyncio
from typing import NamedTuple

from abs_core.host.inbox import Arrival
from abs_core.host.journal import Line

LINGER = 0.02  # seconds that a page waits for company, while nobody waits for it
MOST = 64  # arrivals in one page
MOST_BYTES = 256 * 1024  # a page with its effects stays well below a broker's message limit


class Taken(NamedTuple):
    """An arrival, and its line; None when it repeats what was taken before."""

    arrival: Arrival
    line: Line | None

    @property
    def awaited(self) -> bool:
        """Whether somebody or something waits until the journal has it."""
        return self.arrival.done is not None or bool(self.line and self.line.effects)


class Draft:
    """Gathers the next page while the one before is written."""

    def __init__(self) -> None:
        self._taken: list[Taken] = []
        self._size = 0
        self._begun = asyncio.Event()
        self._due = asyncio.Event()
        self._room = asyncio.Event()

    @property
    def empty(self) -> bool:
        return not self._taken

    @property
    def _full(self) -> bool:
        return len(self._taken) >= MOST or self._size >= MOST_BYTES

    async def add(self, taken: Taken) -> None:
        """Gather one more; returns when there is room for another."""
        self._taken.append(taken)
        self._size += taken.arrival.size
        self._begun.set()
        if taken.awaited or self._full:
            self._due.set()
        while self._full:
            self._room.clear()
            await self._room.wait()

    async def cut(self) -> list[Taken]:
        """Everything gathered, once it is due; the draft begins anew."""
        await self._begun.wait()
        late = asyncio.get_running_loop().call_later(LINGER, self._due.set)
        await self._due.wait()
        late.cancel()
        taken, self._taken, self._size = self._taken, [], 0
        self._begun.clear()
        self._due.clear()
        self._room.set()
        return taken
