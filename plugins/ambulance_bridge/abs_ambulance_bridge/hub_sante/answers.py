"""What is answered to a message: the functional acknowledgement, or an error with its code.

An answer quotes the id of the message and no more of it, so a private message is
acknowledged without a trace of what it says. Answers have derived ids: the same answer
again is the same message, which its reader drops.
"""

import datetime as dt

import msgspec
from abs_contracts.protocol import Accepted, Rejected, Reply

from abs_ambulance_bridge.hub_sante.envelope import ERRORS, Envelope, Sending, enveloped
from abs_ambulance_bridge.hub_sante.translation.ids import derived
from abs_ambulance_bridge.profile import Faulty, Message
from abs_ambulance_bridge.tree import Tree

LIFE = dt.timedelta(days=1)
"""How long an answer is worth delivering: the hub's own default."""
REFUSALS = {"INCIDENT-001": 702, "INCIDENT-002": 701, "INCIDENT-003": 702, "UNIT-001": 704}
"""The core's rules that have a functional code of their own; every other is 700."""


class Answerer(msgspec.Struct, frozen=True, kw_only=True):
    """Who answers: the bridge's own name on the hub, and the moment."""

    name: str
    at: dt.datetime


def acknowledged(message: Message, step: str, by: Answerer) -> Message:
    """RC-REF: how far the message has come (RECU, INTEGRE, CONSULTE)."""
    of = _envelope(message)
    return _answer("RC-REF", of, {"distributionID": of.distribution_id, "step": step}, by)


def refused(message: Message, fault: Faulty, by: Answerer) -> Message:
    """RS-ERROR: the code, and every issue with its pointer."""
    cause = "; ".join(f"{issue.where or '/'} {issue.what}" for issue in fault.issues)
    return _error(_envelope(message), fault.code, cause, by)


def settled(message: Message, reply: Reply, by: Answerer) -> Message | None:
    """What the core said to a command of this message; None while nobody can say."""
    match reply:
        case Accepted():
            return acknowledged(message, "INTEGRE", by)
        case Rejected(refusal=refusal):
            code = REFUSALS.get(refusal.rule, 700)
            return _error(_envelope(message), code, str(refusal), by)
    return None


def _error(of: Envelope, code: int, cause: str, by: Answerer) -> Message:
    content: dict[str, Tree] = {
        "errorCode": {"statusCode": code, "statusString": ERRORS[code]},
        "errorCause": cause,
        "referencedDistributionID": of.distribution_id,
    }
    return _answer("RS-ERROR", of, content, by)


def _answer(kind: str, of: Envelope, content: dict[str, Tree], by: Answerer) -> Message:
    root, distribution = {"RC-REF": ("reference", "Ack"), "RS-ERROR": ("error", "Error")}[kind]
    words = [str(content.get("step", "")), str(content.get("errorCause", ""))]
    sending = Sending(
        sender=by.name,
        recipient=of.sender_id,
        id=derived("answer", kind, of.distribution_id, *words),
        kind=distribution,
        at=by.at,
        life=LIFE,
        exercise=of.distribution_status == "Exercise",
        language=of.descriptor.language,
    )
    return Message(kind=kind, content=content, around=enveloped(root, content, sending))


def _envelope(message: Message) -> Envelope:
    """The envelope that is answered; content alone came from nobody."""
    return msgspec.convert(message.around, Envelope)
