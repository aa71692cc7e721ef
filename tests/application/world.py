"""What the tests of the core share: faults as data, senders with ids of their own, the log read."""

import asyncio
import re
from collections import Counter
from collections.abc import Collection, Sequence
from typing import TypedDict

import msgspec
from abs_contracts import protocol
from abs_contracts.codec import Message, decode_event, encode
from abs_contracts.messages import incident as m
from abs_contracts.messages.party import AgreeBlock, Agreement
from abs_contracts.messages.values import CallSource, NoteAudience
from abs_contracts.negotiate import agreement_hash

from abs_core.adapters.ids import SequentialIds
from abs_core.adapters.memory import MemoryBus
from abs_core.application.log import COMMAND, Entry, RoomLog, decode, verified
from abs_core.application.registry import digest
from abs_core.clients import Desk
from abs_core.ports import Record
from abs_core.testing.room import RoomUnderTest, desk_token


class Who(TypedDict):
    actor: str
    role: str


WHO = Who(actor="desk-1", role="dispatcher")
OPEN = m.OpenIncident(source=CallSource.EMERGENCY)


class Plan:
    """A fault plan: what it is told to lose is lost, everything else arrives at once."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()  # deliveries by link, lost ones too
        self.cut = asyncio.Event()
        self._lose: list[tuple[re.Pattern[str], int]] = []
        self._crash: tuple[str, int] | None = None
        self._unlucky: frozenset[int] = frozenset()

    def lose(self, link: str, times: int = 1) -> None:
        """Lose the next deliveries on the links that match the pattern whole."""
        self._lose.append((re.compile(link), times))

    def unlucky(self, numbers: Collection[int]) -> None:
        """Lose the deliveries of these numbers, counted over all links from now on."""
        self._unlucky = frozenset(self.counts.total() + number for number in numbers)

    @property
    def armed(self) -> bool:
        """Whether something is still to be lost."""
        return bool(self._lose)

    def crash(self, client: str, after: int) -> None:
        """After so many deliveries from and to a client, none arrives; `cut` says when."""
        self._crash = (client, after)

    def fates(self, link: str, index: int) -> Sequence[float]:  # noqa: ARG002 - the port's shape
        self.counts[link] += 1
        if self.counts.total() in self._unlucky:
            return ()
        if self._crash and re.match(rf"{self._crash[0]}>|[^>]*>{self._crash[0]}:", link):
            self._crash = (self._crash[0], self._crash[1] - 1)
            if self._crash[1] < 0:
                self.cut.set()
                return ()
        for number, (pattern, times) in enumerate(self._lose):
            if pattern.fullmatch(link):
                self._lose[number] = (pattern, times - 1)
                if times == 1:
                    del self._lose[number]
                return ()
        return (0.0,)


def memory(room: RoomUnderTest) -> MemoryBus:
    """The room's bus, which these tests know to be the one in memory."""
    assert isinstance(room.bus, MemoryBus)
    return room.bus


def sender(room: RoomUnderTest, party: str, ids: str) -> Desk:
    """A desk with ids of its own: two of one name send commands of the same ids."""
    return Desk(room.bus, room.room, party, desk_token(party), room.clock, SequentialIds(ids))


async def send(
    room: RoomUnderTest, party: str, payload: msgspec.Struct, subject: str, *, id_: str
) -> protocol.Reply:
    """One command of a party, under an id that the test chooses."""
    return await sender(room, party, id_).command(payload, subject, **WHO)


def note(text: str) -> m.AddNote:
    return m.AddNote(text=text, audience=NoteAudience.ALL)


# -- blocks, as far as the core sees them ---------------------------------------


def block_token(generation: int) -> str:
    return f"block-token-{generation}"


async def agree(room: RoomUnderTest, generation: int, party: str = "fire") -> Agreement:
    """Put an Agreement in force, as the operator does."""
    agreement = Agreement(block="b", version="1.0", generation=generation, major=1)
    token = digest(block_token(generation))
    await room.operator.command(AgreeBlock(agreement=agreement, token=token), party)
    return agreement


async def hello(
    room: RoomUnderTest, agreement: Agreement, token: str, party: str = "fire"
) -> protocol.Greeting:
    said = protocol.Hello(agreement=agreement_hash(agreement), generation=agreement.generation)
    where = protocol.hello(room.room, party, token)
    answer = await room.bus.request(where, encode(said), within=5)
    greeting: protocol.Greeting = msgspec.json.decode(answer, type=protocol.Greeting)
    return greeting


# -- the log, read by the test itself -------------------------------------------


async def records(room: RoomUnderTest) -> list[Record]:
    """The log of the room, as it lies in its stream."""
    stream = await room.bus.open(protocol.stream("log", room.room))
    found = [r for s in RoomLog.subjects(room.room) for r in await stream.read(s)]
    return sorted(found, key=lambda record: record.seq)


async def commands(room: RoomUnderTest, subject: str = "") -> list[str]:
    """The ids of the commands in the log, in order; of one subject, if it is named."""
    return [r.headers[COMMAND] for r in await records(room) if r.subject.startswith(subject)]


async def events(room: RoomUnderTest) -> list[Message[msgspec.Struct]]:
    """The events of the log in order, each subject's hash chain verified."""
    found = await records(room)
    for subject in {record.subject for record in found}:
        verified([record for record in found if record.subject == subject], "")
    return [event for record in found for event in entry(record).events]


def entry(record: Record) -> Entry:
    return decode(record)


def texts(feed: Sequence[bytes]) -> list[str]:
    """The notes in a feed, in order."""
    payloads = [decode_event(raw).payload for raw in feed]
    return [payload.text for payload in payloads if isinstance(payload, m.NoteAdded)]
