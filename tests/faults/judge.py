"""The judge: reads log, feeds and journal as they are on disk, and finds what is wrong.

It trusts no process: the chain and the counts are its own, and a feed is held
against the log rendered again from the beginning.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

import msgspec
from abs_contracts import protocol
from abs_contracts.envelope import Envelope
from abs_contracts.messages.incident import IncidentTakenUp, UnitAssigned, UnitReleased
from abs_contracts.messages.unit import UnitRegistered, UnitStatusChanged

from abs_core.application.log import CHAIN, COMMAND, KINDS, Entry, RoomLog, decode
from abs_core.application.projection import Projection
from abs_core.host.journal import KeptFed, KeptOrder, KeptSettled, Line, Page
from abs_core.ports import Bus, Record
from tests.faults.desks import Told


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """What was read once everything was up again and idle."""

    told: Sequence[Told]
    log: Sequence[Record]
    feeds: dict[str, Sequence[Record]]
    rendered: dict[str, Sequence[bytes]]
    journal: Sequence[Line]

    @property
    def entries(self) -> list[Entry]:
        return [decode(record) for record in self.log]


async def gather(bus: Bus, room: str, told: Sequence[Told], parties: Iterable[str]) -> Evidence:
    """Read everything of a room, with one block: that of fire."""
    stream = await bus.open(protocol.stream("log", room))
    log: list[Record] = []
    for kind in KINDS:
        log.extend(await stream.read(f"{kind}.{room}.*"))
    log.sort(key=lambda record: record.seq)
    feeds = {}
    for party in parties:
        feed = await bus.open(protocol.stream("feed", room, party, "v1"))
        feeds[party] = await feed.read(protocol.feed(room, party, 1))
    rendered: dict[str, list[bytes]] = {party: [] for party in parties}
    projection = Projection(RoomLog(stream, room))
    for record in log:
        for shown in await projection.take(decode(record)):
            rendered[shown.party].append(shown.data)
    journal = await bus.open(protocol.stream("journal", room, "fire"))
    pages = await journal.read(protocol.journal(room, "fire"))
    lines = [line for r in pages for line in msgspec.json.decode(r.data, type=Page).lines]
    return Evidence(told=told, log=log, feeds=feeds, rendered=dict(rendered), journal=lines)


def judge(evidence: Evidence) -> list[str]:
    """What is wrong, in words; nothing if all is well."""
    return [
        *_commands(evidence),
        *_chain(evidence.log),
        *_feeds(evidence),
        *_journal(evidence.journal),
        *_units(evidence),
    ]


def _commands(evidence: Evidence) -> Iterable[str]:
    """Accepted: exactly once in the log, unless it says so already. Refused: never.
    Without an outcome: at most once."""
    times = Counter(record.headers[COMMAND] for record in evidence.log)
    yield from (f"command {c} stands {n} times in the log" for c, n in times.items() if n > 1)
    idle = set(_said_already(evidence))
    settled = [
        (line.entry.effect, line.entry.reply)
        for line in evidence.journal
        if isinstance(line.entry, KeptSettled)
    ]
    for command, reply in [*((t.command, t.reply) for t in evidence.told), *settled]:
        if isinstance(reply, protocol.Accepted) and not times[command] and command not in idle:
            yield f"command {command} was accepted and is not in the log"
        if isinstance(reply, protocol.Rejected) and times[command]:
            yield f"command {command} was refused ({reply.refusal.rule}) and is in the log"
        if isinstance(reply, protocol.Unknown):
            yield f"command {command} never got an outcome, though all was up again"


SAYS = {
    "abs.incident.take_up.v1": IncidentTakenUp,
    "abs.unit.register.v1": UnitRegistered,
    "abs.unit.report_status.v1": UnitStatusChanged,
}
"""Orders of a block that are accepted without an event when all stands as they ask."""


def _said_already(evidence: Evidence) -> Iterable[str]:
    """The orders that ask for what the log says of their subject."""
    said = {(entry.id, type(event.payload)) for entry in evidence.entries for event in entry.events}
    for line in evidence.journal:
        for effect in line.effects:
            if isinstance(effect, KeptOrder):
                order = msgspec.json.decode(effect.raw, type=Envelope)
                if (order.subject, SAYS.get(order.type)) in said:
                    yield effect.id


def _chain(log: Sequence[Record]) -> Iterable[str]:
    chains: dict[str, str] = defaultdict(str)
    for record in log:
        before = chains[record.subject]
        chains[record.subject] = hashlib.sha256(before.encode() + record.data).hexdigest()
        if record.headers[CHAIN] != chains[record.subject]:
            yield f"the chain of {record.subject} breaks at {record.seq}"
            return


def _feeds(evidence: Evidence) -> Iterable[str]:
    for party, feed in evidence.feeds.items():
        if [record.seq for record in feed] != list(range(1, len(feed) + 1)):
            yield f"the feed of {party} is not numbered from 1 without a gap"
        given, meant = [record.data for record in feed], list(evidence.rendered[party])
        if given != meant:
            at = next((i for i, (a, b) in enumerate(zip(given, meant, strict=False)) if a != b), "")
            sizes = f"{len(given)} messages, the log makes {len(meant)}"
            yield f"the feed of {party} is not the view of the log: {sizes}; differs at {at}"


def _journal(lines: Sequence[Line]) -> Iterable[str]:
    orders = Counter(e.id for line in lines for e in line.effects if isinstance(e, KeptOrder))
    settled = Counter(x.entry.effect for x in lines if isinstance(x.entry, KeptSettled))
    yield from (f"order {id_} stands twice in the journal" for id_, n in orders.items() if n > 1)
    for order in orders:
        if settled[order] != 1:
            yield f"order {order} was settled {settled[order]} times"
    fed = [line.entry.position for line in lines if isinstance(line.entry, KeptFed)]
    if fed != list(range(1, len(fed) + 1)):
        yield "the journal has not every feed message once and in order"
    yield from (f"poison: {line.poison}" for line in lines if line.poison is not None)


def _units(evidence: Evidence) -> Iterable[str]:
    """On one incident a unit is assigned, released, assigned: never twice in a row."""
    on: set[tuple[str, str]] = set()
    for entry in evidence.entries:
        for event in entry.events:
            match event.payload:
                case UnitAssigned(unit=unit):
                    if (entry.id, unit) in on:
                        yield f"unit {unit} was assigned twice to {entry.id}"
                    on.add((entry.id, unit))
                case UnitReleased(unit=unit):
                    on.discard((entry.id, unit))
