"""An ambulance block fed entry by entry, as a host would do it, without host or bus."""

import datetime as dt
from collections.abc import Sequence
from typing import TypeVar

import msgspec
from abs_ambulance.block import AmbulanceBlock
from abs_ambulance.contracts import CONTRACTS
from abs_ambulance.fleet import load_fleet
from abs_ambulance.proposal import Means
from abs_ambulance.ride import load_norms
from abs_ambulance.state import State
from abs_ambulance.table import load_table
from abs_contracts.catalogue import CORE
from abs_contracts.codec import decode_event, encode, seal
from abs_contracts.envelope import Envelope
from abs_contracts.messages import incident as inc
from abs_contracts.messages.unit import UnitRegistered, UnitStatusChanged
from abs_contracts.messages.values import (
    CallSource,
    Classification,
    Location,
    Point,
    StatusSource,
)

from abs_core.sdk import Effect, Entry, Fed, Note, Noted, Order, Requested, Respond, Send

START = dt.datetime(2026, 1, 1, 2, 42, tzinfo=dt.UTC)
DELFT = Point(lat=52.0120, lon=4.3600)
P = TypeVar("P", bound=msgspec.Struct)


class Dialogue:
    """Keeps the block's state and makes its entries; every entry is a second later."""

    def __init__(self) -> None:
        fleet = load_fleet({"region": "15"})
        self.fleet = fleet.units()
        means = Means(load_table(), fleet.places())
        self.block = AmbulanceBlock("ambulance", means, load_norms(), self.fleet)
        self.catalogue = CORE.extended(CONTRACTS)
        self.state: State = self.block.initial()
        self.entries: list[Entry] = []
        self.now = START

    def take(self, entry: Entry) -> Sequence[Effect]:
        """What the host does with an entry: evolve, react, then the notes of the reaction.

        A refused request leaves the state as it was.
        """
        state = self.block.evolve(self.state, entry)
        effects = self.block.react(state, entry)
        self.entries.append(entry)
        for effect in effects:
            if isinstance(effect, Note):
                kept = msgspec.json.decode(encode(effect.payload), type=type(effect.payload))
                note = Noted(f"{entry.id}/{effect.key}", entry.at, kept)
                self.entries.append(note)
                state = self.block.evolve(state, note)
        self.state = state
        self.now += dt.timedelta(seconds=1)
        assert len({effect.key for effect in effects}) == len(effects)
        return effects

    def feed(
        self, subject: str, payload: msgspec.Struct, *, at: dt.datetime | None = None
    ) -> Sequence[Effect]:
        position = len(self.entries)
        envelope = Envelope(
            specversion="1.0",
            id=f"e-{position}",
            source="test",
            type=CORE.of(payload).type,
            subject=subject,
            time=at or self.now,
            data=msgspec.Raw(b"null"),
        )
        message = decode_event(seal(envelope, payload))
        return self.take(Fed(f"f-{position}", self.now, position, message))

    def request(self, payload: msgspec.Struct) -> Sequence[Effect]:
        id_ = f"r-{len(self.entries)}"
        return self.take(Requested(id_, self.now, payload, "desk-mka-1", "dispatcher"))

    def ask(self, question: msgspec.Struct, answer: type[P]) -> P:
        given = self.block.answer(self.state, question)
        assert isinstance(given, answer)
        return given

    # -- what a room tells the ambulance service ------------------------------------

    def fleet_registered(self) -> None:
        for unit, known in self.fleet.items():
            registered = UnitRegistered(
                party="ambulance", call_sign=known.call_sign, kind=known.kind, station=known.station
            )
            self.feed(unit, registered)

    def opened(self, incident: str, *path: str, point: Point | None = DELFT) -> None:
        self.feed(
            incident, inc.IncidentOpened(room="dh", lead="ambulance", source=CallSource.EMERGENCY)
        )
        location = Location(municipality="Delft", point=point)
        self.feed(incident, inc.IncidentLocated(location=location))
        if path:
            mc2, mc3 = (*path[1:], None, None)[:2]
            classification = Classification(table="1.0", mc1=path[0], mc2=mc2, mc3=mc3)
            self.feed(incident, inc.IncidentClassified(classification=classification))

    def called(self, incident: str, received: dt.datetime) -> None:
        call = inc.CallAdded(call="c-1", source=CallSource.EMERGENCY, received=received)
        self.feed(incident, call)

    def prioritised(self, incident: str, priority: str) -> Sequence[Effect]:
        return self.feed(incident, inc.IncidentPrioritised(party="ambulance", priority=priority))

    def assigned(self, incident: str, unit: str) -> Sequence[Effect]:
        known = self.fleet[unit]
        event = inc.UnitAssigned(
            unit=unit, party="ambulance", call_sign=known.call_sign, kind=known.kind
        )
        return self.feed(incident, event)

    def released(self, incident: str, unit: str) -> Sequence[Effect]:
        return self.feed(incident, inc.UnitReleased(unit=unit, party="ambulance"))

    def status(
        self,
        unit: str,
        status: str,
        *,
        incident: str | None = None,
        since: dt.datetime | None = None,
    ) -> Sequence[Effect]:
        event = UnitStatusChanged(
            party="ambulance",
            status=status,
            source=StatusSource.RADIO,
            since=since or self.now,
            incident=incident,
        )
        return self.feed(unit, event)


def orders(effects: Sequence[Effect]) -> list[Order]:
    return [effect for effect in effects if isinstance(effect, Order)]


def commands(effects: Sequence[Effect]) -> list[msgspec.Struct]:
    """All but that the part is taken up, which has a test of its own."""
    payloads = [order.payload for order in orders(effects)]
    return [each for each in payloads if not isinstance(each, inc.TakeUpIncident)]


def sent(effects: Sequence[Effect], payload: type[P]) -> list[P]:
    """What goes to crews, of one type."""
    return [e.payload for e in effects if isinstance(e, Send) and isinstance(e.payload, payload)]


def kept(effects: Sequence[Effect], payload: type[P]) -> P:
    """The one private event of this type."""
    (only,) = [e.payload for e in effects if isinstance(e, Note) and isinstance(e.payload, payload)]
    return only


def response(effects: Sequence[Effect]) -> msgspec.Struct:
    (only,) = [effect.payload for effect in effects if isinstance(effect, Respond)]
    return only
