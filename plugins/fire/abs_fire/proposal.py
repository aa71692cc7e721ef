"""The deployment proposal (inzetvoorstel): a pure function of table, incident and units.

Per wanted kind it takes off what is already assigned, then picks free units:
the best kind that fills it, the incident's own place first, then by call sign.
A table row names kinds that no one vehicle could fill twice, so picking kind by
kind is exact (a test reads every row).
"""

from collections.abc import Iterable, Sequence

from abs_contracts.messages.values import Classification

from abs_fire.contracts import Need, ProposalMade, ProposedUnit
from abs_fire.state import Incident, Unit
from abs_fire.table import LEVELS, Table, Wanted, check_level


def propose(
    table: Table,
    incident: Incident,
    level: str | None,
    *,
    assigned: Sequence[Unit],
    free: Sequence[Unit],
) -> ProposalMade:
    """What to send beyond `assigned`. Raises Refused for a level that does not exist."""
    level = level or standing_level(table, incident)
    check_level(level)
    row = table.row(incident.classification) if incident.classification else None
    if row is None:
        return ProposalMade(incident=incident.id, level=level, why=_no_row(incident))
    whole = table.wanted(row, level)
    wanted, still = _missing(table, whole, assigned)
    units, short = _picked(table, wanted, _ordered(free, incident))
    why = f"{_class_name(incident)}, {level}: {_listed(whole)} (source {row.source})"
    if still:
        why += f"; {still} of it already assigned"
    if not table.verified:
        why += "; table to be verified"
    return ProposalMade(
        incident=incident.id, level=level, wanted=wanted, units=units, short=short, why=why
    )


def standing_level(table: Table, incident: Incident) -> str:
    """The level on the scale of the incident's class; klein until somebody escalates."""
    level = incident.levels.get(table.scale(incident.classification))
    return level if level in LEVELS else LEVELS[0]


def _missing(table: Table, whole: Wanted, assigned: Sequence[Unit]) -> tuple[tuple[Need, ...], int]:
    """What the assigned units do not fill yet, and how much of the whole they fill."""
    needs, filled = [], 0
    for kind, count in whole.items():
        there = sum(unit.kind in table.filled_by(kind) for unit in assigned)
        filled += min(there, count)
        if there < count:
            needs.append(Need(kind=kind, count=count - there))
    return tuple(needs), filled


def _picked(
    table: Table, wanted: Iterable[Need], free: Sequence[Unit]
) -> tuple[tuple[ProposedUnit, ...], tuple[Need, ...]]:
    units: list[ProposedUnit] = []
    short: list[Need] = []
    for need in wanted:
        able = [unit for kind in table.filled_by(need.kind) for unit in free if unit.kind == kind]
        units += [
            ProposedUnit(
                unit=unit.id,
                call_sign=unit.call_sign,
                kind=unit.kind,
                fills=need.kind,
                station=unit.station,
            )
            for unit in able[: need.count]
        ]
        if len(able) < need.count:
            short.append(Need(kind=need.kind, count=need.count - len(able)))
    return tuple(units), tuple(short)


def _ordered(free: Sequence[Unit], incident: Incident) -> list[Unit]:
    location = incident.location
    here = {location.municipality, location.place} if location else set()
    return sorted(free, key=lambda unit: (unit.station not in here, unit.call_sign, unit.id))


def _no_row(incident: Incident) -> str:
    if incident.classification is None:
        return "the incident has no class yet: classify it, or choose units yourself"
    return f"the table has no row for {_class_name(incident)}: choose units yourself"


def _class_name(incident: Incident) -> str:
    c: Classification | None = incident.classification
    return "/".join(part for part in (c.mc1, c.mc2, c.mc3) if part) if c else "no class"


def _listed(wanted: Wanted) -> str:
    return ", ".join(f"{count} {kind}" for kind, count in wanted.items())
