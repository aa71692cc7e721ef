"""Asks for vehicles and their answers (RS-DR, RS-RR), in both directions."""

from abs_contracts.messages.values import Discipline
from abs_contracts.refusal import Refused
from msgspec.structs import replace

from abs_ambulance_bridge.hub_sante import reading
from abs_ambulance_bridge.hub_sante.translation.fields import stamp
from abs_ambulance_bridge.hub_sante.translation.ids import case_of, derived
from abs_ambulance_bridge.hub_sante.translation.requests import FOR_FIRE
from abs_ambulance_bridge.live.contracts import AnswerAsk, Answered, Ask, Asked
from abs_ambulance_bridge.live.state import Case, Request
from abs_ambulance_bridge.live.turn import Turn
from abs_ambulance_bridge.profile import Message
from abs_ambulance_bridge.tree import Tree, at
from abs_core.sdk import Respond

GIVEN = "ACCEPTEE"


def heard(turn: Turn, case: Case, message: Message) -> Case:
    """With what a message of the other side asks or answers."""
    content = message.content
    if message.kind == "RS-DR":
        ident = str(at(content, "/request/requestId"))
        purpose = str(at(content, "/request/purpose"))
        withdrawn = content.get("status") == "ANNULEE"
        of = _fire(turn) if purpose in FOR_FIRE else ()
        request = Request(purpose=purpose, ours=False, of=of, answer="-" if withdrawn else None)
        return replace(case, requests={**case.requests, ident: request})
    ident = str(content.get("requestId"))
    if message.kind == "RS-RR" and ident in case.requests:
        said = str(at(content, "/response/answer"))
        turn.note(case.incident, f"ask {ident} was answered: {said}", turn.place.partner)
        request = replace(case.requests[ident], answer=said)
        return replace(case, requests={**case.requests, ident: request})
    return case


def _fire(turn: Turn) -> tuple[str, ...]:
    parties = turn.place.setting.parties
    return tuple(p for p, d in sorted(parties.items()) if d is Discipline.FIRE)


def assigned(turn: Turn, case: Case, party: str) -> Case:
    """A vehicle of a party that was asked goes: that is the answer."""
    for ident, request in case.requests.items():
        if party in request.of and request.answer is None:
            turn.put(case)
            case = _answered(turn, case, ident, GIVEN)
    return case


def ask(turn: Turn, asked: Ask) -> None:
    """The desk asks. Raises Refused."""
    case = _known(turn, asked.incident)
    ident = f"{turn.place.name}.request.{derived('request', asked.incident, str(turn.at))}"
    request: dict[str, Tree] = {
        "requestId": ident,
        "datetime": stamp(turn.at),
        "purpose": asked.purpose,
    }
    content: dict[str, Tree] = {"caseId": _case(turn, case), "request": request}
    _valid("RS-DR", content, "/purpose")
    requests = {**case.requests, ident: Request(purpose=asked.purpose, ours=True)}
    turn.put(case, requests=requests)
    turn.note(case.incident, f"asked for {asked.purpose}: {ident}")
    turn.tell(case.incident, "RS-DR", content, {})
    turn.do(Respond(key="asked", payload=Asked(request=ident)))


def answer(turn: Turn, said: AnswerAsk) -> None:
    """The desk answers. Raises Refused."""
    case = _known(turn, said.incident)
    request = case.requests.get(said.request)
    if request is None or request.ours or request.answer is not None:
        raise Refused(
            rule="BRIDGE-004",
            what="there is no ask with this id that waits for an answer",
            where="/request",
            fix="look in the incident's own lines which asks there are",
        )
    turn.put(_answered(turn, case, said.request, said.answer))
    turn.do(Respond(key="answered", payload=Answered(request=said.request)))


def _answered(turn: Turn, case: Case, ident: str, word: str) -> Case:
    content: dict[str, Tree] = {
        "caseId": _case(turn, case),
        "requestId": ident,
        "response": {"datetime": stamp(turn.at), "answer": word},
    }
    _valid("RS-RR", content, "/answer")
    turn.tell(case.incident, "RS-RR", content, {})
    turn.note(case.incident, f"ask {ident} is answered: {word}")
    request = replace(case.requests[ident], answer=word)
    return replace(case, requests={**case.requests, ident: request})


def _known(turn: Turn, incident: str) -> Case:
    case = turn.case(incident)
    if case is None or not case.is_attached:
        raise Refused(
            rule="BRIDGE-003",
            what="the party is not attached to this incident",
            where="/incident",
            fix="name an incident of the party's feed",
        )
    return case


def _case(turn: Turn, case: Case) -> str:
    return case_of(case.incident, turn.place.setting.room, case.names)


def _valid(kind: str, content: dict[str, Tree], where: str) -> None:
    if not reading.is_valid(kind, content):
        raise Refused(
            rule="BRIDGE-005",
            what="this is not a code of the outside format",
            where=where,
            fix="use a code of its lists `purpose` and `answer`",
        )
