"""The feeds rendered again from the log: nothing but the domain's view, and no memory."""

from typing import NamedTuple

import msgspec
from abs_contracts.catalogue import CORE, Sight
from abs_contracts.codec import Message
from abs_contracts.messages.incident import IncidentStub
from abs_contracts.messages.party import PartyRegistered
from abs_contracts.messages.unit import UnitStatusChanged
from abs_contracts.messages.values import Discipline

from abs_core.application.log import Entry
from abs_core.domain.view import Dossier, advance, concerns, unit_party, view, view_elsewhere

STUB = CORE.of(IncidentStub).type

Event = Message[msgspec.Struct]


class Shown(NamedTuple):
    """One message of a party's feed, and the log sequence that led to it."""

    party: str
    seq: int
    data: bytes


class Rendering:
    """A fold of the whole log; give it every entry, in order."""

    def __init__(self) -> None:
        self._disciplines: dict[str, Discipline] = {}
        self._dossiers: dict[str, Dossier] = {}

    def take(self, entry: Entry) -> list[Shown]:
        """What each party sees of the next entry, in order."""
        return [shown for event in entry.events for shown in self._event(entry, event)]

    def _event(self, entry: Entry, event: Event) -> list[Shown]:
        if isinstance(event.payload, PartyRegistered):
            self._disciplines[entry.id] = event.payload.discipline
        incident = about(entry, event)
        dossier = self._dossiers.get(incident, Dossier()) if incident else None
        after = advance(dossier, event) if dossier and concerns(dossier, event) else None
        if incident and after:
            self._dossiers[incident] = after
        shown = []
        for party in self._disciplines:
            if dossier is None or after is None or unit_party(event) == party:
                messages = view_elsewhere(event, party)
            else:
                messages = view(dossier, after, event, party, self._disciplines)
            shown += [Shown(party, entry.seq, data) for data in messages]
        return shown


def about(entry: Entry, event: Event) -> str | None:
    """The incident that an event is about, if any: its own, or the one a unit serves."""
    if event.contract.sight is Sight.UNIT:
        return event.payload.incident if isinstance(event.payload, UnitStatusChanged) else None
    return entry.id if entry.kind == "inc" else None


def is_stub(data: bytes) -> bool:
    kind = msgspec.json.decode(data, type=_Type)
    return kind.type == STUB


class _Type(msgspec.Struct, frozen=True):
    type: str
