"""When the block of a party did not keep up, as the core said it in the log."""

import datetime as dt
from collections.abc import Iterable

import msgspec
from abs_contracts.messages import party as m
from msgspec.structs import replace

from abs_core.application.log import Entry
from abs_core.kpi.waits import recorded


class Outage(msgspec.Struct, frozen=True, kw_only=True):
    """The block was degraded from `begin` until `end` (None: still)."""

    begin: dt.datetime
    end: dt.datetime | None = None
    reason: str


class Service(msgspec.Struct, frozen=True, kw_only=True):
    """A party's block: in the room since its first Agreement, apart from its outages."""

    since: dt.datetime
    outages: tuple[Outage, ...] = ()

    @property
    def down(self) -> bool:
        return bool(self.outages) and self.outages[-1].end is None


def services(entries: Iterable[Entry]) -> dict[str, Service]:
    """Every party that ever had a block."""
    found: dict[str, Service] = {}
    for entry in entries:
        for event in entry.events if entry.kind == "party" else ():
            at, known = recorded(event), found.get(entry.id)
            if known is not None:
                found[entry.id] = _after(known, event.payload, at)
            elif isinstance(event.payload, m.BlockAgreed):
                found[entry.id] = Service(since=at)
    return found


def _after(known: Service, said: msgspec.Struct, at: dt.datetime) -> Service:
    match said:
        case m.PartyDegraded(reason=reason) if not known.down:
            outage = Outage(begin=at, reason=reason)
            return replace(known, outages=(*known.outages, outage))
        case m.PartyRecovered() if known.down:
            ended = replace(known.outages[-1], end=at)
            return replace(known, outages=(*known.outages[:-1], ended))
    return known
