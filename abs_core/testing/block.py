"""A block under test: an installed block, agreed to, its host inline in the test's loop."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Self, TypeVar

import msgspec
from abs_contracts import protocol
from abs_contracts.catalogue import CORE
from abs_contracts.manifest import find_manifest

from abs_core.bootstrap import agree_block
from abs_core.host import Host, load
from abs_core.ports import Bus
from abs_core.sdk import Settings
from abs_core.testing.room import PATIENCE, RoomUnderTest

A = TypeVar("A", bound=msgspec.Struct)


class BlockUnderTest:
    """One generation of a party's block. Make it with `agreed`, then start it."""

    def __init__(
        self,
        name: str,
        credentials: protocol.Credentials,
        room: RoomUnderTest,
        connect: Callable[[], Awaitable[Bus]],
        options: dict[str, str],
    ) -> None:
        self.name = name
        self.credentials = credentials
        self.desk = room.desk(credentials.party)
        self._settings = Settings(room=room.room, party=credentials.party, options=options)
        self._room = room
        self._connect = connect
        self._task: asyncio.Task[None] | None = None

    @classmethod
    async def agreed(
        cls,
        name: str,
        party: str,
        room: RoomUnderTest,
        connect: Callable[[], Awaitable[Bus]],
        options: dict[str, str],
    ) -> Self:
        """The installed block under the party's next Agreement. Raises Refused.

        A party that the room does not have is registered with the block's discipline.
        """
        known = {p.party: p.generation for p in (await room.settled()).parties}
        if party not in known:
            await room.register(party, find_manifest(name).discipline)
        generation = known.get(party, 0) + 1
        credentials = await agree_block(room.operator, room.room, party, name, generation)
        return cls(name, credentials, room, connect, options)

    @property
    def state(self) -> Any:  # whatever the block says its state is
        """The block's state as its journal holds it."""
        return self.host.state

    async def start(self) -> None:
        """Start it as a new process would: a fresh block, its journal, a new connection."""
        loaded = load(self.name, self._settings)
        self.catalogue = CORE.extended(loaded.contracts)
        self._bus = await self._connect()
        self.host: Host[Any] = Host(
            loaded.block,
            loaded.connectors,
            self.catalogue,
            self.credentials,
            self._bus,
            self._room.clock,
        )
        self._task = asyncio.create_task(self.host.run(), name=f"block {self.name}")
        await self._unless_it_ends(self.host.ready.wait())

    async def stop(self) -> None:
        """End it where it stands, as a crash would."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None
            await self._bus.close()

    async def drain(self) -> None:
        """Have it finish what it owes and end, as before an update."""
        me = self.credentials
        subject = protocol.drain(me.room, me.party, me.generation)
        await self._room.bus.request(subject, b"{}", within=PATIENCE)
        if self._task is not None:
            await self._task
        await self.stop()

    async def until(self, holds: Callable[[Any], bool]) -> Any:
        """The block's state, once this holds for it. Raises TimeoutError, or why it ended."""
        return await self._unless_it_ends(self.host.until(holds))

    async def ask(self, question: msgspec.Struct, answer: type[A]) -> A:
        """The answer to a question of its desk. Raises Refused."""
        return await self.desk.ask(self.catalogue, question, answer)

    async def request(
        self, payload: msgspec.Struct, answer: type[A], *, actor: str, role: str
    ) -> A:
        """What it says to a request of its desk, once that is journaled. Raises Refused."""
        return await self.desk.request(self.catalogue, payload, answer, actor=actor, role=role)

    async def _unless_it_ends(self, waiting: Awaitable[Any]) -> Any:
        assert self._task is not None, "start it first"
        awaited = asyncio.ensure_future(waiting)
        try:
            await asyncio.wait(
                [awaited, self._task], timeout=PATIENCE, return_when=asyncio.FIRST_COMPLETED
            )
            if awaited.done():
                return awaited.result()
            if self._task.done():
                self._task.result()
            raise TimeoutError(f"block {self.name} did not come to it; its state: {self.state}")
        finally:
            awaited.cancel()
