"""A KMar block fed entry by entry, as a host would do it, without host or bus."""

import datetime as dt
from collections.abc import Sequence

import msgspec
import pytest
from abs_contracts.catalogue import CORE
from abs_contracts.codec import decode_event, seal
from abs_contracts.envelope import Envelope
from abs_contracts.messages import incident as inc
from abs_contracts.messages.unit import UnitRegistered, UnitStatusChanged
from abs_contracts.messages.values import CallSource, Classification, Location, Point, StatusSource
from abs_kmar.authority import load_authority
from abs_kmar.bag import load_procedure
from abs_kmar.block import KmarBlock
from abs_kmar.files import table
from abs_kmar.messages import records as rec
from abs_kmar.proposal import Table
from abs_kmar.sites import load_sites
from abs_kmar.state import State

from abs_core.sdk import Effect, Entry, Fed, Inbound, Note, Noted, Order, Requested, Respond

START = dt.datetime(2026, 1, 1, 2, 42, 59, tzinfo=dt.UTC)


class Dialogue:
    """Keeps the block's state and makes its entries; every entry is a second later."""

    def __init__(self, eod: str | None = None) -> None:
        self.fleet = load_sites({}).units()
        self.block = KmarBlock(
            "kmar",
            table("proposals", Table, {}, "proposals.toml"),
            load_authority({}),
            load_sites({}),
            load_procedure({}),
            eod,
        )
        self.state: State = self.block.initial()
        self.entries: list[Entry] = []
        self.effects: list[Effect] = []
        self.late = dt.timedelta(0)

    @property
    def now(self) -> dt.datetime:
        return START + self.late + dt.timedelta(seconds=len(self.entries))

    def take(self, entry: Entry) -> list[Effect]:
        """As a host does: evolve, react, and each private event right after."""
        self.entries.append(entry)
        after = self.block.evolve(self.state, entry)
        effects = list(self.block.react(after, entry))
        self.state = after
        for effect in effects:
            if isinstance(effect, Note):
                noted = Noted(f"n-{len(self.entries)}", entry.at, effect.payload)
                self.entries.append(noted)
                self.state = self.block.evolve(self.state, noted)
                assert not self.block.react(self.state, noted)
        self.effects += effects
        return effects

    def feed(
        self, subject: str, payload: msgspec.Struct, *, at: dt.datetime | None = None
    ) -> list[Effect]:
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

    def request(self, payload: msgspec.Struct, role: str = "dispatcher") -> list[Effect]:
        id_ = f"r-{len(self.entries)}"
        return self.take(Requested(id_, self.now, payload, "desk-1", role))

    def heard(self, payload: msgspec.Struct) -> list[Effect]:
        return self.take(Inbound(f"radio-{len(self.entries)}", self.now, "radio", payload))

    def ask(self, question: msgspec.Struct) -> msgspec.Struct:
        return self.block.answer(self.state, question)

    def pass_by(self, **time: float) -> None:
        self.late += dt.timedelta(**time)

    # -- what a room tells KMar ---------------------------------------------------

    def fleet_registered(self) -> None:
        for unit, known in self.fleet.items():
            registered = UnitRegistered(
                party="kmar", call_sign=known.call_sign, kind=known.kind, station=known.station
            )
            self.feed(unit, registered)

    def opened(
        self,
        incident: str,
        *path: str,
        lead: str = "kmar",
        municipality: str = "Rotterdam",
        point: Point | None = None,
        exercise: bool = False,
    ) -> None:
        opened = inc.IncidentOpened(
            room="dh", lead=lead, source=CallSource.EMERGENCY, exercise=exercise
        )
        self.feed(incident, opened)
        if lead != "kmar":
            self.feed(incident, inc.PartyAttached(party="kmar"))
        place = Location(municipality=municipality, point=point)
        self.feed(incident, inc.IncidentLocated(location=place))
        if path:
            mc1, mc2, mc3 = (*path, None, None)[:3]
            classification = Classification(table="1.0", mc1=str(mc1), mc2=mc2, mc3=mc3)
            self.feed(incident, inc.IncidentClassified(classification=classification))

    def attached(self, incident: str, *parties: str) -> None:
        for party in parties:
            self.feed(incident, inc.PartyAttached(party=party))

    def assigned(self, incident: str, unit: str) -> list[Effect]:
        known = self.fleet[unit]
        event = inc.UnitAssigned(
            unit=unit, party="kmar", call_sign=known.call_sign, kind=known.kind
        )
        return self.feed(incident, event)

    def status(
        self, unit: str, status: str, *, since: dt.datetime | None = None, of: str | None = None
    ) -> list[Effect]:
        event = UnitStatusChanged(
            party="kmar",
            status=status,
            source=StatusSource.RADIO,
            since=since or self.now,
            incident=of,
        )
        return self.feed(unit, event)

    def kept(self, incident: str, data: str, text: str, **more: str) -> str:
        """The id of a record that the highest role keeps."""
        asked = rec.Keep(
            incident=incident,
            data=rec.Data(data),
            text=text,
            **more,  # type: ignore[arg-type]  # key and basis
        )
        (answer,) = responses(self.request(asked, "OvD-KMar"))
        assert isinstance(answer, rec.KeptAs)
        return answer.record


def orders(effects: Sequence[Effect]) -> list[Order]:
    return [effect for effect in effects if isinstance(effect, Order)]


def notes(effects: Sequence[Effect]) -> list[msgspec.Struct]:
    return [effect.payload for effect in effects if isinstance(effect, Note)]


def responses(effects: Sequence[Effect]) -> list[msgspec.Struct]:
    return [effect.payload for effect in effects if isinstance(effect, Respond)]


@pytest.fixture
def talk() -> Dialogue:
    """A dialogue in which KMar's fleet is registered and nothing has happened yet."""
    dialogue = Dialogue()
    dialogue.fleet_registered()
    return dialogue
