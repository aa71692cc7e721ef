"""What decisions say and no other suite looks at."""

import datetime as dt
import re
from pathlib import Path
from types import ModuleType

import abs_contracts
import msgspec
from abs_contracts import decode_event, protocol
from abs_contracts.messages.incident import OpenIncident
from abs_contracts.messages.values import CallSource

import abs_core
from abs_core.adapters.clock import FixedClock
from abs_core.adapters.ids import SequentialIds
from abs_core.adapters.memory import MemoryBus
from abs_core.testing.room import RoomUnderTest


async def test_a_record_is_what_one_command_wrote() -> None:
    """Decision 1: one JSON array of events, two headers, and no trace of them outside."""
    clock = FixedClock(dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    async with RoomUnderTest(MemoryBus(), clock, SequentialIds("t")) as room:
        opened = OpenIncident(source=CallSource.EMERGENCY)
        reply = await room.desk("fire").command(opened, "i-1", actor="desk-1", role="intake")
        log = await room.bus.open(protocol.stream("log", room.room))
        (record,) = await log.read("inc.dh.i-1")
        events = msgspec.json.decode(record.data, type=list[msgspec.Raw])
        assert [decode_event(bytes(raw)).envelope.causationid for raw in events] == [reply.command]
        assert set(record.headers) == {"Abs-Chain", "Abs-Command"}
        assert record.headers["Abs-Command"] == reply.command
        shown = await room.feed("fire")
        assert shown == [bytes(raw) for raw in events]
        assert not any(record.headers["Abs-Chain"].encode() in data for data in shown)


def test_pydantic_stays_at_the_edge() -> None:
    """Decision 11."""
    importers = {
        path.relative_to(folder(each)).as_posix()
        for each in (abs_core, abs_contracts)
        for path in folder(each).rglob("*.py")
        if re.search(r"^\s*(from|import) pydantic", path.read_text("utf-8"), re.MULTILINE)
    }
    assert importers == {"config.py"}


def folder(package: ModuleType) -> Path:
    return Path(package.__path__[0])
