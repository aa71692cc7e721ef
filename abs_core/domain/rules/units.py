"""Units: assigned to an incident, and released from it."""

from abs_contracts.messages import incident as m
from abs_contracts.protocol import Warned
from abs_contracts.refusal import Refused

from abs_core.domain.decision import By, Decision, Known, decided
from abs_core.domain.incident import Incident
from abs_core.domain.rules.conditions import rule


@rule.register
def _(command: m.AssignUnit, incident: Incident, by: By, known: Known) -> Decision:
    unit = known.unit
    if unit is None or unit.party != by.party:
        raise Refused(
            rule="UNIT-001",
            what="this party has no such unit",
            where="/data/unit",
            fix="register the unit first, or name one of your own",
        )
    if command.unit in incident.units:
        raise Refused(
            rule="INCIDENT-019",
            what=f"{unit.call_sign} is assigned to this incident already",
            where="/data/unit",
            fix="nothing needs doing",
        )
    real = [other.incident for other in known.elsewhere if not other.exercise]
    if incident.exercise and real:
        raise Refused(
            rule="UNIT-003",
            what=f"{unit.call_sign} serves a real incident",
            where="/data/unit",
            fix="release it there first, or take another unit for the exercise",
        )
    event = m.UnitAssigned(
        unit=command.unit, party=by.party, call_sign=unit.call_sign, kind=unit.kind
    )
    warnings = []
    if real or (known.elsewhere and incident.exercise):
        what = f"{unit.call_sign} serves another incident as well"
        warnings.append(Warned(rule="UNIT-101", what=what))
    elif known.elsewhere:
        warnings.append(Warned(rule="UNIT-102", what=f"{unit.call_sign} was on an exercise"))
    return Decision((event,), tuple(warnings))


@rule.register
def _(command: m.ReleaseUnit, incident: Incident, by: By, _known: Known) -> Decision:
    if incident.units.get(command.unit) != by.party:
        raise Refused(
            rule="INCIDENT-020",
            what="this party has no such unit on this incident",
            where="/data/unit",
            fix="name a unit of your own that is assigned here",
        )
    return decided(m.UnitReleased(unit=command.unit, party=by.party, reason=command.reason))
