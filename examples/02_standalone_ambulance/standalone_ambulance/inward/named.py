"""What a message names: it is known and shared, or the message is refused."""

from standalone_ambulance.deciding import Desk
from standalone_ambulance.model import (
    Case,
)
from standalone_ambulance.profile import Fault, Received


def known(ident: str, desk: Desk) -> Case:
    case = desk.records.case(ident)
    if case is None:
        raise Fault(702, f"/caseId {ident} is not known here yet")
    return case


def of_partner(case: Case, message: Received) -> Case:
    if message.sender not in case.partners:
        raise Fault(700, f"/caseId {case.id} is not shared with {message.sender}")
    return case
