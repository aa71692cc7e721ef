"""A station without edges, and a partner that is one too."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from standalone_ambulance.commands import Command, Done, PutInService, TakeCall
from standalone_ambulance.model import Event, Place
from standalone_ambulance.post import Office, Partner
from standalone_ambulance.profile import Sending, enveloped
from standalone_ambulance.profile.envelope import Kind
from standalone_ambulance.profile.values import Part
from standalone_ambulance.records import Letter, MemoryRecords
from standalone_ambulance.station import Station

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
OUTSIDE, ROOM = "nl.ambulance.rav15", "nl.meldkamer.dh"
SPUI = Place(address="Spui 70", city="Den Haag", lat=52.0775, lon=4.3167)
FALL = Event(code="C02.08.02", label="A fall at home")


def station(name: str, *partners: str) -> Station:
    known = tuple(Partner(name=each) for each in partners)
    return Station(Office(name=name, edition="t", partners=known), MemoryRecords())


def raw(letter: Letter) -> bytes:
    return json.dumps(letter.body).encode()


class Outside:
    """A station whose clock goes on by a second with every command and message."""

    def __init__(self) -> None:
        self.station = station(OUTSIDE, ROOM)
        self.now = NOON
        self.sent = 0
        for vehicle in ("15-101", "15-102"):
            self.do(PutInService(vehicle=vehicle, station="Delft"))

    def do(self, command: Command) -> Done:
        self.now += timedelta(seconds=1)
        return self.station.command(command, self.now)

    def call(self) -> str:
        done = self.do(TakeCall(number="+31600000112", place=SPUI, event=FALL))
        assert done.case is not None
        return done.case

    def hear(self, content: Part, kind: Kind = "Update", sender: str = ROOM) -> bytes:
        """A message of the room's comes in; its bytes."""
        self.sent += 1
        self.now += timedelta(seconds=1)
        how = Sending(
            sender=sender, recipient=OUTSIDE, id=f"{sender}_{self.sent}", kind=kind, at=self.now
        )
        message = json.dumps(enveloped(content, how)).encode()
        self.station.receive(message, None, self.now)
        return message

    def letters(self, after: int = 0) -> list[Letter]:
        return [*self.station.records.letters(ROOM, after=after, limit=10_000)]

    def said(self) -> dict[str, object]:
        """The content of the last letter."""
        content = self.letters()[-1].body["content"]
        assert isinstance(content, list)
        [only] = json.loads(json.dumps(content))
        message = only["jsonContent"]["embeddedJsonContent"]["message"]
        last = list(message.values())[-1]
        assert isinstance(last, dict)
        return last


@pytest.fixture
def outside() -> Outside:
    return Outside()
