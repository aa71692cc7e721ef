"""The inbox: everything that can reach the block, in the order in which it came."""

import asyncio

from abs_core import ports
from abs_core.host.journal import KeptEntry, KeptFed, KeptInbound, KeptRequest

ROOM = 256  # messages of the feed that may wait here; the broker keeps the others


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
    """One queue for all, in which nobody overtakes: the order of the calls is the order.

    So it has no bound of its own. With one, asyncio's queue lets who comes just as there is
    room again go before who waits for it, and a connector's letters would change places.
    """

    def __init__(self) -> None:
        self._queue: asyncio.Queue[Arrival | None] = asyncio.Queue()
        self._fed = 0
        self._room = asyncio.Event()
        self._open: dict[asyncio.Future[bytes | None], None] = {}
        self._closed = False

    @property
    def empty(self) -> bool:
        return self._queue.empty()

    def put(self, arrival: Arrival) -> None:
        """Queue an entry, without waiting for what becomes of it."""
        self._fed += isinstance(arrival.entry, KeptFed)
        self._queue.put_nowait(arrival)

    async def room(self) -> None:
        """Wait until there is room for one more message of the feed."""
        while self._fed >= ROOM:
            self._room.clear()
            await self._room.wait()

    async def submit(self, entry: KeptEntry) -> bytes | None:
        """Queue an entry and wait until the journal has it.

        Raises Unknown when the host stops first: it may have been written or not.
        """
        if self._closed:
            raise ports.Unknown("the host has stopped")
        done: asyncio.Future[bytes | None] = asyncio.get_running_loop().create_future()
        self._open[done] = None
        try:
            self.put(Arrival(entry, done=done))
            return await done
        finally:
            del self._open[done]

    async def take(self) -> Arrival | None:
        """The next arrival; None when `wake` was called."""
        arrival = await self._queue.get()
        if arrival is not None and isinstance(arrival.entry, KeptFed):
            self._fed -= 1
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
