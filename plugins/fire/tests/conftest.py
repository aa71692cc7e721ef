"""A fire block fed entry by entry, as a host would do it, without host or bus."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import msgspec
import pytest
from abs_contracts.catalogue import CORE
from abs_contracts.codec import decode_event, seal
from abs_contracts.envelope import Envelope
from abs_contracts.messages import incident as inc
from abs_contracts.messages.unit import UnitRegistered, UnitStatusChanged
from abs_contracts.messages.values import (
    CallSource,
    Classification,
    Escalation,
    Location,
    Point,
    StatusSource,
)
from abs_contracts.protocol import Rejected
from abs_contracts.refusal import Refusal
from abs_fire.block import FireBlock
from abs_fire.contracts import ProposalMade
from abs_fire.fleet import load_fleet
from abs_fire.norms import load_norms
from abs_fire.state import State
from abs_fire.table import load_table
from abs_fire.vehicles import load_vehicles

from abs_core.sdk import Effect, Entry, Fed, Note, Noted, Order, Requested, Respond, Settled

START = dt.datetime(2026, 1, 1, 2, 42, 59, tzinfo=dt.UTC)


class Dialogue:
    """Keeps the block's state and makes its entries; every entry is a second later."""

    def __init__(self) -> None:
        fleet = load_fleet({"region": "15"})
        self.fleet = fleet.units()
        self.block = FireBlock("fire", load_table(), load_vehicles(), load_norms(), fleet)
        self.state: State = self.block.initial()
        self.entries: list[Entry] = []

    @property
    def now(self) -> dt.datetime:
        return START + dt.timedelta(seconds=len(self.entries))

    def take(self, entry: Entry) -> Sequence[Effect]:
        """As a host does it: what it notes comes back to it, right after the entry."""
        self._evolve(entry)
        effects = self.block.react(self.state, entry)
        for effect in effects:
            if isinstance(effect, Note):
                self._evolve(Noted(f"n-{len(self.entries)}", entry.at, effect.payload))
        return effects

    def _evolve(self, entry: Entry) -> None:
        self.entries.append(entry)
        self.state = self.block.evolve(self.state, entry)

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

    def refused(self, key: str, rule: str, what: str) -> Sequence[Effect]:
        """The core refuses what was ordered under this key."""
        reply = Rejected(command="c-1", refusal=Refusal(rule=rule, what=what, where="", fix="-"))
        return self.take(Settled(f"s-{len(self.entries)}", self.now, key, reply))

    def ask(self, question: msgspec.Struct) -> Any:
        return self.block.answer(self.state, question)

    # -- what the block says ------------------------------------------------------

    @staticmethod
    def orders(effects: Sequence[Effect]) -> list[Order]:
        return [effect for effect in effects if isinstance(effect, Order)]

    @staticmethod
    def response(effects: Sequence[Effect]) -> msgspec.Struct:
        (only,) = [effect.payload for effect in effects if isinstance(effect, Respond)]
        return only

    @staticmethod
    def units(proposal: msgspec.Struct) -> list[str]:
        assert isinstance(proposal, ProposalMade)
        return [unit.unit for unit in proposal.units]

    # -- what a room tells fire ---------------------------------------------------

    def fleet_registered(self) -> None:
        for unit, known in self.fleet.items():
            registered = UnitRegistered(
                party="fire", call_sign=known.call_sign, kind=known.kind, station=known.station
            )
            self.feed(unit, registered)

    def opened(
        self,
        incident: str,
        *path: str,
        municipality: str = "Zoetermeer",
        point: Point | None = None,
        exercise: bool = False,
    ) -> None:
        opening = inc.IncidentOpened(
            room="dh", lead="fire", source=CallSource.EMERGENCY, exercise=exercise
        )
        self.feed(incident, opening)
        location = Location(municipality=municipality, point=point)
        self.feed(incident, inc.IncidentLocated(location=location))
        if path:
            mc2, mc3 = (*path[1:], None, None)[:2]
            classification = Classification(table="1.0", mc1=path[0], mc2=mc2, mc3=mc3)
            self.feed(incident, inc.IncidentClassified(classification=classification))

    def called(self, incident: str, received: dt.datetime, call: str = "c-1") -> None:
        event = inc.CallAdded(call=call, source=CallSource.EMERGENCY, received=received)
        self.feed(incident, event)

    def characteristic(self, incident: str, name: str, *values: str) -> None:
        self.feed(incident, inc.CharacteristicSet(name=name, values=values))

    def level(self, incident: str, scale: str, level: str) -> None:
        escalation = Escalation(scale=scale, level=level)
        self.feed(incident, inc.EscalationChanged(escalation=escalation, decided_by="OvD-B"))

    def assigned(self, incident: str, unit: str) -> Sequence[Effect]:
        known = self.fleet[unit]
        event = inc.UnitAssigned(
            unit=unit, party="fire", call_sign=known.call_sign, kind=known.kind
        )
        return self.feed(incident, event)

    def status(
        self,
        unit: str,
        status: str,
        *,
        since: dt.datetime | None = None,
        incident: str | None = None,
    ) -> Sequence[Effect]:
        event = UnitStatusChanged(
            party="fire",
            status=status,
            source=StatusSource.RADIO,
            since=since or self.now,
            incident=incident,
        )
        return self.feed(unit, event)


@pytest.fixture
def dialogue() -> Dialogue:
    """A room in which fire's fleet is registered and nothing has happened yet."""
    made = Dialogue()
    made.fleet_registered()
    return made
