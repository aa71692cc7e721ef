"""The world: a room with everybody in it, unchanged, over the memory bus."""

import asyncio
import contextlib
import functools
import tomllib
from collections.abc import Iterator, Mapping
from importlib import resources
from typing import Literal

import msgspec
from abs_contracts import protocol
from abs_contracts.catalogue import CORE, Catalogue
from abs_contracts.manifest import find_manifest
from abs_contracts.messages.party import AgreeBlock, Agreement, RegisterParty
from abs_contracts.messages.values import Discipline
from abs_contracts.negotiate import agree, agreement_hash
from abs_contracts.refusal import Refused

from abs_core.adapters.ids import SequentialIds
from abs_core.application.core import Core
from abs_core.application.feeder import Feeder
from abs_core.application.log import RoomLog
from abs_core.application.projection import Projection
from abs_core.application.registry import digest
from abs_core.callouts import ClassPaths
from abs_core.clients import Desk, Operator
from abs_core.host.host import Host
from abs_core.host.loader import find, load, names
from abs_core.ports import Bus
from abs_core.sdk import Settings, SimulatedOutside
from abs_core.sim import keyed
from abs_core.sim.loop import VirtualLoop
from abs_core.sim.outside import Around, bring, nobody_outside, simulations
from abs_core.sim.plan import Cast
from abs_core.sim.processes import EVERYBODY, Main, Processes, SimClock, Tap, TappedBus
from abs_core.sim.trace import Trace
from abs_core.sim.weather import Weather

ROOM = "dh"
CORE_PATIENCE = 1.5
"""Seconds, as in `abs_core.bootstrap`: shorter than those who ask the core wait."""
PACE = {"pace": "0.03"}
"""Options of every block: simulated vehicles are quick, in seconds per minute."""
TABLES = resources.files("abs_core.sim").joinpath("tables")
"""Files `BLOCK.OPTION.toml`: small fleets, so that a run is about incidents. A block that
has none here comes with what it brings."""

_found = functools.cache(find)
_manifest = functools.cache(find_manifest)


@functools.cache
def _agreement(block: str, generation: int) -> Agreement:
    return agree(_manifest(block), CORE, generation)


_parsed = functools.lru_cache(tomllib.loads)


@contextlib.contextmanager
def _tables_parsed_once() -> Iterator[None]:
    """Let blocks read their tables without parsing the same text in every life.

    The block is made anew each time: what it holds has to be gone with its process.
    """
    before, tomllib.loads = tomllib.loads, _parsed
    try:
        yield
    finally:
        tomllib.loads = before


@functools.cache
def options(block: str) -> dict[str, str]:
    """The options of a block in a simulated room."""
    tables = (file for file in TABLES.iterdir() if file.name.startswith(f"{block}."))
    return PACE | {file.name.split(".")[1]: str(file) for file in tables}


@functools.cache
def _catalogue(block: str) -> Catalogue:
    """The core's messages and those of a block, which are the same in every run."""
    settings = Settings(room=ROOM, party="any", options=options(block))
    return CORE.extended(load(block, settings, point=_found(block)).contracts)


Ambulance = Literal["block", "bridge"]
"""What ambulance care has: a block of its own, or one before a simulated system outside."""


def prepare() -> None:
    """Load every block that is installed, so that no run is the first."""
    for block in names_installed():
        _catalogue(block)


class Party(msgspec.Struct, frozen=True, kw_only=True):
    """A party of the simulated room, and the block it has, if any.

    `outside`: its people are those of a simulated system outside.
    """

    name: str
    discipline: Discipline
    block: str | None = None
    outside: bool = False
    options: dict[str, str] | None = None  # of the block; None: `options`
    called_for: ClassPaths = ()
    added_classes: ClassPaths = ()


def parties(seed: int, ambulance: Ambulance | None = None) -> tuple[Party, ...]:
    """A party of each discipline with one of the blocks that are installed for it.

    Every block for a partner has a party of its own. `ambulance` chooses for ambulance
    care; without it a bridge may be drawn, with nobody at its other end.
    """
    by_discipline: dict[Discipline, list[str]] = {}
    for name in names_installed():
        by_discipline.setdefault(_manifest(name).discipline, []).append(name)
    found = []
    for discipline in Discipline:
        blocks = by_discipline.get(discipline, [])
        if discipline is Discipline.PARTNER:
            found += [Party(name=b, discipline=discipline, block=b) for b in blocks]
            continue
        outside = discipline is Discipline.AMBULANCE and ambulance == "bridge"
        if discipline is Discipline.AMBULANCE and ambulance is not None:
            blocks = [block for block in blocks if (block in simulations()) == outside]
            if outside and not blocks:
                raise nobody_outside("that of any block that is installed")
        block = keyed.stream(seed, "block", discipline).choice(blocks) if blocks else None
        found.append(
            Party(
                name=str(discipline),
                discipline=discipline,
                block=block,
                outside=outside and block is not None,
            )
        )
    return tuple(found)


@functools.cache
def names_installed() -> tuple[str, ...]:
    return tuple(names())


def cast(members: tuple[Party, ...], *, cores: int, feeder: bool) -> Cast:
    """Who there is to have faults."""
    everyone = tuple(party.name for party in members)
    blocks = tuple(party.name for party in members if party.block)
    streams = [protocol.stream("log", ROOM), protocol.stream("checkpoint", ROOM)]
    streams += [protocol.stream("feed", ROOM, party, "v1") for party in everyone]
    streams += [protocol.stream("journal", ROOM, party) for party in blocks]
    return Cast(
        cores=cores,
        feeder=feeder,
        parties=everyone,
        blocks=blocks,
        streams=tuple(streams),
        outsides=tuple(party.name for party in members if party.outside),
    )


class World:
    """A room, its parties and their blocks, on one loop."""

    def __init__(self, loop: VirtualLoop, seed: int, members: tuple[Party, ...], cast: Cast):
        self.loop = loop
        self.seed = seed
        self.parties: Mapping[str, Party] = {party.name: party for party in members}
        self.cast = cast
        self.weather = Weather(seed, loop.time)
        self.trace = Trace(loop, self.weather)
        self.tap = Tap()
        bus = TappedBus(name="world")
        bus.tap, bus.scheduler = self.tap, self.trace
        self.bus = bus
        self.processes = Processes(loop, bus)
        self.errors: dict[str, float] = {EVERYBODY: 0.0}  # of clocks
        self.credentials: dict[str, protocol.Credentials] = {}
        self.generations: dict[str, int] = {}  # by token
        self.absent: str | None = None
        self.outsides = {party: self._outside(party) for party in cast.outsides}
        self._cores: dict[str, Core] = {}
        operator = bus.client("operator")
        self.operator = Operator(operator, ROOM, self.clock("operator"), SequentialIds("op"))

    def clock(self, process: str) -> SimClock:
        return SimClock(self.loop, self.errors, process)

    def leap(self, hours: float) -> None:
        """So many hours go by for everybody, and nobody does anything in them."""
        self.errors[EVERYBODY] += 3600 * hours

    async def begin(self, without: str | None = None) -> None:
        """Start everything; `without`: leave out the block of one party."""
        for number in range(self.cast.cores):
            await self._core_ready(f"core-{number + 1}")
        for member in self.parties.values():
            command = RegisterParty(
                discipline=member.discipline,
                name=member.name,
                desk_token=digest(desk_token(member.name)),
                called_for=member.called_for,
                added_classes=member.added_classes,
            )
            await self.operator.command(command, member.name)
        for party in self.cast.blocks:
            await self.agree(party)
        self.absent = without
        for party in self.cast.blocks:
            self.start(f"host-{party}")
        if self.cast.feeder:
            self.start("feeder")
        for party in self.cast.outsides:
            self.start(f"outside-{party}")

    async def _core_ready(self, name: str) -> None:
        self.start(name)
        await asyncio.sleep(0)  # it takes its first step
        await self._cores[name].ready.wait()

    # -- starting --------------------------------------------------------------

    def start(self, name: str) -> None:
        """Start a process, or start it again; what an absent party has is not there."""
        kind, _, party = name.partition("-")
        if kind in ("host", "outside") and party == self.absent:
            return
        if kind == "core":
            self.processes.start(name, self._core(name), CORE_PATIENCE)
        elif kind == "feeder":
            self.processes.start(name, self._feeder, CORE_PATIENCE)
        elif kind == "outside":
            self.processes.start(name, lambda _bus: self.outsides[party].run())
        else:
            credentials = self.credentials[party]
            self.processes.start(name, lambda bus: self._host(credentials, bus))

    def _outside(self, party: str) -> SimulatedOutside:
        block = self.parties[party].block
        assert block is not None, "what is outside stands behind a block"
        clock = self.clock(f"outside-{party}")
        return bring(block, Around(self.seed, ROOM, party, clock, self.trace, self.processes))

    def _core(self, name: str) -> Main:
        clock = self.clock(name)
        ids = SequentialIds(f"{name}-{len(self.trace)}")

        async def run(bus: TappedBus) -> None:
            core = self._cores[name] = Core(ROOM, bus, clock, ids)
            await core.run()

        return run

    async def _feeder(self, bus: Bus) -> None:
        """A feeder alone, beside those of the cores: it can be hit without them."""
        stream = await bus.open(protocol.stream("log", ROOM))
        log = RoomLog(stream, ROOM)
        await Feeder(log, Projection(log), bus).run()

    async def _host(self, credentials: protocol.Credentials, bus: Bus) -> None:
        party = self.parties[credentials.party]
        assert party.block is not None, "only parties with a block have a host"
        given = options(party.block) if party.options is None else party.options
        outside = self.outsides.get(party.name)
        if outside is not None:
            given = {**given, **outside.options}
        settings = Settings(room=ROOM, party=party.name, options=given)
        with _tables_parsed_once():
            loaded = load(party.block, settings, point=_found(party.block))
        connectors = loaded.connectors if outside is None else outside.connectors()
        catalogue = _catalogue(party.block)
        clock = self.clock(f"host-{party.name}")
        await Host(loaded.block, connectors, catalogue, credentials, bus, clock).run()

    def catalogue(self, party: str) -> Catalogue:
        """The messages that a party's desk knows: the core's, and those of its block."""
        block = self.parties[party].block
        return _catalogue(block) if block else CORE

    # -- agreements and desks --------------------------------------------------

    async def agree(self, party: str) -> None:
        """Put the next Agreement of a party's block in force. Raises Unknown."""
        block = self.parties[party].block
        assert block is not None, "only parties with a block agree"
        held = self.credentials.get(party)
        generation = held.generation + 1 if held else 1
        agreement = _agreement(block, generation)
        token = f"block-of-{party}-{generation}"
        self.generations[token] = generation
        try:
            await self.operator.command(AgreeBlock(agreement=agreement, token=digest(token)), party)
        except Refused as no:
            if no.refusal.rule != "PARTY-002":  # it stands: our answer was lost
                raise
        self.credentials[party] = protocol.Credentials(
            room=ROOM,
            party=party,
            block=block,
            generation=generation,
            agreement=agreement_hash(agreement),
            token=token,
        )

    def desk(self, party: str, bus: Bus) -> Desk:
        clock, ids = self.clock(f"desk-{party}"), SequentialIds(f"{party}")
        return Desk(bus, ROOM, party, desk_token(party), clock, ids)


def desk_token(party: str) -> str:
    return f"desk-of-{party}"
