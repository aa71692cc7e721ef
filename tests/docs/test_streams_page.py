"""The streams that protocol.md names are the ones that a room makes."""

import datetime as dt
import re
from collections.abc import Sequence

import msgspec
import pytest
from abs_contracts import protocol

from abs_core.adapters.clock import FixedClock
from abs_core.adapters.ids import SequentialIds
from abs_core.adapters.memory import MemoryBus
from abs_core.adapters.memory.streams import MemoryStream
from abs_core.bootstrap import agree_block
from abs_core.ports import Unreachable
from abs_core.testing.room import RoomUnderTest
from tests.docs.tables import ROOT

PAGE = ROOT / "docs/protocol.md"
pytestmark = pytest.mark.skipif(not PAGE.is_file(), reason="docs/ is not here")
PLACES = {"<room>": "dh", "<party>": "fire", "<major>": "1"}


class NamingBus(MemoryBus):
    """A memory bus that remembers which streams were made, and over which subjects."""

    def __init__(self) -> None:
        super().__init__()
        self.made: dict[str, tuple[str, ...]] = {}

    async def stream(
        self, name: str, subjects: Sequence[str], *, durable: bool = True, history: int = 0
    ) -> MemoryStream:
        self.made[name] = tuple(subjects)
        return await super().stream(name, subjects, durable=durable, history=history)


def told() -> dict[str, tuple[str, ...]]:
    """Stream and subjects of each row of the page."""
    rows = re.findall(r"^\| `([A-Z]+_[^`]*)` \| ([^|]*) \|", PAGE.read_text("utf-8"), re.MULTILINE)
    return {placed(name): tuple(re.findall(r"`([^`]+)`", placed(where))) for name, where in rows}


def placed(text: str) -> str:
    for place, value in PLACES.items():
        text = text.replace(place, value)
    return text


async def test_a_room_makes_these_streams_and_a_block_makes_none() -> None:
    bus = NamingBus()
    clock = FixedClock(dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    async with RoomUnderTest(bus, clock, SequentialIds("t")) as room:
        mine = await agree_block(room.operator, "dh", "fire", "fire", 1)
        hello = protocol.Hello(agreement=mine.agreement, generation=1)
        subject = protocol.hello("dh", "fire", mine.token)
        answer = await bus.request(subject, msgspec.json.encode(hello), within=5.0)
        assert isinstance(msgspec.json.decode(answer, type=protocol.Greeting), protocol.Welcome)
        others = {f"FEED_dh_{party}_v1" for party in room.parties} - {"FEED_dh_fire_v1"}
        assert told() == {name: on for name, on in bus.made.items() if name not in others}
        with pytest.raises(Unreachable):
            await bus.open("JOURNAL_dh_police")
