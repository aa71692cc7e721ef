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

    `stays` are its newest statuses in the order in which they occurred, whatever
    the order in which they arrived. Requests to speak are none of them.
    """

    party: str = ""
    call_sign: str = ""
    kind: str = ""
    station: str | None = None
    emergency: bool = False
    stays: tuple[Stay, ...] = ()

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
            return replace(unit, stays=_merged(unit.stays, event))
        case m.EmergencyRaised():
            return replace(unit, emergency=True)
        case m.EmergencyCleared():
            return replace(unit, emergency=False)
    return unit


def _merged(stays: tuple[Stay, ...], event: m.UnitStatusChanged) -> tuple[Stay, ...]:
    """The statuses with one more, each in its place by when it occurred.

    One status reported twice, typed and by radio, is one stay, from the earlier of
    the two (facts 1.14).
    """
    new = Stay(event.since, event.status, event.incident)
    before = [stay for stay in stays if stay.since < new.since]
    after = [stay for stay in stays if stay.since >= new.since]
    if after and after[0].since == new.since:
        after = after[1:]  # of two at one moment the one that came later holds
    merged: list[Stay] = []
    for stay in (*before, new, *after):
        same = merged and (merged[-1].status, merged[-1].incident) == (stay.status, stay.incident)
        if not same:
            merged.append(stay)
    return tuple(merged[-KEPT:])


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
    # Radio repeats itself, and so does a desk that typed what comes by radio later:
    # what changes no stay is no news (facts 1.14).
    known = not _speaks(event.status) and evolve(event, unit) == unit
    return () if known else (event,)


def _own(unit: Unit, party: str) -> None:
    if unit.party != party:
        raise Refused(
            rule="UNIT-001",
            what="this party has no such unit",
            where="/subject",
            fix="register the unit first, or name one of your own",
        )
