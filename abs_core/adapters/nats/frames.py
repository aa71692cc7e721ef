"""The client, the thin way: the messages of our subscriptions go straight to who takes them.

The client library reads through a stream, a task and a parser that looks at every frame
with four expressions, copies it three times and reads its headers whether anybody wants
them or not: most of what a message costs on its way in. Here a sieve stands before all
that. It takes out whole messages of ours; the rest is for the library. It uses private
names of the library; the release range in pyproject.toml is narrow for that reason.
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, cast

import nats.errors
import structlog
from nats.aio.client import Client as LibraryClient
from nats.aio.subscription import Subscription
from nats.aio.transport import TcpTransport

log = structlog.get_logger(__name__)

END = b"\r\n"
MESSAGES = (b"MSG", b"HMSG")
VERSION = len("NATS/1.0")
BROKERS = b"Nats-"
READ = 64 * 1024
"""Bytes of one read. asyncio's own 256 KiB are mapped and given back by the operating system
for every read, which costs eight times what reading a message does."""


class Arrived:
    """A message as it came; its headers are read when somebody asks for them."""

    __slots__ = ("_head", "data", "reply", "subject")

    def __init__(self, subject: str, reply: str, data: bytes, head: bytes) -> None:
        self.subject = subject
        self.reply = reply
        self.data = data
        self._head = head

    @property
    def headers(self) -> dict[str, str]:
        """Empty where it has none; the number and words of a status are two of them."""
        if not self._head:
            return {}
        first, *lines = self._head.split(END)
        said = first[VERSION:].decode(errors="replace").split(maxsplit=1)
        return _named(lines) | dict(zip(("Status", "Description"), said, strict=False))

    @property
    def own(self) -> dict[str, str]:
        """The headers of a record without the broker's own."""
        lines = self._head.split(END)[1:]
        return _named([line for line in lines if not line.startswith(BROKERS)])

    @property
    def status(self) -> str | None:
        """The status of a message that is none itself: a heartbeat, an end, a refusal."""
        if len(self._head) <= VERSION or self._head[VERSION : VERSION + 2] == END:
            return None
        return self.headers["Status"]


def _named(lines: Sequence[bytes]) -> dict[str, str]:
    texts = [line.decode(errors="replace").partition(":") for line in lines]
    return {name: value.strip() for name, colon, value in texts if colon}


Take = Callable[[Arrived], None]


class Sink:
    """Takes every message of a subscription, in order; what it calls may raise.

    It stands in for the future of a subscription that waits for one message.
    """

    def __init__(self, take: Take) -> None:
        self._take = take

    def take(self, message: Arrived) -> None:
        try:
            self._take(message)
        except Exception:
            log.exception("a message was not taken", subject=message.subject)


class Client(LibraryClient):
    """The library's client, with a sieve before every connection that it makes, and one write
    for all that is sent in one turn of the loop."""

    def __init__(self) -> None:
        super().__init__()
        self._due = False

    def flush_soon(self) -> None:
        """Write what is pending, after all that is about to run now."""
        if not self._due:
            self._due = True
            asyncio.get_running_loop().call_soon(self._write)

    def _write(self) -> None:
        self._due = False
        if self._pending and self.is_connected and self._transport:
            pending, self._pending = self._pending, []
            self._pending_data_size = 0
            self._transport.writelines(pending)

    async def _process_connect_init(self) -> None:
        # On a new connection nothing is subscribed before this returns, so no message is lost.
        await super()._process_connect_init()
        if isinstance(self._transport, TcpTransport):
            transport: Any = self._transport
            transport._io_writer.transport.max_size = READ
            reader = transport._io_reader
            reader.feed_data = Sieve(self, reader.feed_data).feed


class Sieve:
    """Cuts what one connection brings into frames; what is not a message of ours goes onward."""

    def __init__(self, client: Client, onward: Callable[[bytes], None]) -> None:
        self._client = client
        self._onward = onward
        self._rest = b""

    def feed(self, data: bytes) -> None:
        """Hand out every whole frame; the rest waits for more."""
        if not self._client.is_connected:
            return  # given up by the library, which begins anew on another connection
        data, at = self._rest + data, 0
        while (line := data.find(END, at)) >= 0:
            words = data[at:line].split()
            end = line + len(END)
            if words and words[0] in MESSAGES and words[-1].isdigit():
                body, end = end, end + int(words[-1]) + len(END)
                if end > len(data):
                    break
                if self._handed_out(words, data[body : end - len(END)]):
                    at = end
                    continue
            self._onward(data[at:end])
            at = end
        self._rest = data[at:]
        # Behind what this woke: whatever that sends goes out in the same turn of the loop.
        self._client.flush_soon()

    def _handed_out(self, words: Sequence[bytes], body: bytes) -> bool:
        """Whether the message was one of ours, or nobody's any more."""
        subscription = self._client._subs.get(int(words[2]))
        if subscription is None:
            return True
        sink: Any = subscription._future
        if not isinstance(sink, Sink):
            return False
        with_head = words[0] == b"HMSG"
        head = int(words[-2]) if with_head else 0
        reply = words[3].decode() if len(words) == (6 if with_head else 5) else ""
        sink.take(Arrived(words[1].decode(), reply, body[head:], body[:head]))
        return True


async def subscribe(
    client: LibraryClient, subject: str, take: Take, queue: str = ""
) -> Subscription:
    """Have every message on the subject taken at once, in order of arrival."""
    return await client.subscribe(subject, queue=queue, future=cast("Any", Sink(take)))


async def unsubscribe(subscription: Subscription) -> None:
    """End a subscription; with a closed connection it has ended already."""
    try:
        await subscription.unsubscribe()
    except nats.errors.Error:
        log.debug("not unsubscribed", subject=subscription.subject)
