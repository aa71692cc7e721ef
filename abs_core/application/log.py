"""The log of a room: what the core wrote, one exact subject per aggregate.

A record is what one command wrote, so it is a list of events and is written
whole or not at all. Its headers carry the command's id, by which a repeat is
known, and the subject's hash chain; neither ever leaves the core.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple, Protocol

import msgspec
from abs_contracts.codec import Message, decode_event
from abs_contracts.refusal import Refused

from abs_core.domain.chain import GENESIS, link
from abs_core.ports import Record, Stream

CHAIN = "Abs-Chain"
COMMAND = "Abs-Command"
KINDS = ("inc", "unit", "party")

_records = msgspec.json.Decoder(list[msgspec.Raw])


class Entry(NamedTuple):
    """One record of the log, decoded."""

    seq: int
    kind: str
    id: str
    command: str
    chain: str
    events: tuple[Message[msgspec.Struct], ...]


class Place(Protocol):
    """Where an aggregate stands in the log."""

    kind: str
    id: str
    seq: int
    chain: str


class RoomLog:
    """One room's log over its stream; `reached` is a sequence that it surely has."""

    def __init__(self, stream: Stream, room: str) -> None:
        self.stream = stream
        self.room = room
        self.reached = 0

    @staticmethod
    def subjects(room: str) -> list[str]:
        return [f"{kind}.{room}.*" for kind in KINDS]

    async def append(
        self, aggregate: "Place", events: Iterable[bytes], *, command: str
    ) -> tuple[int, str]:
        """Write what one command did beyond where the aggregate stands.

        Returns the record's sequence and chain. Raises Conflict, Full or Unknown.
        """
        data = b"[" + b",".join(events) + b"]"
        chain = link(aggregate.chain, data)
        subject = f"{aggregate.kind}.{self.room}.{aggregate.id}"
        headers = {CHAIN: chain, COMMAND: command}
        seq = await self.stream.append(subject, data, expect=aggregate.seq, headers=headers)
        self.saw(seq)
        return seq, chain

    def saw(self, seq: int) -> None:
        """Note that a record of this sequence was met."""
        self.reached = max(self.reached, seq)

    async def history(
        self, kind: str, id_: str, *, after: int = 0, chain: str = GENESIS, whole: bool = True
    ) -> list[Entry]:
        """The entries of one aggregate beyond `after`, where its chain stood at `chain`.

        Raises Refused (LOG-003) where the chain breaks, or ends there if it need not
        be whole.
        """
        records = await self._read(f"{kind}.{self.room}.{id_}", after)
        return verified(records, chain) if whole else vouched(records, chain)

    async def parties(self, name: str = "*", *, after: int = 0) -> Sequence[Record]:
        """The records about a party, or any, beyond `after`; not yet vouched for."""
        return await self._read(f"party.{self.room}.{name}", after)

    async def _read(self, subject: str, after: int) -> Sequence[Record]:
        records = await self.stream.read(subject, after=after)
        if records:
            self.saw(records[-1].seq)
        return records


def decode(record: Record) -> Entry:
    """A record that its chain vouches for, as an entry."""
    kind, _, id_ = record.subject.split(".")
    events = tuple(decode_event(bytes(raw)) for raw in _records.decode(record.data))
    command = record.headers.get(COMMAND, "")
    return Entry(record.seq, kind, id_, command, record.headers[CHAIN], events)


def vouched(records: Sequence[Record], chain: str) -> list[Entry]:
    """The entries of one subject up to where its chain breaks, if it does."""
    entries = []
    for record in records:
        chain = link(chain, record.data)
        if record.headers.get(CHAIN) != chain:
            break  # changed, lost before it, or forged
        entries.append(decode(record))
    return entries


def verified(records: Sequence[Record], chain: str) -> list[Entry]:
    """The entries of one subject. Raises Refused where the chain breaks."""
    entries = vouched(records, chain)
    if len(entries) < len(records):
        broken = records[len(entries)]
        raise Refused(
            rule="LOG-003",
            what=f"the hash chain breaks at sequence {broken.seq}",
            where=broken.subject,
            fix="keep the data folder as it is, and restore the log from a copy; "
            "what is not about this subject goes on",
        )
    return entries
