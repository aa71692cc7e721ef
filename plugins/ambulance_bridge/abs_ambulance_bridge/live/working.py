"""Commands to the core: a message's, in its order, each message of an incident after the other."""

from collections.abc import Iterator

from abs_contracts.protocol import Rejected, Reply
from msgspec.structs import replace

from abs_ambulance_bridge.hub_sante import answers
from abs_ambulance_bridge.hub_sante.envelope import ERRORS
from abs_ambulance_bridge.live import telling, waiting
from abs_ambulance_bridge.live.state import Case, Work
from abs_ambulance_bridge.live.statements import news, said
from abs_ambulance_bridge.live.turn import ACTOR, ROLE, Turn
from abs_ambulance_bridge.profile import Said
from abs_core.sdk import Order

ONE_SAYS = (
    ("RS-EDA", "RC-EDA", frozenset({"location", "classification", "injured", "safety"})),
    ("RC-EDA", "RS-EDA", frozenset({"priority"})),
    ("RC-RI", "RS-RI", frozenset({"registered"})),
)
"""What a message is not read for where the other one of the same case says it: the medical one
for what every service gets; that for a priority, of which it has two, and for what a vehicle
is, of which it has two kinds as well."""


def begin(turn: Turn, incident: str) -> None:
    """Order the next commands of the first message, as far as their order allows.

    Commands about one thing keep their order by themselves; those about another wait
    for their outcome.
    """
    case = turn.case(incident)
    while case is not None and case.work and not case.work[0].under_way:
        head = case.work[0]
        if not head.begun and not waiting.is_free(turn, incident, head):
            return
        if not head.begun:
            case, head = _weighed(turn, case, head)
        if not head.commands:
            case = _finished(turn, case, head)
            continue
        subject = head.commands[0].subject
        now = [*_run(head.commands, subject)]
        under_way = dict[str, Said]()
        for each in now:
            key = f"{incident} {case.number + len(under_way)}"
            under_way[key] = each
            turn.do(
                Order(
                    key=key,
                    subject=subject,
                    payload=each.payload,
                    actor=ACTOR,
                    role=ROLE,
                    occurred=each.at,
                )
            )
        head = replace(head, commands=head.commands[len(now) :], under_way=under_way)
        number = case.number + len(now)
        case = turn.put(case, work=(head, *case.work[1:]), number=number)


def _run(commands: tuple[Said, ...], subject: str) -> Iterator[Said]:
    for each in commands:
        if each.subject != subject:
            return
        yield each


def _weighed(turn: Turn, case: Case, head: Work) -> tuple[Case, Work]:
    """The message with what of it is news, and the incident with all of it heard."""
    skipped = frozenset[str]()
    for kind, other, what in ONE_SAYS:
        skipped |= what if head.kind == kind and other in case.kept else frozenset()
    fields = [said(c.subject, c.payload)[0].partition(" ")[0] for c in head.commands]
    mine = tuple(c for c, field in zip(head.commands, fields, strict=True) if field not in skipped)
    found, heard = news(turn, case, replace(head, commands=mine))
    head = replace(head, commands=found, begun=True)
    return turn.put(case, heard=heard, work=(head, *case.work[1:])), head


def settled(turn: Turn, key: str, reply: Reply) -> None:
    """What the core said to a command of ours."""
    incident = key.partition(" ")[0]
    case = turn.case(incident)
    if case is None or not case.work or key not in case.work[0].under_way:
        return
    head = case.work[0]
    left = {k: v for k, v in head.under_way.items() if k != key}
    if isinstance(reply, Rejected):
        head = replace(head, refusal=head.refusal or reply.refusal)
    else:
        case = telling.expecting(case, head.under_way[key])
    turn.put(case, work=(replace(head, under_way=left), *case.work[1:]))
    begin(turn, incident)


def _finished(turn: Turn, case: Case, head: Work) -> Case:
    """Answer the message, and look whether the other side lacks something."""
    if head.question is not None:
        if head.refusal is None:
            answer = answers.acknowledged(head.question, "INTEGRE", turn.answerer)
            turn.answer(answer, case.incident)
        else:
            reply = Rejected(command=head.question.id[-64:], refusal=head.refusal)
            settled = answers.settled(head.question, reply, turn.answerer)
            assert settled is not None
            turn.answer(settled, case.incident)
    if head.refusal is not None:
        code = answers.REFUSALS.get(head.refusal.rule, 700)
        text = f"REFUSED by the core: {head.kind}: {head.refusal.what} ({head.refusal.rule})"
        turn.note(case.incident, f"{text}; answered with {code} {ERRORS[code]}", head.who)
    telling.wait_for_feed(turn, turn.put(case, work=case.work[1:]))
    for other in waiting.done(turn, case.incident, head):
        begin(turn, other)
    telling.tell(turn, case.incident)
    found = turn.case(case.incident)
    assert found is not None
    return found
