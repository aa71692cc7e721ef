"""The inbox: everything that can reach the block, in the order in which it came."""

import asyncio

from abs_core import ports
from abs_core.host.journal import KeptEntry, KeptFed, KeptInbound, KeptRequest

ROOM = 256  # arrivals that may wait before `put` waits


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
    """One queue for all, in which nobody overtakes.

    A queue of asyncio's with a bound would let who comes just as there is room again go
    before who waits for it, and so change the order in which a connector brings letters.
    """

    def __init__(self) -> None:
        self._queue: asyncio.Queue[Arrival | None] = asyncio.Queue()
        self._room = asyncio.Event()
        self._open: dict[asyncio.Future[bytes | None], None] = {}
        self._closed = False

    @property
    def waiting(self) -> int:
        return self._queue.qsize()

    @property
    def empty(self) -> bool:
        return self._queue.empty()

    async def put(self, arrival: Arrival) -> None:
        """Queue an entry once there is room, without waiting for what becomes of it.

        Who puts one after the other keeps its order.
        """
        while self.waiting >= ROOM:
            self._room.clear()
            await self._room.wait()
        self._queue.put_nowait(arrival)

    async def submit(self, entry: KeptEntry) -> bytes | None:
        """Queue an entry at once and wait until the journal has it.

        They get in line in the order of the calls, any number of them; a caller waits.
        Raises Unknown when the host stops first: it may have been written or not.
        """
        if self._closed:
            raise ports.Unknown("the host has stopped")
        done: asyncio.Future[bytes | None] = asyncio.get_running_loop().create_future()
        self._open[done] = None
        try:
            self._queue.put_nowait(Arrival(entry, done=done))
            return await done
        finally:
            del self._open[done]

    async def take(self) -> Arrival | None:
        """The next arrival; None when `wake` was called."""
        arrival = await self._queue.get()
        self._room.set()
        return arrival

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
