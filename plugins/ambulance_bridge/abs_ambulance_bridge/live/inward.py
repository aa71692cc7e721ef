"""Messages of the other side: judged, parked where they come too early, put in order."""

import hashlib
import itertools
import re

import msgspec
from abs_contracts.messages import incident as m
from abs_contracts.messages import unit as u
from msgspec.structs import replace

from abs_ambulance_bridge.hub_sante import answers
from abs_ambulance_bridge.hub_sante.answers import Question
from abs_ambulance_bridge.hub_sante.envelope import check_routing, faulty
from abs_ambulance_bridge.hub_sante.translation.ids import incident_of, unit_of
from abs_ambulance_bridge.live import fleet, parking, receipts, requests
from abs_ambulance_bridge.live.contracts import Arrived
from abs_ambulance_bridge.live.state import Case, Work
from abs_ambulance_bridge.live.statements import FIELDS, pending, values
from abs_ambulance_bridge.live.turn import HUB, Turn
from abs_ambulance_bridge.live.waiting import in_turn
from abs_ambulance_bridge.live.working import begin
from abs_ambulance_bridge.profile import Faulty, Handling, Issue, Message, Said
from abs_ambulance_bridge.tree import Tree, at

FLEET = "fleet"
"""What a message is about that is about no incident."""
SEEN = 5_000
"""So many distribution ids are known again with another content; with the same the host
knows every repeat."""
LATELY = 100
"""So many of them at a time are put with the others."""

_NAMED = re.compile(r'"(distributionID|distributionKind)"\s*:\s*"([^"\\]{1,300})"')
"""In a text that is not JSON."""


def arrived(turn: Turn, came: Arrived) -> None:
    """Take a message: refuse it, park it, or begin with it."""
    try:
        message = HUB.parse(came.text.encode())
        if message.around is None:
            raise faulty(300, Issue(where="", what="is not in an envelope"))
        question = answers.question(message)
        if _is_repeat(turn, question.id, came.text):
            return
        check_routing(message.around, now=turn.at, came_from=came.came_from)
    except Faulty as fault:
        _refuse(turn, came, fault)
        return
    if message.kind in ("RC-REF", "RS-ERROR"):
        receipts.answered(turn, message)
    elif HUB.kinds[message.kind].handling is Handling.PRIVATE:
        turn.answer(answers.acknowledged(question, "RECU", turn.answerer))
    else:
        _mapped(turn, message, question)


def _is_repeat(turn: Turn, ident: str, text: str) -> bool:
    digest = hashlib.sha256(text.encode()).hexdigest()[:16]
    state = turn.state
    before = state.seen_lately.get(ident) or state.seen.get(ident)
    if before is not None and before != digest:
        raise faulty(
            300,
            Issue(where="/distributionID", what="was used for another message"),
            message_id=ident,
        )
    lately = {**state.seen_lately, ident: digest}
    if len(lately) < LATELY:
        turn.change(seen_lately=lately)
    else:
        seen = {**state.seen, **lately}
        newest = itertools.islice(seen.items(), max(0, len(seen) - SEEN), None)
        turn.change(seen=dict(newest), seen_lately={})
    return before is not None


def _refuse(turn: Turn, came: Arrived, fault: Faulty) -> None:
    """Answer with the code, where there is a message to answer; an answer never is."""
    try:
        tree: Tree = msgspec.json.decode(came.text)
    except (msgspec.DecodeError, RecursionError):
        tree = dict(reversed(_NAMED.findall(came.text)))  # what it says of itself before it breaks
    ident = fault.message_id or at(tree, "/distributionID")
    if isinstance(ident, str) and at(tree, "/distributionKind") not in ("Ack", "Error"):
        asked = Question(id=ident, sender=came.came_from)
        turn.answer(answers.refused(asked, fault, turn.answerer))


def _mapped(turn: Turn, message: Message, question: Question) -> None:
    commands = HUB.commands(message, turn.place.setting)
    incident = _incident(turn, message, commands)
    work = Work(question=question, kind=message.kind, who=question.sender, commands=commands)
    needs = _needs(turn, message, commands, incident)
    if needs:
        if parking.park(turn, needs, incident, work, message):
            turn.answer(answers.acknowledged(question, "RECU", turn.answerer), incident)
        else:
            too_early(turn, work)
        return
    take(turn, incident, work, message)
    release(turn)


def release(turn: Turn) -> None:
    """Take what waited for something that is there by now."""
    while ready := parking.free(turn):
        for waited in ready:
            take(turn, waited.incident, waited.work, waited.message)


def _incident(turn: Turn, message: Message, commands: tuple[Said, ...]) -> str:
    case = message.content.get("caseId")
    if isinstance(case, str):
        return incident_of(case, turn.place.setting.room)
    about = (each.subject for each in commands if isinstance(each.payload, m.Command))
    return next(about, FLEET)


def _needs(
    turn: Turn, message: Message, commands: tuple[Said, ...], incident: str
) -> tuple[str, ...]:
    """What this message is about and the bridge does not know yet; nothing, as a rule."""
    opens = any(isinstance(each.payload, m.OpenIncident) for each in commands)
    needs = [f"case {incident}"] if incident != FLEET and not opens else []
    resource = message.content.get("resourceId")
    if message.kind == "RS-SR" and isinstance(resource, str):
        needs.append(f"unit {unit_of(resource)}")
    return tuple(each for each in needs if not parking.is_there(turn, each))


def too_early(turn: Turn, work: Work) -> None:
    """What it is about did not come in time, or there is no room to wait."""
    assert work.question is not None
    fault = faulty(702, Issue(where="/caseId", what="is not known here, or not yet what it needs"))
    turn.answer(answers.refused(work.question, fault, turn.answerer))


def take(turn: Turn, incident: str, work: Work, message: Message) -> None:
    """Queue a message behind those of its incident, and begin if it is the first.

    The order is that of the other side's own list: its clock may be put back. A first
    report that a change of it has overtaken there is the older one.
    """
    registered = {c.subject for c in work.commands if isinstance(c.payload, u.RegisterUnit)}
    if not registered <= turn.state.units:
        turn.change(units=turn.state.units | registered)
    work = replace(work, commands=fleet.as_known(turn, work.commands))
    case = turn.case(incident) or Case(incident=incident, is_ours=False)
    around = message.around or {}
    assert work.question is not None
    is_first = around.get("distributionKind") == "Report"
    if is_first and message.kind in ("RC-EDA", "RS-EDA"):
        if case.is_ours or message.kind in case.reported:
            fault = faulty(701, Issue(where="/caseId", what="is known here already"))
            turn.answer(answers.refused(work.question, fault, turn.answerer), incident)
            return
        case = replace(case, reported=case.reported | {message.kind})
    late = is_first and message.kind in case.taken
    names = {**case.names, **HUB.names(message, turn.place.setting)}
    if not late:
        case = _latest(turn, case, message, work.commands)
    case = replace(requests.heard(turn, case, message), taken=case.taken | {message.kind})
    work = in_turn(turn, incident, replace(work, is_late=late))
    turn.put(case, names=names, work=(*case.work, work))
    begin(turn, incident)


def _latest(turn: Turn, case: Case, message: Message, commands: tuple[Said, ...]) -> Case:
    """With the message as what the other side says now; where a telling of ours is on its
    way, what that says is what it will hold.

    It is kept as if it were the first of its case: a change says the whole of it.
    """
    whole = replace(message, around={**(message.around or {}), "distributionKind": "Report"})
    now = values(commands)
    coming = {f: told for f in now if (told := pending(turn, case.incident, f))}
    settled = {f: v for f, v in now.items() if f not in coming}
    if case.is_ours:
        crossed = {f for f, told in coming.items() if any(each != now[f] for each in told)}
        case = replace(case, unsure=case.unsure | (crossed & FIELDS))
    return replace(case, kept={**case.kept, message.kind: whole}, holds={**case.holds, **settled})
