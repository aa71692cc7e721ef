"""The ports: all that the core and the hosts know of the outside world.

Memory and NATS adapters stand side by side under `adapters/`, and one behaviour
suite (`tests/adapters/`) runs over both. Nothing above these ports uses a
thread, a socket, or a clock other than `Clock` and the running event loop's.
"""

import datetime as dt
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import NamedTuple, Protocol


class Unknown(Exception):  # noqa: N818 - a time-out is not an error: it may have happened
    """No answer in time. It may have happened or not: read back, or send it again."""


class Unreachable(Exception):  # noqa: N818 - an answer too: nobody is there
    """Nobody serves this subject now; nothing happened."""


class Conflict(Exception):  # noqa: N818 - an answer too: somebody was first
    """The subject's last sequence was not the expected one; nothing was written."""


class Full(Exception):  # noqa: N818 - an answer too: no room
    """The store takes no more; nothing was written."""


class Message(NamedTuple):
    """A message as it came in. `reply` is None when nobody waits for an answer."""

    subject: str
    data: bytes
    reply: str | None = None


class Record(NamedTuple):
    """One record of a stream; `seq` counts from 1 over the whole stream."""

    seq: int
    subject: str
    data: bytes
    headers: Mapping[str, str]


Handler = Callable[[Message], Awaitable[bytes | None]]


class Subscription(Protocol):
    async def close(self) -> None: ...


class Reader(Protocol):
    """Records of a stream in order, live; bounded credit, nothing skipped silently."""

    async def fetch(self, limit: int) -> Sequence[Record]:
        """At least one and at most `limit` records; waits for the first.

        A durable reader may give a record again that was not acknowledged.
        """

    async def ack(self, seq: int) -> None:
        """Acknowledge everything up to `seq`; only for durable readers."""

    async def close(self) -> None: ...


class Stream(Protocol):
    """An append-only sequence of records under one name."""

    @property
    def name(self) -> str: ...

    async def append(
        self, subject: str, data: bytes, *, expect: int, headers: Mapping[str, str] | None = None
    ) -> int:
        """Write one record; returns its sequence.

        `expect` is the sequence of the last record on exactly this subject, 0 for
        none. Raises Conflict, Full or Unknown.
        """

    async def offer(self, subject: str, data: bytes, *, expect: int) -> None:
        """Write one record as `append` does, and not wait whether it was.

        What is offered arrives in order. `last` tells, after a while, how far it went.
        """

    async def read(self, subject: str, *, after: int = 0) -> Sequence[Record]:
        """The records of a subject (`*` matches one token) beyond sequence `after`."""

    async def last(self) -> int:
        """The sequence of the newest record ever written, 0 for an empty stream."""

    async def follow(self, *, after: int = 0) -> Reader:
        """A reader of the whole stream beyond `after`, for this process only."""

    async def durable(self, name: str, *, after: int | None = None) -> Reader:
        """The durable reader of this name; it resumes after what was acknowledged.

        With `after` it is made if it is missing, to start beyond that sequence;
        without, a missing one raises Unreachable (a block may not make readers).
        Two holders of one name share it.
        """

    async def forget(self, name: str) -> None:
        """Delete the durable reader of this name; its holders get nothing more."""


class Bus(Protocol):
    """Subjects and streams of one broker."""

    @property
    def connected(self) -> bool: ...

    async def publish(self, subject: str, data: bytes) -> None:
        """Send and forget; may be lost."""

    async def request(self, subject: str, data: bytes, *, within: float) -> bytes:
        """The answer of who serves this subject. Raises Unreachable, or Unknown after
        `within` seconds."""

    async def serve(self, subject: str, handler: Handler, *, queue: str = "") -> Subscription:
        """Call the handler for every message; what it returns is sent as the reply.

        Handlers of one subscription run concurrently and start in order of arrival.
        Of the servers with one `queue` name, one gets each message. A handler's
        exception is logged and never ends the subscription.
        """

    async def open(self, name: str) -> Stream:
        """The stream of this name. Raises Unreachable if there is none."""

    async def stream(
        self, name: str, subjects: Sequence[str], *, durable: bool = True, history: int = 0
    ) -> Stream:
        """The stream of this name over these subjects, made if it is missing.

        `durable`: synced to disk before an append returns. Otherwise the newest
        records may be lost with the server, and then their sequences are used again.
        `history`: keep only so many records per subject (0: all).
        """

    async def close(self) -> None: ...


class Clock(Protocol):
    """The time of day; waiting is the event loop's."""

    def now(self) -> dt.datetime:
        """Now, in UTC, never earlier than the answer before."""


class Ids(Protocol):
    def new(self) -> str:
        """An id that nobody else has: one subject token, ordered by time."""
