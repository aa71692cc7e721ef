"""What partners answer to our own messages: RC-REF, RS-ERROR."""

from standalone_ambulance.deciding import Decision, Desk, stated
from standalone_ambulance.inward.settling import EPOCH, FIELDS, heard_now
from standalone_ambulance.model import (
    Telling,
)
from standalone_ambulance.profile import Received
from standalone_ambulance.profile import contents as wire


def reference(content: wire.Reference, message: Received, desk: Desk) -> Decision:
    """What a partner acknowledges of our own case, it knows: as good as said by it.

    The owner of another's case acknowledges a proposal before it says what stands.
    """
    word = "refused" if content.refused else content.step or "INTEGRE"
    decision, telling = _answered(content.distribution_id, word, message, desk)
    case = decision.case
    if case is None or telling is None or case.owner != desk.office.name:
        return decision
    heard = case.heard.get(message.sender, {})
    known = {k: v for k in FIELDS if (v := getattr(telling, k)) is not None}
    for name, value in known.items():
        sent = heard[name].sent if name in heard else EPOCH
        heard = heard_now(heard, {name: value}, sent)
    both = {**case.heard, message.sender: heard}
    return decision._replace(case=case.model_copy(update={"heard": both}))


def error(content: wire.Error, message: Received, desk: Desk) -> Decision:
    """A refused proposal falls: what the owner of the case said last stands again."""
    word = f"{content.error_code.status_code} {content.error_cause}"
    decision, telling = _answered(content.referenced_distribution_id, word, message, desk)
    case = decision.case
    if case is None or telling is None or case.owner != message.sender:
        return decision
    heard = case.heard.get(message.sender, {})
    back = {k: getattr(heard[k], k) for k in heard if getattr(telling, k) is not None}
    return decision._replace(case=stated(case, message.sender, desk.at, back))


def _answered(
    ident: str, word: str, message: Received, desk: Desk
) -> tuple[Decision, Telling | None]:
    """The letter with its answer, and its case; an answer to nobody's letter is nothing."""
    letter = desk.records.letter(ident)
    if letter is None or letter.to != message.sender:
        return Decision(), None
    state = "delivered" if letter.state == "waiting" else letter.state
    letter = letter.model_copy(update={"answer": word, "state": state})
    case = desk.records.case(letter.case) if letter.case else None
    if case is None:
        return Decision(letter=letter), None
    told = case.told.get(message.sender, ())
    telling = next((each for each in told if each.letter == ident), None)
    if telling is not None:
        later = told[told.index(telling) + 1 :]
        case = case.model_copy(update={"told": {**case.told, message.sender: later}})
    return Decision(case=case, letter=letter), telling
