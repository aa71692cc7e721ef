"""A cable between the bridge and the other side that can be cut, and worse (TCP)."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Literal

How = Literal["whole", "cut", "stalled", "deaf", "strange"]
"""`stalled`: nothing passes and nothing ends. `deaf`: what is asked arrives, the answer gets
lost. `strange`: somebody else answers."""
STRANGE = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 22\r\nConnection: close\r\n\r\n"
    b"<html>It works!</html>"
)


class Cable:
    """Everything that is connected to `port` goes on to another port of this machine."""

    def __init__(self, to: int) -> None:
        self._to = to
        self._how: How = "whole"
        self._flows = asyncio.Event()
        self._flows.set()
        self._ends: set[asyncio.StreamWriter] = set()
        self.port = 0

    @asynccontextmanager
    async def laid(self) -> AsyncIterator["Cable"]:
        server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()
            self.becomes("cut")

    def becomes(self, how: How) -> None:
        """From now on; what was on its way is gone, unless it only stalls."""
        self._how = how
        if how == "stalled":
            self._flows.clear()
            return
        for end in self._ends:
            end.close()
        self._ends.clear()
        self._flows.set()

    async def _connected(self, here: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        self._ends.add(back)
        with contextlib.suppress(OSError):
            if self._how == "strange":
                await here.read(65_536)
                back.write(STRANGE)
                await back.drain()
            elif self._how != "cut":
                there, on = await asyncio.open_connection("127.0.0.1", self._to)
                self._ends.add(on)
                await asyncio.gather(self._pump(here, on), self._pump(there, back, answers=True))
                on.close()
        back.close()

    async def _pump(
        self, here: asyncio.StreamReader, there: asyncio.StreamWriter, *, answers: bool = False
    ) -> None:
        with contextlib.suppress(OSError):
            while data := await here.read(65_536):
                await self._flows.wait()
                if answers and self._how == "deaf":
                    break
                there.write(data)
                await there.drain()
        there.close()
