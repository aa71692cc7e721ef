"""A reader of a whole stream for this process, on a consumer that goes with it."""

import contextlib

from abs_core.adapters.nats.api import ConsumerConfig, ConsumerInfo, CreateConsumer, ask, failed
from abs_core.adapters.nats.calls import Calls, own
from abs_core.adapters.nats.frames import Arrived
from abs_core.adapters.nats.reader import SECOND, NatsReader
from abs_core.adapters.nats.wire import NotConnected
from abs_core.ports import Record

IDLE = 60 * SECOND  # until the broker drops an abandoned one


class FollowReader(NatsReader):
    """Everything beyond a sequence, once and in order, for this process."""

    def __init__(
        self,
        calls: Calls,
        readers: dict[NatsReader, None],
        stream: str,
        patience: float,
        after: int,
    ) -> None:
        super().__init__(calls, readers, stream, patience)
        self._last = after
        self._number = 0

    async def close(self) -> None:
        await super().close()
        if self._consumer:
            # Lost: the broker drops an abandoned reader by itself.
            with contextlib.suppress(NotConnected):
                subject = f"$JS.API.CONSUMER.DELETE.{self._stream}.{self._consumer}"
                self._calls.wire.send(subject, b"")

    async def _place(self) -> None:
        config = ConsumerConfig(
            opt_start_seq=self._last + 1,
            ack_policy="none",
            mem_storage=True,
            inactive_threshold=IDLE,
        )
        request = CreateConsumer(stream_name=self._stream, config=config)
        made = await ask(
            self._calls, f"CONSUMER.CREATE.{self._stream}", request, ConsumerInfo, self._patience
        )
        if made.error is not None:
            raise failed(made.error, self._stream)
        self._consumer, self._number = made.name, 0

    def _take(self, seq: int, number: int, message: Arrived) -> None:
        if self._doubt:
            return
        if number != self._number + 1:
            self.doubt(f"delivery {number} after {self._number}")
            return
        self._number, self._last = number, seq
        self._buffer.append(Record(seq, message.subject, message.data, own(message.headers)))
