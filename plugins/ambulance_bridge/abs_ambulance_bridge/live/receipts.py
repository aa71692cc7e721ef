"""What becomes of our letters: on the other side's disk, taken, refused, or expired."""

import datetime as dt

from abs_contracts.messages import incident as m
from abs_contracts.messages.values import Classification, Location
from msgspec.structs import replace

from abs_ambulance_bridge.facts import INJURED
from abs_ambulance_bridge.live import telling
from abs_ambulance_bridge.live.contracts import NotTaken
from abs_ambulance_bridge.live.state import Case, Telling, Values, Work
from abs_ambulance_bridge.live.statements import FIELDS, pending
from abs_ambulance_bridge.live.turn import Turn, letter_of
from abs_ambulance_bridge.live.working import begin
from abs_ambulance_bridge.profile import Message, Said
from abs_ambulance_bridge.tree import at

EXPIRED, KNOWN = 400, 701
AGAIN = dt.timedelta(minutes=1)
"""The pause before what expired is told anew: clocks that differ must not make a storm."""


def delivered(turn: Turn, letter: str) -> None:
    """The other side has it on disk, or it will never take it: there is room for another."""
    turn.change(unconfirmed=turn.state.unconfirmed - {letter_of(letter)})
    telling.go_on(turn)


def not_taken(turn: Turn, said: NotTaken) -> None:
    told = _taken_off(turn, letter_of(said.letter))
    if told is not None:
        turn.note(told.incident, f"NOT TAKEN by the other side: {told.kind}: {said.why}")
    delivered(turn, said.letter)


def answered(turn: Turn, message: Message) -> None:
    """RC-REF or RS-ERROR about a letter of ours; about nobody's letter it is nothing."""
    of = "/distributionID" if message.kind == "RC-REF" else "/referencedDistributionID"
    letter = str(at(message.content, of))
    if message.kind == "RC-REF":
        if message.content.get("step") == "INTEGRE":
            _agreed(turn, letter_of(letter))
    else:
        _refused(turn, letter_of(letter), message)
    delivered(turn, letter)


def _sure_again(turn: Turn, incident: str) -> None:
    """Nothing of ours is on its way any more: where messages crossed, say once what stands."""
    case = turn.case(incident)
    if case is None or not case.unsure:
        return
    if not any(pending(turn, incident, field) for field in case.unsure):
        holds = {f: v for f, v in case.holds.items() if f not in case.unsure}
        turn.put(case, holds=holds, unsure=frozenset())
        telling.tell(turn, incident)


def _taken_off(turn: Turn, letter: str) -> Telling | None:
    told = turn.state.told.get(letter)
    turn.change(told={k: v for k, v in turn.state.told.items() if k != letter})
    return told


def _agreed(turn: Turn, letter: str) -> None:
    """What the other side acknowledges, it knows: as good as said by it."""
    told = _taken_off(turn, letter)
    case = turn.case(told.incident) if told else None
    if told is not None and case is not None:
        turn.put(case, heard={**case.heard, **told.values})
        _sure_again(turn, case.incident)


def _refused(turn: Turn, letter: str, message: Message) -> None:
    told = _taken_off(turn, letter)
    case = turn.case(told.incident) if told else None
    if told is None or case is None:
        return
    code = at(message.content, "/errorCode/statusCode")
    if code == EXPIRED and told.kind in telling.TOLD:
        turn.put(_unheld(case, told), lapsed=case.lapsed | {told.kind})
        turn.wake(f"again {case.incident}", turn.at + AGAIN)
        return
    cause = str(message.content.get("errorCause", ""))
    turn.note(case.incident, f"REFUSED by the other side: {told.kind}: {code} {cause}")
    if told.first and code == KNOWN:
        sent_out = {told.kind: {}, **case.sent_out}
        turn.put(_unheld(case, replace(told, first=False)), sent_out=sent_out)
        telling.tell(turn, case.incident)
    elif told.first:
        turn.put(_unheld(case, told))
    elif not case.is_ours:
        _back(turn, case, told.values)


def _unheld(case: Case, told: Telling) -> Case:
    """With what the letter said as not known there; a first report will be one again."""
    holds = {f: v for f, v in case.holds.items() if f not in told.values}
    gone = {told.kind} if told.first else set[str]()
    sent_out = {kind: content for kind, content in case.sent_out.items() if kind not in gone}
    return replace(case, holds=holds, sent_out=sent_out)


def _back(turn: Turn, case: Case, refused: Values) -> None:
    """A refused proposal falls: what the owner said last stands again."""
    last = {f: case.heard[f] for f in FIELDS & refused.keys() if f in case.heard}
    commands = tuple(
        Said(subject=case.incident, payload=_command(value))
        for field, value in sorted(last.items())
        if field in case.stands and case.stands[field].value != value
    )
    if commands:
        work = Work(question=None, kind="RC-EDA", who="", commands=commands, begun=True)
        turn.put(replace(case, work=(*case.work, work)))
        begin(turn, case.incident)


def _command(value: object) -> m.Command:
    match value:
        case Location():
            return m.LocateIncident(location=value)
        case Classification():
            return m.ClassifyIncident(classification=value)
    assert isinstance(value, tuple)
    return m.SetCharacteristic(name=INJURED, values=value)
