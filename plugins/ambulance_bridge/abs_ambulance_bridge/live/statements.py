"""What a message says of an incident, by field, and whether it is news.

A whole case is told again for one change, and must not undo another: what its sender
had not heard of when it spoke, it did not state. No rule compares two clocks.
"""

from collections.abc import Iterable

import msgspec
from abs_contracts.messages import incident as m
from abs_contracts.messages import unit as u

from abs_ambulance_bridge.live.fleet import on_the_way
from abs_ambulance_bridge.live.state import Case, Standing, Values, Work
from abs_ambulance_bridge.live.turn import Turn
from abs_ambulance_bridge.profile import Said

FIELDS = frozenset({"location", "classification", "injured"})
"""What each side may change of the same incident, one value at a time."""

SINGLE = FIELDS | {"priority", "safety", "course"}
"""Fields with one value at a time: an older message than the last one says nothing of them."""


_ONE: dict[type[msgspec.Struct], tuple[str, str]] = {
    m.LocateIncident: ("location", "location"),
    m.IncidentLocated: ("location", "location"),
    m.ClassifyIncident: ("classification", "classification"),
    m.IncidentClassified: ("classification", "classification"),
    m.SetCharacteristic: ("injured", "values"),
    m.CharacteristicSet: ("injured", "values"),
    m.PrioritiseIncident: ("priority", "priority"),
    m.IncidentPrioritised: ("priority", "priority"),
}
"""What has one value at a time: the field, and the member that holds the value."""
_FIELD_OF = {kind.__name__: field for kind, (field, _) in _ONE.items()}
_MANY: dict[type[msgspec.Struct], tuple[str, str, object]] = {
    m.AddNote: ("note", "text", True),
    m.AddCall: ("call", "call", True),
    m.AttachParty: ("party", "party", True),
    m.AssignUnit: ("unit", "unit", "assigned"),
    m.ReleaseUnit: ("unit", "unit", "released"),
}
"""What there are many of: the field is its word and the member that tells one from another."""


def said(subject: str, payload: msgspec.Struct, at: object = None) -> tuple[str, object]:
    """The field that a command or its event is about, and its value."""
    kind = type(payload)
    if kind in _ONE:
        field, member = _ONE[kind]
        return field, getattr(payload, member)
    if kind in _MANY:
        word, member, value = _MANY[kind]
        return f"{word} {getattr(payload, member)}", value
    match payload:
        case m.TakeUpIncident() | m.CloseForParty():
            return "course", kind.__name__
        case u.RegisterUnit():
            return f"registered {subject}", payload
        case u.ReportStatus(status=status):
            return f"status {subject} {at}", status
    return "safety" if isinstance(payload, m.StateSafety) else kind.__name__, payload


def values(commands: Iterable[Said]) -> Values:
    """Every field that these commands are about, with the last value of each."""
    return dict(said(each.subject, each.payload, each.at) for each in commands)


def news(turn: Turn, case: Case, work: Work) -> tuple[tuple[Said, ...], Values]:
    """The commands of a message that say something new, and all that was heard by now.

    On a conflict the owner of the incident settles: ours takes what is stated, in order of
    arrival; of another's we wait for what its owner says to the telling of ours. Both
    values are kept with who and when.
    """
    heard, found = dict(case.heard), list[Said]()
    whole = _with_releases(case, work)
    last = values(whole)
    for each in whole:
        field, value = said(each.subject, each.payload, each.at)
        if work.is_late and field in SINGLE:
            continue
        if isinstance(each.payload, m.OpenIncident) and (case.is_attached or field in heard):
            continue
        if field in case.heard and case.heard[field] == last[field]:
            continue  # it ends where it began: a vehicle that was cancelled, listed once more
        if _is_news(turn, case, field, value) and not _waits(turn, case, work, field, value):
            found.append(each)
        heard[field] = value
    return tuple(found), heard


def _with_releases(case: Case, work: Work) -> list[Said]:
    """To close a part of an incident its vehicles have to be released: the core asks it."""
    commands = list[Said]()
    for each in work.commands:
        if isinstance(each.payload, m.CloseForParty):
            out = on_the_way(case)
            release = [m.ReleaseUnit(unit=unit, reason="closed outside") for unit in out]
            commands += [Said(subject=each.subject, payload=one, at=each.at) for one in release]
        commands.append(each)
    return commands


def _is_news(turn: Turn, case: Case, field: str, value: object) -> bool:
    """Not what was heard before, nor what was told and is repeated, nor what stands."""
    stands = _stands(case, field)
    return (
        (field not in case.heard or case.heard[field] != value)
        and value not in pending(turn, case.incident, field)
        and (stands is None or stands.value != value)
    )


def _stands(case: Case, field: str) -> Standing | None:
    """What the feed has told of it, unless a newer value of ours is in the log by now."""
    return None if field in map(_FIELD_OF.get, case.expected) else case.stands.get(field)


def pending(turn: Turn, incident: str, field: str) -> list[object]:
    """What we told of this field and have no answer to yet."""
    told = turn.state.told.values()
    return [t.values[field] for t in told if t.incident == incident and field in t.values]


def _waits(turn: Turn, case: Case, work: Work, field: str, value: object) -> bool:
    """Whether the owner, who is the other side, has still to say what stands."""
    stands = _stands(case, field)
    if field not in FIELDS or stands is None or stands.who == turn.party:
        return False
    coming = bool(pending(turn, case.incident, field))
    if coming or stands.value != case.heard.get(field):
        settles = "the core" if case.is_ours else work.who
        text = (
            f"CONFLICT {field}: {_short(stands.value)} by {stands.who} at {stands.at.isoformat()}"
            f" and {_short(value)} by {work.who}; {settles} settles"
        )
        turn.note(case.incident, text, work.who)
    return coming and not case.is_ours


def _short(value: object) -> str:
    return msgspec.json.encode(value).decode()[:500]
