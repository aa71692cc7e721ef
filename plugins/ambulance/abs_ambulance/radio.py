"""Connector `radio`: SIMULATED crews, in place of terminals, pagers and data radio.

Nothing here reaches a real vehicle. An alarm makes a simulated crew go out and
arrive, unless it is told to wait; a hospital makes it leave with the patient, a
release makes it free and go home. The times it reports are the message's time plus
the time that passed on the running loop, so it needs no clock. What was on its way
is lost with the process: a desk then sets the status by hand, as with a radio that fails.
"""

import asyncio
import datetime as dt
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import msgspec
from abs_contracts.refusal import Refused

from abs_ambulance.crew import Alarm, Destination, RadioStatus, Recall
from abs_ambulance.state import FREE
from abs_ambulance.triage import RADIO
from abs_ambulance.values import Status
from abs_core.sdk import Deliver

Script = Sequence[tuple[Status, float]]
"""Statuses with the simulated minutes between the start of the script and each of them."""

Told = Alarm | Recall | Destination


class Timing(msgspec.Struct, frozen=True, kw_only=True):
    """`pace` in seconds per simulated minute (60: as in reality), the rest in minutes."""

    pace: float = 60.0
    turn_out: float = 1.0
    travel: float = 7.0
    care: float = 10.0
    transport: float = 12.0


class Crew(NamedTuple):
    """What a simulated crew is at: which incident, whether it waits, its last report."""

    incident: str
    waits: bool = False
    last: Status | None = None


def script(timing: Timing, crew: Crew | None, told: Told) -> Script | None:
    """What the crew reports from now on; None: it goes on as it was."""
    if isinstance(told, Recall):
        return ((Status.VR, 1.0), (Status.OP, 1.0 + timing.travel))
    there = crew if crew and crew.incident == told.incident else None
    last = there.last if there else None
    on_scene = last not in (None, Status.VT)
    if isinstance(told, Destination):
        arrive = () if on_scene else _out(timing, last)
        leave = (arrive[-1][1] if arrive else 0.0) + timing.care
        return (*arrive, (Status.VP, leave), (Status.AZ, leave + timing.transport))
    if told.wait_at is None:
        return _out(timing, last) if there is None or there.waits else None
    go_on = there is not None and (there.waits or on_scene)
    return None if go_on else _out(timing, last)[:-1]


def _out(timing: Timing, last: Status | None) -> Script:
    """Out and on the scene; a crew that is out already only has to arrive."""
    if last is Status.VT:
        return ((Status.TP, timing.travel),)
    return ((Status.VT, timing.turn_out), (Status.TP, timing.turn_out + timing.travel))


def _after(before: Crew | None, told: Told) -> Crew:
    """What the crew is at once it was told; on its way home it serves no incident."""
    incident = "" if isinstance(told, Recall) else told.incident
    waits = isinstance(told, Alarm) and told.wait_at is not None
    return Crew(incident, waits, before.last if before and before.incident == incident else None)


class _Play(NamedTuple):
    effect: str
    start: dt.datetime
    told: Told
    script: Script


class SimulatedRadio:
    """Plays back what a crew would report; a newer message can end what it was doing."""

    def __init__(self, timing: Timing) -> None:
        self._timing = timing
        self._seen: set[str] = set()
        self._plays: asyncio.Queue[_Play] = asyncio.Queue()
        self._playing: dict[str, str] = {}
        self._crews: dict[str, Crew] = {}

    @property
    def name(self) -> str:
        return RADIO

    async def run(self, deliver: Deliver) -> None:
        async with asyncio.TaskGroup() as crews:
            while True:
                crews.create_task(self._play(await self._plays.get(), deliver))

    async def send(self, effect: str, at: dt.datetime, payload: msgspec.Struct) -> None:
        """A note to a crew is read, and makes a simulated one report nothing."""
        if effect in self._seen or not isinstance(payload, Told):
            return
        self._seen.add(effect)
        unit, before = payload.unit, self._crews.get(payload.unit)
        reports = script(self._timing, before, payload)
        if reports is None:
            return
        self._crews[unit] = _after(before, payload)
        self._playing[unit] = effect
        self._plays.put_nowait(_Play(effect, at, payload, reports))

    async def _play(self, play: _Play, deliver: Deliver) -> None:
        unit, elapsed = play.told.unit, 0.0
        for status, minutes in play.script:
            await asyncio.sleep((minutes - elapsed) * self._timing.pace)
            if self._playing[unit] != play.effect:
                return  # not cancelled, because that could hit the host in the middle of a delivery
            elapsed = minutes
            at = play.start + dt.timedelta(seconds=minutes * self._timing.pace)
            serves = None if status in FREE else play.told.incident
            self._crews[unit] = self._crews[unit]._replace(last=status)
            report = RadioStatus(unit=unit, status=status, at=at, incident=serves)
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
        rule="AMBU-007",
        what=f"the simulated radio cannot keep this time: {what}",
        where="options",
        fix="give pace in seconds per minute, the other times in minutes, none below 0",
    )
