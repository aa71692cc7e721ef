"""A stream over JetStream: guarded appends, direct reads, readers."""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

import msgspec
import structlog

from abs_core.adapters.nats.api import (
    TAKEN,
    Answer,
    ConsumerConfig,
    ConsumerInfo,
    CreateConsumer,
    DirectGet,
    LastOf,
    StreamInfo,
    Written,
    ask,
    failed,
    stream_info,
)
from abs_core.adapters.nats.calls import Calls
from abs_core.adapters.nats.durable import DurableReader
from abs_core.adapters.nats.follow import FollowReader
from abs_core.adapters.nats.frames import Arrived
from abs_core.adapters.nats.reader import NatsReader, Source
from abs_core.adapters.nats.resting import RestingReader
from abs_core.adapters.nats.wire import NotConnected
from abs_core.adapters.subjects import covered, other_subjects
from abs_core.ports import Record, Unknown, Unreachable

T = TypeVar("T")

log = structlog.get_logger(__name__)

EXPECTED = "Nats-Expected-Last-Subject-Sequence"
BATCH = 1000  # records of one direct read; the broker's own limit is 1024 subjects
ACK_WAIT = 30_000_000_000  # nanoseconds
CREDIT = 1000  # records that a durable reader may have unacknowledged

_written = msgspec.json.Decoder(Written)


class NatsStream:
    """One stream. Calls wait at most `patience` seconds before they are unknown."""

    def __init__(
        self,
        calls: Calls,
        readers: dict[NatsReader, None],
        info: StreamInfo,
        patience: float,
        *,
        hears_itself: bool = True,
    ) -> None:
        self._calls = calls
        self._name = info.config.name
        self._subjects = info.config.subjects
        self._patience = patience
        subjects = () if hears_itself else self._subjects
        self._source = Source(calls, readers, self._name, patience, subjects)

    @property
    def name(self) -> str:
        return self._name

    def check(self, subjects: tuple[str, ...]) -> None:
        """Refuse a stream of this name that holds something else."""
        if self._subjects != subjects:
            raise other_subjects(self._name, self._subjects)

    async def append(
        self, subject: str, data: bytes, *, expect: int, headers: Mapping[str, str] | None = None
    ) -> int:
        self._mine(subject)
        guarded = {EXPECTED: str(expect)}
        if headers:
            guarded.update(headers)
        written = Written()

        def take(answer: Arrived) -> bool:
            nonlocal written
            if answer.data:
                written = _written.decode(answer.data)
            if written.seq and self._source.subjects:
                self._stands(Record(written.seq, subject, data, headers or {}))
            return True

        try:
            await self._calls.call(
                subject, data, headers=guarded, within=self._patience, collect=take
            )
        except Unreachable:
            raise Unknown(f"{self._name} is away") from None
        if written.error is not None:
            raise failed(written.error, subject)
        if not written.seq:
            raise Unknown(f"{self._name} was answered for without a sequence")
        return written.seq

    def _stands(self, record: Record) -> None:
        for reader in self._source.readers:
            reader.appended(self._name, record)

    async def offer(self, subject: str, data: bytes, *, expect: int) -> None:
        self._mine(subject)
        try:
            self._calls.wire.send(subject, data, headers={EXPECTED: str(expect)})
        except NotConnected:
            log.debug("not connected, not offered", subject=subject)

    def _mine(self, subject: str) -> None:
        # The broker would take it for another stream, and nothing there checks.
        if not covered(self._subjects, subject):
            raise ValueError(f"{self._name} does not hold {subject}")

    async def read(self, subject: str, *, after: int = 0) -> Sequence[Record]:
        records: list[Record] = []
        pending = after == 0 or await self._newest(subject) > after
        while pending:
            pending = await self._read(subject, after, records)
            after = records[-1].seq if records else after
        return records

    async def _newest(self, subject: str) -> int:
        """The sequence of the newest record of a subject, 0 for none.

        To count what lies beyond a sequence the broker goes through the whole block that
        holds it (8 MiB, from the disk if it was idle), and mostly nothing is there.
        """
        answer = await self._direct(LastOf(last_by_subj=subject))
        if answer.status == "404":
            return 0
        if answer.status is not None:
            raise Unknown(f"{self._name} did not say what is newest: {answer.headers}")
        return int(answer.headers["Nats-Sequence"])

    async def _read(self, subject: str, after: int, records: list[Record]) -> bool:
        """Read one batch onto `records`; whether there is more."""
        before = 0

        def collect(message: Arrived) -> bool:
            nonlocal before
            if message.status is not None:
                return True
            headers = message.headers
            # Each record names the one before: a hole in a batch is not an answer.
            if int(headers["Nats-Last-Sequence"]) == before:
                before = int(headers["Nats-Sequence"])
                records.append(Record(before, headers["Nats-Subject"], message.data, message.own))
            return False

        request = DirectGet(seq=after + 1, next_by_subj=subject, batch=BATCH)
        end = await self._direct(request, collect)
        if end.status == "404":
            return False
        headers = end.headers
        if end.status != "204" or int(headers["Nats-Last-Sequence"]) != before:
            raise Unknown(f"{self._name} did not read to the end: {headers}")
        return int(headers["Nats-Num-Pending"]) > 0

    async def _direct(
        self, request: msgspec.Struct, collect: Callable[[Arrived], bool] | None = None
    ) -> Arrived:
        try:
            return await self._calls.call(
                f"$JS.API.DIRECT.GET.{self._name}",
                msgspec.json.encode(request),
                within=self._patience,
                collect=collect,
            )
        except Unreachable:
            raise Unknown(f"{self._name} is away") from None

    async def last(self) -> int:
        return (await stream_info(self._calls, self._name, self._patience)).state.last_seq

    async def follow(self, *, after: int = 0) -> NatsReader:
        kind = RestingReader if self._source.subjects else FollowReader
        return kind(self._source, after)

    async def durable(self, name: str, *, after: int | None = None) -> NatsReader:
        if after is None:
            info = await self._ask(f"CONSUMER.INFO.{self._name}.{name}", None, ConsumerInfo)
            if info.error is not None:
                raise failed(info.error, name)
        else:
            await self._make(name, after)
        return DurableReader(self._source, name)

    async def forget(self, name: str) -> None:
        answer = await self._ask(f"CONSUMER.DELETE.{self._name}.{name}", None, Answer)
        if answer.error is not None and not isinstance(failed(answer.error, name), Unreachable):
            raise failed(answer.error, name)

    async def _make(self, name: str, after: int) -> None:
        config = ConsumerConfig(
            durable_name=name,
            opt_start_seq=after + 1,
            ack_policy="all",
            ack_wait=ACK_WAIT,
            max_ack_pending=CREDIT,
        )
        request = CreateConsumer(stream_name=self._name, config=config, action="create")
        made = await self._ask(f"CONSUMER.CREATE.{self._name}.{name}", request, ConsumerInfo)
        if made.error is not None and made.error.err_code not in TAKEN:
            raise failed(made.error, name)

    async def _ask(self, subject: str, request: msgspec.Struct | None, answer: type[T]) -> T:
        return await ask(self._calls, subject, request, answer, self._patience)
