"""Files of received pages, of any size and in several formats, in order of time.

A first pass notes where each message stands and when it was sent; a second takes them
in that order. So a file may be newest first or unsorted, and a few numbers a message are
all that is held of it.
"""

import datetime as dt
import re
from array import array
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

from abs_contracts.messages.values import Discipline
from abs_contracts.refusal import Refused
from msgspec.structs import replace

from abs_core.pager import formats
from abs_core.pager.grammar import hint
from abs_core.pager.page import Message

BLOCK = 1 << 16
LONGEST = 1 << 20
"""Bytes of one message at the most; what is longer is cut there and read as it is."""
TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*"|"|[{}\[\]\n]', re.DOTALL)


class Chunk(NamedTuple):
    """Where one message stands: bytes from `offset`, and the line it begins on."""

    offset: int
    length: int
    line: int
    raw: bytes


class PagerFile:
    """One file of pages. Raises Refused for one that cannot be read.

    `start` is when the first line was sent if the file says no times: then each line
    counts a second. A line without a time among others counts as the one before it. Either
    way its message says that the time is assumed.
    """

    def __init__(self, path: Path, start: dt.datetime) -> None:
        self._path = path
        self._start = start
        self._times = array("d")
        self._places = array("q")
        self._lines = array("q")
        self._told = False
        self.disciplines: set[Discipline] = set()
        self.skipped = 0
        self.skipped_lines: list[int] = []
        with self._opened() as file:
            head = file.read(BLOCK)
            self.format = formats.detect(head)
            file.seek(0)
            for chunk in self._chunks(file):
                self._note(chunk)

    @property
    def name(self) -> str:
        return self._path.name

    def __len__(self) -> int:
        return len(self._times)

    def messages(self) -> Iterator[Message]:
        """The messages, oldest first; of one time, in the order that the file is in."""
        times = self._times
        newest_first = len(times) > 1 and times[0] > times[-1]
        numbers = range(len(times) - 1, -1, -1) if newest_first else range(len(times))
        with self._opened() as file:
            for number in sorted(numbers, key=times.__getitem__):
                offset, length = divmod(self._places[number], LONGEST)
                file.seek(offset)
                message = self._parsed(file.read(length), self._lines[number])
                if message is not None:
                    yield self._timed(message, times[number])

    @staticmethod
    def _timed(message: Message, at: float) -> Message:
        if not message.assumed:
            return message
        return replace(message, at=dt.datetime.fromtimestamp(at, tz=message.at.tzinfo))

    def _note(self, chunk: Chunk) -> None:
        message = self._parsed(chunk.raw, chunk.line)
        if message is None:
            self.skipped += 1
            if len(self.skipped_lines) < 20:
                self.skipped_lines.append(chunk.line)
            return
        seems = hint(message.text)
        cared = seems is Discipline.AMBULANCE  # its forms are sure, whatever a table says
        self.disciplines.add(seems if cared else message.discipline or seems)
        told = self._times[-1] if message.assumed and self._told else message.at.timestamp()
        self._told = self._told or not message.assumed
        self._times.append(told)
        self._places.append(chunk.offset * LONGEST + chunk.length)
        self._lines.append(chunk.line)

    def _parsed(self, raw: bytes, line: int) -> Message | None:
        return formats.parse(self.format, raw, line, self._start)

    def _chunks(self, file: BinaryIO) -> Iterator[Chunk]:
        match self.format:
            case formats.Format.HTML:
                return _rows(file)
            case formats.Format.JSON:
                return _objects(file)
            case formats.Format.LINES:
                return _lines(file)

    def _opened(self) -> BinaryIO:
        try:
            return self._path.open("rb")
        except OSError as error:
            raise Refused(
                rule="PAGER-001",
                what=f"the file cannot be read: {error.strerror}",
                where=str(self._path),
                fix="name a file of pages that exists and that you may read",
            ) from None


def _lines(file: BinaryIO) -> Iterator[Chunk]:
    offset, number = 0, 1
    while raw := file.readline(LONGEST - 1):
        if raw.strip():
            yield Chunk(offset, len(raw), number, raw)
        offset += len(raw)
        number += raw.endswith(b"\n")


def _rows(file: BinaryIO) -> Iterator[Chunk]:
    """Table rows, wherever their lines end."""
    buffer, base, line = b"", 0, 1
    while True:
        end = re.search(rb"</tr\s*>", buffer, re.IGNORECASE)
        if end is None and len(buffer) < LONGEST // 2 and (more := file.read(BLOCK)):
            buffer += more
            continue
        if end is None and not buffer:
            return
        size = end.end() if end else len(buffer)
        row = buffer[:size]
        begin = re.search(rb"<tr[\s>]", row, re.IGNORECASE)
        if begin:
            first = line + row.count(b"\n", 0, begin.start())
            yield Chunk(base + begin.start(), size - begin.start(), first, row[begin.start() :])
        line, base, buffer = line + row.count(b"\n"), base + size, buffer[size:]


def _objects(file: BinaryIO) -> Iterator[Chunk]:
    """The objects of the outermost list, such as the features of a collection."""
    buffer, base, line, at = b"", 0, 1, 0
    stack: list[int] = []
    begin, begin_line = -1, 0
    while True:
        more = file.read(BLOCK)
        buffer += more
        while (token := TOKEN.search(buffer, at)) and (token[0] != b'"' or not more):
            at, sign = token.end(), token[0]
            if sign == b"\n":
                line += 1
            elif sign in (b"{", b"["):
                listed = stack in ([0x5B], [0x7B, 0x5B])
                if sign == b"{" and listed:
                    begin, begin_line = token.start(), line
                stack.append(sign[0])
            elif sign in (b"}", b"]") and stack:
                stack.pop()
                if begin >= 0 and stack in ([0x5B], [0x7B, 0x5B]):
                    yield Chunk(base + begin, at - begin, begin_line, buffer[begin:at])
                    begin = -1
            else:
                line += sign.count(b"\n")
        if not more:
            return
        keep = begin if begin >= 0 else (token.start() if token else len(buffer))
        at = token.start() if token else len(buffer)
        base, buffer, at = base + keep, buffer[keep:], at - keep
        begin = 0 if begin >= 0 else -1
