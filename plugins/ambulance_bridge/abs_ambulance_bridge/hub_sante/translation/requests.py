"""Requests, answers and orders (RS-DR, RS-RR, RS-ER) as lines of the log book.

The core has no message for asking another for a vehicle, so the codes of the request
stand in a note of a fixed form, which can be read back. Its free text does not: it is
written by health services for health services. What fire is asked for attaches fire
and names it as reader; the rest is a line of the ambulance party's own.
"""

import re
from collections.abc import Iterable, Iterator

from abs_contracts.messages import incident as m
from abs_contracts.messages.values import Discipline, NoteAudience

from abs_ambulance_bridge.facts import Facts, Note
from abs_ambulance_bridge.hub_sante.translation.fields import (
    FORM,
    about,
    filled,
    given,
    moment,
    stamp,
)
from abs_ambulance_bridge.hub_sante.translation.ids import Names, case_of, incident_of
from abs_ambulance_bridge.hub_sante.types import (
    ResourcesEngagement,
    ResourcesRequest,
    ResourcesResponse,
)
from abs_ambulance_bridge.profile import Said, Setting
from abs_ambulance_bridge.tree import Tree

FOR_FIRE = frozenset({"SAP", "RELEVE", "BRANCARD"})
"""What fire is asked for: help to a person, lifting, carrying. Our own reading of the codes."""
REQUEST = re.compile(
    rf"{FORM}request (?P<requestId>\S+): (?P<purpose>\S+)"
    r"(?: within (?P<deadline>\S+))?(?: under (?P<convention>\S+))?(?P<status> cancelled)?\Z"
)
ANSWER = re.compile(
    rf"{FORM}answer (?P<requestId>\S+): (?P<answer>\S+)(?: within (?P<deadline>\S+))?\Z"
)
ORDER = re.compile(rf"{FORM}order: (?P<vehicles>\S+(?:, \S+)*)\Z")


def is_form(note: Note) -> bool:
    """Whether a note is one of the bridge's own lines."""
    return note.own and note.text.startswith(FORM)


def request(message: ResourcesRequest, setting: Setting) -> Iterator[Said]:
    """RS-DR as commands."""
    asked = message.request
    said = about(incident_of(message.case_id, setting.room), moment(asked.datetime))
    line = f"{FORM}request {asked.request_id}: {asked.purpose}"
    line += f" within {asked.deadline}" if given(asked.deadline) else ""
    line += f" under {asked.convention}" if given(asked.convention) else ""
    line += " cancelled" if given(message.status) else ""
    fire = _fire(setting) if asked.purpose in FOR_FIRE else ()
    for party in fire if not given(message.status) else ():
        yield said(m.AttachParty(party=party))
    audience = NoteAudience.NAMED if fire else NoteAudience.OWN
    yield said(m.AddNote(text=line, audience=audience, named=fire))


def _fire(setting: Setting) -> tuple[str, ...]:
    return tuple(p for p, d in sorted(setting.parties.items()) if d is Discipline.FIRE)


def answer(message: ResourcesResponse, setting: Setting) -> Iterator[Said]:
    """RS-RR as commands."""
    said = about(incident_of(message.case_id, setting.room), moment(message.response.datetime))
    line = f"{FORM}answer {message.request_id}: {message.response.answer}"
    line += f" within {message.response.deadline}" if given(message.response.deadline) else ""
    yield said(m.AddNote(text=line, audience=NoteAudience.OWN))


def order(message: ResourcesEngagement, setting: Setting) -> Iterator[Said]:
    """RS-ER as commands: the party has it in hand, with which types of vehicle.

    An order names no vehicle by its id, so none is assigned by it: RS-RI does that.
    """
    said = about(incident_of(message.case_id, setting.room), None)
    yield said(m.TakeUpIncident())
    line = f"{FORM}order: {', '.join(each.vehicle_type for each in message.resource)}"
    if len(line) <= 4000:
        yield said(m.AddNote(text=line, audience=NoteAudience.OWN))


def request_tree(facts: Facts, setting: Setting, names: Names) -> dict[str, Tree] | None:
    """RS-DR, of the last line of its form."""
    for note in reversed(facts.notes):
        found = REQUEST.match(note.text) if note.own else None
        if found and note.at is not None:
            asked = filled(
                {
                    "requestId": found["requestId"],
                    "datetime": stamp(note.at),
                    "convention": found["convention"],
                    "purpose": found["purpose"],
                    "deadline": found["deadline"],
                }
            )
            case = case_of(facts.incident, setting.room, names)
            status = "ANNULEE" if found["status"] else None
            return filled({"caseId": case, "request": asked, "status": status})
    return None


def answer_tree(facts: Facts, setting: Setting, names: Names) -> dict[str, Tree] | None:
    """RS-RR, of the last line of its form."""
    for note in reversed(facts.notes):
        found = ANSWER.match(note.text) if note.own else None
        if found and note.at is not None:
            said = filled(
                {
                    "datetime": stamp(note.at),
                    "answer": found["answer"],
                    "deadline": found["deadline"],
                }
            )
            case = case_of(facts.incident, setting.room, names)
            return {"caseId": case, "requestId": found["requestId"], "response": said}
    return None


def order_tree(facts: Facts, setting: Setting, names: Names) -> dict[str, Tree] | None:
    """RS-ER, of the last line of its form."""
    found = _last(ORDER, (note.text for note in facts.notes if note.own))
    if found is None:
        return None
    vehicles: list[Tree] = [{"vehicleType": each} for each in found["vehicles"].split(", ")]
    return {"caseId": case_of(facts.incident, setting.room, names), "resource": vehicles}


def _last(form: re.Pattern[str], texts: Iterable[str]) -> re.Match[str] | None:
    found = None
    for text in texts:
        found = form.match(text) or found
    return found
