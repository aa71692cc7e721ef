"""The unit: its registration and its statuses, and the rules for both."""

import datetime as dt

import msgspec
from abs_contracts import codelists
from abs_contracts.messages import unit as m
from abs_contracts.messages.values import Discipline
from abs_contracts.refusal import Refused
from msgspec.structs import replace


class Unit(msgspec.Struct, frozen=True, kw_only=True):
    """A unit as the core knows it. `party` is empty while it does not exist."""

    party: str = ""
    call_sign: str = ""
    kind: str = ""
    station: str | None = None
    status: str | None = None
    since: dt.datetime | None = None
    incident: str | None = None


def evolve(event: msgspec.Struct, unit: Unit) -> Unit:
    """The unit after the event; a late status does not overtake a newer one."""
    match event:
        case m.UnitRegistered():
            return replace(
                unit,
                party=event.party,
                call_sign=event.call_sign,
                kind=event.kind,
                station=event.station,
            )
        case m.UnitStatusChanged() if unit.since is None or event.since >= unit.since:
            return replace(unit, status=event.status, since=event.since, incident=event.incident)
    return unit


def decide(
    unit: Unit, command: msgspec.Struct, *, party: str, discipline: Discipline, at: dt.datetime
) -> tuple[msgspec.Struct, ...]:
    """The events that registering the unit or reporting its status leads to.

    `at` is when it occurred. Raises Refused.
    """
    match command:
        case m.RegisterUnit():
            return _register(unit, command, party)
        case m.ReportStatus():
            return _report(unit, command, party, discipline, at)
    raise TypeError(f"no rule for {type(command).__name__}")


def _register(unit: Unit, command: m.RegisterUnit, party: str) -> tuple[msgspec.Struct, ...]:
    if unit.party not in ("", party):
        raise Refused(
            rule="UNIT-002",
            what="this unit id is taken",
            where="/subject",
            fix="register the unit under an id of its own, such as party and call sign",
        )
    event = m.UnitRegistered(
        party=party, call_sign=command.call_sign, kind=command.kind, station=command.station
    )
    return () if evolve(event, unit) == unit else (event,)


def _report(
    unit: Unit, command: m.ReportStatus, party: str, discipline: Discipline, at: dt.datetime
) -> tuple[msgspec.Struct, ...]:
    if unit.party != party:
        raise Refused(
            rule="UNIT-001",
            what="this party has no such unit",
            where="/subject",
            fix="register the unit first, or name one of your own",
        )
    if codelists.STATUSES.get(discipline, command.status) is None:
        raise Refused(
            rule="CODELIST-008",
            what=f"{command.status!r} is not a status of {discipline}",
            where="/data/status",
            fix=f"use a status of code list statuses {codelists.STATUSES.version}",
        )
    event = m.UnitStatusChanged(
        party=party,
        status=command.status,
        source=command.source,
        since=at,
        incident=command.incident,
    )
    # Radio repeats itself: the same status at the same moment is no news (facts 1.14).
    return () if (unit.status, unit.since) == (event.status, at) else (event,)
