"""An incident's story for a person: a table with one line for every message."""

import datetime as dt
import heapq
from collections.abc import Iterable, Sequence

import msgspec
from abs_contracts.codec import decode_event
from abs_contracts.envelope import Envelope
from abs_contracts.refusal import Refused
from rich.table import Table
from rich.text import Text

from abs_core.cli.sentences import fallback, printable, sentence
from abs_core.sdk import OWN_LINES, OwnLine

__all__ = ["Line", "clock", "lines", "person", "sentence", "table", "with_own"]

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


def with_own(story: Iterable[Line], own: Iterable[OwnLine], party: str) -> list[Line]:
    """A party's story with what its own block keeps, by time; both stay in their order."""
    kept = [
        Line(
            type=OWN_LINES[1].type,
            occurred=each.at,
            recorded=each.at,
            party=party,
            actor=each.actor or "",
            role=each.role or "",
            text=f"[own] {printable(each.text)}",
        )
        for each in own
    ]
    return list(heapq.merge(story, kept, key=lambda line: line.recorded))


def table(story: Sequence[Line], *, title: str = "") -> Table:
    """A story as a table: recorded time (local), party, and what, by whom in which role."""
    shown = Table(
        title=Text(title) if title else None, title_justify="left", box=None, pad_edge=False
    )
    for column, style in (("recorded", "cyan"), ("party", "green"), ("what", "")):
        shown.add_column(column, style=style, no_wrap=column != "what")
    day = None
    for each in story:
        local = each.recorded.astimezone()
        if day not in (None, local.date()):
            shown.add_row(f"{local:%m-%d}", "", "")
        day = local.date()
        said = Text.assemble(each.text, (f" · {person(each)}" if person(each) else "", "dim"))
        shown.add_row(Text(clock(local)), Text(each.party or "-"), said)
    return shown


def person(line: Line) -> str:
    """Role and actor, as far as the message says them."""
    both = f"{line.role} ({line.actor})" if line.role and line.actor else line.role or line.actor
    return printable(both)


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
