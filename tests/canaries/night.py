"""Generated incidents with a canary in every private value, and who saw each of them.

A night is a room in memory: the core's deciders and views, and every installed block
fed entry by entry. A *canary* is a text that is told to one party's own block, or
written in a note for some, and must stand in nobody else's feed. What a block shares
because its desk asked it to (a release, a place to wait) is named in `SHARED`.
"""

import random
import re
from collections import Counter, deque
from collections.abc import Iterator
from importlib import resources
from typing import Any, NamedTuple

import msgspec
from abs_contracts.catalogue import CORE, Contract
from abs_contracts.codec import decode_event
from abs_contracts.messages import incident as m
from abs_contracts.messages.values import (
    CallSource,
    Classification,
    Escalation,
    NoteAudience,
    Scene,
)
from abs_contracts.protocol import Accepted
from abs_contracts.refusal import Refused

from abs_core.host.loader import load, names
from abs_core.sdk import (
    Effect,
    Entry,
    Fed,
    Inbound,
    Note,
    Noted,
    Order,
    Requested,
    SetTimer,
    Settings,
    Settled,
    Started,
    TimerFired,
)

from ..domain.played import NOON, PARTIES, Played, Rendering, Step

CANARY = re.compile(rb"canary-(\d+)-")
ROLES = ("dispatcher", "OvD-B", "CaCo", "intake")
STEPS = 30
CLASSES = (
    ("Brand", "Gebouw", "01 Woning/Woongebouw"),
    ("Gezondheid", "Reanimatie", None),
    ("Veiligheid en openbare orde", "Geweld", "Steekpartij"),
    ("Veiligheid en openbare orde", "Beveiliging luchtvaart", "Onbeheerde bagage"),
    ("Ongeval", "Wegvervoer", "Letsel"),
)


class Leaf(NamedTuple):
    """A text in a message: where it stands, in which message."""

    message: str
    path: tuple[str | int, ...]


class Template(NamedTuple):
    """A private message as its golden sample has it, and the texts in it that may be any."""

    contract: Contract
    sample: dict[str, Any]
    free: tuple[tuple[str | int, ...], ...]


class Playing:
    """One block at work for one party."""

    def __init__(self, name: str, party: str) -> None:
        loaded = load(name, Settings(room="dh", party=party))
        self.block: Any = loaded.block
        self.party = party
        self.state = self.block.initial()
        self.templates = tuple(templates(name, loaded.contracts))
        self._deck: list[Template] = []

    def next(self, draw: random.Random) -> Template:
        """One of its private messages by chance, and each before any comes again."""
        if not self._deck:
            self._deck = draw.sample(self.templates, len(self.templates))
        return self._deck.pop()

    def take(self, entry: Entry) -> list[Effect]:
        """What the block wants; nothing, and no change, where it refuses or fails."""
        before = self.state
        try:
            self.state = self.block.evolve(self.state, entry)
            return list(self.block.react(self.state, entry))
        except Refused:
            self.state = before
            return []


def templates(block: str, contracts: tuple[Contract, ...]) -> Iterator[Template]:
    """The private messages of a block that a night can send to it."""
    for contract in contracts:
        file = resources.files(f"abs_{block}") / "samples" / contract.name / "typical.json"
        if not file.is_file():
            continue
        sample = msgspec.json.decode(file.read_bytes())
        paths = [path for path, text in leaves(sample) if isinstance(text, str)]
        yield Template(contract, sample, tuple(p for p in paths if _free(contract, sample, p)))


def leaves(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[Any, Any]]:
    """Every leaf of a JSON value with its path."""
    inside = (
        value.items() if isinstance(value, dict)
        else enumerate(value) if isinstance(value, list)
        else None
    )  # fmt: skip
    if inside is None:
        yield path, value
        return
    for key, each in inside:
        yield from leaves(each, (*path, key))


def put(value: Any, path: tuple[str | int, ...], text: str) -> Any:
    """The same with another text at this path."""
    if not path:
        return text
    inside = dict(value) if isinstance(value, dict) else list(value)
    inside[path[0]] = put(value[path[0]], path[1:], text)
    return inside


def _free(contract: Contract, sample: Any, path: tuple[str | int, ...]) -> bool:
    """Whether any text may stand there: no code, no pattern, no id of something else."""
    if path[-1] in ("incident", "unit") or (len(path) > 1 and path[-2] in ("units", "incidents")):
        return False
    try:
        msgspec.convert(put(sample, path, "canary 1 with spaces"), contract.payload, strict=False)
    except msgspec.ValidationError:
        return False
    return True


class Night:
    """One room with every installed block, and what each canary was allowed to reach."""

    def __init__(self, seed: int, shared: frozenset[Leaf] = frozenset()) -> None:
        self.draw = random.Random(seed)
        self.shared = shared
        self.played = Played()
        self.renderings = {party: Rendering(party) for party in PARTIES}
        self.blocks = {name: Playing(name, name) for name in names() if name in PARTIES}
        self.allowed: list[frozenset[str]] = []
        self.origin: list[str] = []
        self.leaks: list[str] = []
        self.sent: Counter[str] = Counter()
        self.told = 0
        self._seen = 0
        self._fed: Counter[str] = Counter()
        self._queue: deque[tuple[str, Entry]] = deque()
        self._timers: dict[str, dict[str, str]] = {party: {} for party in PARTIES}
        self._ids = 0
        for party in self.blocks:
            self._queue.append((party, Started(self._id(), NOON, 1)))
        self._run()

    # -- what a night does -----------------------------------------------------------

    def incident(self) -> None:
        """One incident from its opening to its closing, as chance has it."""
        id_, lead = self._id(), self.draw.choice(list(PARTIES))
        self._tell(lead, id_, m.OpenIncident(source=CallSource.EMERGENCY))
        mc1, mc2, mc3 = self.draw.choice(CLASSES)
        kind = Classification(table="1.0", mc1=mc1, mc2=mc2, mc3=mc3)
        self._tell(lead, id_, m.ClassifyIncident(classification=kind))
        for party in self.draw.sample(list(PARTIES), self.draw.randint(1, 3)):
            self._tell(lead, id_, m.AttachParty(party=party))
        for _ in range(STEPS):
            self.draw.choice((self._note, self._private, self._private, self._shared))(id_)
        self._wind_up(id_)

    def _note(self, id_: str) -> None:
        """A line for its writer's own, or for some."""
        party = self.draw.choice(list(PARTIES))
        named = tuple(self.draw.sample(list(PARTIES), self.draw.randint(0, 2)))
        audience = NoteAudience.NAMED if named else NoteAudience.OWN
        text = self._canary(frozenset({party, *named}), f"a note of {party}")
        self._tell(party, id_, m.AddNote(text=text, audience=audience, named=named))

    def _private(self, id_: str) -> None:
        """A desk or the outside tells a block something, with a canary in every free text."""
        if not self.blocks:
            return
        party = self.draw.choice(sorted(self.blocks))
        playing = self.blocks[party]
        if not playing.templates:
            return
        template = playing.next(self.draw)
        data = self._about(template.sample, id_, party)
        for path in template.free:
            leaf = Leaf(template.contract.name, tuple(p for p in path if isinstance(p, str)))
            readers = frozenset(PARTIES) if leaf in self.shared else frozenset({party})
            data = put(data, path, self._canary(readers, f"{leaf.message}: {'/'.join(leaf.path)}"))
        payload = msgspec.convert(data, template.contract.payload, strict=False)
        role = self.draw.choice(ROLES)
        entry: Entry = (
            Inbound(self._id(), NOON, "radio", payload)
            if self.draw.random() < 0.2
            else Requested(self._id(), NOON, payload, "desk-1", role)
        )
        self.sent[template.contract.name] += 1
        self._queue.append((party, entry))
        self._run()

    def _about(self, sample: Any, id_: str, party: str) -> Any:
        """The sample about this incident and units that the party has."""
        own = [unit for unit, state in self.played.units.items() if state.party == party]
        for path, _ in list(leaves(sample)):
            if path[-1] == "incident":
                sample = put(sample, path, id_)
            elif own and (path[-1] == "unit" or (len(path) > 1 and path[-2] == "units")):
                sample = put(sample, path, self.draw.choice(own))
        return sample

    def _shared(self, id_: str) -> None:
        """What anybody at a desk does meanwhile."""
        party = self.draw.choice(list(PARTIES))
        commands: tuple[msgspec.Struct, ...] = (
            m.AttachParty(party=self.draw.choice(list(PARTIES))),
            m.DetachParty(party=self.draw.choice(list(PARTIES))),
            m.StateSafety(scene=self.draw.choice(list(Scene)), staging=None),
            m.SetCharacteristic(name="Aantal gewonden", values=("2",)),
            m.ChangeEscalation(escalation=Escalation(scale="grip", level="1"), decided_by="CaCo"),
            m.TransferLead(to=self.draw.choice(list(PARTIES))),
        )
        self._tell(party, id_, self.draw.choice(commands))

    def _wind_up(self, id_: str) -> None:
        for party in PARTIES:
            for name in list(self._timers[party]):
                del self._timers[party][name]
                self._queue.append((party, TimerFired(self._id(), NOON, name)))
        self._run()
        for unit, party in list(self.played.incidents[id_].units.items()):
            self._tell(party, id_, m.ReleaseUnit(unit=unit))
        for party in self.played.incidents[id_].parties:
            self._tell(party, id_, m.CloseForParty())
        self._tell(self.played.incidents[id_].lead, id_, m.CloseIncident())

    # -- the room --------------------------------------------------------------------

    def _tell(self, party: str, subject: str, payload: msgspec.Struct) -> bool:
        taken = self.played.take(Step(party, subject, payload))
        self._feed()
        self._run()
        return taken

    def _feed(self) -> None:
        """Render what is new for every party; look at it, and give it to the blocks."""
        for event in self.played.log[self._seen :]:
            self._seen += 1
            for party, rendering in self.renderings.items():
                for raw in rendering.take(event):
                    self.told += 1
                    self._look(raw, party)
                    if party in self.blocks:
                        self._fed[party] += 1
                        fed = Fed(self._id(), NOON, self._fed[party], decode_event(raw))
                        self._queue.append((party, fed))

    def _look(self, raw: bytes, party: str) -> None:
        for found in CANARY.finditer(raw):
            number = int(found[1])
            if party not in self.allowed[number]:
                what = msgspec.json.decode(raw)["type"]
                self.leaks.append(f"{party} reads in {what} what is from {self.origin[number]}")

    def _run(self) -> None:
        """Let the blocks work until none has anything left to do."""
        while self._queue:
            party, entry = self._queue.popleft()
            for effect in self.blocks[party].take(entry):
                self._perform(party, entry, effect)

    def _perform(self, party: str, entry: Entry, effect: Effect) -> None:
        match effect:
            case Order():
                self._order(party, entry, effect)
            case Note(payload=payload):
                self._queue.appendleft((party, Noted(self._id(), NOON, payload)))
            case SetTimer(name=name):
                self._timers[party][name] = name

    def _order(self, party: str, entry: Entry, order: Order) -> None:
        raw = msgspec.json.encode(order.payload)
        for found in CANARY.finditer(raw):
            number = int(found[1])
            if self.allowed[number] == {party}:
                name = CORE.of(order.payload).name
                self.leaks.append(f"the core is told in {name} what is from {self.origin[number]}")
        if self.played.take(Step(party, order.subject, order.payload)):
            self._feed()
            reply = Accepted(command=f"{entry.id}-{order.key}"[:64], after=0)
            self._queue.append((party, Settled(self._id(), NOON, order.key, reply)))

    def _canary(self, readers: frozenset[str], origin: str) -> str:
        self.allowed.append(readers)
        self.origin.append(origin)
        return f"canary-{len(self.allowed) - 1}-"

    def _id(self) -> str:
        self._ids += 1
        return f"id-{self._ids}"
