"""Dead letters: what the block could not process, with its origin and the reason."""

import asyncio
import datetime as dt

import msgspec
import structlog
from abs_contracts.codec import encode

from abs_core import ports
from abs_core.host.retry import insist
from abs_core.sdk import pauses

log = structlog.get_logger(__name__)


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that could not be processed; `data` is what came in (base64 in the JSON)."""

    origin: str
    kind: str
    at: dt.datetime
    reason: str
    data: bytes


_letters = msgspec.json.Decoder(Letter)


class DeadLetters:
    """The dead letters of one party. One origin is written once, also after a crash."""

    def __init__(self, stream: ports.Stream, subject: str) -> None:
        self._stream = stream
        self._subject = subject
        self._last = 0
        self._origins: set[tuple[str, str]] = set()

    async def append(self, letter: Letter) -> None:
        """Write the letter; returns when the stream has it."""
        for pause in pauses():
            await self._catch_up()
            if (letter.kind, letter.origin) in self._origins:
                return
            try:
                await self._stream.append(self._subject, encode(letter), expect=self._last)
            except (ports.Conflict, ports.Unknown):
                continue  # reading back tells whether it is there
            except (ports.Full, ports.Unreachable) as no:
                log.warning("dead letter not written", subject=self._subject, why=repr(no))
                await asyncio.sleep(pause)

    async def _catch_up(self) -> None:
        records = await insist("dead letters", self._beyond)
        for record in records:
            letter = _letters.decode(record.data)
            self._origins.add((letter.kind, letter.origin))
            self._last = record.seq

    async def _beyond(self) -> list[ports.Record]:
        return list(await self._stream.read(self._subject, after=self._last))
