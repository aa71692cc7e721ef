"""Mischief: carries out a plan, fault by fault."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

from abs_contracts import protocol

from abs_core.ports import Bus, Unknown, Unreachable
from abs_core.sim import keyed
from abs_core.sim.plan import (
    AnyFault,
    BrokerCrash,
    Crash,
    Flood,
    Garbage,
    Hang,
    Hours,
    Plan,
    Replace,
    Skew,
    Wrong,
)
from abs_core.sim.world import ROOM, World


class Mischief:
    """The faults of a plan, each begun and ended at its time. `met` counts them by kind."""

    def __init__(self, world: World, plan: Plan) -> None:
        self._world = world
        self._plan = plan
        self.met: dict[str, int] = {}

    async def run(self) -> None:
        """Return when the last fault is over."""
        async with asyncio.TaskGroup() as group:
            for number, fault in enumerate(self._plan.faults):
                group.create_task(self._one(number, fault))

    async def _one(self, number: int, fault: AnyFault) -> None:
        await asyncio.sleep(max(0.0, fault.at - self._world.loop.time()))
        self._world.trace.note(f"fault {number}: {fault.name} ({fault.who}) begins")
        self.met[fault.name] = self.met.get(fault.name, 0) + 1
        await self._act(number, fault)
        self._world.trace.note(f"fault {number}: {fault.name} ({fault.who}) is over")

    async def _act(self, number: int, fault: AnyFault) -> None:
        match fault:
            case Crash():
                await self._crash(fault)
            case BrokerCrash():
                await self._broker(number, fault)
            case Hang():
                await self._hang(fault)
            case Skew():
                self._world.errors[fault.who] = fault.seconds
                await asyncio.sleep(fault.lasts)
                self._world.errors.pop(fault.who, None)
            case Flood():
                await self._repeat(fault, fault.count, self._flood)
            case Garbage():
                await self._repeat(fault, fault.count, self._garbage)
            case Replace():
                await self._replace(fault)
            case Wrong():
                await self._wrong(number, fault)
            case _:
                self._world.weather.begin(number, fault)
                await asyncio.sleep(fault.lasts)
                self._world.weather.end(number)
                if isinstance(fault, Hours):
                    self._world.leap(fault.hours)

    async def _wrong(self, number: int, fault: Wrong) -> None:
        world = self._world
        outside = world.outsides.get(fault.who.removeprefix("outside-"))
        if outside is not None:
            world.trace.note(outside.goes_wrong(keyed.number(world.seed, "wrong", number)))
            await asyncio.sleep(fault.lasts)
            outside.is_right_again()

    async def _crash(self, fault: Crash) -> None:
        processes = self._world.processes
        if fault.who not in processes.running:
            return  # another fault has it already
        await processes.kill(fault.who)
        await asyncio.sleep(fault.lasts)
        if fault.who not in processes.running:
            self._world.start(fault.who)

    async def _broker(self, number: int, fault: BrokerCrash) -> None:
        world = self._world
        if world.weather.down:
            return
        world.weather.down = True
        world.bus.down(True)
        await asyncio.sleep(fault.lasts)
        for stream in world.cast.streams:
            if fault.tail and stream.startswith("FEED"):
                last = len(world.bus.beyond(stream))
                lost = keyed.stream(world.seed, "tail", number, stream).randint(0, fault.tail)
                world.bus.lose(stream, max(0, last - lost))
        world.weather.down = False
        world.bus.down(False)

    async def _hang(self, fault: Hang) -> None:
        life = self._world.processes.freeze(fault.who)
        await asyncio.sleep(fault.lasts)
        if life is not None:
            self._world.loop.thaw(life)

    async def _replace(self, fault: Replace) -> None:
        """Agree on a next generation and start it, while the old one does not know."""
        world = self._world
        party = fault.who.removeprefix("host-")
        life = world.processes.freeze(fault.who)
        old = world.processes.release(fault.who)
        token = world.credentials[party].token
        while True:
            try:
                await world.agree(party)
                break
            except (Unknown, Unreachable):
                await asyncio.sleep(0.2)
        world.start(fault.who)
        await asyncio.sleep(fault.lasts)
        if life is not None:
            world.loop.thaw(life)
        if old is not None:
            await self._defy(old.bus, party, token)

    async def _defy(self, bus: Bus, party: str, token: str) -> None:
        """Go on under a token that is void: what would be accepted has to be refused."""
        for number in range(3):
            raw = (
                b'{"specversion":"1.0","id":"flood-old-%d","source":"old","subject":"%s-old-%d",'
                b'"type":"abs.unit.register.v1","time":"2026-01-01T12:00:00Z","authid":"old",'
                b'"role":"block","data":{"call_sign":"old","kind":"old"}}'
                % (number, party.encode(), number)
            )
            with contextlib.suppress(Unknown, Unreachable):
                await bus.request(protocol.commands(ROOM, party, token), raw, within=1.0)

    # -- a block that misbehaves -------------------------------------------------

    async def _repeat(
        self, fault: Flood | Garbage, count: int, act: Callable[[str, str, int], Awaitable[None]]
    ) -> None:
        party = fault.who.removeprefix("host-")
        token = self._world.credentials[party].token
        process = self._world.processes.running.get(fault.who)
        for number in range(count):
            if process is not None:
                await act(party, token, number)
            await asyncio.sleep(fault.lasts / count)

    async def _flood(self, party: str, token: str, number: int) -> None:
        """Commands about nothing: each is decoded, decided and refused."""
        process = self._world.processes.running.get(f"host-{party}")
        if process is None:
            return
        raw = (
            b'{"specversion":"1.0","id":"flood-%d","source":"flood","type":"abs.incident.close.v1",'
            b'"subject":"nothing-%d","time":"2026-01-01T12:00:00Z","authid":"flood",'
            b'"role":"block","data":{}}' % (number, number % 7)
        )
        await process.bus.publish(protocol.commands(ROOM, party, token), raw)

    async def _garbage(self, party: str, token: str, number: int) -> None:
        """Bytes that are no message, to everything of the core that the block may reach."""
        process = self._world.processes.running.get(f"host-{party}")
        if process is None:
            return
        chance = keyed.stream(self._world.seed, "garbage", party, number)
        subject = chance.choice(
            (protocol.commands, protocol.queries, protocol.hello, protocol.beats)
        )
        held = chance.choice((token, "no-token", "a.b"))
        data = chance.choice(GARBAGE)
        await process.bus.publish(subject(ROOM, party, held), data)


GARBAGE = (
    b"",
    b"\xff\x00\xfe",
    b"null",
    b"[" * 10_000,
    b'{"specversion":"1.0"}',
    b'{"generation":-1}',
    b'{"generation":99999999999999999999999,"position":1e400,"pending":"x"}',
    b'{"specversion":"1.0","id":"flood-g","source":"g","type":"abs.party.degrade.v1","subject":"fire",'
    b'"time":"2026-01-01T12:00:00Z","authid":"g","role":"g","data":{"reason":"-"}}',
    b'{"specversion":"1.0","id":"flood-g","source":"g","type":"abs.incident.close.v1","subject":"none",'
    b'"time":"2026-01-01T12:00:00Z","authid":"g","role":"g","party":"police","data":{}}',
    b"{" + b'"a":"' + b"x" * 70_000 + b'"}',
    b'{"specversion":"1.0","id":"flood-g","source":"g","type":"abs.incident.add_note.v9",'
    b'"subject":"none","time":"2026-01-01T12:00:00Z","authid":"g","role":"g","data":{}}',
    b'{"specversion":"2.0","id":"flood-g","source":"g","type":"abs.incident.close.v1",'
    b'"subject":"none","time":"2026-01-01T12:00:00Z","authid":"g","role":"g","data":{}}',
)
