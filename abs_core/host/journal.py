"""The journal: everything that reached a block, in one order, and what it chose to do.

One record (a page) is one batch of lines; a line is an entry and its effects.
A line with a `refusal` or a `poison` left the block's state as it was, so a
rebuild passes over its entry. The first page of every process has no lines: it
takes the journal over, and the process before finds out at its next write.

A party has one journal, whichever block acts for it, so whatever reached the party
was acted on once. A line belongs to the block of its page; another block's rebuild
takes of it only what the feed told.
"""

import asyncio
import datetime as dt
from collections.abc import Sequence

import msgspec
import structlog
from abs_contracts import protocol
from abs_contracts.codec import encode
from abs_contracts.refusal import Refusal

from abs_core import ports
from abs_core.host.retry import insist
from abs_core.sdk import pauses

log = structlog.get_logger(__name__)


class Kept(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="kind"):
    """An entry as the journal keeps it; `id` is unique among entries of its kind."""

    id: str
    at: dt.datetime


class KeptStarted(Kept, frozen=True, kw_only=True, tag="started"):
    generation: int


class KeptFed(Kept, frozen=True, kw_only=True, tag="fed"):
    """A feed record, word for word; null when it was poison."""

    position: int
    raw: msgspec.Raw


class KeptRequest(Kept, frozen=True, kw_only=True, tag="requested"):
    type: str
    actor: str
    role: str
    data: msgspec.Raw


class KeptTimer(Kept, frozen=True, kw_only=True, tag="timer"):
    """A timer that fired; `timer` is the id of the effect that set it."""

    name: str
    timer: str
    correlation: str | None = None


class KeptInbound(Kept, frozen=True, kw_only=True, tag="inbound"):
    """Something from a connector; `key` is the connector's own id."""

    connector: str
    key: str
    type: str
    data: msgspec.Raw


class KeptSettled(Kept, frozen=True, kw_only=True, tag="settled"):
    """The outcome of an order; `effect` is its id, `key` what the block calls it."""

    effect: str
    key: str
    reply: protocol.Reply
    correlation: str | None = None


class KeptSent(Kept, frozen=True, kw_only=True, tag="sent"):
    """A connector has sent `effect`; the host's own note, the block does not see it."""

    effect: str


KeptEntry = KeptStarted | KeptFed | KeptRequest | KeptTimer | KeptInbound | KeptSettled | KeptSent


class KeptEffect(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="do"):
    """An effect as the journal keeps it; its id is the same whenever it is derived again."""

    id: str


class KeptOrder(KeptEffect, frozen=True, kw_only=True, tag="order"):
    """A command, sealed: what is sent again is the same bytes."""

    key: str
    subject: str
    raw: msgspec.Raw
    correlation: str | None = None


class KeptNote(KeptEffect, frozen=True, kw_only=True, tag="note"):
    type: str
    data: msgspec.Raw


class KeptSend(KeptEffect, frozen=True, kw_only=True, tag="send"):
    connector: str
    about: str = ""
    at: dt.datetime
    type: str
    data: msgspec.Raw


class KeptSetTimer(KeptEffect, frozen=True, kw_only=True, tag="set_timer"):
    name: str
    due: dt.datetime
    correlation: str | None = None


class KeptCancelTimer(KeptEffect, frozen=True, kw_only=True, tag="cancel_timer"):
    name: str


class KeptResponse(KeptEffect, frozen=True, kw_only=True, tag="respond"):
    data: msgspec.Raw


AnyKeptEffect = KeptOrder | KeptNote | KeptSend | KeptSetTimer | KeptCancelTimer | KeptResponse


class Line(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One entry and what the block chose to do about it."""

    entry: KeptEntry
    effects: tuple[AnyKeptEffect, ...] = ()
    refusal: Refusal | None = None
    poison: str | None = None

    @property
    def evolves(self) -> bool:
        """Whether the block's state went on with this entry."""
        sent = isinstance(self.entry, KeptSent)
        return self.refusal is None and self.poison is None and not sent


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """One record of the journal; only a page without lines shares its `id` with another."""

    id: str
    generation: int
    block: str = ""
    lines: tuple[Line, ...] = ()


_pages = msgspec.json.Decoder(Page)


class Journal:
    """One process's hold on a journal: it writes only right after what it has read."""

    def __init__(
        self, stream: ports.Stream, subject: str, generation: int, block: str = ""
    ) -> None:
        self._stream = stream
        self.subject = subject
        self.generation = generation
        self.block = block
        self.last = 0
        self._taken = 0
        self._written = 0

    async def read(self) -> Sequence[Page]:
        """The pages beyond those already read or written."""
        records = await insist("journal", self._beyond)
        if records:
            self.last = records[-1].seq
        return [_pages.decode(record.data) for record in records]

    async def take(self) -> None:
        """Write the page that takes the journal over, right after what was read.

        Whatever it raises (Conflict, Full, Unknown, Unreachable): read on and take it
        again, for only a write that surely succeeded makes the pages' ids ours alone.
        """
        page = Page(id="taken", generation=self.generation, block=self.block)
        self._taken = self.last = await self._stream.append(
            self.subject, encode(page), expect=self.last
        )

    async def append(self, lines: Sequence[Line]) -> None:
        """Write one page. Raises Conflict when another process wrote first."""
        self._written += 1
        page_id = f"{self._taken}-{self._written}"
        page = Page(id=page_id, generation=self.generation, block=self.block, lines=tuple(lines))
        data = encode(page)
        for pause in pauses():
            try:
                self.last = await self._stream.append(self.subject, data, expect=self.last)
                return
            except (ports.Conflict, ports.Unknown) as doubt:
                if await self._is_there(page_id, doubt):
                    return
            except (ports.Full, ports.Unreachable) as no:
                log.warning("journal not written", subject=self.subject, why=repr(no))
            await asyncio.sleep(pause)

    async def _is_there(self, page_id: str, doubt: Exception) -> bool:
        """Read back whether our page is the next one; Conflict when it cannot be any more."""
        records = await insist("journal read-back", self._beyond)
        if records and _pages.decode(records[0].data).id == page_id:
            self.last = records[0].seq
            return True
        if records or isinstance(doubt, ports.Conflict):
            raise ports.Conflict(self.subject)
        return False

    async def _beyond(self) -> Sequence[ports.Record]:
        return await self._stream.read(self.subject, after=self.last)
