"""The bus over NATS: one connection that comes back by itself."""

import asyncio
from collections.abc import Sequence

import nats.errors
import structlog
from nats.aio.subscription import Subscription as NatsSubscription

from abs_core.adapters.handlers import Handlers
from abs_core.adapters.nats.api import TAKEN, StreamConfig, StreamInfo, ask, failed, stream_info
from abs_core.adapters.nats.calls import Calls
from abs_core.adapters.nats.frames import Arrived, Client, subscribe, unsubscribe
from abs_core.adapters.nats.reader import NatsReader
from abs_core.adapters.nats.streams import NatsStream
from abs_core.adapters.nats.wire import NotConnected
from abs_core.ports import Handler, Message, Unreachable

log = structlog.get_logger(__name__)

CONNECT = 5.0  # seconds to find a broker
PING = 2  # seconds between pings; a link that does not answer two of them is dead
RECONNECT = 0.1  # seconds between attempts
WATCH = 1.0  # seconds between looks at the connection


class NatsBus:
    """One connection to a broker; make it with `connect`."""

    def __init__(self, client: Client, patience: float, *, hears_itself: bool = True) -> None:
        self._client = client
        self._patience = patience
        self._hears_itself = hears_itself
        self._calls = Calls(client)
        self._handlers = Handlers(self.publish)
        self._readers: dict[NatsReader, None] = {}
        self._watch: asyncio.Task[None] | None = None

    @classmethod
    async def connect(
        cls, url: str, *, name: str, patience: float = 5.0, hears_itself: bool = True
    ) -> "NatsBus":
        """Connect to the broker at `url`; `name` shows in its monitoring.

        Calls on streams that get no answer within `patience` seconds are Unknown. Without
        `hears_itself` what it publishes does not come to what it serves, and its readers of a
        whole stream have less to read: for a process whose peers have connections of their own.
        Raises Unreachable when there is no broker within `CONNECT` seconds.
        """
        if url.startswith(("ws:", "wss:")):
            raise Unreachable(f"{url}: a broker is reached over TCP, by nats:// or tls://")
        client = Client()
        bus = cls(client, patience, hears_itself=hears_itself)
        try:
            async with asyncio.timeout(CONNECT):
                await client.connect(
                    url,
                    name=name,
                    allow_reconnect=True,
                    max_reconnect_attempts=-1,
                    reconnect_time_wait=RECONNECT,  # type: ignore[arg-type]  # it sleeps: a float will do
                    connect_timeout=2,
                    ping_interval=PING,
                    max_outstanding_pings=2,
                    pending_size=0,  # nothing is buffered while the broker is away
                    no_echo=not hears_itself,
                    error_cb=bus._on_error,
                    disconnected_cb=bus._on_lost,
                    reconnected_cb=bus._on_back,
                    closed_cb=bus._on_closed,
                )
                await bus._calls.start()
        except (TimeoutError, OSError, nats.errors.Error) as why:
            await client.close()
            raise Unreachable(f"no broker at {url}: {why}") from None
        bus._watch = asyncio.get_running_loop().create_task(bus._watching())
        return bus

    @property
    def connected(self) -> bool:
        return self._client.is_connected

    async def publish(self, subject: str, data: bytes) -> None:
        try:
            self._calls.wire.send(subject, data)
        except NotConnected:
            log.debug("not connected, not sent", subject=subject)

    async def request(self, subject: str, data: bytes, *, within: float) -> bytes:
        return (await self._calls.call(subject, data, within=within)).data

    async def serve(self, subject: str, handler: Handler, *, queue: str = "") -> "NatsServed":
        handlers = self._handlers

        def take(message: Arrived) -> None:
            handlers.start(handler, Message(message.subject, message.data, message.reply or None))

        served = NatsServed(await subscribe(self._client, subject, take, queue))
        try:
            await self._calls.settled(within=self._patience)
        except BaseException:
            await served.close()
            raise
        return served

    async def open(self, name: str) -> NatsStream:
        return self._stream(await stream_info(self._calls, name, self._patience))

    async def stream(
        self, name: str, subjects: Sequence[str], *, durable: bool = True, history: int = 0
    ) -> NatsStream:
        # Durable needs nothing here: the server syncs every write (`sync_interval: always`).
        config = StreamConfig(
            name=name,
            subjects=tuple(subjects),
            max_msgs_per_subject=history or -1,
            persist_mode="default" if durable else "async",
        )
        info = await ask(self._calls, f"STREAM.CREATE.{name}", config, StreamInfo, self._patience)
        if info.error is None:
            return self._stream(info)
        if info.error.err_code not in TAKEN:
            raise failed(info.error, name)
        found = await self.open(name)
        found.check(tuple(subjects))
        return found

    async def close(self) -> None:
        if self._watch is not None:
            self._watch.cancel()
        for reader in list(self._readers):
            await reader.close()
        self._handlers.cancel()
        await self._client.close()

    def _stream(self, info: StreamInfo) -> NatsStream:
        return NatsStream(
            self._calls, self._readers, info, self._patience, hears_itself=self._hears_itself
        )

    async def _watching(self) -> None:
        """Notice what the client library does not: its read loop ended, pulls fell silent."""
        client, loop = self._client, asyncio.get_running_loop()
        while True:
            await asyncio.sleep(WATCH)
            reading = client._reading_task
            if client.is_connected and (reading is None or reading.done()):
                log.error("the read loop ended: connecting again")
                await client.force_reconnect()
            for reader in list(self._readers):
                await reader.check(loop.time())

    # The client library calls these. None of them may raise: that ends its read loop.

    async def _on_error(self, error: Exception) -> None:
        what = str(error)
        if "permissions violation" in what:
            log.error("not permitted", what=what)
            self._calls.denied(what)
        else:
            log.debug("broker connection", error=repr(error))

    async def _on_lost(self) -> None:
        self._calls.lost()
        for reader in list(self._readers):
            reader.doubt("connection lost")

    async def _on_back(self) -> None:
        self._calls.up.set()
        log.info("connected again")

    async def _on_closed(self) -> None:
        self._calls.lost()


class NatsServed:
    """One subscription."""

    def __init__(self, subscription: NatsSubscription) -> None:
        self._subscription = subscription

    async def close(self) -> None:
        await unsubscribe(self._subscription)
