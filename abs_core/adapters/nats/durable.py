"""A reader that the broker keeps the place of, for whoever holds its name."""

import contextlib
import itertools

import msgspec
import structlog

from abs_core.adapters.nats.api import ConsumerInfo, ask, failed
from abs_core.adapters.nats.reader import NatsReader, Source
from abs_core.adapters.nats.wire import NotConnected
from abs_core.ports import Unreachable

log = structlog.get_logger(__name__)


class DurableReader(NatsReader):
    """What was not acknowledged comes again, at the latest when a holder begins anew."""

    def __init__(self, source: Source, name: str) -> None:
        super().__init__(source)
        self._consumer = name
        self._acked = 0
        self._owed = ""
        self._replies: dict[int, str] = {}

    async def ack(self, seq: int) -> None:
        self._acked = max(self._acked, seq)
        newest = 0
        # A dict keeps the order of delivery, so this ends at the first that is beyond.
        for given in list(itertools.takewhile(lambda given: given <= seq, self._replies)):
            newest = max(newest, given)
            self._owed = self._replies.pop(given) if given == newest else self._owed
        await self._pay()

    def doubt(self, why: str) -> None:
        # What lies here unread comes again; a deleted reader gives nothing more.
        self._buffer.clear()
        super().doubt(why)

    async def _place(self) -> None:
        """Have everything that is not acknowledged delivered again, in order."""
        self._buffer.clear()
        self._replies.clear()
        self._owed = ""
        where = f"{self._stream}.{self._consumer}"
        subject = f"CONSUMER.INFO.{where}"
        info = await ask(self._calls, subject, None, ConsumerInfo, self._patience)
        if info.error is None and info.num_ack_pending:
            # A broker before 2.14 knows no reset: there it comes after the ack wait.
            with contextlib.suppress(Unreachable):
                subject = f"$JS.API.CONSUMER.RESET.{where}"
                answer = await self._calls.call(subject, b"", within=self._patience)
                info = msgspec.json.decode(answer.data, type=ConsumerInfo)
        if info.error is not None:
            raise failed(info.error, where)

    def _wants(self, seq: int, number: int, reply: str) -> bool:  # noqa: ARG002 - holders share the numbers
        if seq <= self._acked:  # the acknowledgement was lost: give it again, not the record
            self._owed = reply
            return False
        self._replies.pop(seq, None)
        self._replies[seq] = reply
        return True

    async def _top_up(self) -> None:
        if self._owed:
            await self._pay()
        await super()._top_up()

    async def _pay(self) -> None:
        """Send the newest acknowledgement; one that is lost is sent again on redelivery."""
        owed, self._owed = self._owed, ""
        if owed:
            try:
                self._calls.wire.send(owed, b"+ACK")
            except NotConnected:
                log.debug("acknowledgement not sent", stream=self._stream)
