"""A room under test: a running core over any bus, with its parties and their desks."""

import asyncio
from collections.abc import Callable, Mapping
from typing import TypeVar

import msgspec
from abs_contracts import protocol
from abs_contracts.codec import Message, decode_event
from abs_contracts.messages.party import RegisterParty
from abs_contracts.messages.values import Discipline
from abs_contracts.refusal import Refused

from abs_core.application.core import Core
from abs_core.application.feeder import Checkpoint
from abs_core.application.registry import digest
from abs_core.clients import Desk, Operator
from abs_core.ports import Bus, Clock, Ids, Unreachable

P = TypeVar("P", bound=msgspec.Struct)

PATIENCE = 30.0
"""Seconds until waiting for something is given up; a restart of the broker fits in."""

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
        self.cores: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> "RoomUnderTest":
        await self.start_core()
        for party, discipline in self.parties.items():
            await self._register(party, discipline)
        for party in self.parties:
            await self._served(party)
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in list(self.cores):
            await self.stop_core(task)

    async def start_core(self, bus: Bus | None = None) -> asyncio.Task[None]:
        """Start one more core; returns when it serves, or raises why it does not.

        `bus` is a connection of its own, or the room's when there is none.
        """
        core = Core(self.room, bus or self.bus, self.clock, self.ids)
        task = asyncio.create_task(core.run())
        self.cores.append(task)
        ready = asyncio.create_task(core.ready.wait())
        await asyncio.wait([task, ready], return_when=asyncio.FIRST_COMPLETED)
        ready.cancel()
        if task.done():
            task.result()
        return task

    async def stop_core(self, task: asyncio.Task[None]) -> None:
        """Stop a core where it stands, as a crash would."""
        self.cores.remove(task)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    def desk(self, party: str, *, token: str | None = None) -> Desk:
        """A desk of this party; `token` is another than its own, to try it."""
        return Desk(self.bus, self.room, party, token or desk_token(party), self.clock, self.ids)

    async def register(self, party: str, discipline: Discipline) -> None:
        """Add a party to the room."""
        await self._register(party, discipline)
        await self._served(party)

    async def settled(self) -> protocol.RoomStatus:
        """The room's status once a core has read the log to its end."""
        log = await self.bus.open(protocol.stream("log", self.room))
        end = await log.last()
        while (status := await self.operator.status()).log < end:  # noqa: ASYNC110 - a core says it only when asked
            await asyncio.sleep(0.001)
        return status

    async def feed(self, party: str) -> list[bytes]:
        """A party's whole feed, once it has caught up with the log."""
        count = (await self._fed()).feeds.get(party, 0)
        stream = await self.bus.open(protocol.stream("feed", self.room, party, "v1"))
        reader = await stream.follow()
        messages: list[bytes] = []
        try:
            async with asyncio.timeout(PATIENCE):
                while len(messages) < count:
                    messages += [r.data for r in await reader.fetch(count - len(messages))]
        finally:
            await reader.close()
        return messages

    async def shown(
        self, party: str, payload: type[P], *, where: Callable[[Message[P]], bool] | None = None
    ) -> Message[P]:
        """The first message of this type in a party's feed, waited for if need be.

        `where` looks closer. Raises TimeoutError when none comes.
        """
        stream = await self.bus.open(protocol.stream("feed", self.room, party, "v1"))
        reader = await stream.follow()
        try:
            async with asyncio.timeout(PATIENCE):
                while True:
                    for record in await reader.fetch(64):
                        message = decode_event(record.data)
                        if isinstance(message.payload, payload) and (
                            where is None or where(message)  # type: ignore[arg-type]  # narrowed by its payload
                        ):
                            return message  # type: ignore[return-value]  # the same
        finally:
            await reader.close()

    async def _register(self, party: str, discipline: Discipline) -> None:
        token = digest(desk_token(party))
        command = RegisterParty(discipline=discipline, name=party, desk_token=token)
        await self.operator.command(command, party)

    async def _served(self, party: str) -> None:
        """Until a core answers this party."""
        async with asyncio.timeout(PATIENCE):
            while True:
                try:
                    await self.desk(party).story("none")
                except Refused:
                    return
                except Unreachable:
                    await asyncio.sleep(0.01)  # a core says nothing when it begins to serve

    async def _fed(self) -> Checkpoint:
        """The first checkpoint that covers the log as it is now: the feeds have it all."""
        log = await self.bus.open(protocol.stream("log", self.room))
        end = await log.last()
        checkpoints = await self.bus.open(protocol.stream("checkpoint", self.room))
        reader = await checkpoints.follow()
        try:
            async with asyncio.timeout(PATIENCE):
                while True:
                    for record in await reader.fetch(64):
                        checkpoint = msgspec.json.decode(record.data, type=Checkpoint)
                        if checkpoint.log >= end:
                            return checkpoint
        finally:
            await reader.close()


def desk_token(party: str) -> str:
    """The token of a party's desk in a room under test."""
    return f"desk-of-{party}"
