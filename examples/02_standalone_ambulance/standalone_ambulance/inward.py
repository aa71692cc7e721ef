"""What partners say: one message against what is kept. Pure: time comes with it.

The owner of a case settles. As owner this system adopts what a partner states, in the
order of arrival, and tells everybody what stands; of another's case it takes what the
owner states. A whole case that is told again for one change must not undo another: what
a partner had not heard of when it spoke it did not state. No rule compares two clocks.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from standalone_ambulance.desk import Decision, Desk, picture, stated, with_ask
from standalone_ambulance.model import (
    Ask,
    Case,
    Event,
    Heard,
    Note,
    OtherVehicle,
    Place,
    Telling,
    Urgency,
)
from standalone_ambulance.outward import PRIORITY
from standalone_ambulance.profile import Fault, Received
from standalone_ambulance.profile import contents as wire

URGENCY = {"P0": Urgency.A0, "P1": Urgency.A1, "P2": Urgency.A2, "P3": Urgency.B1}
"""Our own reading; NR says nothing."""
EPOCH = datetime.fromtimestamp(0, UTC)
"""When a partner that has said nothing yet spoke last."""
FIELDS = ("place", "event", "urgency")
CLOSED = ("CLOTURE", "CLASSE", "ARCHIVE")


def take(message: Received, desk: Desk) -> Decision:
    """What a message does. Raises Fault: 700, 701, 702, 704."""
    return RULES[type(message.content)](message.content, message, desk)


# -- cases ------------------------------------------------------------------------


def _shared_case(content: wire.SharedCase, message: Received, desk: Desk) -> Decision:
    place = place_of(content.location)
    fields = {"place": place, "event": _event(content.qualification.whats_happen)}
    lines = list(content.freetext or ())
    alert = content.initial_alert
    if alert is not None:
        lines += [each.freetext for each in alert.notes or () if each.freetext]
    return _whole(content, fields, lines, message, desk)


def _health_case(content: wire.HealthCase, message: Received, desk: Desk) -> Decision:
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
        case = case.model_copy(update={"heard": {message.sender: _heard({}, fields, message.sent)}})
        return Decision(case=_with_lines(case, lines, message), counters=counters)
    if message.kind == "Report":
        if case.owner != message.sender or message.type in case.reported:
            raise Fault(701, f"/caseId {case.id} is known here as {case.number}")
        case = case.model_copy(update={"reported": (*case.reported, message.type)})
    return _changed(_with_lines(_partner(case, message), lines, message), fields, message, desk)


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


def _changed(case: Case, said: dict[str, Any], message: Received, desk: Desk) -> Decision:
    """A case with what is new in the message.

    If the case is ours, everybody hears what stands, also where it is not what the
    message says: without that a partner could go on in an error.
    """
    heard = case.heard.get(message.sender, {})
    fields = {k: v for k, v in said.items() if k not in heard or heard[k].sent <= message.sent}
    ours = case.owner == desk.office.name
    new = {k: v for k, v in fields.items() if _is_statement(k, v, case, message.sender, ours)}
    changed = stated(case, message.sender, desk.at, new)
    everything = {**case.heard, message.sender: _heard(heard, fields, message.sent)}
    changed = changed.model_copy(update={"heard": everything})
    differs = any(not _same(v, getattr(changed, k)) for k, v in said.items())
    tells = ours and (new or differs)
    tellings = picture(changed, desk.office, shared="place") if tells else ()
    return Decision(case=changed, told=tellings)


def _is_statement(name: str, value: Any, case: Case, partner: str, ours: bool) -> bool:
    """Whether the partner states this, or only had not heard of what stands by now.

    Of our own case it repeats what it said or acknowledged last, or what it was told
    since. The owner of another case repeats itself while it has not answered us.
    """
    if _same(value, getattr(case, name)):
        return False
    told = [getattr(each, name) for each in case.told.get(partner, ())]
    pending = [each for each in told if each is not None]
    heard = case.heard.get(partner, {}).get(name)
    repeats = heard is not None and _same(value, getattr(heard, name))
    if ours:
        return not repeats and not any(_same(value, each) for each in pending)
    return not (pending and repeats)


def _same(value: Any, other: Any) -> bool:
    """Whether the profile can tell them apart: B1 and B2 have one priority in it."""
    if isinstance(value, Urgency) and isinstance(other, Urgency):
        return PRIORITY[value] == PRIORITY[other]
    return value.same(other) if isinstance(value, Place) else bool(value == other)


def _heard(before: dict[str, Heard], fields: dict[str, Any], sent: datetime) -> dict[str, Heard]:
    now = {k: Heard.model_validate({"sent": sent, k: v}) for k, v in fields.items()}
    return {**before, **now}


def _cancelled(case: Case | None, ident: str, message: Received, desk: Desk) -> Decision:
    if case is None:
        raise Fault(702, f"/caseId {ident} is not known here, so it cannot be cancelled")
    if case.owner != message.sender:
        raise Fault(700, f"/caseId {ident} is of {case.owner}, which alone can cancel it")
    note = Note(at=desk.at, by=message.sender, text="cancelled by the system that opened it")
    notes = (*case.notes, note) if note.text not in [n.text for n in case.notes] else case.notes
    return Decision(case=case.model_copy(update={"notes": notes}))


def _health_change(content: wire.HealthChange, message: Received, desk: Desk) -> Decision:
    case = _partner(_known(content.case_id, desk), message)
    details = content.qualification.details if content.qualification else None
    fields: dict[str, object] = {}
    if details is not None and details.priority in URGENCY:
        fields["urgency"] = URGENCY[details.priority]
    if details is not None and details.status in CLOSED:
        case = _with_lines(case, [f"{message.sender} has closed its part"], message)
    case = _with_medical(case, content.medical_note, message)
    lines = [content.freetext] if content.freetext else []
    return _changed(_with_lines(case, lines, message), fields, message, desk)


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


# -- vehicles of others -------------------------------------------------------------


def _shared_resources(content: wire.SharedResources, message: Received, desk: Desk) -> Decision:
    """RC-RI is a snapshot: a vehicle that is not in it any more has gone."""
    case = _partner(_known(content.case_id, desk), message)
    seen = [_other(each, each.state, message) for each in content.resource]
    return Decision(case=_with_others(case, seen, message, desk, whole=True))


def _health_resources(content: wire.HealthResources, message: Received, desk: Desk) -> Decision:
    case = _partner(_known(content.case_id, desk), message)
    seen = [_other(each, _last(each.state or ()), message) for each in content.resource]
    return Decision(case=_with_others(case, seen, message, desk, whole=False))


def _last(states: tuple[wire.State, ...]) -> wire.State | None:
    return max(states, key=lambda each: each.datetime, default=None)


def _other(said: wire.Resource, state: wire.State | None, message: Received) -> OtherVehicle:
    return OtherVehicle(
        id=said.resource_id,
        of=message.sender,
        name=said.name or said.resource_id.rpartition(".")[2],
        kind=said.vehicle_type,
        status=state.status if state else None,
        at=state.datetime if state else said.datetime,
    )


def _with_others(
    case: Case, seen: list[OtherVehicle], message: Received, desk: Desk, *, whole: bool
) -> Case:
    ours = f"{desk.office.name}.resource."
    if own := [each.id for each in seen if each.id.startswith(ours)]:
        raise Fault(700, f"/resource {', '.join(own)} is ours: its states come from here")
    kept = {each.id: each for each in case.others}
    for each in seen:
        before = kept.get(each.id)
        if before is None or before.at <= each.at:
            kept[each.id] = each
    gone = {each.id for each in case.others if each.of == message.sender} - {s.id for s in seen}
    left = [each for each in kept.values() if not (whole and each.id in gone)]
    return case.model_copy(update={"others": tuple(sorted(left, key=lambda each: each.id))})


def _resource_status(content: wire.ResourceStatus, message: Received, desk: Desk) -> Decision:
    case = _partner(_known(content.case_id, desk), message)
    known = next((each for each in case.others if each.id == content.resource_id), None)
    if known is None:
        if content.resource_id.startswith(f"{desk.office.name}.resource."):
            raise Fault(
                700, f"/resourceId {content.resource_id} is ours: its states come from here"
            )
        raise Fault(702, f"/resourceId {content.resource_id} is not known on this case yet")
    said = {"status": content.state.status, "at": content.state.datetime}
    moved = known.model_copy(update=said)
    return Decision(case=_with_others(case, [moved], message, desk, whole=False))


def _positions(_content: wire.Positions, _message: Received, _desk: Desk) -> Decision:
    """Where others' vehicles are is for a map, which this system does not have."""
    return Decision()


# -- asks -----------------------------------------------------------------------------


def _request(content: wire.ResourceRequest, message: Received, desk: Desk) -> Decision:
    case = _partner(_known(content.case_id, desk), message)
    said = content.request
    before = next((each for each in case.asks if each.id == said.request_id), None)
    if before is not None and before.by != message.sender:
        raise Fault(700, f"/request/requestId {said.request_id} is an ask of {before.by}")
    asked = before or Ask(
        id=said.request_id,
        by=message.sender,
        to=desk.office.name,
        purpose=said.purpose,
        at=said.datetime,
        words=said.freetext,
    )
    withdrawn = asked.withdrawn or content.status == "ANNULEE"
    return Decision(case=with_ask(case, asked.model_copy(update={"withdrawn": withdrawn})))


def _response(content: wire.ResourceResponse, message: Received, desk: Desk) -> Decision:
    case = _partner(_known(content.case_id, desk), message)
    asked = next((each for each in case.asks if each.id == content.request_id), None)
    if asked is None or asked.by != desk.office.name:
        raise Fault(702, f"/requestId {content.request_id} was not asked here")
    if asked.to != message.sender:
        raise Fault(700, f"/requestId {content.request_id} was asked of {asked.to}")
    answered = asked.model_copy(update={"answer": content.response.answer})
    return Decision(case=with_ask(case, answered))


# -- answers to our own messages ---------------------------------------------------------


def _reference(content: wire.Reference, message: Received, desk: Desk) -> Decision:
    """What a partner acknowledges, it knows: as good as said by it."""
    word = "refused" if content.refused else content.step or "INTEGRE"
    decision, telling = _answered(content.distribution_id, word, message, desk)
    case = decision.case
    if case is None or telling is None:
        return decision
    heard = case.heard.get(message.sender, {})
    known = {k: v for k in FIELDS if (v := getattr(telling, k)) is not None}
    for name, value in known.items():
        sent = heard[name].sent if name in heard else EPOCH
        heard = _heard(heard, {name: value}, sent)
    both = {**case.heard, message.sender: heard}
    return decision._replace(case=case.model_copy(update={"heard": both}))


def _error(content: wire.Error, message: Received, desk: Desk) -> Decision:
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


def _known(ident: str, desk: Desk) -> Case:
    case = desk.records.case(ident)
    if case is None:
        raise Fault(702, f"/caseId {ident} is not known here yet")
    return case


def _partner(case: Case, message: Received) -> Case:
    if message.sender not in case.partners:
        raise Fault(700, f"/caseId {case.id} is not shared with {message.sender}")
    return case


RULES: dict[type, Callable[[Any, Received, Desk], Decision]] = {
    wire.SharedCase: _shared_case,
    wire.HealthCase: _health_case,
    wire.HealthChange: _health_change,
    wire.SharedResources: _shared_resources,
    wire.HealthResources: _health_resources,
    wire.ResourceStatus: _resource_status,
    wire.Positions: _positions,
    wire.ResourceRequest: _request,
    wire.ResourceResponse: _response,
    wire.Reference: _reference,
    wire.Error: _error,
}
