"""What a room holds of a replay already, and what it holds at the end."""

import hashlib
import re

import msgspec
from abs_contracts import protocol
from abs_contracts.messages.incident import NoteAdded

from abs_core.application.log import COMMAND, KINDS, decode
from abs_core.ports import Bus, Record

RECORDED = re.compile(rb'"recordedtime":"[^"]*",?')


class Held(msgspec.Struct):
    """Ids of the commands that the log has, and the notes among what they led to, by command."""

    commands: set[str]
    notes: dict[str, str]


async def held(bus: Bus, room: str) -> Held:
    """Read the room's whole log once."""
    found = Held(commands=set(), notes={})
    for record in await _records(bus, room):
        command = record.headers.get(COMMAND, "")
        found.commands.add(command)
        if b"note_added" in record.data:
            payload = decode(record).events[0].payload
            if isinstance(payload, NoteAdded):
                found.notes[command] = payload.text
    return found


async def state(bus: Bus, room: str, commands: set[str]) -> str:
    """A SHA-256 over all that these commands led to: by subject, in order.

    Left out is when the core wrote it, so that two runs that did the same have the same.
    """
    subjects: dict[str, list[bytes]] = {}
    for record in await _records(bus, room):
        if record.headers.get(COMMAND, "") in commands:
            told = RECORDED.sub(b"", record.data)
            subjects.setdefault(record.subject, []).append(told)
    whole = hashlib.sha256()
    for subject, told_there in sorted(subjects.items()):
        whole.update(b"\n".join([subject.encode(), *told_there, b""]))
    return whole.hexdigest()


async def _records(bus: Bus, room: str) -> list[Record]:
    stream = await bus.open(protocol.stream("log", room))
    records: list[Record] = []
    for kind in KINDS[:2]:
        records += await stream.read(f"{kind}.{room}.*")
    return records
