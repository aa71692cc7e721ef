"""Connector `radio`: SIMULATED crews, in place of the data radio (C2000).

Nothing here reaches a real vehicle. An alarm makes a crew drive and arrive, a
release makes it free. A desk of a demonstration can have a crew say more: a
status, an incident of its own, the emergency button. Times are those of the
effect plus what passed on the running loop, so there is no clock here; what was
on its way is lost with the process, and a desk then types it.
"""

import asyncio
import datetime as dt
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import msgspec
from abs_contracts.refusal import Refused

from abs_core.sdk import Deliver
from abs_kmar.messages.radio import RADIO, Alarm, RadioStatus, Simulate, Status
from abs_kmar.state import FREE

Script = Sequence[tuple[Status, float]]
"""Statuses with the simulated minutes between the start of the script and each of them."""


class Timing(msgspec.Struct, frozen=True, kw_only=True):
    """`pace` in seconds per simulated minute (60: as in reality), the rest in minutes."""

    pace: float = 60.0
    react: float = 1.0
    travel: float = 6.0

    @property
    def out(self) -> Script:
        return ((Status.AR, self.react), (Status.TP, self.react + self.travel))

    @property
    def back(self) -> Script:
        return ((Status.VR, self.react),)


class _Play(NamedTuple):
    effect: str
    start: dt.datetime
    alarm: Alarm


class SimulatedRadio:
    """Plays what a crew would report; a newer alarm ends what it was doing."""

    def __init__(self, timing: Timing) -> None:
        self._timing = timing
        self._seen: set[str] = set()
        self._plays: asyncio.Queue[_Play] = asyncio.Queue()
        self._said: asyncio.Queue[tuple[str, msgspec.Struct]] = asyncio.Queue()
        self._playing: dict[str, str] = {}
        self._serves: dict[str, str] = {}

    @property
    def name(self) -> str:
        return RADIO

    async def run(self, deliver: Deliver) -> None:
        async with asyncio.TaskGroup() as crews:
            crews.create_task(self._relay(deliver))
            while True:
                play = await self._plays.get()
                if self._changes(play.alarm):
                    self._playing[play.alarm.unit] = play.effect
                    crews.create_task(self._play(play, deliver))

    async def send(self, effect: str, at: dt.datetime, payload: msgspec.Struct) -> None:
        if effect in self._seen:
            return
        self._seen.add(effect)
        match payload:
            case Alarm():
                self._plays.put_nowait(_Play(effect, at, payload))
            case Simulate(say=say):
                said = msgspec.structs.replace(say, at=say.at or at)
                self._said.put_nowait((effect, said))
            case _:
                pass  # the block sends nothing else

    async def _relay(self, deliver: Deliver) -> None:
        while True:
            await deliver(*await self._said.get())

    def _changes(self, alarm: Alarm) -> bool:
        """Whether the crew does anything else now: a release from elsewhere leaves it there."""
        if alarm.release:
            return self._serves.get(alarm.unit, alarm.incident) == alarm.incident
        self._serves[alarm.unit] = alarm.incident
        return True

    async def _play(self, play: _Play, deliver: Deliver) -> None:
        alarm, elapsed = play.alarm, 0.0
        for status, minutes in self._timing.back if alarm.release else self._timing.out:
            await asyncio.sleep((minutes - elapsed) * self._timing.pace)
            if self._playing[alarm.unit] != play.effect:
                return  # not cancelled, because that could hit the host in the middle of a delivery
            elapsed = minutes
            report = RadioStatus(
                unit=alarm.unit,
                status=status,
                at=play.start + dt.timedelta(seconds=minutes * self._timing.pace),
                incident=None if status in FREE else alarm.incident,
                point=alarm.point if status is Status.TP else None,
            )
            await deliver(f"{play.effect}-{status}", report)


def timing(options: Mapping[str, str]) -> Timing:
    """Timing from the options of the same names. Raises Refused for what is no duration."""
    given = {name: options[name] for name in Timing.__struct_fields__ if name in options}
    try:
        made = msgspec.convert(given, Timing, strict=False)
    except msgspec.ValidationError as error:
        raise _no_timing(str(error)) from None
    for name, value in msgspec.structs.asdict(made).items():
        if not 0 <= value < float("inf"):
            raise _no_timing(f"{name} is {value}")
    return made


def _no_timing(what: str) -> Refused:
    return Refused(
        rule="KMAR-007",
        what=f"the simulated radio cannot keep this time: {what}",
        where="options",
        fix="give pace in seconds per minute, react and travel in minutes, none below 0",
    )
