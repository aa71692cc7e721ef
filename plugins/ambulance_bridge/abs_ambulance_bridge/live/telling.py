"""From the feed to the other side: what it does not hold yet, as the incident stands now.

News is not queued: an incident waits for room on the link once, and then its newest
picture goes. So a cut of hours costs one message for an incident, not one for a change.
"""

import datetime as dt

from abs_contracts.catalogue import CORE
from abs_contracts.messages import incident as m
from abs_contracts.messages import unit as u
from msgspec import UNSET
from msgspec.structs import replace

from abs_ambulance_bridge.facts import OF_INCIDENT
from abs_ambulance_bridge.hub_sante.translation.case_writing import NOT_CLASSIFIED
from abs_ambulance_bridge.hub_sante.translation.fields import FORM
from abs_ambulance_bridge.hub_sante.translation.table import TOLD as TOLD_OF
from abs_ambulance_bridge.live import engaged, fleet, requests
from abs_ambulance_bridge.live.state import Case, Draft, Standing, Values
from abs_ambulance_bridge.live.statements import said, values
from abs_ambulance_bridge.live.turn import ACTOR, HUB, Turn
from abs_ambulance_bridge.profile import Keep, Message, Said
from abs_ambulance_bridge.tree import Tree, alike, at
from abs_core.sdk import Fed

WINDOW = 32
"""Letters on the link that the other side may not have yet; our own choice."""
LAG = dt.timedelta(seconds=2)
"""How long the feed may take to tell of a command of ours that may have no event."""
REPORT = "RC-EDA"
TOLD = (REPORT, engaged.KIND)
"""What is told by itself: the incident, and the vehicles of others on it."""
DERIVED = ("priority", "OpenIncident", f"note {FORM}event")
"""What a message of ours says only because of what the other side said first, or says twice."""
_EVENTS = {
    m.OpenIncident: m.IncidentOpened,
    m.LocateIncident: m.IncidentLocated,
    m.ClassifyIncident: m.IncidentClassified,
    m.SetCharacteristic: m.CharacteristicSet,
    m.StateSafety: m.SafetyStated,
    m.AddNote: m.NoteAdded,
    m.AddCall: m.CallAdded,
}
"""The commands whose event changes what is told."""
_SAID = {told.partition("/")[0] for told in TOLD_OF[REPORT]}
SAID = tuple(contract.payload for contract in CORE.values() if contract.name in _SAID)
"""The events of which RC-EDA says something; the others leave a draft of it as it is."""
_EVENT_NAMES = frozenset(event.__name__ for event in _EVENTS.values())
_MAY_STAND = ("CallAdded", "SafetyStated")
"""Of those the ones that the core need not write, because all stands as asked."""


def fed(turn: Turn, entry: Fed) -> None:
    """One message of the feed; in the shadow nothing is told of it, until we begin."""
    envelope, payload = entry.message.envelope, entry.message.payload
    event = Said(subject=envelope.subject, payload=payload, at=envelope.time)
    if isinstance(payload, u.UnitRegistered):
        fleet.registered(turn, event.subject, payload)
        return
    if isinstance(payload, u.UnitStatusChanged):
        incident = payload.incident or turn.state.serving.get(event.subject, "")
        case = turn.case(incident)
        if case is not None and not fleet.is_theirs(turn, event):
            turn.put(case, events=(*case.events, event))
            _tell_of(turn, entry, incident)
        return
    if isinstance(payload, m.IncidentClosed | m.IncidentReopened):
        _closed(turn, event.subject, closed=isinstance(payload, m.IncidentClosed))
        return
    comes_or_goes = isinstance(payload, m.PartyAttached | m.PartyDetached)
    if not comes_or_goes and not isinstance(payload, OF_INCIDENT):
        return
    known = turn.case(event.subject)
    if known is None and not isinstance(payload, m.IncidentOpened):
        return  # it was closed on both sides long ago
    case = known or Case(incident=event.subject, is_ours=True)
    gone = isinstance(payload, m.PartyDetached) and payload.party == turn.party
    own = envelope.authid == ACTOR and envelope.party == turn.party
    who = getattr(payload, "party", None) or envelope.party
    joined = isinstance(payload, m.PartyAttached) and payload.party == turn.party
    attached = joined or (not gone and (case.is_attached or not case.events))
    named = "" if who is UNSET else str(who)
    case = _with(turn, case, event, named, own=own, shadow=entry.shadow)
    turn.put(case, is_attached=attached)
    _tell_of(turn, entry, event.subject)


def _tell_of(turn: Turn, entry: Fed, incident: str) -> None:
    if not entry.shadow:
        tell(turn, incident)


def _closed(turn: Turn, incident: str, *, closed: bool) -> None:
    case = turn.case(incident)
    if case is not None:
        turn.put(case, is_closed=closed)


def begun(turn: Turn) -> None:
    """From here on we act: tell of every open incident what the other side does not hold."""
    for incident, case in turn.state.cases.items():
        if not case.is_closed:
            tell(turn, incident)


def _with(turn: Turn, case: Case, event: Said, who: str, *, own: bool, shadow: bool) -> Case:
    payload = event.payload
    name = type(payload).__name__
    if own and name in _EVENT_NAMES:
        case = _came(case, name)
    if not own:
        case = fleet.done_here(case, payload, turn.party)
    match payload:
        case m.UnitAssigned(unit=unit, party=party):
            turn.change(serving={**turn.state.serving, unit: case.incident})
            if not shadow:
                case = requests.assigned(turn, case, party)
        case m.NoteAdded(text=text) if own and not text.startswith(FORM):
            case = replace(case, theirs=case.theirs | {text})
        case m.IncidentClosedForParty(party=turn.party):
            case = replace(case, is_closed=True)
        case m.IncidentTakenUp(party=turn.party):
            case = replace(case, is_closed=False)
        case m.IncidentLocated() | m.IncidentClassified() | m.CharacteristicSet():
            case = _standing(case, event, who)
        case m.IncidentPrioritised(party=turn.party):
            case = _standing(case, event, who)
    return replace(case, events=(*case.events, event))


def _came(case: Case, name: str) -> Case:
    """An event of our own: expected, or here before its command's outcome."""
    if name not in case.expected:
        return replace(case, early=(*case.early, name)) if case.work else case
    return replace(case, expected=_without(case.expected, name))


def _without(names: tuple[str, ...], name: str) -> tuple[str, ...]:
    where = names.index(name)
    return (*names[:where], *names[where + 1 :])


def _standing(case: Case, event: Said, who: str) -> Case:
    assert event.at is not None
    field, value = said(event.subject, event.payload)
    standing = Standing(value=value, who=who, at=event.at)
    return replace(case, stands={**case.stands, field: standing})


def expecting(case: Case, command: Said) -> Case:
    """An accepted command: its event will come with the feed."""
    event = _EVENTS.get(type(command.payload))
    if event is None:
        return case
    if event.__name__ in case.early:
        return replace(case, early=_without(case.early, event.__name__))
    return replace(case, expected=(*case.expected, event.__name__))


def wait_for_feed(turn: Turn, case: Case) -> None:
    """Once a message is through: what the feed has not told of by now is waited for a while."""
    if case.expected:
        turn.wake(f"feed {case.incident}", turn.at + LAG)


def surely_coming(case: Case) -> tuple[str, ...]:
    """What is still waited for when the feed is late: until then its picture is an old one."""
    return tuple(name for name in case.expected if name not in _MAY_STAND)


def tell(turn: Turn, incident: str) -> None:
    """Tell what the other side does not hold, once nothing is under way with the core."""
    case = turn.case(incident)
    if case is None or not case.is_attached or case.work or case.expected:
        return
    for kind in TOLD:
        if kind == REPORT:
            case, draft = _drafted(turn, case)
            content, told = draft.content, draft.says
        else:  # of others' vehicles the other side could say nothing back
            content, told = engaged.vehicles(turn, case) if _is_known(case) else None, {}
        if content is None or not _is_news(case, kind, content, told):
            continue
        if len(turn.state.unconfirmed) >= WINDOW:
            if incident not in turn.state.unsent:
                turn.change(unsent=(*turn.state.unsent, incident))
            return
        turn.tell(incident, kind, content, told, first=kind == REPORT and not _is_known(case))
        case = turn.put(
            case,
            sent_out={**case.sent_out, kind: content},
            holds={**case.holds, **told},
            lapsed=case.lapsed - {kind},
        )


def _is_known(case: Case) -> bool:
    """Whether the other side knows the incident: before that nothing else can be told of it."""
    return not case.is_ours or REPORT in case.sent_out


def _values(turn: Turn, message: Message) -> Values:
    """What the other side could say back of a message of ours, without what follows from the
    rest of it. A class that the profile has no code for is said in words.
    """
    said = dict(values(HUB.commands(message, turn.place.setting)))
    words = at(message.content, "/qualification/whatsHappen/label")
    if "classification" not in said and words not in (None, NOT_CLASSIFIED):
        said["classification"] = words
    return {field: value for field, value in said.items() if not field.startswith(DERIVED)}


def _is_news(case: Case, kind: str, content: dict[str, Tree], told: Values) -> bool:
    """Whether the message says something that the other side does not hold."""
    if kind in case.lapsed:
        return True
    if kind == engaged.KIND:  # of vehicles that are not its own it knows what we sent, and no more
        return not alike(content, dict(case.sent_out.get(kind, {})))
    return any(field not in case.holds or case.holds[field] != told[field] for field in told)


def _drafted(turn: Turn, case: Case) -> tuple[Case, Draft]:
    """What stands, without the lines that the other side wrote itself."""
    others = tuple(
        e
        for e in case.events
        if isinstance(e.payload, SAID) and not _is_theirs(case, e, turn.party)
    )
    kept = case.kept.get(REPORT)
    of = (others, kept, case.names)
    if case.draft is not None and case.draft.of == of:
        return case, case.draft
    keep = Keep(message=_without_lines(kept) if kept else None, names=case.names)
    content = HUB.content(REPORT, others, keep, turn.place.setting)
    says = {} if content is None else _values(turn, Message(kind=REPORT, content=content))
    draft = Draft(of=of, content=content, says=says)
    return turn.put(case, draft=draft), draft


def _without_lines(kept: Message) -> Message:
    """What the other side said before, but for its lines: these it would take for ours."""
    bare = {name: part for name, part in kept.content.items() if name != "freetext"}
    for name in ("initialAlert", "newAlert"):
        if name in bare:
            bare[name] = _without_notes(bare[name])
    return replace(kept, content=bare)


def _without_notes(alerts: Tree) -> Tree:
    if isinstance(alerts, list):
        return [_without_notes(each) for each in alerts]
    assert isinstance(alerts, dict)
    return {name: part for name, part in alerts.items() if name != "notes"}


def _is_theirs(case: Case, event: Said, party: str) -> bool:
    note = event.payload
    return isinstance(note, m.NoteAdded) and note.party == party and note.text in case.theirs


def go_on(turn: Turn) -> None:
    """There is room on the link: tell of the incidents that waited."""
    while turn.state.unsent and len(turn.state.unconfirmed) < WINDOW:
        first, *rest = turn.state.unsent
        turn.change(unsent=tuple(rest))
        tell(turn, first)
