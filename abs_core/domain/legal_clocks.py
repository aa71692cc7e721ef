"""Legal clocks (code list `clocks`): started and dropped by the level of GRIP."""

import datetime as dt

import msgspec
from abs_contracts import codelists
from abs_contracts.messages import incident as m
from abs_contracts.messages.values import Escalation

from abs_core.domain.incident import Incident

SCALE = "grip"


def clock_changes(
    incident: Incident, wanted: Escalation, at: dt.datetime
) -> tuple[msgspec.Struct, ...]:
    """What a new level does to the clocks: those that begin now, and those nobody waits for."""
    if wanted.scale != SCALE:
        return ()
    level = codelists.ESCALATION.level(SCALE, wanted.level)
    started = (
        m.ClockStarted(clock=clock.code, due=at + dt.timedelta(minutes=clock.minutes))
        for clock in codelists.CLOCKS
        if clock.applies(level) and clock.code not in incident.clocks
    )
    dropped = (
        m.ClockDropped(clock=code)
        for code in incident.clocks
        if (clock := codelists.CLOCKS.get(code)) is None or not clock.applies(level)
    )
    return (*started, *dropped)


def overdue(incident: Incident, now: dt.datetime) -> tuple[str, ...]:
    """The clocks that ran out and about which that was not said yet."""
    return tuple(
        code
        for code, clock in incident.clocks.items()
        if incident.open and not clock.met and not clock.breached and clock.due < now
    )
