"""The operators' desk: one command against what is kept. Pure: time comes with it."""

from collections.abc import Callable
from typing import Any

from standalone_ambulance import commands as c
from standalone_ambulance.deciding import Decision, Desk
from standalone_ambulance.desk import asks, cases, vehicles


def decide(command: c.Command, desk: Desk) -> Decision:
    """What the command does. Raises Refused."""
    return RULES[type(command)](command, desk)


RULES: dict[type, Callable[[Any, Desk], Decision]] = {
    c.TakeCall: cases.take_call,
    c.Triage: cases.triage,
    c.Correct: cases.correct,
    c.AddNote: cases.add_note,
    c.Share: cases.share,
    c.SendVehicle: vehicles.send_vehicle,
    c.Report: vehicles.report,
    c.Locate: vehicles.locate,
    c.PutInService: vehicles.put_in_service,
    c.AskHelp: asks.ask_help,
    c.Withdraw: asks.withdraw,
    c.AnswerAsk: asks.answer_ask,
    c.Close: cases.close,
}
