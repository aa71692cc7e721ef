"""The deployment proposal (inzetvoorstel): a pure function of tables, incident and units.

It wants, for each kind, so many vehicles that can fill it: one vehicle may count for
two kinds, such as a TS-6 for TS-6 and for TS. What is assigned counts first; then,
from the kinds that fewest vehicles can fill, the nearest free ones in time.
"""

from collections.abc import Iterable, Sequence

from abs_contracts.codelists import LMC
from abs_contracts.messages.incident import SafetyStated
from abs_contracts.messages.values import Scene

from abs_fire.conditions import class_path
from abs_fire.contracts import Need, ProposalMade, ProposedUnit, SceneWarning
from abs_fire.nearest import Nearest
from abs_fire.state import Incident, Unit
from abs_fire.table import LEVELS, Table, Wanted, check_level
from abs_fire.vehicles import Vehicles


class Proposer:
    """Proposes by these tables, for units of these stations."""

    def __init__(self, table: Table, vehicles: Vehicles, nearest: Nearest) -> None:
        self._table = table
        self._vehicles = vehicles
        self._nearest = nearest

    def propose(
        self,
        incident: Incident,
        level: str | None,
        *,
        assigned: Sequence[Unit],
        free: Sequence[Unit],
    ) -> ProposalMade:
        """What to send beyond `assigned`. Raises Refused for a level that does not exist."""
        level = level or self.standing_level(incident)
        check_level(level)
        turnout = self._table.turnout(incident.classification, level, incident.characteristics)
        if turnout is None:
            return self._made(incident, level, {}, assigned, free, [_no_row(incident)])
        why = list(turnout.why)
        if not turnout.wanted:
            why.append("so nothing is proposed")
        there = sum(min(self._filling(k, assigned), n) for k, n in turnout.wanted.items())
        if there:
            why.append(f"{there} of it already assigned")
        if not self._table.verified:
            why.append("table to be verified")
        return self._made(incident, level, turnout.wanted, assigned, free, why)

    def relief(self, incident: Incident, unit: Unit, *, free: Sequence[Unit]) -> ProposalMade:
        """Who can relieve this unit: the nearest free one that can do the same."""
        level = self.standing_level(incident)
        why = [f"relief of {unit.call_sign}"]
        return self._made(incident, level, {unit.kind: 1}, (), free, why)

    def standing_level(self, incident: Incident) -> str:
        """The level on the scale of the incident's class; klein until somebody escalates."""
        level = incident.level(self._table.scale(incident.classification))
        return level if level in LEVELS else LEVELS[0]

    def _made(
        self,
        incident: Incident,
        level: str,
        wanted: Wanted,
        assigned: Sequence[Unit],
        free: Sequence[Unit],
        why: Iterable[str],
    ) -> ProposalMade:
        chosen: dict[str, tuple[Unit, str]] = {}
        short: dict[str, int] = {}
        missing = self._missing(wanted, assigned)
        for kind in sorted(missing, key=lambda kind: len(self._vehicles.filled_by(kind))):
            needed = missing[kind] - self._filling(kind, [unit for unit, _ in chosen.values()])
            able = [u for u in self._able(kind, free, incident) if u.id not in chosen]
            chosen.update((unit.id, (unit, kind)) for unit in able[: max(0, needed)])
            short[kind] = needed - len(able)
        order = {kind: place for place, kind in enumerate(wanted)}
        sent = sorted(chosen.values(), key=lambda one: order[one[1]])  # as the table has it
        return ProposalMade(
            incident=incident.id,
            level=level,
            priority=priority(incident),
            wanted=tuple(Need(kind=kind, count=count) for kind, count in missing.items()),
            units=tuple(self._proposed(unit, kind, incident) for unit, kind in sent),
            short=tuple(Need(kind=k, count=short[k]) for k in missing if short[k] > 0),
            warnings=warnings(incident),
            why="; ".join(why),
        )

    def _missing(self, wanted: Wanted, assigned: Sequence[Unit]) -> dict[str, int]:
        left = {kind: n - self._filling(kind, assigned) for kind, n in wanted.items()}
        return {kind: count for kind, count in left.items() if count > 0}

    def _filling(self, kind: str, units: Sequence[Unit]) -> int:
        able = self._vehicles.filled_by(kind)
        return sum(unit.kind in able for unit in units)

    def _able(self, kind: str, free: Sequence[Unit], incident: Incident) -> list[Unit]:
        """The free units that can fill this kind, nearest first; never a tie."""
        kinds = self._vehicles.filled_by(kind)
        return sorted(
            (unit for unit in free if unit.kind in kinds),
            key=lambda unit: (
                self._nearest.rank(unit, incident.location),
                kinds.index(unit.kind),
                unit.call_sign,
                unit.id,
            ),
        )

    def _proposed(self, unit: Unit, fills: str, incident: Incident) -> ProposedUnit:
        arrival = self._nearest.arrival(unit, incident.location)
        kind = self._vehicles.by_code.get(unit.kind)
        return ProposedUnit(
            unit=unit.id,
            call_sign=unit.call_sign,
            kind=unit.kind,
            fills=fills,
            station=unit.station,
            crew=kind.crew if kind else None,
            seconds=arrival.seconds if arrival else None,
            metres=arrival.distance if arrival else None,
        )


def priority(incident: Incident) -> str | None:
    """The party's own priority, or else the default of the class in the national table."""
    c = incident.classification
    row = LMC.get(c.mc1, c.mc2, c.mc3) if c else None
    return incident.priority or (str(row.prio) if row and row.prio else None)


def warnings(incident: Incident) -> tuple[SceneWarning, ...]:
    """What other parties say of a scene that is not safe, in order of their names."""
    said = (said for _, said in sorted(incident.safety.items()))
    return tuple(scene_warning(each) for each in said if each.scene is not Scene.SAFE)


def scene_warning(said: SafetyStated) -> SceneWarning:
    return SceneWarning(
        party=said.party,
        scene=said.scene,
        hazards=said.hazards,
        staging=said.staging,
        advice=said.advice,
    )


def _no_row(incident: Incident) -> str:
    if incident.classification is None:
        return "the incident has no class yet: classify it, or choose units yourself"
    name = "/".join(class_path(incident.classification))
    return f"the table has no row for {name}: choose units yourself"
