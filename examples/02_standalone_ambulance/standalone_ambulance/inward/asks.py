"""Requests for a vehicle, and answers to ours: RS-DR, RS-RR."""

from standalone_ambulance.deciding import Decision, Desk, with_ask
from standalone_ambulance.inward.named import known, of_partner
from standalone_ambulance.model import (
    Ask,
)
from standalone_ambulance.profile import Fault, Received
from standalone_ambulance.profile import contents as wire


def request(content: wire.ResourceRequest, message: Received, desk: Desk) -> Decision:
    case = of_partner(known(content.case_id, desk), message)
    said = content.request
    before = next((each for each in case.asks if each.id == said.request_id), None)
    if before is not None and before.by != message.sender:
        raise Fault(700, f"/request/requestId {said.request_id} is an ask of {before.by}")
    asked = before or Ask(
        id=said.request_id,
        by=message.sender,
        to=desk.office.name,
        purpose=said.purpose,
        at=said.datetime,
        words=said.freetext,
    )
    withdrawn = asked.withdrawn or content.status == "ANNULEE"
    return Decision(case=with_ask(case, asked.model_copy(update={"withdrawn": withdrawn})))


def response(content: wire.ResourceResponse, message: Received, desk: Desk) -> Decision:
    case = of_partner(known(content.case_id, desk), message)
    asked = next((each for each in case.asks if each.id == content.request_id), None)
    if asked is None or asked.by != desk.office.name:
        raise Fault(702, f"/requestId {content.request_id} was not asked here")
    if asked.to != message.sender:
        raise Fault(700, f"/requestId {content.request_id} was asked of {asked.to}")
    answered = asked.model_copy(update={"answer": content.response.answer})
    return Decision(case=with_ask(case, answered))
