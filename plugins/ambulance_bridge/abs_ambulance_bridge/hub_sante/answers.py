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


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """What is answered: the message's distribution id, whose it is, and how it came."""

    id: str
    sender: str
    exercise: bool = False
    language: str = "nl-NL"


def question(message: Message) -> Question:
    """Of a message in its envelope: content alone came from nobody."""
    of = msgspec.convert(message.around, Envelope)
    return Question(
        id=of.distribution_id,
        sender=of.sender_id,
        exercise=of.distribution_status == "Exercise",
        language=of.descriptor.language,
    )


def acknowledged(of: Question, step: str, by: Answerer) -> Message:
    """RC-REF: how far the message has come (RECU, INTEGRE, CONSULTE)."""
    return _answer("RC-REF", of, {"distributionID": of.id, "step": step}, by)


def refused(of: Question, fault: Faulty, by: Answerer) -> Message:
    """RS-ERROR: the code, and every issue with its pointer."""
    cause = "; ".join(f"{issue.where or '/'} {issue.what}" for issue in fault.issues)
    return _error(of, fault.code, cause, by)


def settled(of: Question, reply: Reply, by: Answerer) -> Message | None:
    """What the core said to a command of this message; None while nobody can say."""
    match reply:
        case Accepted():
            return acknowledged(of, "INTEGRE", by)
        case Rejected(refusal=refusal):
            code = REFUSALS.get(refusal.rule, 700)
            return _error(of, code, str(refusal), by)
    return None


def _error(of: Question, code: int, cause: str, by: Answerer) -> Message:
    content: dict[str, Tree] = {
        "errorCode": {"statusCode": code, "statusString": ERRORS[code]},
        "errorCause": cause,
        "referencedDistributionID": of.id,
    }
    return _answer("RS-ERROR", of, content, by)


def _answer(kind: str, of: Question, content: dict[str, Tree], by: Answerer) -> Message:
    root, distribution = {"RC-REF": ("reference", "Ack"), "RS-ERROR": ("error", "Error")}[kind]
    words = [str(content.get("step", "")), str(content.get("errorCause", ""))]
    sending = Sending(
        sender=by.name,
        recipient=of.sender,
        id=derived("answer", kind, of.id, *words),
        kind=distribution,
        at=by.at,
        life=LIFE,
        exercise=of.exercise,
        language=of.language,
    )
    return Message(kind=kind, content=content, around=enveloped(root, content, sending))
