"""A fire block fed entry by entry, as a host would do it, without host or bus."""

import datetime as dt
from collections.abc import Sequence

import msgspec
import pytest
from abs_contracts.catalogue import CORE
from abs_contracts.codec import decode_event, seal
from abs_contracts.envelope import Envelope
from abs_contracts.messages import incident as inc
from abs_contracts.messages.unit import UnitRegistered, UnitStatusChanged
from abs_contracts.messages.values import CallSource, Classification, Location, StatusSource
from abs_fire.block import FireBlock
from abs_fire.contracts import ProposalMade
from abs_fire.fleet import load_fleet
from abs_fire.state import State
from abs_fire.table import load_table

from abs_core.sdk import Effect, Entry, Fed, Requested

START = dt.datetime(2026, 1, 1, 2, 42, 59, tzinfo=dt.UTC)


class Dialogue:
    """Keeps the block's state and makes its entries; every entry is a second later."""

    def __init__(self) -> None:
        self.fleet = load_fleet({"region": "15"}).units()
        self.block = FireBlock("fire", load_table(), self.fleet)
        self.state: State = self.block.initial()
        self.entries: list[Entry] = []

    @property
    def now(self) -> dt.datetime:
        return START + dt.timedelta(seconds=len(self.entries))

    def take(self, entry: Entry) -> Sequence[Effect]:
        self.entries.append(entry)
        self.state = self.block.evolve(self.state, entry)
        return self.block.react(self.state, entry)

    def feed(self, subject: str, payload: msgspec.Struct) -> Sequence[Effect]:
        position = len(self.entries)
        envelope = Envelope(
            specversion="1.0",
            id=f"e-{position}",
            source="test",
            type=CORE.of(payload).type,
            subject=subject,
            time=self.now,
            data=msgspec.Raw(b"null"),
        )
        message = decode_event(seal(envelope, payload))
        return self.take(Fed(f"f-{position}", self.now, position, message))

    def request(self, payload: msgspec.Struct) -> Sequence[Effect]:
        entry = Requested(f"r-{len(self.entries)}", self.now, payload, "desk-1", "dispatcher")
        return self.take(entry)

    def ask(self, question: msgspec.Struct) -> ProposalMade:
        return self.block.answer(self.state, question)

    # -- what a room tells fire ---------------------------------------------------

    def fleet_registered(self) -> None:
        for unit, known in self.fleet.items():
            registered = UnitRegistered(
                party="fire", call_sign=known.call_sign, kind=known.kind, station=known.station
            )
            self.feed(unit, registered)

    def opened(self, incident: str, *path: str, municipality: str = "Zoetermeer") -> None:
        self.feed(incident, inc.IncidentOpened(room="dh", lead="fire", source=CallSource.EMERGENCY))
        self.feed(incident, inc.IncidentLocated(location=Location(municipality=municipality)))
        if path:
            mc2, mc3 = (*path[1:], None, None)[:2]
            classification = Classification(table="1.0", mc1=path[0], mc2=mc2, mc3=mc3)
            self.feed(incident, inc.IncidentClassified(classification=classification))

    def assigned(self, incident: str, unit: str) -> Sequence[Effect]:
        known = self.fleet[unit]
        event = inc.UnitAssigned(
            unit=unit, party="fire", call_sign=known.call_sign, kind=known.kind
        )
        return self.feed(incident, event)

    def status(self, unit: str, status: str, *, since: dt.datetime | None = None) -> None:
        event = UnitStatusChanged(
            party="fire", status=status, source=StatusSource.RADIO, since=since or self.now
        )
        self.feed(unit, event)


@pytest.fixture
def room() -> Dialogue:
    """A room in which fire's fleet is registered and nothing has happened yet."""
    dialogue = Dialogue()
    dialogue.fleet_registered()
    return dialogue
