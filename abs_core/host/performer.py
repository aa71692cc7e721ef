"""Performing effects: one lane per aggregate, and per thing that a connector is told about.

Each lane keeps its own order; none waits for another.
"""

import asyncio
import contextlib
from collections import deque
from collections.abc import Mapping

import msgspec
import structlog
from abs_contracts import protocol
from abs_contracts.refusal import Refused

from abs_core import ports
from abs_core.host.entries import Scribe, derived
from abs_core.host.inbox import Arrival, Inbox
from abs_core.host.journal import KeptEntry, KeptOrder, KeptSend, KeptSent, KeptSettled
from abs_core.sdk import Connector, pauses

LAST_TRIES = 5  # tries of an effect after the drain began; then the successor's journal has it
LAST_PAUSE = 0.2  # seconds between those
AT_ONCE = 64  # orders that the core is asked at a time; more would only wait there, and time out

REVOKED = "TRUST-002"  # the rule by which the core refuses a token that is not in force

log = structlog.get_logger(__name__)

Job = KeptOrder | KeptSend
Lane = tuple[str, str, str]


class Performer:
    """Does what the journal says, again and again until there is an outcome.

    A repeat is the same command id, or the same effect id for a connector.
    """

    def __init__(
        self,
        bus: ports.Bus,
        clock: ports.Clock,
        subject: str,
        connectors: Mapping[str, Connector],
        scribe: Scribe,
        inbox: Inbox,
    ) -> None:
        self._bus = bus
        self._clock = clock
        self._subject = subject
        self._connectors = connectors
        self._scribe = scribe
        self._inbox = inbox
        self._lanes: dict[Lane, deque[Job]] = {}
        self._left: set[Lane] = set()
        self._draining = asyncio.Event()
        self._asking = asyncio.Semaphore(AT_ONCE)

    @property
    def idle(self) -> bool:
        return not self._lanes

    def drain(self) -> None:
        """Give everything that is left a few more tries, and no more."""
        self._draining.set()

    def perform(self, job: Job, group: asyncio.TaskGroup) -> None:
        """Queue one effect in its lane; the lane's task runs in `group`."""
        key = _lane(job)
        if key in self._left:
            return
        lane = self._lanes.get(key)
        if lane is None:
            self._lanes[key] = deque([job])
            group.create_task(self._run(key), name=f"lane {key[1]}")
        else:
            lane.append(job)

    async def _run(self, key: Lane) -> None:
        lane = self._lanes[key]
        while lane:
            outcome = await self._insist(lane[0])
            if outcome is None:
                self._left.add(key)  # what comes after it must not overtake it
                break
            self._inbox.put(Arrival(outcome))
            lane.popleft()
        del self._lanes[key]
        if self._draining.is_set():
            self._inbox.wake()

    async def _insist(self, job: Job) -> KeptEntry | None:
        """The outcome; None if the drain came first."""
        left = LAST_TRIES
        for pause in pauses():
            outcome = await (self._order(job) if isinstance(job, KeptOrder) else self._send(job))
            if outcome is not None:
                return outcome
            if self._draining.is_set():
                left -= 1
                if left == 0:
                    log.warning("left to the successor", effect=job.id)
                    return None
                await asyncio.sleep(min(pause, LAST_PAUSE))
            else:
                await self._pause(pause)
        raise AssertionError("pauses never end")

    async def _order(self, order: KeptOrder) -> KeptSettled | None:
        try:
            async with self._asking:
                answer = await self._bus.request(
                    self._subject, bytes(order.raw), within=protocol.ANSWER_SECONDS
                )
            reply = protocol.decode_reply(answer)
        except (ports.Unknown, ports.Unreachable, msgspec.DecodeError) as doubt:
            reply = protocol.Unknown(command=order.id, what=repr(doubt) or "no answer")
        if isinstance(reply, protocol.Unknown):
            log.info(
                "command unsettled",
                command=order.id,
                incident=order.subject,
                correlation=order.correlation,
                what=reply.what,
            )
            return None
        if isinstance(reply, protocol.Rejected) and reply.refusal.rule == REVOKED:
            # Not an outcome: the command is the successor's, which sends it under its own token.
            no = reply.refusal
            raise Refused(rule=no.rule, what=no.what, where=no.where, fix=no.fix)
        return KeptSettled(
            id=derived(order.id, "settled"),
            at=self._clock.now(),
            effect=order.id,
            key=order.key,
            reply=reply,
            correlation=order.correlation,
        )

    async def _send(self, send: KeptSend) -> KeptSent | None:
        connector = self._connectors[send.connector]
        payload = self._scribe.read(send.type, send.data)
        try:
            await connector.send(send.id, send.at, payload)
        except Exception as error:  # a vendor's code: whatever it raises means unknown
            log.warning("send unsettled", connector=send.connector, effect=send.id, why=repr(error))
            return None
        return KeptSent(id=derived(send.id, "sent"), at=self._clock.now(), effect=send.id)

    async def _pause(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._draining.wait()


def _lane(job: Job) -> Lane:
    if isinstance(job, KeptOrder):
        return "order", job.subject, ""
    return "send", job.connector, job.about
