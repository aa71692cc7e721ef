"""Incidents as the profile writes them: RC-EDA, RS-EDA, RS-EDA-MAJ.

What the profile asks for and the core does not say is filled in as plainly as it can be
said: the room for the call taker, `INCONNU` for what nobody knows.
"""

from collections.abc import Iterator

from abs_contracts.messages import incident as m
from abs_contracts.messages.values import Classification, Scene

from abs_ambulance_bridge.facts import INJURED, Facts, Note
from abs_ambulance_bridge.hub_sante.codemap import codemap
from abs_ambulance_bridge.hub_sante.translation.cases import ABOUT_CALLER, ORIGINAL
from abs_ambulance_bridge.hub_sante.translation.fields import filled, stamp, taken_apart
from abs_ambulance_bridge.hub_sante.translation.ids import Names, case_of, derived
from abs_ambulance_bridge.hub_sante.translation.place import place_tree, point_tree
from abs_ambulance_bridge.hub_sante.translation.requests import is_form
from abs_ambulance_bridge.profile import Setting
from abs_ambulance_bridge.tree import Tree

REFERENCE = "1.3"
"""The version of the shared nomenclatures that the published messages name."""
SAFETY, WAIT = "SAFETY ", "wait at "
"""How a line about the scene begins, and what it says where crews have to wait."""
UNKNOWN_EVENT = "C00.00.00"
"""Where no code of theirs is known for ours; the label says what it is."""
NOT_CLASSIFIED = "Not classified"


def shared_case_tree(facts: Facts, setting: Setting, names: Names) -> dict[str, Tree] | None:
    """RC-EDA; None without an opening and a place, which it cannot do without."""
    if facts.opened is None or facts.at is None or facts.location is None:
        return None
    place = _shared_place(facts)
    qualification = _qualification(facts)
    alerts = [_alert(each, facts, place, setting, names) for each in facts.calls]
    if alerts:
        alerts[0] |= {"reporting": _reporting(facts, setting)} | _alert_notes(facts)
    return filled(
        {
            "caseId": case_of(facts.incident, setting.room, names),
            "creation": stamp(facts.at),
            "referenceVersion": REFERENCE,
            "qualification": qualification,
            "location": place | _geometry(facts),
            "initialAlert": alerts[0] if alerts else None,
            "newAlert": list(alerts[1:]),
            "freetext": [
                *(n.text for n in facts.notes if _is_line(n) and _is_of_case(n, facts)),
                *_in_words(facts, setting),
            ],
        }
    )


def health_case_tree(facts: Facts, setting: Setting, names: Names) -> dict[str, Tree] | None:
    """RS-EDA, as far as the core can say it."""
    if facts.opened is None or facts.at is None or facts.location is None:
        return None
    details = _details(facts, setting)
    health: dict[str, Tree] = {
        "origin": codemap("origin").theirs(facts.source or ""),
        "riskThreat": _risks(facts, setting),
        "whatsHappen": _event(facts.classification) if facts.classification else None,
        "details": details,
    }
    case: dict[str, Tree] = {
        "caseId": case_of(facts.incident, setting.room, names),
        "creation": stamp(facts.at),
        "location": place_tree(facts.location, shared=False) | _geometry(facts),
        "initialAlert": _health_alert(facts),
        "owner": f"nl.{setting.party}.{setting.room}.room",
    }
    return {**filled(case), "qualification": filled(health)}


def case_update_tree(facts: Facts, setting: Setting, names: Names) -> dict[str, Tree] | None:
    """RS-EDA-MAJ: priority, course and risks, as far as the feed told of them."""
    changed = filled({"riskThreat": _risks(facts, setting), "details": _details(facts, setting)})
    if not changed:
        return None
    return {"caseId": case_of(facts.incident, setting.room, names), "qualification": changed}


def _qualification(facts: Facts) -> dict[str, Tree]:
    victims = codemap("victims").theirs(facts.injured or "")
    return filled(
        {
            "riskThreat": _shared_risks(facts),
            "whatsHappen": _original(facts, "event") or _event(facts.classification),
            "locationKind": _original(facts, "place"),
            "victims": {"count": victims} if victims else None,
        }
    )


def _original(facts: Facts, what: str) -> dict[str, Tree] | None:
    """The code that came in, unless the incident has been classified otherwise since."""
    own = (note.text for note in facts.notes if note.own)
    found = [match for text in own if (match := ORIGINAL.match(text))]
    for match in reversed([each for each in found if each["what"] == what]):
        ours = codemap("event").ours(match["code"])
        if what == "place" or ours == _path(facts.classification):
            return {"code": match["code"], "label": match["label"]}
    return None


def _path(classification: Classification | None) -> str | None:
    if classification is None:
        return None
    levels = [classification.mc1, classification.mc2, classification.mc3]
    return " > ".join(level for level in levels if level)


def _event(classification: Classification | None) -> dict[str, Tree]:
    """The nearest code of theirs; the label is always the class in our own words."""
    if classification is None:
        return {"code": UNKNOWN_EVENT, "label": NOT_CLASSIFIED}
    path = (_path(classification) or "").split(" > ")
    found = None
    for depth in range(len(path), 0, -1):
        found = found or codemap("event").theirs(" > ".join(path[:depth]))
    code = ".".join([*(found or UNKNOWN_EVENT).split("."), "00", "00"][:3])
    return {"code": code, "label": " / ".join(path)}


def _shared_risks(facts: Facts) -> list[Tree]:
    """Each line of the statements that names a code of theirs; see `cases._risks`."""
    found: list[Tree] = []
    for stated in facts.safety.values():
        for line in (stated.advice or "").splitlines():
            code, _, label = line.partition(" ")
            if _is_risk(code) and label:
                found.append({"code": code, "label": label})
    return found


def _risks(facts: Facts, setting: Setting) -> list[Tree]:
    """The codes alone: health services get their own words for them back from the keep."""
    stated = facts.safety.get(setting.party)
    lines = (stated.advice or "").splitlines() if stated else []
    return [{"code": code, "label": code} for code in lines if _is_risk(code)]


def _in_words(facts: Facts, setting: Setting) -> Iterator[str]:
    """What the profile has no field for, and whoever goes there has to know.

    What others say of the scene stands as it does now, by party: `SAFETY police: unsafe; wait at
    …`. What the ambulance party itself said of it is no news on its side.
    """
    for party, stated in facts.safety.items():
        if party != setting.party:
            yield f"{SAFETY}{party}: {'; '.join(_of_scene(stated))}"
    for name, values in facts.characteristics.items():
        if name == INJURED and codemap("victims").theirs(values[0]):
            continue  # it has a field of its own
        yield f"{name}: {', '.join(values)}"


def _of_scene(stated: m.SafetyStated) -> Iterator[str]:
    yield stated.scene
    if stated.scene is Scene.UNSAFE or stated.staging:
        yield f"{WAIT}{stated.staging or 'a distance'}"
    yield from stated.hazards
    for line in (stated.advice or "").splitlines():
        if not _is_risk(line.partition(" ")[0]):
            yield line


def _is_risk(code: str) -> bool:
    return len(code) == 3 and code[0] == "R" and code[1:].isascii() and code[1:].isdigit()


def _details(facts: Facts, setting: Setting) -> dict[str, Tree]:
    priority = _theirs_priority(facts.priority.get(setting.party, ""))
    status = "ACTIF" if setting.party in facts.taken_up else None
    if setting.party in facts.closed_for:
        status = "CLOTURE"
    return filled({"status": status, "priority": priority})


def _theirs_priority(ours: str) -> str | None:
    return codemap("priority").theirs("B1" if ours == "B2" else ours)


def _reporting(facts: Facts, setting: Setting) -> str:
    urgent = facts.priority.get(setting.party) in ("A0", "A1")
    return "ATTENTION" if urgent else "STANDARD"


def _shared_place(facts: Facts) -> dict[str, Tree]:
    assert facts.location is not None
    place = place_tree(facts.location, shared=True)
    identity: dict[str, Tree] = {"locID": derived("place", facts.incident), "country": "NL"}
    return identity | place


def _geometry(facts: Facts) -> dict[str, Tree]:
    if facts.location is None or facts.location.point is None or facts.at is None:
        return {}
    return {"geometry": point_tree(facts.location.point, stamp(facts.at))}


def _alert(
    call: m.CallAdded, facts: Facts, place: dict[str, Tree], setting: Setting, names: Names
) -> dict[str, Tree]:
    return filled(
        {
            "id": names.get(call.call) or call.call,
            "reception": stamp(call.received),
            "reporting": "STANDARD",
            "caller": _shared_caller(call),
            "location": place,
            "qualification": _qualification(facts),
            "callTaker": {
                "organization": f"nl.meldkamer.{setting.room}",
                "controlRoom": setting.room,
            },
        }
    )


def _shared_caller(call: m.CallAdded) -> dict[str, Tree]:
    name = call.caller.name if call.caller else None
    about = taken_apart(call.summary, ABOUT_CALLER)
    back = about.get("call back", "").split(" ", 2)
    return filled(
        {
            **_caller(call),
            "callbackContact": dict(zip(("channel", "type", "detail"), back, strict=True))
            if len(back) == 3
            else None,
            "language": about.get("language"),
            "type": about.get("relation"),
            "communication": about.get("difficulty"),
            "detailedName": {"complete": name} if name else None,
        }
    )


def _caller(call: m.CallAdded) -> dict[str, Tree]:
    number = call.caller.number if call.caller else None
    channel = codemap("channel").theirs(call.source) or "PERSONNE"
    contact: dict[str, Tree] = {"channel": channel, "type": "TEL", "detail": number or "INCONNU"}
    return {"callerContact": contact}


def _alert_notes(facts: Facts) -> dict[str, Tree]:
    notes: list[Tree] = [
        filled({"creation": stamp(note.at) if note.at else None, "freetext": note.text})
        for note in facts.notes
        if _is_line(note) and not _is_of_case(note, facts)
    ]
    return {"notes": notes} if notes else {}


def _is_of_case(note: Note, facts: Facts) -> bool:
    """Of the case as a whole, not of a call: later lines too where there is no call."""
    return note.at == facts.at or not facts.calls


def _is_line(note: Note) -> bool:
    """A line for everybody, in somebody's own words."""
    return note.for_all and not is_form(note)


def _health_alert(facts: Facts) -> dict[str, Tree] | None:
    if not facts.calls:
        return None
    call = facts.calls[0]
    return {"reception": stamp(call.received), "caller": _caller(call)}
