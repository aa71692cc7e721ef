"""Simulated desks: they read their own feed, and decide by a random stream of their own."""

import asyncio
import contextlib
import random
from typing import NamedTuple

import msgspec
from abs_contracts import protocol
from abs_contracts.catalogue import Catalogue, Kind
from abs_contracts.messages import incident as m
from abs_contracts.refusal import Refused

from abs_core.clients import Desk
from abs_core.ports import Bus, Reader, Stream, Unknown, Unreachable
from abs_core.sim import keyed
from abs_core.sim.work import Draw, Known, own_units
from abs_core.sim.world import ROOM, Party, World

BEGIN, END = 0.6, 4.5
"""Virtual seconds between which desks have work; after that they wind up."""
ROUNDS, ROUND = 8, 0.7
"""At most so many times, so far apart, a desk closes what can be closed."""
ROLE = "dispatcher"


class Told(NamedTuple):
    """What a desk was told about a command of its own."""

    party: str
    at: float
    reply: protocol.Reply


class _Seen(msgspec.Struct):
    type: str
    subject: str
    data: msgspec.Raw


class _About(msgspec.Struct):
    party: str = ""
    lead: str = ""
    unit: str = ""


_seen = msgspec.json.Decoder(_Seen)
_about = msgspec.json.Decoder(_About)


class Load(msgspec.Struct, frozen=True, kw_only=True):
    """How much work each desk has."""

    incidents: int = 12
    decisions: int = 28


class SimulatedDesk:
    """One party's desk: it opens incidents, works on what its feed shows, and winds up."""

    def __init__(self, world: World, party: Party, bus: Bus, load: Load) -> None:
        self._world = world
        self._party = party
        self._bus = bus
        self._load = load
        self._desk: Desk = world.desk(party.name, bus)
        self._others = [name for name in world.parties if name != party.name]
        self._private = _private(world.catalogue(party.name)) if party.block else ()
        self._catalogue = world.catalogue(party.name)
        self._actor = f"{party.name} desk"
        self.known: dict[str, Known] = {}
        self.told: list[Told] = []
        self.sent = 0
        self.idle = asyncio.Event()

    async def run(self) -> None:
        async with asyncio.TaskGroup() as group:
            reading = group.create_task(self._read())
            await self._work()
            self.idle.set()
            reading.cancel()

    # -- reading ---------------------------------------------------------------

    async def _read(self) -> None:
        stream = await self._opened(protocol.stream("feed", ROOM, self._party.name, "v1"))
        reader = await self._following(stream)
        while True:
            for record in await reader.fetch(64):
                self._take(_seen.decode(record.data))

    async def _opened(self, name: str) -> Stream:
        while True:
            try:
                return await self._bus.open(name)
            except (Unknown, Unreachable):
                await asyncio.sleep(0.05)

    async def _following(self, stream: Stream) -> Reader:
        while True:
            with contextlib.suppress(Unknown, Unreachable):
                return await stream.follow()

    def _take(self, seen: _Seen) -> None:
        kind = seen.type.removeprefix("abs.incident.").removesuffix(".v1")
        if kind == "opened":
            lead = _about.decode(seen.data).lead
            self.known[seen.subject] = Known(id=seen.subject, lead=lead, parties={lead: False})
        known = self.known.get(seen.subject)
        if known is None:
            return
        match kind:
            case "party_attached":
                known.parties[_about.decode(seen.data).party] = False
            case "party_detached":
                known.parties.pop(_about.decode(seen.data).party, None)
            case "closed_for_party":
                known.parties[_about.decode(seen.data).party] = True
            case "lead_transferred":
                known.lead = _about.decode(seen.data).lead
            case "unit_assigned":
                about = _about.decode(seen.data)
                known.units[about.unit] = about.party
            case "unit_released":
                known.units.pop(_about.decode(seen.data).unit, None)
            case "closed" | "reopened":
                known.open = kind == "reopened"
                known.parties = dict.fromkeys(known.parties, False)

    # -- working ---------------------------------------------------------------

    async def _work(self) -> None:
        chance = keyed.stream(self._world.seed, "desk", self._party.name)
        if self._party.outside:
            await self._beside_outside(chance)
            return
        async with asyncio.TaskGroup() as seats:
            for unit in own_units(self._party.name):
                seats.create_task(self._register(unit, chance.uniform(0.0, BEGIN)))
            for at in keyed.moments(chance, self._load.incidents, BEGIN, END):
                seats.create_task(self._open(at))
            for number, at in enumerate(keyed.moments(chance, self._load.decisions, BEGIN, END)):
                seats.create_task(self._decide(number, at))
        for _ in range(ROUNDS):
            await asyncio.sleep(ROUND)
            if not await self._wind_up():
                break

    async def _beside_outside(self, chance: random.Random) -> None:
        """The party's people work in the system outside; here they only ask their block."""
        for number, at in enumerate(keyed.moments(chance, self._load.decisions // 4, BEGIN, END)):
            await _until(at)
            await self._consult(self._draw(number), list(self.known) or ["none"])

    def _draw(self, *key: object) -> Draw:
        chance = keyed.stream(self._world.seed, "decision", self._party.name, *key)
        now = self._world.clock(f"desk-{self._party.name}").now()
        return Draw(chance, self._party.name, self._party.discipline, self._others, now)

    async def _register(self, unit: str, after: float) -> None:
        await asyncio.sleep(after)
        await self._tell(self._draw("register", unit).registration(unit), unit)

    async def _open(self, at: float) -> None:
        await _until(at)
        draw = self._draw("open", at)
        incident = f"{self._party.name}-{at:.6f}".replace(".", "-")
        reply = await self._tell(draw.opening(), incident)
        if isinstance(reply, protocol.Accepted):
            mine = Known(id=incident, lead=self._party.name, parties={self._party.name: False})
            for number in range(draw.chance.randint(0, 2)):
                await asyncio.sleep(draw.chance.uniform(0.01, 0.3))
                await self._tell(self._draw("open", at, number).command(mine, [incident]), incident)

    async def _decide(self, number: int, at: float) -> None:
        await _until(at)
        draw = self._draw(number)
        chance = draw.chance
        working = [known for known in self.known.values() if self._party.name in known.parties]
        incidents = [known.id for known in working]
        if not working or chance.random() < 0.1:
            unit = chance.choice(own_units(self._party.name))
            status = chance.random() < 0.8
            await self._tell(draw.status(incidents) if status else draw.emergency(), unit)
        elif self._private and chance.random() < 0.3:
            await self._consult(draw, incidents)
        elif chance.random() < 0.03:  # somebody else's, or none at all: to be refused
            other = chance.choice([*self.known, "none"])
            await self._tell(draw.command(Known(id=other), incidents), other)
        else:
            known = chance.choice(working[-6:])
            await self._tell(draw.command(known, incidents), known.id)

    async def _consult(self, draw: Draw, incidents: list[str]) -> None:
        """Ask the party's own block something of its own, or have it do something."""
        payload = draw.payload(draw.chance.choice(self._private), incidents)
        with contextlib.suppress(Refused, Unknown, Unreachable):
            if draw.chance.random() < 0.3:
                await self._desk.ask(self._catalogue, payload, dict[str, object])
            else:
                await self._desk.request(
                    self._catalogue, payload, object, actor=self._actor, role=ROLE
                )

    async def _wind_up(self) -> bool:
        """Close what can be closed; whether something was left to do."""
        left = False
        own = self._party.name
        for known in list(self.known.values()):
            if not known.open or own not in known.parties:
                continue
            left = True
            for unit in [u for u, party in known.units.items() if party == own]:
                await self._tell(m.ReleaseUnit(unit=unit), known.id)
            if not known.parties.get(own):
                await self._tell(m.CloseForParty(), known.id)
            elif known.lead == own and all(known.parties.values()):
                await self._tell(m.CloseIncident(), known.id)
        return left

    async def _tell(self, payload: msgspec.Struct, subject: str) -> protocol.Reply:
        self.sent += 1
        reply = await self._desk.command(payload, subject, actor=self._actor, role=ROLE)
        self.told.append(Told(self._party.name, asyncio.get_running_loop().time(), reply))
        return reply


def _private(catalogue: Catalogue) -> tuple[type[msgspec.Struct], ...]:
    """The payloads of a block's own messages; which of them it takes, it says itself."""
    return tuple(c.payload for c in catalogue.values() if c.kind is Kind.PRIVATE)


async def _until(at: float) -> None:
    loop = asyncio.get_running_loop()
    await asyncio.sleep(max(0.0, at - loop.time()))
