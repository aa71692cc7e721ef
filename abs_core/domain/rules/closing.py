"""Closing a part, closing the whole, and opening it again."""

from abs_contracts.messages import incident as m
from abs_contracts.refusal import Refused

from abs_core.domain.decision import By, Decision, Known, decided
from abs_core.domain.incident import Incident
from abs_core.domain.rules.conditions import leads, no_units, rule


@rule.register
def _(_command: m.CloseForParty, incident: Incident, by: By, _known: Known) -> Decision:
    if by.party in incident.closed_for:
        return decided()
    no_units(incident, by.party)
    return decided(m.IncidentClosedForParty(party=by.party))


@rule.register
def _(_command: m.CloseIncident, incident: Incident, by: By, _known: Known) -> Decision:
    leads(incident, by)
    still = [party for party in incident.parties if party not in incident.closed_for]
    if still:
        raise Refused(
            rule="INCIDENT-009",
            what=f"not closed yet for: {', '.join(still)}",
            where="/subject",
            fix="every attached party closes its own part first",
        )
    for party in incident.parties:
        no_units(incident, party)  # it may have assigned one after it closed its part
    return decided(m.IncidentClosed())


@rule.register
def _(command: m.ReopenIncident, incident: Incident, _by: By, _known: Known) -> Decision:
    if incident.open:
        raise Refused(
            rule="INCIDENT-010",
            what="the incident is open",
            where="/subject",
            fix="nothing needs doing; attach a party again to reopen its part",
        )
    return decided(m.IncidentReopened(reason=command.reason))
