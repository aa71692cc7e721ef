"""The bridge as a block: the entries it takes, and what it says of itself.

`evolve` decides, and leaves what is to be done in the state; `react` hands it out. So
a rebuild goes the way of the live entry and repeats nothing.
"""

from collections.abc import Sequence
from typing import Any

import msgspec
from abs_contracts.refusal import Refused
from msgspec.structs import replace

from abs_ambulance_bridge.live import contracts as live
from abs_ambulance_bridge.live import inward, leaving, parking, receipts, requests, telling, working
from abs_ambulance_bridge.live.state import State
from abs_ambulance_bridge.live.turn import KEPT_PER_CASE, Place, Turn
from abs_core.sdk import (
    Effect,
    Entry,
    Fed,
    Inbound,
    Noted,
    OwnLine,
    OwnLines,
    OwnLinesTold,
    Requested,
    Settled,
    TimerFired,
)


class Bridge:
    """Between the core and one standalone ambulance system."""

    def __init__(self, place: Place) -> None:
        self._place = place

    def initial(self) -> State:
        return State()

    def evolve(self, state: State, entry: Entry) -> State:
        if isinstance(entry, Noted):
            assert isinstance(entry.payload, live.Kept)
            return _kept(state, entry.payload)
        turn = Turn(state, entry.id, entry.at, self._place)
        match entry:
            case Fed():
                telling.fed(turn, entry)
                inward.release(turn)
            case Inbound():
                _came_in(turn, entry.payload)
            case Settled(effect=key, reply=reply):
                working.settled(turn, key, reply)
            case TimerFired(name=name):
                _woken(turn, name)
            case Requested(payload=live.Ask() as asked):
                requests.ask(turn, asked)
            case Requested(payload=live.AnswerAsk() as said):
                requests.answer(turn, said)
            case Requested():
                raise _unknown(entry.payload)
        leaving.look(turn)
        return turn.done()

    def react(self, state: State, entry: Entry) -> Sequence[Effect]:  # noqa: ARG002 - what it led to stands in the state
        return state.todo

    def answer(self, state: State, question: Any) -> msgspec.Struct:
        match question:
            case OwnLines(incident=incident):
                case = state.cases.get(incident)
                lines = [OwnLine(at=k.at, text=_line(k)) for k in case.lines] if case else []
                return OwnLinesTold(lines=tuple(lines))
            case live.HowItStands():
                return _standing(state)
        raise _unknown(question)


def _came_in(turn: Turn, payload: msgspec.Struct) -> None:
    match payload:
        case live.Arrived():
            inward.arrived(turn, payload)
        case live.Delivered(letter=letter):
            receipts.delivered(turn, letter)
        case live.NotTaken():
            receipts.not_taken(turn, payload)


def _woken(turn: Turn, name: str) -> None:
    what, _, incident = name.partition(" ")
    if name == parking.TIMER:
        for each in parking.expired(turn):
            inward.too_early(turn, each.work)
        return
    if what == leaving.TIMER:
        leaving.woken(turn, incident)
        return
    case = turn.case(incident)
    if what == "feed" and case is not None:
        turn.put(case, expected=telling.surely_coming(case))
    telling.tell(turn, incident)


def _kept(state: State, kept: live.Kept) -> State:
    """With the line; what is to be done stands, because a note comes before it is done."""
    case = state.cases.get(kept.incident)
    if case is None:
        return state
    lines = (*case.lines, kept)[-KEPT_PER_CASE:]
    return replace(state, cases={**state.cases, kept.incident: replace(case, lines=lines)})


def _line(kept: live.Kept) -> str:
    return f"{kept.text} [{kept.who}]"[:4000] if kept.who else kept.text


def _standing(state: State) -> live.Standing:
    return live.Standing(
        incidents=len(state.cases),
        parked=len(state.parked),
        working=sum(len(case.work) for case in state.cases.values()),
        unsent=len(state.unsent),
        unconfirmed=len(state.unconfirmed),
        unanswered=len(state.told),
    )


def _unknown(payload: object) -> Refused:
    return Refused(
        rule="BRIDGE-006",
        what=f"the bridge takes no {type(payload).__name__}",
        where="/type",
        fix="send bridge.ask or bridge.answer_ask, or ask bridge.how_it_stands",
    )
