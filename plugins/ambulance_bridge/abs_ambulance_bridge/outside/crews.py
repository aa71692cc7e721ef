"""SIMULATED crews of the standalone system: they report how far they are, as its crews would.

Nothing here reaches a real vehicle. The outside format tells times to the second, so two
reports of one crew are never in the same one.
"""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Coroutine, Mapping, Sequence

import msgspec
from abs_contracts.refusal import Refused

from abs_ambulance_bridge.hub_sante.translation.case_writing import SAFETY, WAIT
from abs_ambulance_bridge.outside.process import LOOK_SECONDS, Case, Mission, Standalone

APART = 1.1
"""Seconds between two reports of one crew, at least."""


class Timing(msgspec.Struct, frozen=True, kw_only=True):
    """`minute` in seconds, the rest in minutes."""

    minute: float
    turn_out: float = 1.0
    travel: float = 7.0
    care: float = 10.0
    transport: float = 12.0


def timing(options: Mapping[str, str], minute: float) -> Timing:
    """From a story's options of the same names; what is no number keeps its default."""
    given = {name: options[name] for name in Timing.__struct_fields__ if name in options}
    given.pop("minute", None)
    try:
        return msgspec.convert({**given, "minute": minute}, Timing, strict=False)
    except msgspec.ValidationError:
        return Timing(minute=minute)


class _Over(Exception):  # noqa: N818 - how a crew hears that it was told something else
    """What it was doing is over."""


class Crews:
    """All crews of one standalone system; what a crew is told last is what it does."""

    def __init__(self, system: Standalone, timing: Timing) -> None:
        self._system = system
        self._timing = timing
        self._told: Counter[str] = Counter()
        self._speaking: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._reported: dict[str, float] = {}
        self._at_work: set[asyncio.Task[None]] = set()
        self.refused: Refused | None = None
        """Why a crew could not report what it had to."""

    def sent(self, vehicle: str, case: str) -> None:
        """It goes out."""
        self._told[vehicle] += 1
        self._play(self._out(vehicle, self._told[vehicle], case))

    def destined(self, vehicle: str, case: str, hospital: str) -> None:
        """It leaves with the patient, once it has been there."""
        self._told[vehicle] += 1
        self._play(self._away(vehicle, self._told[vehicle], case, hospital))

    async def stand_down(self, vehicle: str, case: str) -> None:
        """It is free, whatever it was doing."""
        self._told[vehicle] += 1
        async with self._speaking[vehicle]:
            mission = mission_of(await self._case(case), vehicle)
        for step in _ENDING[mission.step]:
            await self._report(vehicle, self._told[vehicle], step)

    async def reported(self, vehicle: str, case: str, step: str) -> None:
        """A desk says how far it is, and from now on says it; what the crew said is no news."""
        mission = mission_of(await self._case(case), vehicle)
        if step in [each.step for each in mission.steps]:
            return
        self._told[vehicle] += 1
        hospital = "the hospital" if step == "transporting" else None
        await self._report(vehicle, self._told[vehicle], step, hospital)

    async def stop(self) -> None:
        for crew in self._at_work:
            crew.cancel()
        await asyncio.gather(*self._at_work, return_exceptions=True)

    def _play(self, work: Coroutine[None, None, None]) -> None:
        async def until_over() -> None:
            try:
                await work
            except _Over:
                pass
            except Refused as no:
                self.refused = no
            except TimeoutError:
                self.refused = self._system.down("a crew got no answer")

        crew = asyncio.create_task(until_over())
        self._at_work.add(crew)
        crew.add_done_callback(self._at_work.discard)

    # -- what they do ----------------------------------------------------------------

    async def _out(self, vehicle: str, turn: int, case: str) -> None:
        if mission_of(await self._case(case), vehicle).step == "ordered":
            await self._minutes(self._timing.turn_out)
            await self._report(vehicle, turn, "departed")
        if mission_of(await self._case(case), vehicle).step == "departed":
            await self._drive(case)
            await self._report(vehicle, turn, "at_scene")

    async def _away(self, vehicle: str, turn: int, case: str, hospital: str) -> None:
        await self._out(vehicle, turn, case)
        await self._minutes(self._timing.care)
        await self._report(vehicle, turn, "transporting", hospital)
        await self._minutes(self._timing.transport)
        await self._report(vehicle, turn, "at_hospital")

    async def _drive(self, case: str) -> None:
        """To the scene; a crew that has to wait drives on from there when it may go in."""
        clock, drive = asyncio.get_running_loop().time, self._timing.travel * self._timing.minute
        there, waits = clock() + drive, False
        while clock() < there or waits:
            await asyncio.sleep(LOOK_SECONDS * 5)
            waited, waits = waits, must_wait(await self._case(case))
            if waited and not waits:
                there = clock() + drive

    async def _minutes(self, minutes: float) -> None:
        await asyncio.sleep(minutes * self._timing.minute)

    async def _case(self, ident: str) -> Case:
        return next(each for each in await self._system.cases() if each.id == ident)

    async def _report(
        self, vehicle: str, turn: int, step: str, hospital: str | None = None
    ) -> None:
        clock = asyncio.get_running_loop().time
        async with self._speaking[vehicle]:
            await asyncio.sleep(self._reported.get(vehicle, -APART) + APART - clock())
            if self._told[vehicle] != turn:
                raise _Over
            await self._system.do("report", vehicle=vehicle, step=step, hospital=hospital)
            self._reported[vehicle] = clock()


def mission_of(case: Case, vehicle: str) -> Mission:
    """The last one of this vehicle."""
    return next(each for each in reversed(case.missions) if each.vehicle == vehicle)


def must_wait(case: Case) -> bool:
    """Whether the last line of somebody about the scene says where to wait."""
    lines = [note.text for note in case.notes if note.text.startswith(SAFETY)]
    last = {line.partition(":")[0]: line for line in lines}
    return any(WAIT in line for line in last.values())


_ENDING: Mapping[str, Sequence[str]] = {
    "ordered": ["cancelled"],
    "departed": ["cancelled"],
    "at_scene": ["free"],
    "transporting": ["at_hospital", "free"],
    "at_hospital": ["free"],
    "free": [],
    "cancelled": [],
}
"""What a crew still reports when it is called off."""
