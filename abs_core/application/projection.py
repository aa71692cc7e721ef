"""The room as the feeder has read it so far: parties, open incidents, what each may see.

A pure fold of the log, apart from reading the history of an incident that is
not in memory; cold or warm, the outcome is the same.
"""

from collections import OrderedDict
from collections.abc import Iterable
from typing import NamedTuple

import msgspec
from abs_contracts.catalogue import Sight
from abs_contracts.codec import Message
from abs_contracts.messages.incident import IncidentOpened, UnitAssigned
from abs_contracts.messages.unit import UnitStatusChanged
from abs_contracts.messages.values import Discipline

from abs_core.application.chains import Chains
from abs_core.application.log import Entry, RoomLog
from abs_core.domain import party
from abs_core.domain.decision import Elsewhere
from abs_core.domain.view import (
    Dossier,
    advance,
    concerns,
    unit_party,
    view,
    view_elsewhere,
)

Event = Message[msgspec.Struct]
CLOSED_KEPT = 500
"""How many closed incidents stay in memory, for late statuses and reopening."""


class Shown(NamedTuple):
    """One message that one party sees."""

    party: str
    data: bytes


class Projection:
    """The fold of the log up to `seq`."""

    def __init__(self, log: RoomLog) -> None:
        self._log = log
        self.seq = 0
        self.parties: dict[str, party.Party] = {}
        self._disciplines: dict[str, Discipline] = {}
        self._open: dict[str, Dossier] = {}
        self._closed: OrderedDict[str, Dossier] = OrderedDict()
        self._serving: dict[str, tuple[Elsewhere, ...]] = {}
        self._positions: dict[str, int] = {}

    # -- what others ask ---------------------------------------------------

    @property
    def open_incidents(self) -> dict[str, Dossier]:
        return self._open

    def position(self, name: str) -> int:
        """How many messages this party's feed has for certain."""
        return self._positions.get(name, 0)

    def settle(self, positions: dict[str, int]) -> None:
        self._positions = positions

    def serves(self, unit: str, *, besides: str) -> tuple[Elsewhere, ...]:
        """The open incidents that a unit is assigned to, other than `besides`."""
        return tuple(e for e in self._serving.get(unit, ()) if e.incident != besides)

    # -- folding -----------------------------------------------------------

    async def restore(self, seq: int, open_incidents: Iterable[str]) -> None:
        """Start from a checkpoint: parties from their history, open incidents cold."""
        self.__init__(self._log)  # type: ignore[misc]  # start over as new
        chains = Chains(self._log)
        for record in await self._log.parties():
            entry = await chains.take(record) if record.seq <= seq else None
            if entry is not None:
                await self.take(entry)
        self.seq = seq
        for id_ in open_incidents:
            self._keep(id_, await load_dossier(self._log, id_, before=seq + 1))

    async def take(self, entry: Entry) -> list[Shown]:
        """Fold the next entry; what each party sees of it, in order."""
        shown: list[Shown] = []
        for event in entry.events:
            if entry.kind == "party":
                self._take_party(entry.id, event)
            incident = _incident_of(entry, event)
            dossier = await self._dossier(incident, event, entry.seq) if incident else None
            after = advance(dossier, event) if dossier and concerns(dossier, event) else None
            owner = unit_party(event)
            for name in self.parties:
                if dossier and after and owner != name:
                    messages = view(dossier, after, event, name, self._disciplines)
                else:
                    messages = view_elsewhere(event, name)
                shown.extend([Shown(name, data) for data in messages])
            if after and incident:
                self._keep(incident, after)
        self.seq = entry.seq
        return shown

    def skip(self, seq: int) -> None:
        """Go on beyond a record that is no part of the log."""
        self.seq = seq

    def _take_party(self, name: str, event: Event) -> None:
        state = party.evolve(event.payload, self.parties.get(name, party.Party()))
        self.parties[name] = state
        if state.discipline:
            self._disciplines[name] = state.discipline

    async def _dossier(self, id_: str, event: Event, seq: int) -> Dossier:
        if isinstance(event.payload, IncidentOpened):
            return Dossier()
        known = self._open.get(id_) or self._closed.get(id_)
        return known or await load_dossier(self._log, id_, before=seq)

    def _keep(self, id_: str, dossier: Dossier) -> None:
        before = self._open.pop(id_, None) or self._closed.pop(id_, None)
        for unit in before.incident.units if before else ():
            self._serving[unit] = self.serves(unit, besides=id_)
        if not dossier.incident.open:
            self._closed[id_] = dossier
            if len(self._closed) > CLOSED_KEPT:
                self._closed.popitem(last=False)
            return
        self._open[id_] = dossier
        here = Elsewhere(id_, dossier.incident.exercise)
        for unit in dossier.incident.units:
            self._serving[unit] = (*self.serves(unit, besides=id_), here)


async def load_dossier(log: RoomLog, id_: str, *, before: int) -> Dossier:
    """An incident's dossier from the log, as of the entries with a sequence under `before`."""
    dossier = Dossier()
    for event in await incident_events(log, id_, before=before, whole=False):
        if concerns(dossier, event):
            dossier = advance(dossier, event)
    return dossier


async def incident_events(
    log: RoomLog, id_: str, *, before: int, whole: bool = True
) -> list[Event]:
    """An incident's events and the statuses of its units that name it, in log order.

    Raises Refused (LOG-003) where a chain breaks, or ends there if it need not be whole.
    """
    own = await log.history("inc", id_, whole=whole)
    units = {e.payload.unit: None for x in own for e in x.events if _assigns(e)}  # type: ignore[attr-defined]  # _assigns
    entries = [entry for entry in own if entry.seq < before]
    for unit in units:
        for entry in await log.history("unit", unit, whole=whole):
            if entry.seq < before and any(_names(e, id_) for e in entry.events):
                entries.append(entry)
    return [event for entry in sorted(entries) for event in entry.events]


def _assigns(event: Event) -> bool:
    return isinstance(event.payload, UnitAssigned)


def _names(event: Event, incident: str) -> bool:
    return isinstance(event.payload, UnitStatusChanged) and event.payload.incident == incident


def _incident_of(entry: Entry, event: Event) -> str | None:
    if event.contract.sight is Sight.UNIT:
        return event.payload.incident if isinstance(event.payload, UnitStatusChanged) else None
    return entry.id if entry.kind == "inc" else None
