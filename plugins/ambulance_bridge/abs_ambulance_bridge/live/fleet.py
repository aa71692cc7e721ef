"""The ambulance party's own vehicles: one unit of the core each, whichever system sends them.

A block registers a vehicle under an id of its own, and the other side calls it something
else. Both have its call sign, so by that a vehicle of the other side is the unit that the
party has already; the punctuation of a call sign says nothing (our own assumption).
"""

from abs_contracts.messages import incident as m
from abs_contracts.messages import unit as u
from msgspec.structs import replace

from abs_ambulance_bridge.live.state import Case
from abs_ambulance_bridge.live.turn import Turn
from abs_ambulance_bridge.profile import Said


def registered(turn: Turn, unit: str, event: u.UnitRegistered) -> None:
    """The feed tells of a vehicle of ours; the first of its call sign is the one."""
    sign = _plain(event.call_sign)
    if event.party == turn.party and sign not in turn.state.fleet:
        turn.change(fleet={**turn.state.fleet, sign: unit})


def as_known(turn: Turn, commands: tuple[Said, ...]) -> tuple[Said, ...]:
    """The commands of the other side, about units as the core knows them.

    A unit that the party has is not registered once more: who registered it calls it.
    """
    known = list[Said]()
    for each in commands:
        if isinstance(each.payload, u.RegisterUnit):
            unit = turn.state.fleet.get(_plain(each.payload.call_sign), each.subject)
            aliases = {**turn.state.aliases, each.subject: unit}
            turn.change(aliases=aliases, theirs=turn.state.theirs | {unit})
            if unit != each.subject:
                continue
        known.append(_renamed(turn, each))
    return tuple(known)


def _renamed(turn: Turn, said: Said) -> Said:
    aliases = turn.state.aliases
    if isinstance(said.payload, m.AssignUnit | m.ReleaseUnit):
        unit = aliases.get(said.payload.unit, said.payload.unit)
        return replace(said, payload=replace(said.payload, unit=unit))
    return replace(said, subject=aliases.get(said.subject, said.subject))


def is_theirs(turn: Turn, said: Said) -> bool:
    """Whether an event is about a vehicle that the other side told of: no news to it."""
    if isinstance(said.payload, u.UnitStatusChanged):
        return said.subject in turn.state.theirs
    return getattr(said.payload, "unit", None) in turn.state.theirs


def done_here(case: Case, payload: object, party: str) -> Case:
    """With what our own party did, and the other side need not do any more."""
    match payload:
        case m.UnitAssigned(unit=unit, party=who) if who == party:
            return replace(case, heard={**case.heard, f"unit {unit}": "assigned"})
        case m.IncidentTakenUp(party=who) if who == party:
            return replace(case, heard={**case.heard, "course": m.TakeUpIncident.__name__})
    return case


def on_the_way(case: Case) -> list[str]:
    """Vehicles of ours that serve the incident, as far as anybody has said."""
    out = {f.removeprefix("unit ") for f, v in case.heard.items() if v == "assigned"}
    for event in case.events:
        match event.payload:
            case m.UnitAssigned(unit=unit) if f"unit {unit}" in case.heard:
                out.add(unit)
            case m.UnitReleased(unit=unit):
                out.discard(unit)
    return sorted(out)


def _plain(call_sign: str) -> str:
    return "".join(letter for letter in call_sign.upper() if letter.isalnum())
