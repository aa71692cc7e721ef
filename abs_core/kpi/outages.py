"""When the block of a party did not keep up, as the core said it in the log."""

import datetime as dt
from collections.abc import Iterable

import msgspec
from abs_contracts.messages import party as m

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


def services(entries: Iterable[Entry]) -> dict[str, Service]:
    """Every party that ever had a block."""
    found: dict[str, Service] = {}
    for entry in entries:
        if entry.kind != "party":
            continue
        for event in entry.events:
            at, known = recorded(event), found.get(entry.id)
            match event.payload:
                case m.BlockAgreed() if known is None:
                    found[entry.id] = Service(since=at)
                case m.PartyDegraded(reason=reason) if known is not None:
                    outages = (*known.outages, Outage(begin=at, reason=reason))
                    found[entry.id] = msgspec.structs.replace(known, outages=outages)
                case m.PartyRecovered() if known is not None and known.outages:
                    ended = msgspec.structs.replace(known.outages[-1], end=at)
                    outages = (*known.outages[:-1], ended)
                    found[entry.id] = msgspec.structs.replace(known, outages=outages)
    return found
