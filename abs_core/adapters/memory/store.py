"""The broker's side of a stream: its records, and how far its readers are."""

import asyncio
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from itertools import islice
from types import MappingProxyType

from abs_core.adapters.subjects import matches
from abs_core.ports import Conflict, Full, Record

NO_HEADERS: Mapping[str, str] = MappingProxyType({})


class Room:
    """The bytes that all streams of a broker may still take; None: no end."""

    def __init__(self, limit: int | None) -> None:
        self._left = limit

    def take(self, size: int) -> None:
        if self._left is not None:
            if size > self._left:
                raise Full
            self._left -= size

    def give(self, size: int) -> None:
        """Have room again for what is no longer kept."""
        if self._left is not None:
            self._left += size


class Cursor:
    """How far a reader is: what was given, what was acknowledged. Holders share it."""

    def __init__(self, after: int) -> None:
        self.given = after
        self.acked = after
        self.gone = False
        self._waiting: list[asyncio.Future[None]] = []

    def news(self) -> asyncio.Future[None]:
        """Done when something has changed: there is more, or nothing any more."""
        waiting: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(waiting)
        return waiting

    def wake(self) -> None:
        """Let all holders look again."""
        waiting, self._waiting = self._waiting, []
        for each in waiting:
            if not each.done():
                each.set_result(None)


class Store:
    """The records of one stream. `watchers` are called after every append."""

    def __init__(
        self, name: str, subjects: tuple[str, ...], room: Room, *, durable: bool, history: int
    ) -> None:
        self.name = name
        self.subjects = subjects
        self.durable = durable
        self.cursors: dict[str, Cursor] = {}
        self.watchers: dict[object, Callable[[], None]] = {}
        self._room = room
        self._history = history
        self._records: list[Record | None] = []
        self._of: dict[str, list[Record]] = {}
        self._fitting: dict[str, tuple[int, list[str]]] = {}  # by pattern, of so many subjects

    def append(
        self, subject: str, data: bytes, expect: int, headers: Mapping[str, str] | None
    ) -> int:
        earlier = self._of.setdefault(subject, [])
        if (earlier[-1].seq if earlier else 0) != expect:
            raise Conflict
        self._room.take(_size(subject, data))
        record = Record(
            len(self._records) + 1,
            subject,
            bytes(data),
            MappingProxyType(dict(headers)) if headers else NO_HEADERS,
        )
        self._records.append(record)
        earlier.append(record)
        if self._history and len(earlier) > self._history:
            self._drop(earlier.pop(0))
        for watcher in list(self.watchers.values()):
            watcher()
        return record.seq

    def read(self, pattern: str, after: int) -> Sequence[Record]:
        if "*" not in pattern:
            records = self._of.get(pattern, [])
            return records[bisect_right(records, after, key=_seq) :]
        found = [
            record
            for records in map(self._of.__getitem__, self._matching(pattern))
            for record in records[bisect_right(records, after, key=_seq) :]
        ]
        return sorted(found, key=_seq)

    def _matching(self, pattern: str) -> list[str]:
        """The subjects that fit; only those that came since are looked at."""
        seen, fitting = self._fitting.get(pattern, (0, []))
        if seen < len(self._of):
            fitting += (s for s in islice(self._of, seen, None) if matches(pattern, s))
            self._fitting[pattern] = (len(self._of), fitting)
        return fitting

    def span(self, after: int, upto: int, limit: int) -> list[Record]:
        """At most `limit` records beyond `after`, none beyond `upto`."""
        found: list[Record] = []
        upto = min(upto, len(self._records))
        while after < upto and len(found) < limit:
            piece = self._records[after : min(upto, after + limit - len(found))]
            found += [record for record in piece if record is not None]
            after += len(piece)
        return found

    def last(self) -> int:
        return len(self._records)

    def lose(self, last: int) -> None:
        """Forget everything beyond `last`, as a killed server may."""
        for record in self._records[last:]:
            if record is not None:
                self._of[record.subject].remove(record)
                self._drop(record)
        del self._records[last:]
        for cursor in self.cursors.values():
            cursor.given = min(cursor.given, last)
            cursor.acked = min(cursor.acked, last)

    def _drop(self, record: Record) -> None:
        self._records[record.seq - 1] = None
        self._room.give(_size(record.subject, record.data))


def _size(subject: str, data: bytes) -> int:
    return len(subject) + len(data)


def _seq(record: Record) -> int:
    return record.seq
