"""What operators do with cases."""

from standalone_ambulance import commands as c
from standalone_ambulance.deciding import Decision, Desk, stated
from standalone_ambulance.desk.named import open_case
from standalone_ambulance.model import (
    ENDED,
    Call,
    Case,
    Note,
    Patient,
    Stated,
)
from standalone_ambulance.pictures import first_told, picture


def take_call(command: c.TakeCall, desk: Desk) -> Decision:
    if not command.place.is_found():
        raise c.Refused("no vehicle finds this", "/place", "give an address, a name or coordinates")
    day = f"{desk.at:%y%j}"
    n = desk.records.counter(f"case-{day}") + 1
    number = f"R{day}-{n:04d}"
    own = Stated(by=desk.office.name, at=desk.at)
    case = Case(
        id=f"{desk.office.name}.{number}",
        number=number,
        owner=desk.office.name,
        opened=desk.at,
        place=command.place.model_copy(update={"said": None}),
        event=command.event,
        stated={"place": own, "event": own},
        call=Call(at=desk.at, number=command.number, said=command.said),
        exercise=command.exercise,
        patients=(Patient(number=1, role="the patient"),),
    )
    return Decision(case=case, counters={f"case-{day}": n})


def triage(command: c.Triage, desk: Desk) -> Decision:
    case = open_case(command.case, desk)
    first, *rest = case.patients or (Patient(number=1, role="the patient"),)
    if command.age_years is not None:
        first = first.model_copy(update={"age_years": command.age_years})
    medical = case.medical
    if command.medical is not None:
        medical += (Note(at=desk.at, by=desk.office.name, text=command.medical),)
    if command.urgency is not None:
        case = _stated(case, desk, urgency=command.urgency)
    changed = case.model_copy(update={"patients": (first, *rest), "medical": medical})
    return Decision(case=changed, told=picture(changed, desk.office, shared="urgency"))


def correct(command: c.Correct, desk: Desk) -> Decision:
    case = open_case(command.case, desk)
    stated: dict[str, object] = {}
    if command.place is not None:
        if not command.place.is_found():
            fix = "give an address, a name or coordinates"
            raise c.Refused("no vehicle finds this", "/place", fix)
        stated["place"] = command.place.model_copy(update={"said": None})
    if command.event is not None:
        stated["event"] = command.event
    if not stated:
        raise c.Refused("nothing is corrected", "/", "give a place or an event")
    changed = _stated(case, desk, **stated)
    return Decision(case=changed, told=picture(changed, desk.office, shared="place"))


def add_note(command: c.AddNote, desk: Desk) -> Decision:
    case = open_case(command.case, desk)
    note = Note(at=desk.at, by=desk.office.name, text=command.text, shared=command.shared)
    changed = case.model_copy(update={"notes": (*case.notes, note)})
    if not note.shared:
        return Decision(case=changed)
    return Decision(case=changed, told=picture(changed, desk.office, shared="notes"))


def share(command: c.Share, desk: Desk) -> Decision:
    case = open_case(command.case, desk)
    if desk.office.partner(command.partner) is None:
        known = ", ".join(each.name for each in desk.office.partners) or "nobody"
        raise c.Refused(f"{command.partner} is no partner", "/partner", f"known: {known}")
    if command.partner in case.partners:
        raise c.Refused("it is shared with it already", "/partner", "nothing is needed")
    changed = case.model_copy(update={"partners": (*case.partners, command.partner)})
    only = changed.model_copy(update={"partners": (command.partner,)})
    return Decision(case=changed, told=first_told(only, desk.office))


def close(command: c.Close, desk: Desk) -> Decision:
    case = open_case(command.case, desk)
    busy = [each.vehicle for each in case.missions if each.step not in ENDED]
    if busy:
        raise c.Refused(f"{', '.join(busy)} is not free yet", "/case", "report it free first")
    changed = case.model_copy(update={"closed": desk.at, "outcome": command.outcome})
    return Decision(case=changed, told=picture(changed, desk.office, shared=None))


def _stated(case: Case, desk: Desk, **fields: object) -> Case:
    """The case with these fields as this system states them; what stood before is kept."""
    return stated(case, desk.office.name, desk.at, fields)
