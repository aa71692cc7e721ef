"""Calls over one connection: a single inbox, one future per call, nothing else in the way.

Guards against what the client library does on its own: messages go straight from
its read loop to us (no queue that may overflow, no task per subscription), and
what it calls never raises, since that would end the read loop unseen.
"""

import asyncio
from collections.abc import Callable, Mapping
from typing import cast

import nats.errors
import structlog
from abs_contracts.refusal import Refused
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription

from abs_core.ports import Unknown, Unreachable

log = structlog.get_logger(__name__)

Take = Callable[[Msg], None]

NO_RESPONDERS = "503"


class Sink:
    """Takes every message of a subscription in the library's read loop, in order.

    It stands in for the future of a subscription that waits for one message: the
    library hands that over at once, without a queue.
    """

    def __init__(self, take: Take) -> None:
        self._take = take

    def cancelled(self) -> bool:
        return False

    def set_result(self, message: Msg) -> None:
        try:
            self._take(message)
        except Exception:
            log.exception("a message was not taken", subject=message.subject)


async def subscribe(client: Client, subject: str, take: Take, queue: str = "") -> Subscription:
    """Have every message on the subject taken at once, in order of arrival."""
    return await client.subscribe(
        subject, queue=queue, future=cast("asyncio.Future[Msg]", Sink(take))
    )


def status(message: Msg) -> str | None:
    """The status of a message that is none itself: a heartbeat, an end, a refusal."""
    return message.headers.get("Status") if message.headers else None


class Calls:
    """Sends requests and hands out their answers; bounded by time and by the connection."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.up = asyncio.Event()
        self._prefix = client.new_inbox() + "."
        self._waiting: dict[str, tuple[str, Take, asyncio.Future[Msg]]] = {}
        self._count = 0

    async def start(self) -> None:
        await subscribe(self.client, self._prefix + "*", self._arrived)
        self.up.set()

    async def call(
        self,
        subject: str,
        data: bytes,
        *,
        within: float,
        headers: dict[str, str] | None = None,
        collect: Callable[[Msg], bool] | None = None,
    ) -> Msg:
        """The answer to a request; of several, the first for which `collect` is true.

        Raises Unknown when none comes `within` so many seconds or the connection is
        lost, Unreachable when nobody is there, Refused when it is not permitted.
        """
        loop = asyncio.get_running_loop()
        done: asyncio.Future[Msg] = loop.create_future()
        self._count += 1
        inbox = f"{self._prefix}{self._count}"

        def take(message: Msg) -> None:
            if not done.done() and (collect is None or collect(message)):
                done.set_result(message)

        self._waiting[inbox] = (subject, take, done)
        timer = loop.call_later(within, _give_up, done, Unknown(f"no answer from {subject}"))
        try:
            await self._send(subject, data, inbox, headers, done)
            answer = await done
        finally:
            timer.cancel()
            del self._waiting[inbox]
        if not answer.data and status(answer) == NO_RESPONDERS:
            raise Unreachable(subject)
        return answer

    async def _send(
        self,
        subject: str,
        data: bytes,
        inbox: str,
        headers: dict[str, str] | None,
        done: asyncio.Future[Msg],
    ) -> None:
        while not done.done():
            try:
                await self.client.publish(subject, data, reply=inbox, headers=headers)
                return
            except (nats.errors.OutboundBufferLimitError, nats.errors.ConnectionClosedError):
                # Nothing is buffered while the broker is away: wait for it, or give up.
                await self._until_up(done)
            except nats.errors.MaxPayloadError:
                raise Refused(
                    rule="BROKER-001",
                    what=f"{len(data)} bytes are more than the broker takes in one message",
                    where=subject,
                    fix=f"send at most {self.client.max_payload} bytes",
                ) from None

    async def _until_up(self, done: asyncio.Future[Msg]) -> None:
        self.up.clear()
        if self.client.is_connected:  # it came back in between
            self.up.set()
        waiting = asyncio.ensure_future(self.up.wait())
        try:
            await asyncio.wait((waiting, done), return_when=asyncio.FIRST_COMPLETED)
        finally:
            waiting.cancel()

    async def settled(self) -> None:
        """Return once the broker has handled all that was sent before.

        The library's first ping overtakes what it still holds back; the second does not.
        """
        try:
            await self.client.flush()
            await self.client.flush()
        except nats.errors.Error as why:
            raise Unknown(f"the broker did not answer a ping: {why}") from None

    def lost(self) -> None:
        """The connection is lost: what was sent may have happened or not."""
        self.up.clear()
        for subject, _, done in list(self._waiting.values()):
            _give_up(done, Unknown(f"connection lost while waiting for {subject}"))

    def denied(self, what: str) -> None:
        """The broker denied something; end the calls that it names (in lower case)."""
        for subject, _, done in list(self._waiting.values()):
            if f'"{subject.lower()}"' in what:
                _give_up(done, _denied(subject))

    def _arrived(self, message: Msg) -> None:
        waiting = self._waiting.get(message.subject)
        if waiting is not None:
            waiting[1](message)


def own(headers: Mapping[str, str] | None) -> Mapping[str, str]:
    """The headers of a record without the broker's own."""
    if not headers:
        return {}
    return {key: value for key, value in headers.items() if not key.startswith("Nats-")}


def _give_up(done: asyncio.Future[Msg], why: Exception) -> None:
    if not done.done():
        done.set_exception(why)


def _denied(subject: str) -> Refused:
    return Refused(
        rule="BROKER-002",
        what="the broker does not permit this client to send here",
        where=subject,
        fix="check the credentials that this process was started with",
    )
