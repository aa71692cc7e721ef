"""Both sides have one picture after everything that real processes and a real link may do."""

import asyncio
import json
import os
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Any, get_args

import httpx
import pytest
from abs_ambulance_bridge.hub_sante.translation.ids import incident_of
from abs_contracts.messages import incident as m
from abs_contracts.messages import unit as u
from abs_contracts.messages.values import CallSource, Classification, Location, NoteAudience
from abs_contracts.protocol import Accepted

from abs_core.testing.block import BlockUnderTest
from abs_core.testing.room import RoomUnderTest
from abs_core.testing.server import ServerUnderTest

from .cable import Cable, How
from .outside import OURS, Outside, Process

model = pytest.importorskip(
    "standalone_ambulance.model", reason="the standalone system (example 2) is not installed"
)
comparing = pytest.importorskip("abs_ambulance_bridge.simulated.comparing")
incidents = pytest.importorskip("abs_ambulance_bridge.simulated.incidents")

ROUNDS = int(os.environ.get("ABS_BRIDGE_ROUNDS", "12"))
"""Turns of trouble; each kind comes once in twelve."""
LONG_ENOUGH = 120 + 2 * ROUNDS
"""Seconds for both sides to become one, on a machine that does much else."""
LONG = "2099-01-01T00:00:00Z"


class Both:
    """The room and the other side, with a cable between them, and people at work on either."""

    def __init__(self, room: RoomUnderTest, outside: Outside, cable: Cable, bridge: Process):
        self.room, self.outside, self.cable, self.bridge = room, outside, cable, bridge

    async def says(self, party: str, subject: str, command: Any) -> None:
        reply = await self.room.desk(party).command(
            command, subject, actor="desk-1", role="dispatcher"
        )
        assert isinstance(reply, Accepted), reply

    async def works_here(self, turn: int) -> None:
        """An incident of police, with fire on its way, and news of the last one."""
        new, last = f"i-{turn}", f"i-{turn - 1}"
        await self.says("police", new, m.OpenIncident(source=CallSource.EMERGENCY))
        place = Location(municipality="Den Haag", street=f"Markt {turn}")
        await self.says("police", new, m.LocateIncident(location=place))
        for party in ("ambulance", "fire"):
            await self.says("police", new, m.AttachParty(party=party))
        await self.says("fire", f"f-{turn}", u.RegisterUnit(call_sign=f"F-{turn}", kind="TS-6"))
        await self.says("fire", new, m.AssignUnit(unit=f"f-{turn}"))
        if turn:
            note = m.AddNote(text=f"police see {turn}", audience=NoteAudience.ALL)
            await self.says("police", last, note)
            path = Classification(table="1.0", mc1="Ongeval", mc2="Overig")
            await self.says("police", last, m.ClassifyIncident(classification=path))
            moved = Location(municipality="Den Haag", street=f"Plein {turn}")
            await self.says("police", last, m.LocateIncident(location=moved))
            if turn % 2:
                await self.says("fire", last, m.ReleaseUnit(unit=f"f-{turn - 1}"))

    async def works_there(self, turn: int) -> str:
        """A call, and news of what was there before; the case of the call."""
        case = await self.outside.call(f"Spui {turn}")
        known = [each["id"] for each in await self.outside.look("cases")][-3:]
        for number, each in enumerate(known):
            place = {"address": f"Laan {turn}-{number}", "city": "Delft"}
            await self.outside.do("correct", case=each, place=place)
            await self.outside.do("add_note", case=each, text=f"they see {turn}-{number}")
        with suppress(AssertionError):  # it is on its way already
            await self.outside.do("send_vehicle", case=case, vehicle=f"15-10{1 + turn % 3}")
        return case

    async def apart(self, cases: list[str]) -> list[str]:
        """What differs between both sides now."""
        events = [json.loads(raw) for raw in await self.room.feed("ambulance")]
        here = incidents.incidents(((each["subject"], each) for each in events), "ambulance")
        there = {each["id"]: each for each in await self.outside.look("cases")}
        wanted = {incident_of(case, "dh"): case for case in cases}
        wanted |= {f"i-{turn}": f"{OURS}.i-{turn}" for turn in range(ROUNDS)}
        found = []
        for incident, case in wanted.items():
            if case not in there or incident not in here:
                found.append(f"{case} is on one side only")
                continue
            known = model.Case.model_validate(there[case])
            for what in comparing.differences(known, here[incident], "ambulance"):
                found.append(f"{case}: {what}")
        return found

    # -- trouble ------------------------------------------------------------------------

    async def kill_outside(self, turn: int) -> str:
        case = await self.works_there(turn)
        self.outside.kill()
        await self.works_here(turn)
        await self.outside.start()
        return case

    async def kill_bridge(self, turn: int) -> str:
        self.bridge.kill()
        return await self.works(turn, self.bridge.start)

    async def kill_both(self, turn: int) -> str:
        case = await self.works_there(turn)
        self.outside.kill()
        self.bridge.kill()
        await self.works_here(turn)
        self.bridge.start()
        await self.outside.start()
        return case

    async def restart(self, turn: int) -> str:
        """As when the power fails there."""
        case = await self.works(turn)
        with suppress(httpx.HTTPError):
            await self.outside.http.post("/simulation/restart")
        await self.outside.until(lambda: self.outside.look("vehicles"), lambda _: True)
        return case

    async def fault(self, turn: int, **faults: Any) -> str:
        await self.outside.faults(**faults)
        case = await self.works(turn)
        await self.outside.faults()
        return case

    async def cable_is(self, how: How, turn: int) -> str:
        self.cable.becomes(how)
        return await self.works(turn, lambda: self.cable.becomes("whole"))

    async def works(self, turn: int, mended: Callable[[], None] = lambda: None) -> str:
        case = await self.works_there(turn)
        await self.works_here(turn)
        mended()
        return case


Trouble = Callable[[Both, int], Awaitable[str]]
KILLS: tuple[Trouble, ...] = (Both.kill_outside, Both.kill_bridge, Both.kill_both)
"""With kill -9, at least one a turn."""
TROUBLES: tuple[Trouble, ...] = (
    *KILLS,
    Both.restart,
    lambda both, turn: both.fault(turn, slow_seconds=0.3),
    lambda both, turn: both.fault(turn, down_until=LONG),
    lambda both, turn: both.fault(turn, lose_acknowledgements=True),
    lambda both, turn: both.fault(turn, clock_offset_seconds=-7200),
    *(
        lambda both, turn, how=how: both.cable_is(how, turn)
        for how in get_args(How)
        if how != "whole"
    ),
)
"""One a turn: killed with kill -9, restarted, slow, down, losing what it answers, with a clock
that is two hours slow; the cable cut, stalled, deaf, and somebody else at its other end."""


@pytest.mark.parametrize("troubles", [TROUBLES, KILLS], ids=["trouble of every kind", "kill -9"])
async def test_both_sides_are_one_after(
    troubles: Sequence[Trouble],
    room: RoomUnderTest,
    block_under_test: Callable[..., Awaitable[BlockUnderTest]],
    nats_server: ServerUnderTest,
    outside: Outside,
) -> None:
    async with Cable(outside.port).laid() as cable:
        options = {**outside.options, "url": f"http://127.0.0.1:{cable.port}"}
        block = await block_under_test("ambulance-bridge", party="ambulance", options=options)
        await block.stop()
        bridge = Process(block, nats_server.url, options)
        bridge.start()
        both = Both(room, outside, cable, bridge)
        try:
            cases = [await troubles[n % len(troubles)](both, n) for n in range(ROUNDS)]
            await settled(both, cases)
        finally:
            bridge.kill()
        await block.start()
        await block.until(lambda state: not state.told and not state.unconfirmed)
    await nothing_is_doubled(both, cases)
    for each in await outside.letters():
        if each["type"] not in ("RC-REF", "RS-ERROR"):
            assert each["answer"] == "INTEGRE", each


async def settled(both: Both, cases: list[str]) -> None:
    """Once both sides are one; if they never are, what differs."""
    differences = ["not looked yet"]
    with suppress(TimeoutError):
        async with asyncio.timeout(LONG_ENOUGH):
            while differences:
                differences = await both.apart(cases)
                await asyncio.sleep(0.1)
    assert differences == []


async def nothing_is_doubled(both: Both, cases: list[str]) -> None:
    feed = [json.loads(raw) for raw in await both.room.feed("ambulance")]
    told = Counter((each["subject"], each["type"]) for each in feed)
    for case in cases:
        for event in ("opened", "call_added"):
            assert told[incident_of(case, "dh"), f"abs.incident.{event}.v1"] == 1
    lines = Counter(e["data"]["text"] for e in feed if e["type"] == "abs.incident.note_added.v1")
    assert [line for line, times in lines.items() if times > 1 and "see" in line] == []
