"""Two pictures of one incident come together: the bridge against the standalone system's core.

The core of the room is a model that accepts in order and tells by its feed; the other
side is the standalone system itself, without its edges. In between everything is lost,
repeated, delayed and cut at will, and the bridge restarts from its entries.
"""

import datetime as dt
import json
from collections import Counter
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from abs_ambulance_bridge.hub_sante.codemap import codemap
from abs_ambulance_bridge.hub_sante.translation.cases import classification_of
from abs_ambulance_bridge.hub_sante.translation.ids import incident_of
from abs_ambulance_bridge.live.telling import WINDOW
from abs_contracts.messages import incident as m
from abs_contracts.messages import unit as u
from abs_contracts.messages.values import CallSource, Location, NoteAudience, StatusSource
from hypothesis import given, settings
from hypothesis import strategies as st

station = pytest.importorskip(
    "standalone_ambulance.station", reason="the standalone system (example 2) is not installed"
)
c = pytest.importorskip("standalone_ambulance.commands")
model = pytest.importorskip("standalone_ambulance.model")
post = pytest.importorskip("standalone_ambulance.post")
records = pytest.importorskip("standalone_ambulance.records")

OURS, THEIRS = "nl.meldkamer.dh", "nl.ambulance.rav15"
STREETS = ["Dorpsstraat 1", "Dorpsstraat 2", "Dorpsstraat 3"]
CODES = ["C02.08.02", "C02.05.02", "C11.01.00"]
ACTS = ("call", "open", "place", "event", "note", "urgency", "drive", "ask", "engine")
POLICE = ("police place", "police event", "police note")
LINKS = ("core", "feed", "out", "in")
FAULTS = ("lose out", "again out", "again in", "restart", "hours")
STEPS = st.one_of(
    st.tuples(st.sampled_from([*ACTS, *POLICE]), st.integers(0, 4)),
    st.tuples(st.sampled_from(LINKS), st.integers(1, 6)),
    st.tuples(st.sampled_from(LINKS), st.integers(1, 6)),
    st.tuples(st.sampled_from(FAULTS), st.integers(0, 9)),
)


class World:
    """The bridge between a model of the room and the station; every step is a second."""

    def __init__(self, dialogue: Any, skew: dt.timedelta) -> None:
        self.d, self.skew = dialogue, skew
        self.d.is_cut = self.d.holds = True
        office = post.Office(name=THEIRS, edition="t", partners=(post.Partner(name=OURS),))
        self.station = station.Station(office, records.MemoryRecords())
        self.feed: list[tuple[str, msgspec.Struct, str, str]] = []
        self.log: list[tuple[str, msgspec.Struct]] = []
        self.out = self.cursor = self.opened = self.engines = 0
        for n in (101, 102):
            self.do(c.PutInService(vehicle=f"15-{n}", station="Delft"))

    # -- the other side -----------------------------------------------------------------

    def do(self, command: Any) -> Any:
        self.d.now += dt.timedelta(seconds=1)
        try:
            return self.station.command(command, self.d.now + self.skew)
        except c.Refused:
            return None

    def give(self, number: int) -> None:
        """A letter of ours arrives there."""
        self.d.now += dt.timedelta(seconds=1)
        raw = json.dumps(self.d.letters[number]).encode()
        self.station.receive(raw, OURS, self.d.now + self.skew)

    def letters(self) -> list[Any]:
        return [*self.station.records.letters(OURS, after=0, limit=100_000)]

    def cases(self) -> list[Any]:
        return [each for each in self.station.records.cases() if OURS in each.partners]

    # -- the room ------------------------------------------------------------------------

    def writes(self, subject: str, payload: msgspec.Struct, party: str, actor: str = "d") -> None:
        self.log.append((subject, payload))
        self.feed.append((subject, payload, party, actor))

    def accepted(
        self, subject: str, payload: msgspec.Struct, party: str, actor: str, at: object
    ) -> None:
        """The event goes into the log; the envelope's time is for the feed to say."""
        del at
        self.writes(subject, payload, party, actor)

    def core(self) -> bool:
        """The core answers one order; its event goes into the log and the feed."""
        if not self.d.waiting:
            return False
        before = self.d.fed
        self.d.fed = self.accepted
        try:
            self.d._answer(self.d.waiting.pop(0))
        finally:
            self.d.fed = before
        return True

    def tell(self) -> bool:
        if self.feed:
            subject, payload, party, actor = self.feed.pop(0)
            self.d.fed(subject, payload, party, actor)
            return True
        return False

    def delivers(self, *, heard: bool = True) -> bool:
        """The oldest letter of ours arrives, and that it did is heard or not."""
        if self.out >= len(self.d.letters):
            return False
        self.give(self.out)
        if heard:
            letter = self.d.letters[self.out]["distributionID"]
            self.out += 1
            self.d.confirm(letter)
        return True

    def pulls(self) -> bool:
        letters = self.letters()
        if self.cursor >= len(letters):
            return False
        self.d.now += dt.timedelta(seconds=1)
        self.d.arrive(msgspec.json.encode(letters[self.cursor].body).decode())
        self.cursor += 1
        return True

    # -- steps ---------------------------------------------------------------------------

    def step(self, what: str, n: int) -> None:
        known = sorted({s for s, p in self.log if isinstance(p, m.IncidentLocated)})
        if what in LINKS:
            self.moves(what, n)
        elif what in FAULTS:
            self.goes_wrong(what, n)
        elif what in ("call", "open"):
            self.begins(what, n)
        elif what in (*POLICE, "engine") and known:
            self.police(known[n % len(known)], what, n)
        elif what not in (*POLICE, "engine") and self.cases():
            self.outside(self.cases()[n % len(self.cases())], what, n)

    def moves(self, what: str, n: int) -> None:
        act = {"core": self.core, "feed": self.tell, "out": self.delivers, "in": self.pulls}
        for _ in range(n):
            act[what]()

    def goes_wrong(self, what: str, n: int) -> None:
        match what:
            case "lose out":
                self.delivers(heard=False)
            case "again out" if self.out:
                self.give(n % self.out)
            case "again in" if self.cursor:
                letter = self.letters()[n % self.cursor]
                self.d.arrive(msgspec.json.encode(letter.body).decode())
            case "restart":
                self.d.state = self.d.rebuilt()
            case "hours":
                self.d.now += dt.timedelta(hours=3)

    def begins(self, what: str, n: int) -> None:
        if what == "open":
            self.opened += 1
            opened = m.IncidentOpened(room="dh", lead="police", source=CallSource.EMERGENCY)
            self.writes(f"i-{self.opened}", opened, "police")
            self.police(f"i-{self.opened}", "police place", n)
            return
        place = model.Place(address=STREETS[n % 3], city="Delft")
        event = model.Event(code=CODES[0], label="event 0")
        done = self.do(c.TakeCall(number="+31600000112", place=place, event=event))
        self.do(c.Share(case=done.case, partner=OURS))

    def police(self, incident: str, what: str, n: int) -> None:
        match what:
            case "police place":
                location = Location(municipality="Delft", street=STREETS[n % 3])
                self.writes(incident, m.IncidentLocated(location=location), "police")
            case "police event":
                path = codemap("event").ours(CODES[n % 3])
                assert path is not None
                value = m.IncidentClassified(classification=classification_of(path))
                self.writes(incident, value, "police")
            case "police note":
                note = m.NoteAdded(party="police", text=f"seen {n}", audience=NoteAudience.ALL)
                self.writes(incident, note, "police")
            case "engine":
                self.engines += 1
                unit = f"f-{self.engines}"
                engine = m.UnitAssigned(unit=unit, party="fire", call_sign=unit, kind="TS-6")
                self.writes(incident, engine, "fire")
                moved = u.UnitStatusChanged(
                    party="fire", status="tp", source=StatusSource.RADIO, since=self.d.now
                )
                self.writes(unit, moved, "fire")

    def outside(self, case: Any, what: str, n: int) -> None:
        match what:
            case "place":
                place = model.Place(address=STREETS[n % 3], city="Delft")
                self.do(c.Correct(case=case.id, place=place))
            case "event":
                event = model.Event(code=CODES[n % 3], label=f"event {n % 3}")
                self.do(c.Correct(case=case.id, event=event))
            case "note":
                self.do(c.AddNote(case=case.id, text=f"they see {n}"))
            case "urgency":
                self.do(c.Triage(case=case.id, urgency=[*model.Urgency][n]))
            case "ask":
                self.do(c.AskHelp(case=case.id, partner=OURS, purpose="SAP"))
            case "drive":
                vehicle = f"15-{101 + n % 2}"
                if self.do(c.SendVehicle(case=case.id, vehicle=vehicle)) is None:
                    for step in model.Step:
                        report = c.Report(vehicle=vehicle, step=step, hospital="the hospital")
                        if self.do(report) is not None:
                            break

    def settle(self) -> None:
        """Everything arrives, and this comes to an end by itself."""
        for _ in range(4000):
            if self.core() or self.tell() or self.delivers() or self.pulls():
                continue
            if not self.d.timers:
                return
            self.d.fires(min(self.d.timers, key=self.d.timers.__getitem__))
        raise AssertionError("the two never have done with each other")


def in_the_room(world: World) -> dict[str, dict[str, object]]:
    """The incidents of the room that the other side knows, as the log has them."""
    found: dict[str, dict[str, object]] = {}
    for subject, payload in world.log:
        picture = found.setdefault(subject, {"notes": set(), "engines": set()})
        match payload:
            case m.IncidentLocated(location=location):
                picture["place"] = (location.street, location.municipality)
            case m.IncidentClassified(classification=value):
                picture["event"] = (value.mc1, value.mc2)
            case m.NoteAdded(text=text) if not text.startswith("FR-HS3"):
                picture["notes"] |= {text}  # type: ignore[operator]  # a set
            case m.UnitAssigned(unit=unit, party="fire"):
                picture["engines"] |= {unit}  # type: ignore[operator]  # a set
    return {k: v for k, v in found.items() if "place" in v}


def outside(world: World) -> dict[str, dict[str, object]]:
    found: dict[str, dict[str, object]] = {}
    for case in world.cases():
        path = (codemap("event").ours(case.event.code) or "").split(" > ")
        picture: dict[str, object] = {
            "place": (case.place.address, case.place.city),
            "notes": {note.text for note in case.notes if not note.text.startswith("FR-HS3")},
            "engines": {each.name for each in case.others},
        }
        if path != [""]:
            picture["event"] = (path[0], path[1] if len(path) > 1 else None)
        found[incident_of(case.id, "dh")] = picture
    return found


@settings(max_examples=150, deadline=None)
@given(steps=st.lists(STEPS, min_size=20, max_size=80), skew=st.sampled_from([0, -600, 5, 3000]))
def test_both_sides_have_one_picture_when_all_has_arrived(
    dialogues: Callable[[], Any], steps: list[tuple[str, int]], skew: int
) -> None:
    world = World(dialogues(), dt.timedelta(seconds=skew))
    for step in steps:
        world.step(*step)
        assert len(world.d.state.unconfirmed) <= WINDOW
    world.settle()
    assert in_the_room(world) == outside(world)
    for letter in world.letters():
        if letter.type not in ("RC-REF", "RS-ERROR"):
            assert letter.answer == "INTEGRE", letter
    once = Counter(
        (subject, msgspec.json.encode(payload))
        for subject, payload in world.log
        if isinstance(payload, m.IncidentOpened | m.CallAdded | m.UnitAssigned)
        or (isinstance(payload, m.NoteAdded) and payload.party == "ambulance")
    )
    assert [each for each, count in once.items() if count > 1] == []
    assert world.d.state.told == {}
