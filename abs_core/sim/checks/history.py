"""The log as plain JSON, record by record."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from abs_core.application.log import COMMAND
from abs_core.ports import Record

_events = msgspec.json.Decoder(list[msgspec.Raw])

Json = Mapping[str, Any]


class Entry(NamedTuple):
    """One event: the record it stands in, the aggregate it is about, its bytes and fields."""

    seq: int
    kind: str
    about: str
    command: str
    raw: bytes
    event: Json

    @property
    def name(self) -> str:
        """The message's name, without prefix and major."""
        return str(self.event["type"]).removeprefix("abs.").rpartition(".")[0]

    @property
    def data(self) -> Json:
        data: Json = self.event["data"]
        return data


History = Sequence[Entry]


def history(log: Sequence[Record]) -> list[Entry]:
    """Every event of the log, in order."""
    entries = []
    for record in log:
        kind, _, about = record.subject.split(".")
        command = record.headers[COMMAND]
        for raw in _events.decode(record.data):
            data = bytes(raw)
            entries.append(Entry(record.seq, kind, about, command, data, msgspec.json.decode(data)))
    return entries
