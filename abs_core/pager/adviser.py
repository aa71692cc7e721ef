"""The block of a party beside the desk: what it would have proposed, and where a page differs.

Kinds are compared, not call signs: a page shows which units went, and a block without
travel times cannot say which were nearest. `TS-4` and `TS-6` count as one kind.
"""

import asyncio
import re
from collections import Counter

import msgspec
from abs_contracts import protocol
from abs_contracts.catalogue import CORE, Catalogue

from abs_core.clients import Desk
from abs_core.host.loader import load
from abs_core.pager.page import Value
from abs_core.pager.vehicles import family
from abs_core.ports import Bus, Unknown, Unreachable
from abs_core.sdk import Settings

QUESTION = "fire.proposal"
PATIENCE = 120.0
"""Seconds that the block may be behind before what it would have said is unknown."""
TRIES = 10
PAUSE = 0.5
"""How often a question is asked that gets no answer, and the seconds between."""
HEARD = 100_000
"""So many of the commands that the block has heard of are remembered, the newest: a
question follows its command at once."""
CAUSE = re.compile(rb'"causationid":"([^"]+)"')
NOTE = re.compile(r"Adviser (\S+): proposed (.*?); sent (.*?)\. Why: (.*)", re.DOTALL)


class Advice(Value, frozen=True, kw_only=True):
    """Kinds with counts: what the block still wanted, and what the page sent."""

    block: str
    proposed: dict[str, int]
    sent: dict[str, int]
    why: str

    @property
    def verdict(self) -> str:
        if not self.proposed:
            return "none"
        wanted, sent = Counter(self.proposed), Counter(self.sent)
        if wanted == sent:
            return "same"
        if not wanted - sent:
            return "page_sent_more"
        if not sent - wanted:
            return "page_sent_less"
        return "other"

    def text(self) -> str:
        """As a line for the incident's log book; `from_text` reads it back."""
        proposed, sent = _listed(self.proposed), _listed(self.sent)
        return f"Adviser {self.block}: proposed {proposed}; sent {sent}. Why: {self.why}"


def from_text(text: str) -> Advice | None:
    found = NOTE.fullmatch(text)
    if found is None:
        return None
    return Advice(block=found[1], proposed=_read(found[2]), sent=_read(found[3]), why=found[4])


def as_sent(block: str, sent: tuple[str, ...]) -> Advice:
    """The advice that the page followed."""
    kinds = dict(Counter(family(kind) for kind in sent))
    return Advice(block=block, proposed=kinds, sent=kinds, why="as the page")


def _listed(kinds: dict[str, int]) -> str:
    return ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items())) or "nothing"


def _read(listed: str) -> dict[str, int]:
    return {kind: int(count) for count, kind in re.findall(r"(\d+) ([^,]+)", listed)}


class _Need(msgspec.Struct):
    kind: str
    count: int


class _Proposed(msgspec.Struct):
    """As much of a proposal as is compared."""

    why: str
    wanted: tuple[_Need, ...] = ()


class Adviser:
    """Asks one party's block over the bus. Use it as an async context manager.

    It reads the block's journal, to know which commands the block has heard of.
    """

    def __init__(self, bus: Bus, room: str, party: str, block: str, desk: Desk) -> None:
        self._bus = bus
        self._room = room
        self._party = party
        self.block = block
        self._desk = desk
        self._catalogue: Catalogue = CORE.extended(
            load(block, Settings(room=room, party=party)).contracts
        )
        self._heard: dict[str, None] = {}
        self._waiting: dict[str, asyncio.Event] = {}

    async def __aenter__(self) -> "Adviser":
        stream = await self._bus.open(protocol.stream("journal", self._room, self._party))
        self._reader = await stream.follow()
        self._following = asyncio.create_task(self._follow())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._following.cancel()
        await asyncio.gather(self._following, return_exceptions=True)
        await self._reader.close()

    @property
    def able(self) -> bool:
        """Whether the block answers the question that is asked here."""
        return self._catalogue.get(f"abs.{QUESTION}.v1") is not None

    async def advice(self, incident: str, after: str, sent: tuple[str, ...]) -> Advice:
        """What the block proposes for the incident, once it has heard of that command.

        Raises Refused for what the block refuses, and Unknown when it is too far behind.
        """
        await self._hears(after)
        contract = self._catalogue[f"abs.{QUESTION}.v1"]
        question = msgspec.convert({"incident": incident}, contract.payload)
        said = await self._answer(question)
        proposed: Counter[str] = Counter()
        for need in said.wanted:
            proposed[family(need.kind)] += need.count
        went = Counter(family(kind) for kind in sent)
        return Advice(block=self.block, proposed=dict(proposed), sent=dict(went), why=said.why)

    async def _answer(self, question: msgspec.Struct) -> _Proposed:
        """Asked until there is an answer: a question changes nothing."""
        for _ in range(TRIES - 1):
            try:
                return await self._desk.ask(self._catalogue, question, _Proposed)
            except (Unknown, Unreachable):
                await asyncio.sleep(PAUSE)
        return await self._desk.ask(self._catalogue, question, _Proposed)

    async def _hears(self, command: str) -> None:
        if command in self._heard:
            return
        event = self._waiting.setdefault(command, asyncio.Event())
        try:
            async with asyncio.timeout(PATIENCE):
                await event.wait()
        except TimeoutError:
            raise Unknown(f"{self._party}'s block has not heard of {command} yet") from None

    async def _follow(self) -> None:
        while True:
            while len(self._heard) > HEARD:
                del self._heard[next(iter(self._heard))]
            for record in await self._reader.fetch(256):
                for cause in CAUSE.findall(record.data):
                    command = cause.decode()
                    self._heard[command] = None
                    if event := self._waiting.pop(command, None):
                        event.set()
