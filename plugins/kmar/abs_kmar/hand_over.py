"""Handing an incident over: the lead, and on a ground the police data that belong to it."""

from abs_contracts.messages import incident as inc
from abs_contracts.refusal import Refused

from abs_core.sdk import Effect, Note, Requested, Respond
from abs_kmar.authority import Authority
from abs_kmar.custody import act
from abs_kmar.desk import order
from abs_kmar.ids import derived
from abs_kmar.incidents import Incident
from abs_kmar.messages import records as rec
from abs_kmar.register import Register
from abs_kmar.release import released


def hand_over(
    register: Register,
    authority: Authority,
    entry: Requested,
    request: rec.HandOver,
    incident: Incident,
    party: str,
) -> list[Effect]:
    """Attach the other if need be, give it its data on a ground, then give it the lead."""
    if incident.lead != party or request.to == party:
        raise Refused(
            rule="KMAR-015",
            what=f"{incident.lead} leads this incident; there is nothing to hand to {request.to}",
            where="/to",
            fix="hand over what KMar leads, to another party",
        )
    effects: list[Effect] = []
    if request.to not in incident.parties:
        attach = inc.AttachParty(party=request.to)
        effects.append(order("attach", incident.id, attach, entry))
    if request.records:
        asked = rec.Release(
            incident=incident.id,
            records=request.records,
            ground=request.ground,
            purpose=f"hand-over: {request.reason}"[:120],
            recipients=(request.to,),
            decision=request.decision,
        )
        effects += released(register, authority, entry, asked)
    handed = rec.HandedOver(
        incident=incident.id,
        to=request.to,
        reason=request.reason,
        release=derived("release", entry.id) if request.records else None,
        by=act(entry, authority.of(entry.role)),
    )
    return [
        *effects,
        order("lead", incident.id, inc.TransferLead(to=request.to), entry),
        Note(key="handed-over", payload=handed),
        Respond(key="answer", payload=handed),
    ]
