"""The inbox: everything that can reach the block, in the order in which it came."""

import asyncio

from abs_core import ports
from abs_core.host.journal import KeptEntry, KeptFed, KeptInbound, KeptRequest

ROOM = 256  # arrivals that may wait; whoever brings more waits itself


class Arrival:
    """One entry on its way in; `done`, if somebody waits, gives the reply once the journal has
    the entry."""

    def __init__(
        self,
        entry: KeptEntry,
        raw: bytes = b"",
        done: "asyncio.Future[bytes | None] | None" = None,
    ) -> None:
        self.entry = entry
        self.raw = raw
        self.done = done

    @property
    def size(self) -> int:
        match self.entry:
            case KeptFed():
                return len(self.raw)
            case KeptRequest() | KeptInbound():
                return len(bytes(self.entry.data))
            case _:
                return 0


class Inbox:
    """One queue for all."""

    def __init__(self) -> None:
        self._queue: asyncio.Queue[Arrival | None] = asyncio.Queue(ROOM)
        self._open: dict[asyncio.Future[bytes | None], None] = {}
        self._closed = False

    @property
    def empty(self) -> bool:
        return self._queue.empty()

    async def put(self, arrival: Arrival) -> None:
        """Queue an entry without waiting for what becomes of it."""
        await self._queue.put(arrival)

    async def submit(self, entry: KeptEntry) -> bytes | None:
        """Queue an entry and wait until the journal has it.

        Raises Unknown when the host stops first: it may have been written or not.
        """
        if self._closed:
            raise ports.Unknown("the host has stopped")
        done: asyncio.Future[bytes | None] = asyncio.get_running_loop().create_future()
        self._open[done] = None
        try:
            await self._queue.put(Arrival(entry, done=done))
            return await done
        finally:
            del self._open[done]

    async def take(self) -> Arrival | None:
        """The next arrival; None when `wake` was called."""
        return await self._queue.get()

    def wake(self) -> None:
        """Let a waiting `take` return, if need be with nothing."""
        if self._queue.empty():
            self._queue.put_nowait(None)

    def close(self) -> None:
        """Tell whoever still waits that nobody knows."""
        self._closed = True
        for done in self._open:
            if not done.done():
                done.set_exception(ports.Unknown("the host has stopped"))
