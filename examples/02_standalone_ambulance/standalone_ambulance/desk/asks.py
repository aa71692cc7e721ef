"""Asking a partner for help, and answering what a partner asks."""

from standalone_ambulance import commands as c
from standalone_ambulance import outward
from standalone_ambulance.deciding import Decision, Desk, with_ask
from standalone_ambulance.desk.named import ask_of, open_case
from standalone_ambulance.desk.vehicles import sent
from standalone_ambulance.model import (
    Ask,
    Case,
)
from standalone_ambulance.post import Told


def ask_help(command: c.AskHelp, desk: Desk) -> Decision:
    case = open_case(command.case, desk)
    if command.partner not in case.partners:
        raise c.Refused("the case is not shared with it", "/partner", "share the case first")
    asked = Ask(
        id=f"{desk.office.name}.request.{case.number}-{len(case.asks) + 1}",
        by=desk.office.name,
        to=command.partner,
        purpose=command.purpose,
        at=desk.at,
        words=command.words,
    )
    return _asked(case, asked)


def withdraw(command: c.Withdraw, desk: Desk) -> Decision:
    case = open_case(command.case, desk)
    asked = ask_of(case, command.ask)
    if asked.by != desk.office.name or asked.withdrawn:
        raise c.Refused("it is not ours to withdraw", "/ask", "withdraw an open ask of our own")
    return _asked(case, asked.model_copy(update={"withdrawn": True}))


def _asked(case: Case, asked: Ask) -> Decision:
    changed = with_ask(case, asked)
    tellings = [Told((asked.to,), outward.ask(changed, asked), "Update", case.exercise)]
    return Decision(case=changed, told=tellings, ask=asked.id)


def answer_ask(command: c.AnswerAsk, desk: Desk) -> Decision:
    case = open_case(command.case, desk)
    asked = ask_of(case, command.ask)
    if asked.to != desk.office.name or asked.withdrawn:
        raise c.Refused("it is not ours to answer", "/ask", "answer an open ask of a partner")
    answered = asked.model_copy(update={"answer": command.answer})
    changed = with_ask(case, answered)
    content = outward.answer(changed, answered, desk.at)
    tellings = [Told((asked.by,), content, "Update", case.exercise)]
    if command.vehicle is None:
        return Decision(case=changed, told=tellings, ask=asked.id)
    mission = sent(changed, command.vehicle, desk, asked.id)
    return mission._replace(told=[*tellings, *mission.told], ask=asked.id)
