"""What the feed tells after the core has accepted commands: their events.

The bridge never needs this to run: it reads its feed. It is for looking at a
translation without a core, and a test holds it against the core's own rules.
"""

import datetime as dt
from collections.abc import Iterable
from typing import NamedTuple

import msgspec
from abs_contracts.messages import incident as m
from abs_contracts.messages import unit as u

from abs_ambulance_bridge.profile import Said, Setting


class Stay(NamedTuple):
    """A status of a unit and since when it held."""

    since: dt.datetime
    status: str
    incident: str | None


def told(commands: Iterable[Said], setting: Setting) -> tuple[Said, ...]:
    """The events of commands that were all accepted, of units that were all known.

    A status that a unit had already is no news to the core, so there is no event of it.
    """
    units: dict[str, u.RegisterUnit] = {}
    stays: dict[str, tuple[Stay, ...]] = {}
    events: list[Said] = []
    for said in commands:
        if isinstance(said.payload, u.ReportStatus):
            before = stays.get(said.subject, ())
            stays[said.subject] = _with(before, said)
            if stays[said.subject] == before:
                continue
        if isinstance(said.payload, u.RegisterUnit):
            units[said.subject] = said.payload
        event = _event(said, setting, units)
        events.append(msgspec.structs.replace(said, payload=event))
    return tuple(events)


def _with(stays: tuple[Stay, ...], said: Said) -> tuple[Stay, ...]:
    """The statuses in the order in which they occurred, each once, from its earliest report."""
    assert isinstance(said.payload, u.ReportStatus)
    assert said.at is not None, "a status is always of a moment"
    new = Stay(said.at, said.payload.status, said.payload.incident)
    others = [stay for stay in stays if stay.since != new.since]
    merged: list[Stay] = []
    for stay in sorted([*others, new], key=lambda each: each.since):
        if not merged or merged[-1][1:] != stay[1:]:
            merged.append(stay)
    return tuple(merged)


_SAME: dict[type[msgspec.Struct], type[msgspec.Struct]] = {
    m.AddCall: m.CallAdded,
    m.SetCharacteristic: m.CharacteristicSet,
    m.PrioritiseIncident: m.IncidentPrioritised,
    m.TakeUpIncident: m.IncidentTakenUp,
    m.AddNote: m.NoteAdded,
    m.StateSafety: m.SafetyStated,
    m.CloseForParty: m.IncidentClosedForParty,
    m.LocateIncident: m.IncidentLocated,
    m.ClassifyIncident: m.IncidentClassified,
    m.AttachParty: m.PartyAttached,
    m.ReleaseUnit: m.UnitReleased,
    u.RegisterUnit: u.UnitRegistered,
}
"""Commands whose event says the same, in the fields that it has, and whose party it was."""


def _event(said: Said, setting: Setting, units: dict[str, u.RegisterUnit]) -> msgspec.Struct:
    party = setting.party
    match said.payload:
        case m.OpenIncident(source=source, exercise=exercise):
            return m.IncidentOpened(room=setting.room, lead=party, source=source, exercise=exercise)
        case m.AssignUnit(unit=unit):
            known = units[unit]
            return m.UnitAssigned(
                unit=unit, party=party, call_sign=known.call_sign, kind=known.kind
            )
        case u.ReportStatus(status=status, source=reported, incident=incident):
            assert said.at is not None
            return u.UnitStatusChanged(
                party=party, status=status, source=reported, since=said.at, incident=incident
            )
    event = _SAME[type(said.payload)]
    asked = {name: getattr(said.payload, name) for name in said.payload.__struct_fields__}
    fields = {"party": party} | asked  # who is attached is asked for, else it is the sender
    return event(**{name: fields[name] for name in event.__struct_fields__ if name in fields})
