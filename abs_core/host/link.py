"""The block's link to the core: the greeting, and the feed that it leads to."""

import asyncio

import msgspec
import structlog
from abs_contracts import protocol
from abs_contracts.codec import encode
from abs_contracts.refusal import Refused

from abs_core import ports
from abs_core.host.inbox import Arrival, Inbox
from abs_core.host.journal import KeptFed
from abs_core.host.retry import insist
from abs_core.sdk.again import FIRST

WITHIN = 2.0  # seconds for the core's greeting
FETCH = 64  # feed records at a time
MANY = 32  # feed records that one acknowledgement is sent for; for fewer with a heartbeat

log = structlog.get_logger(__name__)

_greetings: msgspec.json.Decoder[protocol.Greeting] = msgspec.json.Decoder(protocol.Greeting)


class Link:
    """Says hello until the core answers, and holds the durable reader of the feed."""

    def __init__(self, bus: ports.Bus, credentials: protocol.Credentials) -> None:
        self._bus = bus
        self._credentials = credentials
        self._reader: ports.Reader | None = None
        self._acked = 0
        self._known = 0
        self._next = 1

    async def greet(self, position: int = 0) -> protocol.Welcome:
        """The core's welcome, and the feed open beyond what is known of it already.

        Raises Refused when it does not want us.
        """
        self._known = max(self._known, position)
        return await insist("welcome", self._greet)

    async def _greet(self) -> protocol.Welcome:
        mine = self._credentials
        hello = protocol.Hello(
            agreement=mine.agreement, generation=mine.generation, position=self._known
        )
        subject = protocol.hello(mine.room, mine.party, mine.token)
        raw = await self._bus.request(subject, encode(hello), within=WITHIN)
        try:
            greeting = _greetings.decode(raw)
        except msgspec.DecodeError as error:
            raise ports.Unknown(f"this is not a greeting: {error}") from None
        if isinstance(greeting, protocol.Rejected):
            no = greeting.refusal
            raise Refused(rule=no.rule, what=no.what, where=no.where, fix=no.fix)
        stream = await self._bus.open(greeting.stream)
        await self.close()
        self._reader = await stream.durable(greeting.consumer)
        return greeting

    async def pump(self, inbox: Inbox, clock: ports.Clock, after: int) -> None:
        """Bring the feed in beyond position `after`; when it breaks off, greet again, for the
        core may know why."""
        self._next = after + 1
        while True:
            try:
                await self._pour(inbox, clock)
            except (ports.Unknown, ports.Unreachable) as doubt:
                log.info("the feed broke off", doubt=repr(doubt))
            await asyncio.sleep(FIRST)
            await self.greet()

    async def _pour(self, inbox: Inbox, clock: ports.Clock) -> None:
        while self._reader is not None:
            for record in await self._reader.fetch(FETCH):
                if record.seq > self._next:
                    # Another process of this block was given what is missing. Taken now, it
                    # would be dropped as a repeat when it comes: begin at the acknowledged.
                    raise ports.Unreachable(f"{self._next} is missing before {record.seq}")
                self._next = max(self._next, record.seq + 1)
                raw = record.data.strip(b" \t\r\n")  # as it will be read back from the journal
                entry = KeptFed(
                    id=f"f{record.seq}",
                    at=clock.now(),
                    position=record.seq,
                    raw=msgspec.Raw(raw),
                )
                await inbox.room()
                inbox.put(Arrival(entry, record.data))

    async def ack(self, floor: int, *, again: bool = False, few: bool = False) -> None:
        """Acknowledge up to `floor` once there are many, with `few` if there are any.

        `again`: also if it was acknowledged before. What is not acknowledged when a process
        ends comes once more, and is known by its position in the journal.
        """
        new = floor - self._acked
        if self._reader is None or not floor or not (again or new >= MANY or (few and new)):
            return
        try:
            await self._reader.ack(floor)
            self._acked = floor
        except (ports.Unknown, ports.Unreachable) as doubt:
            log.info("not acknowledged", position=floor, doubt=repr(doubt))

    async def close(self) -> None:
        reader, self._reader = self._reader, None
        if reader is not None:
            await reader.close()
