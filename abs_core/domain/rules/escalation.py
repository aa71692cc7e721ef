"""Levels, who decides them, and the legal clocks that they start."""

from abs_contracts.messages import incident as m
from abs_contracts.refusal import Refused
from msgspec import UNSET

from abs_core.domain.decision import By, Decision, Known, decided
from abs_core.domain.incident import Incident
from abs_core.domain.incident_values import check_escalation
from abs_core.domain.legal_clocks import clock_changes, overdue
from abs_core.domain.rules.conditions import refuse_stale, rule


@rule.register
def _(command: m.ChangeEscalation, incident: Incident, by: By, known: Known) -> Decision:
    wanted, role = command.escalation, command.decided_by or by.role
    standing = incident.escalation.get(wanted.scale)
    check_escalation(wanted, standing, role, known.parties[by.party])
    before = command.replaces
    if before is not UNSET and (before.level if before else None) != standing:
        refuse_stale(standing)
    changed = m.EscalationChanged(escalation=wanted, decided_by=role, previous=standing)
    return decided(changed, *clock_changes(incident, wanted, known.at))


@rule.register
def _(command: m.MeetClock, incident: Incident, _by: By, _known: Known) -> Decision:
    clock = incident.clocks.get(command.clock)
    if clock is None:
        raise Refused(
            rule="INCIDENT-024",
            what=f"no clock {command.clock!r} runs for this incident",
            where="/data/clock",
            fix=f"name one of: {', '.join(incident.clocks) or 'none runs; escalate first'}",
        )
    return decided() if clock.met else decided(m.ClockMet(clock=command.clock, due=clock.due))


def breach(incident: Incident, command: m.BreachClock, known: Known) -> Decision:
    """The core's own word, so without a party; what somebody met meanwhile is no breach."""
    if command.clock not in overdue(incident, known.at):
        return decided()
    return decided(m.ClockBreached(clock=command.clock, due=incident.clocks[command.clock].due))
