"""A cutting proxy: real bytes between a process and its broker, and one well-aimed cut.

A test tool. Armed for a subject, it lets the next append to it through, waits
until the broker has answered, swallows the answer and closes the connection:
the append stands, and whoever made it can not know.
"""

import asyncio
import re

APPEND = re.compile(rb"(?:^|\r\n)H?PUB (\S+) (\S+) \d")
READ = 1 << 16


class CuttingProxy:
    """Listens on a port of its own, for one broker. Use it as an async context manager."""

    def __init__(self, broker: int) -> None:
        self._broker = broker
        self._armed: list[bytes] = []
        self._links: set[asyncio.Task[None]] = set()
        self.cuts = 0

    async def __aenter__(self) -> "CuttingProxy":
        self._server = await asyncio.start_server(self._link, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for link in self._links:
            link.cancel()
        await asyncio.gather(*self._links, return_exceptions=True)

    @property
    def url(self) -> str:
        return f"nats://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    def cut(self, subject: str) -> None:
        """Swallow the answer to the next append to a subject that begins so."""
        self._armed.append(subject.encode())

    async def _link(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._links.add(task)
        task.add_done_callback(self._links.discard)
        try:
            theirs, ours = await asyncio.open_connection("127.0.0.1", self._broker)
        except OSError:
            writer.close()
            return
        inbox: list[bytes] = []
        up = asyncio.create_task(self._up(reader, ours, inbox))
        down = asyncio.create_task(self._down(theirs, writer, inbox))
        try:
            await asyncio.wait([up, down], return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in (up, down):
                way.cancel()
            await asyncio.gather(up, down, return_exceptions=True)
            writer.transport.abort()
            ours.close()

    async def _up(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, inbox: list[bytes]
    ) -> None:
        """Forward; note where the answer to an append that is armed for will go."""
        while data := await reader.read(READ):
            for subject, reply in APPEND.findall(data):
                for aim in self._armed:
                    if not inbox and subject.startswith(aim):
                        self._armed.remove(aim)
                        inbox.append(b" " + reply + b" ")
                        break
            writer.write(data)
            await writer.drain()

    async def _down(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, inbox: list[bytes]
    ) -> None:
        """Forward, until that answer comes: then end the link."""
        while data := await reader.read(READ):
            if inbox and inbox[0] in data and b'"stream":' in data:
                self.cuts += 1
                return
            writer.write(data)
            await writer.drain()
