"""Aggregates in memory: state, and the place in the log that it stands for."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

import msgspec
from abs_contracts.protocol import Accepted

from abs_core.application.log import Entry, RoomLog
from abs_core.domain import incident, party, unit
from abs_core.domain.chain import GENESIS

KEPT = 20_000
"""How many aggregates stay in memory; a cold one costs a read of its subject."""


class AggregateKind(NamedTuple):
    initial: Any
    evolve: Callable[[msgspec.Struct, Any], Any]


AGGREGATES: Mapping[str, AggregateKind] = {
    "inc": AggregateKind(incident.Incident(), incident.evolve),
    "unit": AggregateKind(unit.Unit(), unit.evolve),
    "party": AggregateKind(party.Party(), party.evolve),
}


class Aggregate:
    """One aggregate. Its lock is a lane: commands about it are handled one by one."""

    def __init__(self, kind: str, id_: str) -> None:
        self.kind = kind
        self.id = id_
        self.state = AGGREGATES[kind].initial
        self.seq = 0
        self.chain = GENESIS
        self.accepted: dict[tuple[str, str], Accepted] = {}  # by party and command
        self.lane = asyncio.Lock()

    def take(self, entry: Entry) -> None:
        """Fold one more entry of this aggregate's own subject."""
        payloads = [event.payload for event in entry.events]
        party = entry.events[0].envelope.party or ""
        # What the command was told before is not in the log; it holds beyond 0 in any case.
        reply = Accepted(command=entry.command, after=0)
        self.fold(payloads, seq=entry.seq, chain=entry.chain, party=party, reply=reply)

    def fold(
        self,
        payloads: Iterable[msgspec.Struct],
        *,
        seq: int,
        chain: str,
        party: str,
        reply: Accepted,
    ) -> None:
        """Fold what one command of a party wrote at this place, unless it was read back."""
        if seq <= self.seq:
            return
        evolve = AGGREGATES[self.kind].evolve
        for payload in payloads:
            self.state = evolve(payload, self.state)
        self.seq, self.chain = seq, chain
        self.accepted[party, reply.command] = reply


class Aggregates:
    """The aggregates of a room, loaded on demand, the least used let go."""

    def __init__(self, log: RoomLog, kept: int = KEPT) -> None:
        self._log = log
        self._kept = kept
        self._known: OrderedDict[tuple[str, str], Aggregate] = OrderedDict()

    def get(self, kind: str, id_: str) -> Aggregate:
        """The aggregate as far as it is known here; a new one stands at sequence 0."""
        aggregate = self._known.get((kind, id_))
        if aggregate is None:
            self._let_go()
            aggregate = self._known[kind, id_] = Aggregate(kind, id_)
        self._known.move_to_end((kind, id_))
        return aggregate

    async def catch_up(self, aggregate: Aggregate) -> bool:
        """Fold what others wrote meanwhile; whether there was any. Raises Unknown."""
        entries = await self._log.history(
            aggregate.kind, aggregate.id, after=aggregate.seq, chain=aggregate.chain
        )
        news = [entry for entry in entries if entry.seq > aggregate.seq]
        for entry in news:
            aggregate.take(entry)
        return bool(news)

    def _let_go(self) -> None:
        if len(self._known) < self._kept:
            return
        for key, aggregate in self._known.items():
            if not aggregate.lane.locked():
                del self._known[key]
                return
