"""An incident's story for a person: a table with one line for every message."""

import datetime as dt
from collections.abc import Iterable, Sequence

import msgspec
from abs_contracts.codec import decode_event
from abs_contracts.envelope import Envelope
from abs_contracts.refusal import Refused
from rich.table import Table
from rich.text import Text

from abs_core.cli.sentences import fallback, printable, sentence

__all__ = ["Line", "clock", "lines", "sentence", "table", "who"]

LATE = dt.timedelta(seconds=1)
"""News that was recorded so much later than it occurred says so in its line."""


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One message of a story; `recorded` falls back on `occurred` where it is not known."""

    type: str
    occurred: dt.datetime
    recorded: dt.datetime
    party: str
    actor: str
    role: str
    text: str


def lines(messages: Iterable[bytes | msgspec.Raw]) -> list[Line]:
    """A story's messages as lines; one that this version does not know is shown as it is."""
    return [_line(bytes(each)) for each in messages]


def table(story: Sequence[Line], *, title: str = "") -> Table:
    """A story as a table: recorded time (local), who, and what."""
    shown = Table(
        title=Text(title) if title else None, title_justify="left", box=None, pad_edge=False
    )
    shown.add_column("recorded", style="cyan", no_wrap=True)
    shown.add_column("who", style="green", max_width=28)
    shown.add_column("what", ratio=1)
    day = None
    for each in story:
        local = each.recorded.astimezone()
        if day not in (None, local.date()):
            shown.add_row(f"{local:%Y-%m-%d}", "", "")
        day = local.date()
        shown.add_row(Text(f"{local:%H:%M:%S}"), Text(who(each)), Text(each.text))
    return shown


def who(line: Line) -> str:
    """Party, role and actor, as far as the message says them."""
    person = f"{line.role} ({line.actor})" if line.role and line.actor else line.role or line.actor
    return printable(", ".join(part for part in (line.party, person) if part)) or "-"


def clock(time: dt.datetime) -> str:
    """A time of day where this program runs."""
    return f"{time.astimezone():%H:%M:%S}"


def _line(raw: bytes) -> Line:
    try:
        message = decode_event(raw)
        envelope, text = message.envelope, sentence(message)
    except Refused:
        envelope = msgspec.json.decode(raw, type=Envelope)
        text = fallback(envelope.type, msgspec.json.decode(envelope.data))
    recorded = envelope.recordedtime or envelope.time
    if recorded - envelope.time >= LATE:
        text += f" (occurred at {clock(envelope.time)})"
    return Line(
        type=envelope.type,
        occurred=envelope.time,
        recorded=recorded,
        party=envelope.party or "",
        actor=envelope.authid or "",
        role=envelope.role or "",
        text=text,
    )
