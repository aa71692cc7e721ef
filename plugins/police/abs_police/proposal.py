"""The deployment proposal (inzetvoorstel): a pure function of table, incident and units.

The class's row says what is wanted, or otherwise the priority's. Per wanted kind
it takes off what is assigned and picks the nearest free units. Distances are as
the crow flies: there is no road network here.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Annotated

import msgspec
from abs_contracts.codelists import LMC
from abs_contracts.messages.values import Classification, Hazard, Location, Point
from abs_contracts.scalars import Code, Name
from msgspec import Meta

from abs_core.sdk import distance
from abs_police.fleet import Fleet
from abs_police.incidents import Incident
from abs_police.messages.desk import Need, ProposalMade, ProposedUnit
from abs_police.state import Unit

Wanted = Mapping[Code, Annotated[int, Meta(ge=1, le=20)]]


class ClassRow(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What goes to a class, given as (mc1[, mc2[, mc3]]), and what it warns of."""

    path: Annotated[tuple[Name, ...], Meta(min_length=1, max_length=3)] = msgspec.field(
        name="class"
    )
    wanted: Wanted
    hazards: tuple[Hazard, ...] = ()


class Table(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    verified: bool
    priorities: Mapping[Code, Wanted]
    classes: tuple[ClassRow, ...]

    def row(self, path: Sequence[str]) -> ClassRow | None:
        """The most specific row for a class."""
        by_path = {row.path: row for row in self.classes}
        lengths = range(len(path), 0, -1)
        return next((by_path[t] for n in lengths if (t := tuple(path[:n])) in by_path), None)


def propose(table: Table, fleet: Fleet, incident: Incident, free: Sequence[Unit]) -> ProposalMade:
    """What to send beyond the units that `incident` has."""
    path = class_path(incident.classification)
    row, priority = table.row(path), urgency(incident)
    whole = row.wanted if row else table.priorities.get(priority or "", {})
    place = incident.location
    there = _point(fleet, place) if place else None
    near = sorted(
        ((kilometres(there, unit.point or fleet.home(unit.team)), unit) for unit in free),
        key=lambda each: (math.inf if each[0] is None else each[0], each[1].call_sign, each[1].id),
    )
    wanted = _missing(whole, incident)
    units, short = _picked(wanted, near)
    return ProposalMade(
        incident=incident.id,
        priority=priority,
        wanted=wanted,
        units=units,
        short=short,
        hazards=row.hazards if row else (),
        why=_why(table, incident, path, row, priority, whole),
    )


def urgency(incident: Incident) -> str | None:
    """The priority that police gave it, or else the class's default (LMC)."""
    if incident.priority is not None:
        return incident.priority
    c = incident.classification
    row = LMC.get(c.mc1, c.mc2, c.mc3) if c else None
    return str(row.prio) if row and row.prio else None


def class_path(c: Classification | None) -> tuple[str, ...]:
    return tuple(level for level in (c.mc1, c.mc2, c.mc3) if level) if c else ()


def kilometres(a: Point | None, b: Point | None) -> float | None:
    """As the crow flies, to a tenth: what a person reads. None when a place is unknown."""
    return None if a is None or b is None else round(distance(a, b) / 1000, 1)


def _point(fleet: Fleet, place: Location) -> Point | None:
    """Where it is, or about where."""
    return place.point or fleet.place(place.place, place.municipality)


def _missing(whole: Wanted, incident: Incident) -> tuple[Need, ...]:
    there = list(incident.units.values())
    counts = {kind: count - there.count(kind) for kind, count in whole.items()}
    return tuple(Need(kind=kind, count=count) for kind, count in counts.items() if count > 0)


def _picked(
    wanted: Sequence[Need], near: Sequence[tuple[float | None, Unit]]
) -> tuple[tuple[ProposedUnit, ...], tuple[Need, ...]]:
    units: list[ProposedUnit] = []
    short: list[Need] = []
    for need in wanted:
        able = [(km, unit) for km, unit in near if unit.kind == need.kind]
        units += [
            ProposedUnit(unit=u.id, call_sign=u.call_sign, kind=u.kind, team=u.team, km=km)
            for km, u in able[: need.count]
        ]
        if len(able) < need.count:
            short.append(Need(kind=need.kind, count=need.count - len(able)))
    return tuple(units), tuple(short)


def _why(
    table: Table,
    incident: Incident,
    path: Sequence[str],
    row: ClassRow | None,
    priority: str | None,
    whole: Wanted,
) -> str:
    listed = ", ".join(f"{count} {kind}" for kind, count in whole.items())
    if not listed:
        what = f"class {'/'.join(path)}, priority {priority}" if path else "no class yet"
        return f"nothing is laid down ({what}): choose units yourself"
    why = f"{'/'.join(row.path) if row else f'priority {priority}'}: {listed}"
    if incident.units:
        why += f"; {len(incident.units)} assigned already"
    return why if table.verified else f"{why}; own table, to be verified"
