"""A room under test: a running core over any bus, with its parties and their desks."""

import asyncio
from collections.abc import Mapping

from abs_contracts import protocol
from abs_contracts.messages.party import RegisterParty
from abs_contracts.messages.values import Discipline

from abs_core.application.core import Core
from abs_core.application.registry import digest
from abs_core.clients import Desk, Operator
from abs_core.ports import Bus, Clock, Ids

PARTIES: Mapping[str, Discipline] = {
    "fire": Discipline.FIRE,
    "police": Discipline.POLICE,
    "ambulance": Discipline.AMBULANCE,
    "kmar": Discipline.KMAR,
}


class RoomUnderTest:
    """Cores, parties and desks of one room. Use it as an async context manager."""

    def __init__(
        self,
        bus: Bus,
        clock: Clock,
        ids: Ids,
        *,
        room: str = "dh",
        parties: Mapping[str, Discipline] = PARTIES,
    ) -> None:
        self.bus = bus
        self.room = room
        self.clock = clock
        self.ids = ids
        self.parties = parties
        self.operator = Operator(bus, room, clock, ids)
        self._cores: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> "RoomUnderTest":
        await self.start_core(self.bus)
        for party, discipline in self.parties.items():
            command = RegisterParty(
                discipline=discipline, name=party, desk_token=digest(desk_token(party))
            )
            await self.operator.command(command, party)
        await self.settled()
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in list(self._cores):
            await self.stop_core(task)

    async def start_core(self, bus: Bus) -> asyncio.Task[None]:
        """Start one more core on `bus`; returns when it serves, or raises why it does not."""
        core = Core(self.room, bus, self.clock, self.ids)
        task = asyncio.create_task(core.run())
        self._cores.append(task)
        ready = asyncio.create_task(core.ready.wait())
        await asyncio.wait([task, ready], return_when=asyncio.FIRST_COMPLETED)
        ready.cancel()
        if task.done():
            task.result()
        return task

    async def stop_core(self, task: asyncio.Task[None]) -> None:
        """Stop a core where it stands, as a crash would."""
        self._cores.remove(task)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    def desk(self, party: str, *, token: str | None = None) -> Desk:
        """A desk of this party; `token` is another than its own, to try it."""
        return Desk(
            self.bus, self.room, party, token or desk_token(party), self.clock, self.ids
        )

    async def settled(self) -> protocol.RoomStatus:
        """The room's status once a core has read the log to its end."""
        log = await self.bus.open(protocol.stream("log", self.room))
        end = await log.last()
        while (status := await self.operator.status()).log < end:
            await asyncio.sleep(0.001)
        return status

    async def feed(self, party: str) -> list[bytes]:
        """A party's whole feed, once it has caught up with the log."""
        await self.settled()
        stream = await self.bus.open(protocol.stream("feed", self.room, party, "v1"))
        return [r.data for r in await stream.read(protocol.feed(self.room, party, 1))]


def desk_token(party: str) -> str:
    """The token of a party's desk in a room under test."""
    return f"desk-of-{party}"
