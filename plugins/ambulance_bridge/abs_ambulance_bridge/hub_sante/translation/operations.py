"""EMSI: operations, written for every service; what is marked secret stays where it is."""

import datetime as dt
import re
from collections.abc import Iterator

from abs_contracts.messages import incident as m
from abs_contracts.messages import unit as u
from abs_contracts.messages.values import CallSource, NoteAudience, StatusSource

from abs_ambulance_bridge.facts import Facts, Vehicle
from abs_ambulance_bridge.hub_sante.codemap import codemap
from abs_ambulance_bridge.hub_sante.scalars import lists
from abs_ambulance_bridge.hub_sante.translation.cases import classification_of
from abs_ambulance_bridge.hub_sante.translation.fields import (
    CODE,
    FORM,
    TEXT,
    about,
    filled,
    fitting,
    given,
    line_safe,
    moment,
    stamp,
)
from abs_ambulance_bridge.hub_sante.translation.ids import (
    Names,
    case_of,
    derived,
    incident_of,
    unit_of,
)
from abs_ambulance_bridge.hub_sante.translation.requests import is_form
from abs_ambulance_bridge.hub_sante.types import Emsi, emsi
from abs_ambulance_bridge.profile import Said, Setting
from abs_ambulance_bridge.tree import Tree

SECRET = frozenset({"CONFID", "SECRET", "TOPSRT"})
NO_INCIDENT = frozenset({"SYSTEM", "TEST"})
"""Modes in which a message is about no incident, real or exercised."""
MISSION = re.compile(
    rf"{FORM}mission (?P<ID>\S+): (?P<TYPE>\S+) (?P<STATUS>\S+)(?: priority (?P<PRIORITY>\S+))?"
    r"(?:\n(?P<FREETEXT>.+))?\Z",
    re.DOTALL,
)
OWN_ORGANISATION = re.compile(r"[^.]+\.health\.")


def operation(message: Emsi, setting: Setting) -> Iterator[Said]:
    """EMSI as commands."""
    context, event = message.context, message.event
    if context.mode in NO_INCIDENT or given(context.seclass) in SECRET:
        return
    created = moment(context.creation)
    incident = incident_of(given(event.main_event_id) or event.id, setting.room)
    said = about(incident, created)
    if context.msgtype == "CANCEL":
        yield said(m.CloseForParty())
    if context.msgtype not in ("ALERT", "UPDATE"):
        return
    if context.msgtype == "ALERT":
        exercise = context.mode == "EXERCS"
        opened = m.OpenIncident(source=CallSource.PARTNER, exercise=exercise)
        yield about(incident, moment(event.decl_datime) or created)(opened)
    yield from map(said, _class(event))
    for text in (given(context.freetext), given(event.freetext)):
        yield from map(said, _note(text or ""))
    for mission in given(message.mission) or ():
        yield from _mission(mission, incident, created)
    for resource in given(message.resource) or ():
        yield from _resource(resource, incident, created)


def _class(event: emsi.Event) -> Iterator[m.Command]:
    kind = given(event.etype)
    categories = kind.category if kind else ()
    path = next(filter(None, map(codemap("operation").ours, categories)), None)
    if path is not None:
        yield m.ClassifyIncident(classification=classification_of(path))


def _note(text: str) -> Iterator[m.Command]:
    safe = fitting(line_safe(text), TEXT)
    if safe is not None:
        yield m.AddNote(text=safe, audience=NoteAudience.ALL)


def _mission(mission: emsi.Mission, incident: str, created: dt.datetime | None) -> Iterator[Said]:
    line = f"{FORM}mission {mission.id}: {mission.type} {mission.status}"
    line += f" priority {mission.priority}" if given(mission.priority) else ""
    text = given(mission.freetext)
    note = f"{line}\n{line_safe(text)}" if text else line
    if MISSION.match(note) and fitting(note, TEXT):
        at = moment(mission.start_time) or created
        yield about(incident, at)(m.AddNote(text=note, audience=NoteAudience.ALL))


def _resource(
    resource: emsi.Resource, incident: str, created: dt.datetime | None
) -> Iterator[Said]:
    """A resource of health services: others tell of theirs themselves."""
    call_sign, kind = fitting(resource.name), resource.rtype.rclass[0]
    if (
        call_sign is None
        or len(kind) > CODE
        or not OWN_ORGANISATION.match(given(resource.org_id) or "")
    ):
        return
    said = about(unit_of(resource.id), created)
    yield said(u.RegisterUnit(call_sign=call_sign, kind=kind))
    ours = codemap("material").ours(resource.status)
    if ours is not None and created is not None:
        yield said(u.ReportStatus(status=ours, source=StatusSource.MANUAL, incident=incident))


def operation_tree(facts: Facts, setting: Setting, names: Names) -> dict[str, Tree] | None:
    """EMSI, as far as the core can say it."""
    if not facts.incident:
        return None
    lines = [note for note in facts.notes if note.for_all and not is_form(note)]
    texts = [note.text for note in lines]
    at = lines[0].at if lines else facts.at
    exercise = facts.opened is not None and facts.opened.exercise
    context: dict[str, Tree] = {
        "ID": derived("emsi", facts.incident),
        "MODE": "EXERCS" if exercise else "ACTUAL",
        "MSGTYPE": "ALERT" if facts.opened else "UPDATE",
        "CREATION": stamp(at) if at else None,
        "FREETEXT": texts[0] if texts else None,
    }
    event: dict[str, Tree] = {
        "ID": facts.incident,
        "MAIN_EVENT_ID": case_of(facts.incident, setting.room, names),
        "DECL_DATIME": stamp(facts.at) if facts.at else None,
        "FREETEXT": texts[1] if len(texts) > 1 else None,
    }
    return filled(
        {
            "CONTEXT": filled(context),
            "EVENT": filled(event),
            "MISSION": list(_missions(facts)),
            "RESOURCE": list(_resources(facts, names)),
        }
    )


def _missions(facts: Facts) -> Iterator[Tree]:
    for note in facts.notes:
        found = MISSION.match(note.text) if note.own and note.for_all else None
        if found:
            start = stamp(note.at) if note.at else None
            yield filled({**found.groupdict(), "NAME": found["ID"], "START_TIME": start})


def _resources(facts: Facts, names: Names) -> Iterator[Tree]:
    for unit, vehicle in facts.vehicles.items():
        if vehicle.kind in lists()["emsi-rtype-rclass"]:
            yield {
                "RTYPE": {"RCLASS": [vehicle.kind]},
                "ID": names.get(unit) or unit,
                "NAME": vehicle.call_sign,
                "STATUS": _material(vehicle),
            }


def _material(vehicle: Vehicle) -> str:
    last = vehicle.statuses[-1].code if vehicle.statuses else ""
    return codemap("material").theirs(last) or "AVAILB"
