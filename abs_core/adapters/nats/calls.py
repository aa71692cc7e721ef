"""Calls over one connection: a single inbox, one future per call, nothing else in the way.

Guards against what the client library does on its own: messages go straight from
its read loop to us, with no queue that may overflow and no task per subscription.
"""

import asyncio
import contextlib
from collections.abc import Callable

import structlog
from abs_contracts.refusal import Refused

from abs_core.adapters.nats.frames import Arrived, Client, subscribe
from abs_core.adapters.nats.wire import NotConnected, Wire
from abs_core.ports import Unknown, Unreachable

log = structlog.get_logger(__name__)

NO_RESPONDERS = "503"


class Call:
    """One request on its way: who takes its answers, and until when."""

    def __init__(
        self,
        subject: str,
        collect: Callable[[Arrived], bool] | None,
        deadline: float,
        done: asyncio.Future[Arrived],
    ) -> None:
        self.subject = subject
        self.deadline = deadline
        self.done = done
        self._collect = collect

    def take(self, message: Arrived) -> None:
        if not self.done.done() and (self._collect is None or self._collect(message)):
            self.done.set_result(message)

    def give_up(self, why: Exception) -> None:
        if not self.done.done():
            self.done.set_exception(why)


class Calls:
    """Sends requests and hands out their answers; bounded by time and by the connection."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.wire = Wire(client)
        self.up = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._prefix = client.new_inbox() + "."
        self._waiting: dict[str, Call] = {}
        self._count = 0
        self._alarm: asyncio.TimerHandle | None = None

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
        collect: Callable[[Arrived], bool] | None = None,
    ) -> Arrived:
        """The answer to a request; of several, the first for which `collect` is true.

        Raises Unknown when none comes `within` so many seconds or the connection is
        lost, Unreachable when nobody is there, Refused when it is not permitted.
        """
        inbox = self._inbox()
        call = self._made(subject, collect, within)
        answer = await self._wait(call, inbox, data, inbox, headers)
        if not answer.data and answer.status == NO_RESPONDERS:
            raise Unreachable(subject)
        return answer

    def _made(self, subject: str, collect: Callable[[Arrived], bool] | None, within: float) -> Call:
        loop = self._loop
        return Call(subject, collect, loop.time() + within, loop.create_future())

    def _inbox(self) -> str:
        self._count += 1
        return f"{self._prefix}{self._count}"

    async def _wait(
        self, call: Call, inbox: str, data: bytes, reply: str, headers: dict[str, str] | None
    ) -> Arrived:
        self._waiting[inbox] = call
        self._watch(call.deadline)
        try:
            await self._send(call, data, reply, headers)
            return await call.done
        finally:
            del self._waiting[inbox]

    async def _send(
        self, call: Call, data: bytes, reply: str, headers: dict[str, str] | None
    ) -> None:
        while not call.done.done():
            try:
                self.wire.send(call.subject, data, reply, headers)
                return
            except NotConnected:
                # Nothing is buffered while the broker is away: wait for it, or give up.
                await self._until_up(call.done)

    def _watch(self, deadline: float) -> None:
        """One timer for all calls: it looks at them when the first may be due."""
        if self._alarm is not None:
            if self._alarm.when() <= deadline:
                return
            self._alarm.cancel()
        self._alarm = self._loop.call_at(deadline, self._sweep)

    def _sweep(self) -> None:
        self._alarm = None
        now = self._loop.time()
        for call in list(self._waiting.values()):
            if call.deadline <= now:
                call.give_up(Unknown(f"no answer from {call.subject}"))
        left = [c.deadline for c in self._waiting.values() if not c.done.done()]
        if left:
            self._watch(min(left))

    async def _until_up(self, done: asyncio.Future[Arrived]) -> None:
        self.up.clear()
        if self.client.is_connected:  # it came back in between
            self.up.set()
        waiting = asyncio.ensure_future(self.up.wait())
        try:
            await asyncio.wait((waiting, done), return_when=asyncio.FIRST_COMPLETED)
        finally:
            waiting.cancel()

    async def settled(self, *, within: float) -> None:
        """Return once the broker has handled all that was sent before; Unknown if it is silent.

        A word to nobody, of which it says so, behind it. The library's own way, a
        ping, may swallow the cancellation of who waits for it.
        """
        with contextlib.suppress(Unreachable):
            await self.call(self.client.new_inbox(), b"", within=within)

    def lost(self) -> None:
        """The connection is lost: what was sent may have happened or not."""
        self.up.clear()
        for call in list(self._waiting.values()):
            call.give_up(Unknown(f"connection lost while waiting for {call.subject}"))

    def denied(self, what: str) -> None:
        """The broker denied something; end the calls that it names (in lower case)."""
        for call in list(self._waiting.values()):
            if f'"{call.subject.lower()}"' in what:
                call.give_up(_denied(call.subject))

    def _arrived(self, message: Arrived) -> None:
        call = self._waiting.get(message.subject)
        if call is not None:
            call.take(message)


def _denied(subject: str) -> Refused:
    return Refused(
        rule="BROKER-002",
        what="the broker does not permit this client to send here",
        where=subject,
        fix="check the credentials that this process was started with",
    )
