"""Who takes part, who leads, which room owns it, and what it is linked to."""

from abs_contracts import codelists
from abs_contracts.messages import incident as m
from abs_contracts.refusal import Refused

from abs_core.domain.decision import By, Decision, Known, decided
from abs_core.domain.incident import Incident
from abs_core.domain.rules.conditions import attached, known_party, leads, no_units, rule


@rule.register
def _(command: m.AttachParty, incident: Incident, _by: By, known: Known) -> Decision:
    known_party(command.party, known, "/data/party")
    if command.party in incident.parties and command.party not in incident.closed_for:
        raise Refused(
            rule="INCIDENT-006",
            what=f"{command.party} is attached already",
            where="/data/party",
            fix="nothing needs doing",
        )
    return decided(m.PartyAttached(party=command.party))


@rule.register
def _(command: m.DetachParty, incident: Incident, by: By, _known: Known) -> Decision:
    attached(command.party, incident, "/data/party")
    if command.party == incident.lead:
        raise Refused(
            rule="INCIDENT-012",
            what=f"{command.party} leads this incident",
            where="/data/party",
            fix="transfer the lead first",
        )
    if by.party not in (command.party, incident.lead):
        raise Refused(
            rule="INCIDENT-013",
            what="a party is detached by itself or by the lead",
            where="/data/party",
            fix=f"ask {command.party} or {incident.lead}",
        )
    no_units(incident, command.party)
    return decided(m.PartyDetached(party=command.party))


@rule.register
def _(command: m.TransferLead, incident: Incident, by: By, _known: Known) -> Decision:
    leads(incident, by)
    attached(command.to, incident, "/data/to")
    return decided(m.LeadTransferred(previous=incident.lead, lead=command.to))


@rule.register
def _(command: m.TransferRoom, incident: Incident, by: By, known: Known) -> Decision:
    leads(incident, by)
    if command.to == known.room or codelists.ROOMS.get(command.to) is None:
        raise Refused(
            rule="INCIDENT-015",
            what=f"{command.to} is not another control room",
            where="/data/to",
            fix="name one of code list rooms, other than this one",
        )
    return decided(
        m.RoomTransferred(previous=known.room, room=command.to, tenure=incident.tenure + 1)
    )


@rule.register
def _(command: m.LinkIncident, incident: Incident, by: By, known: Known) -> Decision:
    target = known.target
    if target is None or by.party not in target.parties:
        raise Refused(
            rule="INCIDENT-023",
            what="there is no other incident of that id for this party",
            where="/data/to",
            fix="name another incident that this party is attached to",
        )
    if target.exercise != incident.exercise:
        raise Refused(
            rule="INCIDENT-025",
            what="an exercise and a real incident are never mixed",
            where="/data/to",
            fix="link exercises to exercises, and real incidents to real ones",
        )
    if command.to in incident.linked_to:
        return decided()
    return decided(m.IncidentLinked(to=command.to, kind=command.kind))


@rule.register
def _(_command: m.TakeUpIncident, incident: Incident, by: By, _known: Known) -> Decision:
    if by.party in incident.taken_up:
        return decided()
    return decided(m.IncidentTakenUp(party=by.party))
