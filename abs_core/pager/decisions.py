"""From what a page says to the commands of a desk: pure, with ids derived from the page."""

import datetime as dt
from typing import NamedTuple

import msgspec
from abs_contracts import codelists
from abs_contracts.messages import incident as inc
from abs_contracts.messages.unit import RegisterUnit
from abs_contracts.messages.values import (
    CallSource,
    Classification,
    Discipline,
    Escalation,
    Location,
    NoteAudience,
    Point,
)

from abs_core.pager import vehicles
from abs_core.pager.lexicon import place_name
from abs_core.pager.matching import Open
from abs_core.pager.page import Message, Page, Place
from abs_core.pager.steps import Ask, Do, Step, derived

NAME = 120
"""Characters of a name in the contracts; what is longer stands whole in the note."""


class Sent(NamedTuple):
    """A unit that a page sends."""

    id: str
    call_sign: str
    kind: str


def units(signs: tuple[str, ...], discipline: Discipline) -> list[Sent]:
    return [
        Sent(
            vehicles.unit_id(sign, discipline),
            vehicles.call_sign(sign, discipline),
            vehicles.kind(sign, discipline),
        )
        for sign in signs
    ]


def _do(
    incident: Open, message: Message, discipline: Discipline, what: str, payload: msgspec.Struct
) -> Do:
    return Do(
        id=derived(incident.id, message.line, message.text, what),
        at=message.at,
        discipline=discipline,
        subject=incident.id,
        payload=payload,
    )


def opening(incident: Open, page: Page, message: Message) -> list[Step]:
    """Open the incident, with all that its first page says."""
    lead = incident.lead
    alarm = page.lmc[:2] == ("Alarm", "Autom. brand")
    source = CallSource.ALARM_SYSTEM if alarm else CallSource.ROOM
    steps: list[Step] = [_do(incident, message, lead, "open", inc.OpenIncident(source=source))]
    steps.append(locate(incident, message))
    if page.lmc:
        steps.append(classify(incident, message))
    if page.priority and codelists.PRIORITIES.has(lead, page.priority):
        steps.append(prioritise(incident, message))
    steps.append(note(incident, lead, message))
    return steps


def prioritise(incident: Open, message: Message) -> Do:
    payload = inc.PrioritiseIncident(priority=incident.priority)
    return _do(incident, message, incident.lead, "prioritise", payload)


def more_urgent(said: str, standing: str, discipline: Discipline, lead: Discipline) -> bool:
    """Whether a page of the lead raises the priority. A lower one is that of its own units."""
    rows = [row.code for row in codelists.PRIORITIES.of(lead)]
    if discipline is not lead or said not in rows or standing not in rows:
        return False
    return rows.index(said) < rows.index(standing)


def locate(incident: Open, message: Message) -> Do:
    payload = inc.LocateIncident(location=location(incident.place, message))
    return _do(incident, message, incident.lead, "locate", payload)


def location(place: Place, message: Message) -> Location:
    """Where it is. A page names no municipality: its place stands for it, or the region."""
    town = place_name(place.place) or message.region or "unknown"
    point = None
    if message.lat is not None and message.lon is not None:
        point = Point(lat=message.lat, lon=message.lon)
    return Location(
        municipality=town[:NAME],
        street=place.street[:NAME] or None,
        place=place_name(place.place)[:NAME] or None,
        road=place.road[:NAME] or None,
        access=place.object[:NAME] or None,
        point=point,
    )


def classify(incident: Open, message: Message) -> Do:
    mc1, mc2, mc3 = (*incident.lmc, None, None)[:3]
    row = Classification(table=codelists.LMC.version, mc1=str(mc1), mc2=mc2, mc3=mc3)
    payload = inc.ClassifyIncident(classification=row)
    return _do(incident, message, incident.lead, "classify", payload)


def sharper(standing: tuple[str, ...], said: tuple[str, ...]) -> bool:
    """Whether a class says more of the same: a later look after a fire does not rename it."""
    if not said or said == standing or "Specifiek" in said or said[0] == "Dienstverlening":
        return False
    return not standing or (said[0] == standing[0] and len(said) >= len(standing))


def note(incident: Open, discipline: Discipline, message: Message) -> Do:
    """The page itself, as it was sent: the text is public."""
    payload = inc.AddNote(text=f"P2000: {message.text}"[:4000], audience=NoteAudience.ALL)
    return _do(incident, message, discipline, "note", payload)


def attach(incident: Open, discipline: Discipline, message: Message) -> Do:
    payload = inc.AttachParty(party=discipline.value)
    return _do(incident, message, incident.lead, f"attach-{discipline.value}", payload)


DECIDERS = ("CaCo", "Burgemeester", "Voorzitter veiligheidsregio")
"""Who is named as having decided a level of GRIP, lowest first. A page does not say who
did: that it is the least of these who may, is our own assumption."""


def owner(scale: str, lead: Discipline) -> Discipline:
    """Whose scale it is; the lead's where it is everybody's, as GRIP is."""
    row = codelists.ESCALATION.get(scale)
    return Discipline(row.owner) if row and row.owner else lead


def escalate(incident: Open, scale: str, level: str, before: str, message: Message) -> Do:
    """Set a level; a step down is decided by who may decide the higher of the two."""
    decided_by = None
    row = codelists.ESCALATION.get(scale)
    if row and row.deciders:
        able = {decider.role: decider.up_to for decider in row.deciders}
        rank = max(int(level), int(before or 0))
        decided_by = next(role for role in DECIDERS if able.get(role, -1) >= rank)
    escalation = Escalation(scale=scale, level=level)
    payload = inc.ChangeEscalation(escalation=escalation, decided_by=decided_by)
    return _do(incident, message, owner(scale, incident.lead), f"{scale}-{level}", payload)


def ask(
    incident: Open,
    new: list[Sent],
    message: Message,
    discipline: Discipline,
    before: list[Step],
) -> list[Step]:
    """What the block would have proposed, asked before the units are assigned."""
    last = next(
        (s.id for s in reversed(before) if isinstance(s, Do) and s.subject == incident.id), ""
    )
    return [
        Ask(
            id=derived(incident.id, message.line, message.text, "advice"),
            at=message.at,
            line=message.line,
            discipline=discipline,
            incident=incident.id,
            sent=tuple(unit.kind for unit in new),
            after=last,
            before=_assign_id(incident, new[0], message),
        )
    ]


def _assign_id(incident: Open, unit: Sent, message: Message) -> str:
    return derived(incident.id, message.line, message.text, f"assign-{unit.id}")


def assign(incident: Open, unit: Sent, message: Message, discipline: Discipline) -> list[Step]:
    """Register the unit as far as a call sign tells of it, and assign it."""
    register = RegisterUnit(call_sign=unit.call_sign, kind=unit.kind)
    payload = inc.AssignUnit(unit=unit.id)
    given = _do(incident, message, discipline, f"assign-{unit.id}", payload)
    return [
        Do(
            id=derived("register", unit.id, unit.kind),
            at=message.at,
            discipline=discipline,
            subject=unit.id,
            payload=register,
        ),
        msgspec.structs.replace(given, unit=unit.id),
    ]


def release(incident: Open, unit: str, discipline: Discipline, rule: str, at: dt.datetime) -> Do:
    return Do(
        id=derived(incident.id, "release", unit, rule, at.isoformat()),
        at=at,
        discipline=discipline,
        subject=incident.id,
        payload=inc.ReleaseUnit(unit=unit, reason=f"inferred: {rule}"),
    )


def closing(incident: Open, at: dt.datetime) -> list[Step]:
    """Each party closes its part, then the lead the whole."""
    parts = [
        Do(
            id=derived(incident.id, "close", party.value),
            at=at,
            discipline=party,
            subject=incident.id,
            payload=inc.CloseForParty(),
        )
        for party in incident.parties
    ]
    whole = Do(
        id=derived(incident.id, "close"),
        at=at,
        discipline=incident.lead,
        subject=incident.id,
        payload=inc.CloseIncident(),
    )
    return [*parts, whole]
