"""A cutting proxy: real bytes between a process and its broker, and one well-aimed cut.

A test tool. Armed for a subject, it lets the next append to it through, waits
until the broker has answered, and swallows the answer; then it closes the
connection (a cut) or goes on as if nothing were (a mute). Either way the append
stands, and whoever made it can not know.
"""

import asyncio
import re
from typing import NamedTuple

APPEND = re.compile(rb"(?:^|\r\n)HPUB (\S+) (\S+) \d+ \d+\r\n")
READ = 1 << 16


class _Aim(NamedTuple):
    """Whose answer to swallow: `inbox` once the append was seen, and whether to close then."""

    subject: bytes
    close: bool
    inbox: bytes = b""

    def answer(self, data: bytes) -> re.Match[bytes] | None:
        return re.search(rb"MSG " + re.escape(self.inbox) + rb" \S+ (\d+)\r\n", data)


class CuttingProxy:
    """Listens on a port of its own, for one broker. Use it as an async context manager."""

    def __init__(self, broker: int) -> None:
        self._broker = broker
        self._armed: list[_Aim] = []
        self._links: set[asyncio.Task[None]] = set()
        self.swallowed = 0

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

    def arm(self, subject: str, *, close: bool) -> None:
        """Swallow the answer to the next append to a subject that begins so."""
        self._armed.append(_Aim(subject.encode(), close))

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
        seen: list[_Aim] = []
        up = asyncio.create_task(self._up(reader, ours, seen))
        down = asyncio.create_task(self._down(theirs, writer, seen))
        try:
            await asyncio.wait([up, down], return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in (up, down):
                way.cancel()
            await asyncio.gather(up, down, return_exceptions=True)
            writer.transport.abort()
            ours.close()

    async def _up(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, seen: list[_Aim]
    ) -> None:
        """Forward; note where the answer to an append that is aimed at will go."""
        while data := await reader.read(READ):
            for subject, inbox in APPEND.findall(data):
                aim = next((aim for aim in self._armed if subject.startswith(aim.subject)), None)
                if aim and not seen:
                    self._armed.remove(aim)
                    seen.append(aim._replace(inbox=inbox))
            writer.write(data)
            await writer.drain()

    async def _down(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, seen: list[_Aim]
    ) -> None:
        """Forward all but that answer."""
        while data := await reader.read(READ):
            while seen and (head := seen[0].answer(data)):
                end = head.end() + int(head[1]) + 2
                while len(data) < end:
                    data += await reader.read(READ)
                aim = seen.pop()
                if b'"error"' in data[head.end() : end]:
                    self._armed.append(aim._replace(inbox=b""))  # that append does not stand
                    break
                data = data[: head.start()] + data[end:]
                self.swallowed += 1
                if aim.close:
                    return
            writer.write(data)
            await writer.drain()
