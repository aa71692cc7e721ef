"""Connector `radio`: SIMULATED vehicles, in place of alarm receivers and data radio.

Nothing here reaches a real vehicle. An alarm makes a simulated one turn out and
arrive, a release makes it leave, come free and return; a warning it only takes in.
The times it reports are the alarm's time plus the time that passed on the running
loop, so it needs no clock; the pace is how long one of its minutes takes. What was on
its way is lost with the process: a desk then sets the status by hand, as with a radio
that fails.
"""

import asyncio
import datetime as dt
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import msgspec
from abs_contracts.refusal import Refused

from abs_core.sdk import Deliver
from abs_fire.block import RADIO
from abs_fire.contracts import Alarm, RadioStatus, Status
from abs_fire.state import FREE

USUAL_TURN_OUT, USUAL_TRAVEL = 2.0, 6.0  # minutes

Script = Sequence[tuple[Status, float]]
"""Statuses with the simulated minutes between the start of the script and each of them."""


class Timing(msgspec.Struct, frozen=True, kw_only=True):
    """`pace` in seconds per simulated minute (60: as in reality), the rest in minutes.

    `turn_out` and `travel`, where given, hold for all; otherwise a vehicle keeps the
    estimates of its alarm, and without those the usual ones below.
    """

    pace: float = 60.0
    turn_out: float | None = None
    travel: float | None = None

    def script(self, alarm: Alarm) -> Script:
        """What a vehicle reports after this alarm."""
        turn_out = _minutes(self.turn_out, alarm.turn_out, USUAL_TURN_OUT)
        travel = _minutes(self.travel, alarm.travel, USUAL_TRAVEL)
        if alarm.release:
            return ((Status.IR, 1.0), (Status.BS, 2.0), (Status.KZ, 2.0 + travel))
        return ((Status.UT, turn_out), (Status.TP, turn_out + travel))


def _minutes(option: float | None, seconds: int | None, usual: float) -> float:
    if option is not None:
        return option
    return usual if seconds is None else seconds / 60


class _Play(NamedTuple):
    effect: str
    start: dt.datetime
    alarm: Alarm


class SimulatedRadio:
    """Plays back what a vehicle would report; a newer alarm ends what it was doing."""

    def __init__(self, timing: Timing) -> None:
        self._timing = timing
        self._seen: set[str] = set()
        self._alarms: asyncio.Queue[_Play] = asyncio.Queue()
        self._playing: dict[str, str] = {}
        self._serves: dict[str, str] = {}

    @property
    def name(self) -> str:
        return RADIO

    async def run(self, deliver: Deliver) -> None:
        async with asyncio.TaskGroup() as vehicles:
            while True:
                play = await self._alarms.get()
                if self._changes(play.alarm):
                    self._playing[play.alarm.unit] = play.effect
                    vehicles.create_task(self._play(play, deliver))

    async def send(self, effect: str, at: dt.datetime, payload: msgspec.Struct) -> None:
        if effect in self._seen or not isinstance(payload, Alarm):
            return
        self._seen.add(effect)
        self._alarms.put_nowait(_Play(effect, at, payload))

    def _changes(self, alarm: Alarm) -> bool:
        """Whether the crew does anything else now: a release from elsewhere leaves it there."""
        if alarm.release:
            return self._serves.get(alarm.unit, alarm.incident) == alarm.incident
        self._serves[alarm.unit] = alarm.incident
        return True

    async def _play(self, play: _Play, deliver: Deliver) -> None:
        alarm, elapsed = play.alarm, 0.0
        for status, minutes in self._timing.script(alarm):
            await asyncio.sleep((minutes - elapsed) * self._timing.pace)
            if self._playing[alarm.unit] != play.effect:
                return  # not cancelled, because that could hit the host in the middle of a delivery
            elapsed = minutes
            at = play.start + dt.timedelta(seconds=minutes * self._timing.pace)
            serves = None if status in FREE else alarm.incident
            report = RadioStatus(unit=alarm.unit, status=status, at=at, incident=serves)
            await deliver(f"{play.effect}-{status}", report)


def timing(options: Mapping[str, str]) -> Timing:
    """Timing from the options of the same names. Raises Refused for what is no duration."""
    given = {name: options[name] for name in Timing.__struct_fields__ if name in options}
    try:
        made = msgspec.convert(given, Timing, strict=False)
    except msgspec.ValidationError as error:
        raise _no_timing(str(error)) from None
    for name, value in msgspec.structs.asdict(made).items():
        if value is not None and not 0 <= value < float("inf"):
            raise _no_timing(f"{name} is {value}")
    return made


def _no_timing(what: str) -> Refused:
    return Refused(
        rule="FIRE-007",
        what=f"the simulated radio cannot keep this time: {what}",
        where="options",
        fix="give pace in seconds per minute, turn_out and travel in minutes, none below 0",
    )
