"""Where the publisher's files are, if they are; and one setting for all."""

import datetime as dt
import os
from collections.abc import AsyncIterator, Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import msgspec
import pytest
from abs_ambulance_bridge.hub_sante.catalogue import BY_NAME
from abs_ambulance_bridge.hub_sante.envelope import MESSAGE, Sending, enveloped
from abs_ambulance_bridge.hub_sante.hub import HubSante
from abs_ambulance_bridge.live import contracts as live
from abs_ambulance_bridge.live.block import Bridge
from abs_ambulance_bridge.live.options import place
from abs_ambulance_bridge.live.state import State
from abs_ambulance_bridge.live.turn import ACTOR, LINK, Place
from abs_ambulance_bridge.outside.process import Standalone
from abs_ambulance_bridge.profile import Said, Setting
from abs_ambulance_bridge.told import told
from abs_ambulance_bridge.tree import at as tree_at
from abs_contracts.catalogue import CORE
from abs_contracts.codec import decode_event, seal
from abs_contracts.envelope import Envelope
from abs_contracts.messages import unit as u
from abs_contracts.messages.values import Discipline
from abs_contracts.protocol import Accepted, Rejected
from abs_contracts.refusal import Refusal

from abs_core.sdk import (
    Entry,
    Fed,
    Inbound,
    Note,
    Noted,
    Order,
    OwnLines,
    OwnLinesTold,
    Requested,
    Respond,
    Send,
    SetTimer,
    Settings,
    Settled,
    Started,
    TimerFired,
)

from .outside import Outside

BESIDE = Path(__file__).parents[4] / "shared" / "data"


@pytest.fixture
async def outside(tmp_path: Path) -> AsyncIterator[Outside]:
    """The standalone system as a process, with its own HTTP client."""
    if find_spec("standalone_ambulance") is None:
        pytest.skip("the standalone system (example 2) is not installed")
    running = Outside(tmp_path / "station")
    await running.start()
    try:
        yield running
    finally:
        running.kill()
        await running.http.aclose()


@pytest.fixture(scope="session")
def published() -> Path:
    """The publisher's schemas, examples and failing samples; never part of this project."""
    data = Path(os.environ.get("ABS_SHARED_DATA", BESIDE)) / "hub-sante"
    if not data.is_dir():
        pytest.skip("the publisher's files are not here; name their folder in ABS_SHARED_DATA")
    return data


@pytest.fixture(scope="session")
def hub() -> HubSante:
    return HubSante()


@pytest.fixture(scope="session")
def setting() -> Setting:
    return Setting(room="dh", party="ambulance", parties={d.value: d for d in Discipline})


OURS, THEIRS = "nl.meldkamer.dh", "nl.ambulance.rav15"
NOON = dt.datetime(2026, 1, 1, 12, tzinfo=dt.UTC)
CASE = f"{THEIRS}.case-1"
ACCEPTED = Accepted(command="c", after=0)


class Dialogue:
    """The bridge fed entry by entry, without host or bus, before a model of the core.

    The model accepts every command and the feed tells of it at once, as `told` has it;
    `holds` keeps the core's answers back, `no` makes it refuse a type of command.
    """

    def __init__(self) -> None:
        self.setting = Setting(
            room="dh", party="ambulance", parties={d.value: d for d in Discipline}
        )
        self.bridge = Bridge(Place(setting=self.setting, name=OURS, partner=THEIRS))
        self.state: State = self.bridge.initial()
        self.entries: list[Entry] = []
        self.now = NOON
        self.letters: list[dict[str, Any]] = []
        self.orders: list[Order] = []
        self.timers: dict[str, dt.datetime] = {}
        self.responses: list[msgspec.Struct] = []
        self.holds = False
        self.feed_is_first = False
        self.is_cut = False
        self.waiting: list[Order] = []
        self.no: dict[type[msgspec.Struct], str] = {}
        self._units: dict[str, u.RegisterUnit] = {}
        self._count = 0
        self._settling = False

    # -- entries ------------------------------------------------------------------------

    def joins(self, party: str, discipline: Discipline) -> None:
        """A party that is not called as its discipline is, as an option of the bridge says it."""
        parties = {**self.setting.parties, party: discipline}
        self.setting = msgspec.structs.replace(self.setting, parties=parties)
        self.bridge = Bridge(Place(setting=self.setting, name=OURS, partner=THEIRS))

    def take(self, entry: Entry) -> None:
        """As a host does it: what it notes comes back to it, right after the entry."""
        self._evolve(entry)
        for effect in self.bridge.react(self.state, entry):
            match effect:
                case Note(payload=payload):
                    self._evolve(Noted(self._id("n"), entry.at, payload))
                case Order():
                    self.orders.append(effect)
                    self.waiting.append(effect)
                case Send(payload=live.Outgoing(text=text)):
                    self.letters.append(msgspec.json.decode(text))
                case SetTimer(name=name, due=due):
                    self.timers[name] = due
                case Respond(payload=payload):
                    self.responses.append(payload)
        if not self.is_cut:
            self.deliver()
        if not self.holds:
            self.settle()

    def _evolve(self, entry: Entry) -> None:
        self.entries.append(entry)
        self.state = self.bridge.evolve(self.state, entry)

    def _id(self, of: str) -> str:
        self._count += 1
        return f"{of}-{self._count}"

    def deliver(self) -> None:
        """The other side has on disk what was sent."""
        for letter in sorted(self.state.unconfirmed):
            self.confirm(f"{OURS}_{letter}")

    def confirm(self, letter: str) -> None:
        self.now += dt.timedelta(seconds=1)
        payload = live.Delivered(letter=letter)
        self.take(Inbound(self._id("d"), self.now, LINK, payload))

    def settle(self) -> None:
        """The core answers what it was asked, and the feed tells of it."""
        if self._settling:
            return
        self._settling = True
        while self.waiting:
            self._answer(self.waiting.pop(0))
        self._settling = False

    def _answer(self, order: Order) -> None:
        rule = self.no.get(type(order.payload))
        if rule is not None:
            refusal = Refusal(rule=rule, what="no", where="", fix="-")
            self.take(
                Settled(self._id("s"), self.now, order.key, Rejected(command="c", refusal=refusal))
            )
            return
        if not self.feed_is_first:
            self.take(Settled(self._id("s"), self.now, order.key, ACCEPTED))
        said = Said(subject=order.subject, payload=order.payload, at=order.occurred or self.now)
        if isinstance(order.payload, u.RegisterUnit):
            self._units[order.subject] = order.payload
        known = [Said(subject=k, payload=v) for k, v in self._units.items()]
        event = told([*known, said], self.setting)[-1]
        self.fed(event.subject, event.payload, party="ambulance", actor=ACTOR, at=event.at)
        if self.feed_is_first:
            self.take(Settled(self._id("s"), self.now, order.key, ACCEPTED))

    def fed(
        self,
        subject: str,
        payload: msgspec.Struct,
        party: str = "police",
        actor: str = "desk-1",
        at: dt.datetime | None = None,
        *,
        shadow: bool = False,
    ) -> None:
        self.now += dt.timedelta(seconds=1)
        envelope = Envelope(
            specversion="1.0", id=self._id("e"), source="test", type=CORE.of(payload).type,
            subject=subject, time=at or self.now, party=party, authid=actor,
            data=msgspec.Raw(b"null"),
        )  # fmt: skip
        message = decode_event(seal(envelope, payload))
        if isinstance(payload, u.UnitRegistered):
            self._units[subject] = u.RegisterUnit(call_sign=payload.call_sign, kind=payload.kind)
        entry = Fed(self._id("f"), self.now, len(self.entries), message, shadow)
        if not shadow:
            self.take(entry)
            return
        self._evolve(entry)
        assert self.state.todo == (), "what comes in the shadow is for another block to act on"

    def begins(self, generation: int = 2) -> None:
        """From here on the bridge acts for its party."""
        self.take(Started(self._id("s"), self.now, generation))

    def fires(self, name: str) -> None:
        """The timer is due."""
        self.now = max(self.now, self.timers.pop(name))
        self.take(TimerFired(self._id("t"), self.now, name))

    def request(self, payload: msgspec.Struct) -> None:
        self.take(Requested(self._id("r"), self.now, payload, "desk-1", "dispatcher"))

    # -- the other side -----------------------------------------------------------------

    def come(self, kind: str, content: dict[str, Any], **how: Any) -> dict[str, Any]:
        """A message of the other side comes in; its envelope."""
        self.now += dt.timedelta(seconds=1)
        sending = Sending(
            sender=how.get("sender", THEIRS), recipient=OURS, id=how.get("id") or self._id("m"),
            kind=how.get("distribution", "Update"), at=how.get("at", self.now),
            life=dt.timedelta(hours=1),
        )  # fmt: skip
        tree: dict[str, Any] = enveloped(BY_NAME[kind].root, content, sending)
        self.arrive(msgspec.json.encode(tree).decode())
        return tree

    def arrive(self, text: str) -> None:
        self.take(Inbound(self._id("a"), self.now, LINK, live.Arrived(came_from=THEIRS, text=text)))

    def acknowledge(self, letter: dict[str, Any]) -> None:
        content = {"distributionID": letter["distributionID"], "step": "INTEGRE"}
        self.come("RC-REF", content, distribution="Ack")

    # -- what was said ------------------------------------------------------------------

    def said(self, kind: str) -> list[dict[str, Any]]:
        """The contents of our letters of this kind."""
        root = BY_NAME[kind].root
        messages: list[Any] = [tree_at(each, MESSAGE) for each in self.letters]
        return [each[root] for each in messages if root in each]

    def commands(self, kind: type[msgspec.Struct]) -> list[Any]:
        return [each.payload for each in self.orders if isinstance(each.payload, kind)]

    def lines(self, incident: str) -> list[str]:
        told = self.bridge.answer(self.state, OwnLines(incident=incident))
        assert isinstance(told, OwnLinesTold)
        return [line.text for line in told.lines]

    def rebuilt(self) -> State:
        """The state by a rebuild, without options."""
        bridge = Bridge(place(Settings(room="dh", party="ambulance")))
        state = bridge.initial()
        for entry in self.entries:
            state = bridge.evolve(state, entry)
        return state


def shared(
    street: str = "Spui 70", city: str = "Den Haag", case: str = CASE, **more: Any
) -> dict[str, Any]:
    """RC-EDA of a fall, at a street."""
    return {
        "caseId": case,
        "creation": "2026-01-01T12:00:00+00:00",
        "referenceVersion": "1.3",
        "qualification": {"whatsHappen": {"code": "C02.08.02", "label": "A fall at home"}},
        "location": {
            "locID": "place-1",
            "country": "NL",
            "detailedAddress": {"complete": street},
            "city": {"name": city},
        },
        **more,
    }


@pytest.fixture(name="shared_case")
def shared_case_of() -> Callable[..., dict[str, Any]]:
    return shared


@pytest.fixture
def dialogue() -> Dialogue:
    return Dialogue()


@pytest.fixture(scope="session")
def dialogues() -> Callable[[], Dialogue]:
    """For a test that needs many."""
    return Dialogue


# -- the other side in a story ---------------------------------------------------------------


@pytest.fixture
def standalone() -> Callable[[Path], Standalone]:
    """Makes a standalone system in a folder; it does not run yet."""
    if find_spec("standalone_ambulance") is None:
        pytest.skip("the standalone system (example 2) is not installed")

    def made(folder: Path) -> Standalone:
        system = Standalone(folder, "nl.rav.test", "nl.meldkamer.dh")
        system.prepare()
        return system

    return made


@pytest.fixture
async def system(
    standalone: Callable[[Path], Standalone], tmp_path: Path
) -> AsyncIterator[Standalone]:
    """A standalone system at work, which shares with a room that is not there."""
    running = standalone(tmp_path / "station")
    await running.start()
    try:
        yield running
    finally:
        await running.stop()
