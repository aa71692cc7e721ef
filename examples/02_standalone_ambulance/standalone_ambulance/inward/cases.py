"""Cases that partners tell of: RC-EDA, RS-EDA, RS-EDA-MAJ."""

from typing import Any

from standalone_ambulance.deciding import Decision, Desk, stated
from standalone_ambulance.inward.named import known, of_partner
from standalone_ambulance.inward.settling import changed_by, heard_now
from standalone_ambulance.model import (
    Case,
    Event,
    Note,
    Place,
    Urgency,
)
from standalone_ambulance.profile import Fault, Received
from standalone_ambulance.profile import contents as wire

URGENCY = {"P0": Urgency.A0, "P1": Urgency.A1, "P2": Urgency.A2, "P3": Urgency.B1}
"""Our own reading; NR says nothing."""


CLOSED = ("CLOTURE", "CLASSE", "ARCHIVE")


def shared_case(content: wire.SharedCase, message: Received, desk: Desk) -> Decision:
    place = place_of(content.location)
    fields = {"place": place, "event": _event(content.qualification.whats_happen)}
    lines = list(content.freetext or ())
    alert = content.initial_alert
    if alert is not None:
        lines += [each.freetext for each in alert.notes or () if each.freetext]
    return _whole(content, fields, lines, message, desk)


def health_case(content: wire.HealthCase, message: Received, desk: Desk) -> Decision:
    what = content.qualification
    fields: dict[str, object] = {"place": place_of(content.location)}
    if what.whats_happen is not None:
        fields["event"] = _event(what.whats_happen)
    priority = what.details.priority if what.details else None
    if priority in URGENCY:
        fields["urgency"] = URGENCY[priority]
    decision = _whole(content, fields, [], message, desk)
    assert decision.case is not None
    return decision._replace(case=_with_medical(decision.case, content.medical_note, message))


def _whole(
    content: wire.SharedCase | wire.HealthCase,
    fields: dict[str, Any],
    lines: list[str],
    message: Received,
    desk: Desk,
) -> Decision:
    """A whole case: a new one, a change of one that is known, or its end."""
    case = desk.records.case(content.case_id)
    if message.kind == "Cancel":
        return _cancelled(case, content.case_id, message, desk)
    if case is None:
        case, counters = _opened(content, fields, message, desk)
        case = case.model_copy(
            update={"heard": {message.sender: heard_now({}, fields, message.sent)}}
        )
        return Decision(case=_with_lines(case, lines, message), counters=counters)
    if message.kind == "Report":
        if case.owner != message.sender or message.type in case.reported:
            raise Fault(701, f"/caseId {case.id} is known here as {case.number}")
        case = case.model_copy(update={"reported": (*case.reported, message.type)})
    return changed_by(_with_lines(of_partner(case, message), lines, message), fields, message, desk)


def _opened(
    content: wire.SharedCase | wire.HealthCase,
    fields: dict[str, Any],
    message: Received,
    desk: Desk,
) -> tuple[Case, dict[str, int]]:
    if not fields["place"].is_found():
        raise Fault(704, "/location has no address, no name and no coordinates")
    event = fields.get("event") or Event(code="C00.00.00", label="Not said")
    day = f"{desk.at:%y%j}"
    n = desk.records.counter(f"case-{day}") + 1
    first = {**fields, "event": event}
    case = Case(
        id=content.case_id,
        number=f"R{day}-{n:04d}",
        owner=message.sender,
        opened=content.creation,
        place=fields["place"],
        event=event,
        exercise=message.exercise,
        reported=(message.type,) if message.kind == "Report" else (),
        partners=(message.sender,),
    )
    return stated(case, message.sender, desk.at, first), {f"case-{day}": n}


def _cancelled(case: Case | None, ident: str, message: Received, desk: Desk) -> Decision:
    if case is None:
        raise Fault(702, f"/caseId {ident} is not known here, so it cannot be cancelled")
    if case.owner != message.sender:
        raise Fault(700, f"/caseId {ident} is of {case.owner}, which alone can cancel it")
    note = Note(at=desk.at, by=message.sender, text="cancelled by the system that opened it")
    notes = (*case.notes, note) if note.text not in [n.text for n in case.notes] else case.notes
    return Decision(case=case.model_copy(update={"notes": notes}))


def health_change(content: wire.HealthChange, message: Received, desk: Desk) -> Decision:
    case = of_partner(known(content.case_id, desk), message)
    details = content.qualification.details if content.qualification else None
    fields: dict[str, object] = {}
    if details is not None and details.priority in URGENCY:
        fields["urgency"] = URGENCY[details.priority]
    if details is not None and details.status in CLOSED:
        case = _with_lines(case, [f"{message.sender} has closed its part"], message)
    case = _with_medical(case, content.medical_note, message)
    lines = [content.freetext] if content.freetext else []
    return changed_by(_with_lines(case, lines, message), fields, message, desk)


def _with_lines(case: Case, lines: list[str], message: Received) -> Case:
    """A line that the partner said before is the same line."""
    said = {note.text for note in case.notes if note.by == message.sender}
    new = [line for line in dict.fromkeys(lines) if line not in said]
    notes = tuple(Note(at=message.sent, by=message.sender, text=line) for line in new)
    return case.model_copy(update={"notes": (*case.notes, *notes)}) if notes else case


def _with_medical(case: Case, said: tuple[wire.MedicalNote, ...] | None, message: Received) -> Case:
    known = {(note.by, note.text) for note in case.medical}
    new = tuple(
        Note(at=each.creation or message.sent, by=message.sender, text=each.freetext)
        for each in said or ()
        if (message.sender, each.freetext) not in known
    )
    return case.model_copy(update={"medical": (*case.medical, *new)}) if new else case


def place_of(said: wire.Location) -> Place:
    coord = said.geometry.point.coord if said.geometry and said.geometry.point else None
    address = said.detailed_address
    return Place(
        name=said.name or getattr(said, "loc_label", None),
        address=address.complete if address else None,
        city=said.city.name if said.city else None,
        lat=coord.lat if coord else None,
        lon=coord.lon if coord else None,
        said=said.tree(),
    )


def _event(said: wire.Event) -> Event:
    return Event(code=said.code, label=said.label[:200] or said.code)
