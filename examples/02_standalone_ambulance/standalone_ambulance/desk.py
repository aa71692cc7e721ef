"""The operators' desk: one command against what is kept. Pure: time comes with it."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, NamedTuple

from standalone_ambulance import commands as c
from standalone_ambulance import outward
from standalone_ambulance.model import (
    ENDED,
    NEXT,
    Ask,
    Call,
    Case,
    Mission,
    Note,
    Overruled,
    Patient,
    Reached,
    Stated,
    Step,
    Vehicle,
)
from standalone_ambulance.post import Office, Told, told
from standalone_ambulance.profile.values import Part
from standalone_ambulance.records import Letter, Records


class Decision(NamedTuple):
    """What changes, and what is told of it."""

    case: Case | None = None
    vehicles: tuple[Vehicle, ...] = ()
    told: Iterable[Told] = ()
    counters: Mapping[str, int] = MappingProxyType({})
    ask: str | None = None
    letter: Letter | None = None


class Desk(NamedTuple):
    office: Office
    records: Records
    at: datetime


def decide(command: c.Command, desk: Desk) -> Decision:
    """What the command does. Raises Refused."""
    return RULES[type(command)](command, desk)


# -- cases ----------------------------------------------------------------------


def _take_call(command: c.TakeCall, desk: Desk) -> Decision:
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


def _triage(command: c.Triage, desk: Desk) -> Decision:
    case = _open(command.case, desk)
    first, *rest = case.patients or (Patient(number=1, role="the patient"),)
    if command.age_years is not None:
        first = first.model_copy(update={"age_years": command.age_years})
    medical = case.medical
    if command.medical is not None:
        medical += (Note(at=desk.at, by=desk.office.name, text=command.medical),)
    changed = _stated(case, desk, urgency=command.urgency, patients=(first, *rest), medical=medical)
    return Decision(case=changed, told=picture(changed, desk.office, shared="urgency"))


def _correct(command: c.Correct, desk: Desk) -> Decision:
    case = _open(command.case, desk)
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


def _add_note(command: c.AddNote, desk: Desk) -> Decision:
    case = _open(command.case, desk)
    note = Note(at=desk.at, by=desk.office.name, text=command.text)
    changed = case.model_copy(update={"notes": (*case.notes, note)})
    return Decision(case=changed, told=picture(changed, desk.office, shared="notes"))


def _share(command: c.Share, desk: Desk) -> Decision:
    case = _open(command.case, desk)
    if desk.office.partner(command.partner) is None:
        known = ", ".join(each.name for each in desk.office.partners) or "nobody"
        raise c.Refused(f"{command.partner} is no partner", "/partner", f"known: {known}")
    if command.partner in case.partners:
        raise c.Refused("it is shared with it already", "/partner", "nothing is needed")
    changed = case.model_copy(update={"partners": (*case.partners, command.partner)})
    only = changed.model_copy(update={"partners": (command.partner,)})
    return Decision(case=changed, told=first_told(only, desk.office))


def _close(command: c.Close, desk: Desk) -> Decision:
    case = _open(command.case, desk)
    busy = [each.vehicle for each in case.missions if each.step not in ENDED]
    if busy:
        raise c.Refused(f"{', '.join(busy)} is not free yet", "/case", "report it free first")
    changed = case.model_copy(update={"closed": desk.at, "outcome": command.outcome})
    return Decision(case=changed, told=picture(changed, desk.office, shared=None))


def first_told(case: Case, office: Office) -> list[Told]:
    """All of a case, for somebody who has nothing of it yet."""
    own = office.name
    tellings = [*told(case, *_whole(case, own), kind="Report")]
    tellings += told(case, *(outward.engaged(case, each, own) for each in case.missions))
    if case.missions:
        tellings += told(case, outward.engaged_shared(case, own))
    return tellings


def picture(case: Case, office: Office, *, shared: str | None) -> list[Told]:
    """A case after a change; `shared` is the field that every service is told of, if one is.

    Of a case that another opened, health services get what changed (RS-EDA-MAJ) and the
    others a proposal, where this system states the place or the event otherwise.
    """
    own = office.name
    if case.owner == own:
        whole = _whole(case, own) if shared else [outward.health_case(case, own)]
        return [*told(case, *whole)]
    tellings = [*told(case, outward.health_change(case, own))]
    if shared in ("place", "notes"):
        tellings += told(case, outward.shared_case(case, own))
    return tellings


def _whole(case: Case, own: str) -> list[Part]:
    return [outward.shared_case(case, own), outward.health_case(case, own)]


def _stated(case: Case, desk: Desk, **fields: object) -> Case:
    """The case with these fields as this system states them; what stood before is kept."""
    return stated(case, desk.office.name, desk.at, fields)


def stated(case: Case, by: str, at: datetime, fields: dict[str, Any]) -> Case:
    """The case with what `by` states; a value of another that it overrules is kept."""
    overruled, since = list(case.overruled), dict(case.stated)
    for name in ("place", "event", "urgency"):
        old = getattr(case, name)
        if name not in fields or old is None or fields[name] == old:
            continue
        before = since.get(name)
        if before is not None and before.by != by:
            words = old.model_dump_json(exclude_none=True) if hasattr(old, "model_dump") else old
            overruled.append(Overruled(field=name, value=str(words), by=before.by, at=before.at))
    since |= {
        name: Stated(by=by, at=at) for name in fields if name in ("place", "event", "urgency")
    }
    return case.model_copy(update={**fields, "stated": since, "overruled": tuple(overruled)})


# -- vehicles -------------------------------------------------------------------


def _send_vehicle(command: c.SendVehicle, desk: Desk) -> Decision:
    case = _open(command.case, desk)
    return _sent(case, command.vehicle, desk, None)


def _sent(case: Case, name: str, desk: Desk, for_ask: str | None) -> Decision:
    vehicle = _vehicle(name, desk)
    if not vehicle.in_service or vehicle.case is not None:
        why = f"is on {vehicle.case}" if vehicle.case else "is out of service"
        raise c.Refused(f"{vehicle.id} {why}", "/vehicle", "choose one that is available")
    mission = Mission(
        id=f"{case.number}-M{len(case.missions) + 1}",
        vehicle=vehicle.id,
        steps=(Reached(step=Step.ORDERED, at=desk.at),),
        for_ask=for_ask,
    )
    changed = case.model_copy(update={"missions": (*case.missions, mission)})
    own = desk.office.name
    tellings = told(
        changed, outward.engaged(changed, mission, own), outward.engaged_shared(changed, own)
    )
    busy = vehicle.model_copy(update={"case": case.id})
    return Decision(case=changed, vehicles=(busy,), told=tellings)


def _report(command: c.Report, desk: Desk) -> Decision:
    vehicle = _vehicle(command.vehicle, desk)
    case = desk.records.case(vehicle.case) if vehicle.case else None
    if case is None:
        raise c.Refused(f"{vehicle.id} is on no mission", "/vehicle", "send it to a case first")
    at = len(case.missions) - 1
    while case.missions[at].vehicle != vehicle.id:
        at -= 1
    mission = case.missions[at]
    if command.step not in NEXT[mission.step]:
        may = " or ".join(NEXT[mission.step])
        raise c.Refused(f"{vehicle.id} is {mission.step} now", "/step", f"what can follow: {may}")
    if command.step == Step.TRANSPORTING and not command.hospital:
        raise c.Refused("transport goes to nowhere", "/hospital", "name the hospital")
    moved = mission.model_copy(
        update={
            "steps": (*mission.steps, Reached(step=command.step, at=desk.at)),
            "destination": command.hospital or mission.destination,
        }
    )
    missions = (*case.missions[:at], moved, *case.missions[at + 1 :])
    changed = case.model_copy(update={"missions": missions})
    own = desk.office.name
    after = vehicle.model_copy(update={"case": None}) if command.step in ENDED else vehicle
    tellings = told(
        changed, outward.status(changed, moved, own), outward.engaged_shared(changed, own)
    )
    return Decision(case=changed, vehicles=(after,), told=tellings)


def _locate(command: c.Locate, desk: Desk) -> Decision:
    vehicle = _vehicle(command.vehicle, desk)
    place = {"lat": command.lat, "lon": command.lon, "located": desk.at}
    case = desk.records.case(vehicle.case) if vehicle.case else None
    tellings: Iterable[Told] = ()
    if case is not None:
        own = desk.office.name
        where = outward.position(vehicle, command.lat, command.lon, desk.at, own)
        tellings = told(case, where)
    return Decision(vehicles=(vehicle.model_copy(update=place),), told=tellings)


def _put_in_service(command: c.PutInService, desk: Desk) -> Decision:
    vehicle = desk.records.vehicle(command.vehicle)
    vehicle = vehicle or Vehicle(id=command.vehicle, station=command.station)
    if vehicle.case is not None and not command.in_service:
        raise c.Refused(f"{vehicle.id} is on a mission", "/vehicle", "report it free first")
    changed = {"station": command.station, "in_service": command.in_service}
    return Decision(vehicles=(vehicle.model_copy(update=changed),))


# -- asks -----------------------------------------------------------------------


def _ask_help(command: c.AskHelp, desk: Desk) -> Decision:
    case = _open(command.case, desk)
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


def _withdraw(command: c.Withdraw, desk: Desk) -> Decision:
    case = _open(command.case, desk)
    asked = _ask(case, command.ask)
    if asked.by != desk.office.name or asked.withdrawn:
        raise c.Refused("it is not ours to withdraw", "/ask", "withdraw an open ask of our own")
    return _asked(case, asked.model_copy(update={"withdrawn": True}))


def _asked(case: Case, asked: Ask) -> Decision:
    changed = with_ask(case, asked)
    tellings = [Told((asked.to,), outward.ask(changed, asked), "Update", case.exercise)]
    return Decision(case=changed, told=tellings, ask=asked.id)


def _answer_ask(command: c.AnswerAsk, desk: Desk) -> Decision:
    case = _open(command.case, desk)
    asked = _ask(case, command.ask)
    if asked.to != desk.office.name or asked.withdrawn:
        raise c.Refused("it is not ours to answer", "/ask", "answer an open ask of a partner")
    answered = asked.model_copy(update={"answer": command.answer})
    changed = with_ask(case, answered)
    content = outward.answer(changed, answered, desk.at)
    tellings = [Told((asked.by,), content, "Update", case.exercise)]
    if command.vehicle is None:
        return Decision(case=changed, told=tellings, ask=asked.id)
    sent = _sent(changed, command.vehicle, desk, asked.id)
    return sent._replace(told=[*tellings, *sent.told], ask=asked.id)


def with_ask(case: Case, asked: Ask) -> Case:
    others = tuple(each for each in case.asks if each.id != asked.id)
    return case.model_copy(update={"asks": (*others, asked)})


# -- what a command names -------------------------------------------------------


def _open(ident: str, desk: Desk) -> Case:
    case = desk.records.case(ident)
    if case is None:
        raise c.Refused(
            f"there is no case {ident}", "/case", "give the id that the case list shows"
        )
    if case.closed is not None:
        raise c.Refused(f"{case.number} is closed", "/case", "take a new call")
    return case


def _vehicle(name: str, desk: Desk) -> Vehicle:
    vehicle = desk.records.vehicle(name)
    if vehicle is None:
        raise c.Refused(f"there is no vehicle {name}", "/vehicle", "see the list of vehicles")
    return vehicle


def _ask(case: Case, ident: str) -> Ask:
    found = next((each for each in case.asks if each.id == ident), None)
    if found is None:
        raise c.Refused(f"there is no ask {ident}", "/ask", "see the case")
    return found


RULES: dict[type, Callable[[Any, Desk], Decision]] = {
    c.TakeCall: _take_call,
    c.Triage: _triage,
    c.Correct: _correct,
    c.AddNote: _add_note,
    c.Share: _share,
    c.SendVehicle: _send_vehicle,
    c.Report: _report,
    c.Locate: _locate,
    c.PutInService: _put_in_service,
    c.AskHelp: _ask_help,
    c.Withdraw: _withdraw,
    c.AnswerAsk: _answer_ask,
    c.Close: _close,
}
