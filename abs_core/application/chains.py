"""Reading the whole log with every record vouched for by its subject's chain.

A record that breaks the chain, and all that follow it on its subject, are no part
of the log: they are shown to nobody, and commands on that subject are refused
(LOG-003). The other subjects of the room go on.
"""

from collections import OrderedDict

import structlog
from abs_contracts.refusal import Refused

from abs_core.application.log import CHAIN, Entry, RoomLog, decode, verified
from abs_core.domain.chain import GENESIS, link
from abs_core.ports import Record

KEPT = 20_000
"""Subjects whose chain stays in memory; that of another is read again."""
BROKEN = "broken"

logger = structlog.get_logger(__name__)


class Chains:
    """Where the chain of each subject stands, as of the records taken so far."""

    def __init__(self, log: RoomLog) -> None:
        self._log = log
        self._links: OrderedDict[str, str] = OrderedDict()
        self.broken: dict[str, int] = {}  # subject to the first sequence that breaks it

    async def take(self, record: Record) -> Entry | None:
        """The entry of the next record; None if nothing vouches for it."""
        before = self._links.pop(record.subject, None)
        if before is None:
            before = await self._before(record)
        stands = before if before == BROKEN else link(before, record.data)
        if stands != record.headers.get(CHAIN):
            stands = BROKEN
        self._links[record.subject] = stands
        if len(self._links) > KEPT:
            self._links.popitem(last=False)
        if stands == BROKEN:
            self._refuse(record)
            return None
        return decode(record)

    def start_over(self) -> None:
        """The next record may lie before the last one."""
        self._links.clear()
        self.broken.clear()

    async def _before(self, record: Record) -> str:
        records = await self._log.stream.read(record.subject)
        try:
            entries = verified([r for r in records if r.seq < record.seq], GENESIS)
        except Refused:
            return BROKEN
        return entries[-1].chain if entries else GENESIS

    def _refuse(self, record: Record) -> None:
        if record.subject not in self.broken:
            self.broken[record.subject] = record.seq
            logger.error(
                "hash chain broken",
                rule="LOG-003",
                subject=record.subject,
                incident=record.subject.split(".")[-1],
                seq=record.seq,
            )
