"""What was left behind by a run, read from the broker; and what was told to whom."""

from collections.abc import Mapping, Sequence

import msgspec
from abs_contracts import protocol

from abs_core.host.journal import KeptOrder, Line, Page
from abs_core.ports import Record
from abs_core.sim.checks.history import history
from abs_core.sim.desks import SimulatedDesk, Told
from abs_core.sim.processes import Ended, Said
from abs_core.sim.world import ROOM, World

_pages = msgspec.json.Decoder(Page)


class Journaled(msgspec.Struct, frozen=True):
    """A line of a journal, the record it stands in, and the generation that wrote it."""

    seq: int
    generation: int
    line: Line


class Journals:
    """The journals, read as they grow: a command must stand in one before it comes in."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._orders: set[str] = set()
        self.lines: dict[str, list[Journaled]] = {party: [] for party in world.cast.blocks}
        self._read = dict.fromkeys(world.cast.blocks, 0)
        self.hasty: list[str] = []

    def look(self, subject: str, data: bytes) -> None:
        """Look at what comes in at the core, if it is a command of a block."""
        kind, _, party, *token = subject.split(".")
        if kind != "cmd" or not token or token[0] not in self._world.generations:
            return
        try:
            command = _ids.decode(data).id
        except (msgspec.DecodeError, UnicodeDecodeError):
            return  # garbage
        self.catch_up(party)
        if command not in self._orders and not command.startswith("flood-"):
            self.hasty.append(f"{party} sent {command} before its journal had it")

    def catch_up(self, party: str) -> None:
        stream = protocol.stream("journal", ROOM, party)
        for record in self._world.bus.beyond(stream, self._read[party]):
            page = _pages.decode(record.data)
            self._read[party] = record.seq
            for line in page.lines:
                self.lines[party].append(Journaled(record.seq, page.generation, line))
                self._orders.update(e.id for e in line.effects if isinstance(e, KeptOrder))


class _Id(msgspec.Struct):
    id: str


_ids = msgspec.json.Decoder(_Id)


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that the checks look at."""

    log: Sequence[Record]
    feeds: Mapping[str, Sequence[Record]]
    journals: Mapping[str, Sequence[Journaled]]
    dead: Sequence[Record]
    told: Sequence[Told]
    sent: int
    said: Sequence[Said]
    ended: Sequence[Ended]
    unexpected: Sequence[str]
    generations: Mapping[str, int]  # by token of a block
    disciplines: Mapping[str, str]
    hasty: Sequence[str]
    apart: Sequence[str]  # what both sides of a link do not have in common


def gather(
    world: World,
    desks: Mapping[str, SimulatedDesk],
    journals: Journals,
    unexpected: Sequence[str],
) -> Evidence:
    """Read everything as it lies in the streams, beside all clients and all faults."""
    for party in world.cast.blocks:
        journals.catch_up(party)
    log = world.bus.beyond(protocol.stream("log", ROOM))
    return Evidence(
        log=log,
        feeds={
            party: world.bus.beyond(protocol.stream("feed", ROOM, party, "v1"))
            for party in world.parties
        },
        journals={party: tuple(lines) for party, lines in journals.lines.items()},
        hasty=tuple(journals.hasty),
        dead=world.bus.beyond(protocol.stream("dead", ROOM)),
        told=[told for desk in desks.values() for told in desk.told],
        sent=sum(desk.sent for desk in desks.values()),
        said=tuple(world.tap.said),
        ended=tuple(world.processes.ended),
        unexpected=tuple(unexpected),
        generations=world.generations,
        disciplines={name: str(party.discipline) for name, party in world.parties.items()},
        apart=_apart(world, log, journals),
    )


def _apart(world: World, log: Sequence[Record], journals: Journals) -> list[str]:
    """What every simulated system outside finds wrong between it and the room."""
    events = [(entry.about, entry.raw) for entry in history(log)] if world.outsides else []
    return [
        what
        for party, outside in world.outsides.items()
        if party != world.absent
        for what in outside.wrong(
            events, [msgspec.json.encode(each.line) for each in journals.lines[party]]
        )
    ]
