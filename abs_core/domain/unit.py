"""The unit: its registration and its statuses, and the rules for both."""

import datetime as dt
from typing import NamedTuple

import msgspec
from abs_contracts import codelists
from abs_contracts.messages import unit as m
from abs_contracts.messages.values import Discipline
from abs_contracts.refusal import Refused
from msgspec.structs import replace

KEPT = 32
"""So many statuses back, a late report still finds its place."""


class Stay(NamedTuple):
    """A status and since when it held, until the next one."""

    since: dt.datetime
    status: str
    incident: str | None


class Unit(msgspec.Struct, frozen=True, kw_only=True):
    """A unit as the core knows it. `party` is empty while it does not exist.

    `reports` are its newest statuses in the order in which they occurred, whatever
    the order in which they arrived. Requests to speak are none of them.
    """

    party: str = ""
    call_sign: str = ""
    kind: str = ""
    station: str | None = None
    emergency: bool = False
    reports: tuple[Stay, ...] = ()

    @property
    def stays(self) -> tuple[Stay, ...]:
        """One status reported twice, typed and by radio, is one, from the earlier (facts 1.14)."""
        return _line(self.reports)

    @property
    def status(self) -> str | None:
        return self.stays[-1].status if self.stays else None

    @property
    def since(self) -> dt.datetime | None:
        return self.stays[-1].since if self.stays else None

    @property
    def incident(self) -> str | None:
        return self.stays[-1].incident if self.stays else None


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
        case m.UnitStatusChanged() if not _speaks(event.status):
            return replace(unit, reports=_with(unit.reports, event))
        case m.EmergencyRaised():
            return replace(unit, emergency=True)
        case m.EmergencyCleared():
            return replace(unit, emergency=False)
    return unit


def _with(reports: tuple[Stay, ...], event: m.UnitStatusChanged) -> tuple[Stay, ...]:
    """The reports with one more in its place; of two at one moment the later one holds."""
    new = Stay(event.since, event.status, event.incident)
    if not reports or new.since > reports[-1].since:
        return (*reports[1 - KEPT :], new)
    before = (stay for stay in reports if stay.since < new.since)
    after = (stay for stay in reports if stay.since > new.since)
    return (*before, new, *after)[-KEPT:]


def _line(reports: tuple[Stay, ...]) -> tuple[Stay, ...]:
    return tuple(s for n, s in enumerate(reports) if n == 0 or reports[n - 1][1:] != s[1:])


def _news(unit: Unit, event: m.UnitStatusChanged) -> bool:
    """Whether the report says what was not known. Radio repeats itself, and so does a
    desk that typed what comes by radio later: what changes no stay is no news."""
    if _speaks(event.status):
        return True
    newest = unit.reports[-1] if unit.reports else None
    if newest is None or event.since > newest.since:
        return newest is None or newest[1:] != (event.status, event.incident)
    return _line(_with(unit.reports, event)) != unit.stays


def _speaks(status: str) -> bool:
    """Whether this is a request to speak or a remark, which changes no availability."""
    return status in _REMARKS


_REMARKS = frozenset(row.code for row in codelists.STATUSES if row.free == "unchanged")


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
        case m.RaiseEmergency():
            _own(unit, party)
            raised = m.EmergencyRaised(party=party, call_sign=unit.call_sign, point=command.point)
            return (raised,)  # every press counts: the second may bring the place
        case m.ClearEmergency():
            _own(unit, party)
            cleared = m.EmergencyCleared(
                party=party, call_sign=unit.call_sign, reason=command.reason
            )
            return (cleared,) if unit.emergency else ()
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
    _own(unit, party)
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
    return (event,) if _news(unit, event) else ()


def _own(unit: Unit, party: str) -> None:
    if unit.party != party:
        raise Refused(
            rule="UNIT-001",
            what="this party has no such unit",
            where="/subject",
            fix="register the unit first, or name one of your own",
        )
