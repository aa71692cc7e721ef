"""A reader of a whole stream for this process, on a consumer that goes with it."""

import contextlib

from abs_core.adapters.nats.api import ConsumerConfig, ConsumerInfo, CreateConsumer, ask, failed
from abs_core.adapters.nats.reader import SECOND, NatsReader, Source
from abs_core.adapters.nats.wire import NotConnected

IDLE = 60 * SECOND  # until the broker drops an abandoned one


class FollowReader(NatsReader):
    """Everything beyond a sequence, once and in order, for this process."""

    def __init__(self, source: Source, after: int) -> None:
        super().__init__(source)
        self._last = after
        self._number = 0

    async def close(self) -> None:
        await super().close()
        self._end_consumer()

    def _end_consumer(self) -> None:
        consumer, self._consumer = self._consumer, ""
        if consumer:
            # Lost: the broker drops an abandoned reader by itself.
            with contextlib.suppress(NotConnected):
                subject = f"$JS.API.CONSUMER.DELETE.{self._stream}.{consumer}"
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

    def _wants(self, seq: int, number: int, reply: str) -> bool:  # noqa: ARG002 - nothing is acknowledged
        if number != self._number + 1:
            self.doubt(f"delivery {number} after {self._number}")
            return False
        self._number = number
        if seq <= self._last:
            return False
        self._last = seq
        return True
