"""The deployment proposal (inzetvoorstel): a pure function of table, incident and units.

The nearest free unit goes first, as the crow flies from its station: no roads, and
where a unit that is free on the road really is, is not known.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from abs_contracts.messages.values import Point

from abs_ambulance.desk import CapacityCounted, ProposalMade
from abs_ambulance.incident import Incident
from abs_ambulance.state import Unit
from abs_ambulance.table import Table
from abs_ambulance.values import Need, Priority, ProposedUnit
from abs_core.sdk import distance

Places = Mapping[str, Point]
"""Where the stations are, by name."""


class Means(NamedTuple):
    """What a proposal is made with."""

    table: Table
    places: Places


def propose(
    means: Means,
    incident: Incident,
    code: str | None,
    *,
    assigned: Iterable[Unit],
    free: Sequence[Unit],
) -> ProposalMade:
    """What to send beyond `assigned`. Raises Refused for a code that does not exist."""
    code = code or incident.code
    priority = incident.priority or Priority.A2
    rows = list(means.table.wanted(incident, priority, code))
    wanted = _missing(means.table, _highest(row for _, row in rows), assigned)
    units, short = _picked(means, wanted, incident, free)
    why = "; ".join(f"{reason}: {_listed(row)}" for reason, row in rows)
    if incident.priority is None:
        why = f"no priority yet, so as for a direct dispatch; {why}"
    return ProposalMade(
        incident=incident.id,
        priority=incident.priority,
        code=code,
        wanted=tuple(wanted),
        units=units,
        short=short,
        why=f"{why} (table: our own assumption)",
    )


def capacity(table: Table, free: Iterable[Unit]) -> CapacityCounted:
    """What is free, and the highest code that it covers."""
    counts = Counter(unit.kind for unit in free)
    covered = [
        code
        for code, row in table.codes.items()
        if all(counts[kind] >= count for kind, count in row.wanted.items())
    ]
    needs = tuple(Need(kind=kind, count=count) for kind, count in sorted(counts.items()))
    return CapacityCounted(free=needs, covers=covered[-1] if covered else None)


def nearest(places: Places, incident: Incident, units: Iterable[Unit]) -> list[Unit]:
    """The units, nearest first; without a point of the incident, those of its place first."""
    location = incident.location
    here = {location.municipality, location.place} if location else set()

    def order(unit: Unit) -> tuple[float, bool, str, str]:
        far = _away(places, incident, unit)
        known = math.inf if far is None else float(far)
        return known, unit.station not in here, unit.call_sign, unit.id

    return sorted(units, key=order)


def _away(places: Places, incident: Incident, unit: Unit) -> int | None:
    """Metres from the unit's station; None when one of the two places is not known."""
    point = incident.location.point if incident.location else None
    station = places.get(unit.station or "")
    return round(distance(point, station)) if point and station else None


def _highest(rows: Iterable[Mapping[str, int]]) -> Counter[str]:
    highest: Counter[str] = Counter()
    for row in rows:
        highest |= Counter(row)
    return highest


def _missing(table: Table, whole: Counter[str], assigned: Iterable[Unit]) -> list[Need]:
    """What the assigned units do not fill yet; the kinds with fewest choices take theirs first."""
    left = Counter(unit.kind for unit in assigned)
    needs = []
    for kind, count in _fewest_first(table, whole):
        for able in table.filled_by(kind):
            taken = min(count, left[able])
            left[able] -= taken
            count -= taken  # noqa: PLW2901 - what is still to be filled
        if count:
            needs.append(Need(kind=kind, count=count))
    return needs


def _fewest_first(table: Table, whole: Counter[str]) -> list[tuple[str, int]]:
    return sorted(whole.items(), key=lambda item: len(table.filled_by(item[0])))


def _picked(
    means: Means, wanted: Iterable[Need], incident: Incident, free: Sequence[Unit]
) -> tuple[tuple[ProposedUnit, ...], tuple[Need, ...]]:
    left = nearest(means.places, incident, free)
    units: list[ProposedUnit] = []
    short: list[Need] = []
    for need in wanted:
        kinds = means.table.filled_by(need.kind)
        able = [unit for kind in kinds for unit in left if unit.kind == kind][: need.count]
        left = [unit for unit in left if unit not in able]
        units += [
            ProposedUnit(
                unit=unit.id,
                call_sign=unit.call_sign,
                kind=unit.kind,
                fills=need.kind,
                station=unit.station,
                metres=_away(means.places, incident, unit),
            )
            for unit in able
        ]
        if len(able) < need.count:
            short.append(Need(kind=need.kind, count=need.count - len(able)))
    return tuple(units), tuple(short)


def _listed(wanted: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {kind}" for kind, count in wanted.items())
