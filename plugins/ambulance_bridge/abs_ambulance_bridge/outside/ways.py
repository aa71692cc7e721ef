"""Where an errand of an ambulance desk is done: the whole translation, as a table.

What the operators outside have a word for, they do. What everybody must hear and the outside
format cannot say, the party's own desk in the room says. The rest is nobody's: it was between
a desk and a block that is not there.
"""

from collections.abc import Callable, Mapping, Sequence

from abs_ambulance_bridge.hub_sante.codemap import codemap
from abs_ambulance_bridge.outside.fleet import vehicle_of
from abs_core.sdk import Errand, Way, Where

Fire = Sequence[str]
"""The parties that the outside can ask for help."""
OUTSIDE = Way(where=Where.OUTSIDE)
DESCRIBING = frozenset({"incident.add_call", "incident.locate", "incident.classify"})
"""What is said while a call is taken."""
ANYWHERE = frozenset({"incident.open", "incident.add_call", "unit.register", "unit.report_status"})
"""What needs no case that is known outside."""
URGENCIES = frozenset({"A0", "A1", "A2", "B1", "B2"})
COUNTED = {
    "t1": "T 1 Levensbedreigend",
    "t2": "T 2 Zwaar gewond",
    "t3": "T 3 Licht gewond",
    "t4": "T 4 Dodelijk gewond",
}
"""The shared characteristics of the triage classes."""
STEPS = {
    "vt": "departed",
    "tp": "at_scene",
    "vp": "transporting",
    "az": "at_hospital",
    "vr": "free",
}
"""A status that a desk reports, as a step of a vehicle outside."""
UNKNOWN_EVENT = "C00.00.00"


def room(why: str, *commands: tuple[str, Mapping[str, object]]) -> Way:
    return Way(where=Where.ROOM, why=why, commands=commands)


def nowhere(why: str) -> Way:
    return Way(where=Where.NOWHERE, why=why)


def ways(errands: Sequence[Errand], fire: Fire) -> list[Way]:
    """The way of each."""
    inside = {each.about for each in errands if _opens(each) and not _is_taken(each, errands)}
    found = [_way(each, fire) for each in errands]
    for number, (errand, way) in enumerate(zip(errands, found, strict=True)):
        known = errand.is_placed or errand.type in ANYWHERE
        if way.where is Where.OUTSIDE and (errand.about in inside or not known):
            found[number] = _unknown_there(errand)
        if _is_second_call(errand, errands[:number]):
            found[number] = room("a case outside has one call")
    return found


def _way(errand: Errand, fire: Fire) -> Way:
    if errand.expects is not None:
        return _on_purpose(errand)
    rule = RULES.get(errand.type)
    if rule is None:
        return _undeclared(errand)
    return rule if isinstance(rule, Way) else rule(errand, fire)


def _on_purpose(errand: Errand) -> Way:
    if errand.is_command:
        return room("tried on purpose: what comes of it is for the core to say")
    return nowhere("tried on purpose, against a rule of a block that is not there")


def _undeclared(errand: Errand) -> Way:
    if errand.is_command:
        return room("the outside format has no message for it")
    return nowhere("no translation is declared for it")


def _unknown_there(errand: Errand) -> Way:
    why = "the system outside has no such case: its place was never said"
    return room(why) if errand.is_command else nowhere(why)


# -- calls -------------------------------------------------------------------------------


def _opens(errand: Errand) -> bool:
    return errand.type == "incident.open" and errand.expects is None


def _is_taken(opening: Errand, errands: Sequence[Errand]) -> bool:
    """Whether operators can take this call: the place is said before anything else is done."""
    if opening.data.get("source") != "112":
        return False
    if "location" in opening.data:
        return is_told_place(opening.data["location"])
    after = errands[errands.index(opening) + 1 :]
    for errand in (each for each in after if each.about == opening.about):
        if errand.type == "incident.locate":
            return errand.expects is None and is_told_place(errand.data.get("location"))
        if errand.type not in DESCRIBING or errand.expects is not None:
            return False
    return False


def _is_second_call(errand: Errand, before: Sequence[Errand]) -> bool:
    calls = [e for e in before if e.type == "incident.add_call" and e.about == errand.about]
    return errand.type == "incident.add_call" and bool(calls)


# -- what depends on the data ------------------------------------------------------------------


def is_told_place(location: object) -> bool:
    """Whether the outside can hold this place: a town, an address and a position."""
    if not isinstance(location, Mapping) or not location.get("municipality"):
        return False
    told = {"municipality", "street", "number", "point"}
    return set(location) <= told and bool({"street", "point"} & set(location))


def event_of(classification: object) -> Mapping[str, str] | None:
    """The code outside that stands for this class and no other, with its words."""
    if not isinstance(classification, Mapping):
        return None
    levels = [classification.get(name) for name in ("mc1", "mc2", "mc3")]
    path = " > ".join(str(each) for each in levels if each)
    found = codemap("event").theirs(path)
    code = ".".join([*(found or UNKNOWN_EVENT).split("."), "00", "00"][:3])
    if codemap("event").ours(code) != path:
        return None
    return {"code": code, "label": path.replace(" > ", " / ")}


def _locate(errand: Errand, _: Fire) -> Way:
    """Outside; in the room where a part of the place has no field there."""
    if is_told_place(errand.data.get("location")):
        return OUTSIDE
    return room("the outside has no field for a part of this place")


def _classify(errand: Errand, _: Fire) -> Way:
    """Outside, where a code stands for this class alone and it calls nobody; else in the room."""
    if errand.data.get("call_parties"):
        return room("the outside cannot call parties by a class")
    if event_of(errand.data.get("classification")) is None:
        return room("the outside has no code for this class alone")
    return OUTSIDE


def _prioritise(errand: Errand, _: Fire) -> Way:
    """Outside, for an urgency of ambulance care."""
    if errand.data.get("priority") in URGENCIES:
        return OUTSIDE
    return room("not an urgency of ambulance care")


def _note(errand: Errand, _: Fire) -> Way:
    """Outside, for all or for their own people; in the room for readers by name, or with terms."""
    if errand.data.get("audience") not in ("all", "own"):
        return room("a line outside is for everybody, or for its own people")
    lines = str(errand.data.get("text", "")).splitlines()
    if any(line.lstrip().startswith("-") for line in lines):
        return room("a line from outside is never read as a class or a level")
    return OUTSIDE


def _count(errand: Errand, _: Fire) -> Way:
    """Room: the outside format counts no casualties by triage class."""
    commands = [
        ("incident.set_characteristic", {"name": name, "values": [str(errand.data[field])]})
        for field, name in COUNTED.items()
        if errand.data.get(field) is not None
    ]
    return room("the outside format counts no casualties by triage class", *commands)


def _infection(errand: Errand, _: Fire) -> Way:
    """Room: the outside's risks have no code for it."""
    protection = errand.data.get("protection")
    listed = ", ".join(map(str, protection)) if isinstance(protection, list) else str(protection)
    said = {"scene": "unknown", "hazards": ["infection_precaution"]}
    advice = f"Protect yourself: {listed}"
    why = "the outside's risks have no code for it"
    return room(why, ("incident.state_safety", {**said, "advice": advice}))


def _scale_up(errand: Errand, _: Fire) -> Way:
    """Room: the outside format has no levels."""
    escalation = {"scale": "ops-ambu", "level": errand.data.get("code")}
    change = ("incident.change_escalation", {"escalation": escalation})
    return room("the outside format has no levels", change)


_KEPT_THERE = nowhere("what is kept of it is kept outside, and nobody here asks for it")


def _open(errand: Errand, _: Fire) -> Way:
    """Outside, for a 112 call whose place is said next; in the room otherwise."""
    return OUTSIDE if _opens(errand) else room("not a call")


def _vehicle(errand: Errand, _: Fire) -> Way:
    """Outside, for a vehicle that has a name there."""
    unit = errand.data.get("unit", errand.about)
    if vehicle_of(str(unit)) is None:
        return room("the outside has no name for such a unit")
    return OUTSIDE


def _status(errand: Errand, fire: Fire) -> Way:
    """Outside, for a step that a vehicle has there."""
    if errand.data.get("status") not in STEPS:
        return room("the outside has no such step of a vehicle")
    return _vehicle(errand, fire)


def _attach(errand: Errand, fire: Fire) -> Way:
    """Outside for fire, who is asked for help; in the room for others."""
    if errand.data.get("party") in fire:
        return OUTSIDE
    return room("the outside format asks fire for help, and nobody else")


RULES: Mapping[str, Way | Callable[[Errand, Fire], Way]] = {
    "incident.open": _open,
    "incident.attach_party": _attach,
    "incident.add_call": OUTSIDE,
    "incident.locate": _locate,
    "incident.classify": _classify,
    "incident.prioritise": _prioritise,
    "incident.add_note": _note,
    "incident.close_for_party": OUTSIDE,
    "incident.assign_unit": _vehicle,
    "incident.release_unit": _vehicle,
    "unit.register": _vehicle,
    "unit.report_status": _status,
    "ambulance.proposal": OUTSIDE,
    "ambulance.dispatch": OUTSIDE,
    "ambulance.direct_dispatch": OUTSIDE,
    "ambulance.accelerated_dispatch": OUTSIDE,
    "ambulance.stand_down": OUTSIDE,
    "ambulance.state_triage": OUTSIDE,
    "ambulance.record_patient": OUTSIDE,
    "ambulance.choose_hospital": OUTSIDE,
    "ambulance.request_helicopter": OUTSIDE,
    "ambulance.cancel_helicopter": OUTSIDE,
    "ambulance.count_casualties": _count,
    "ambulance.warn_infection": _infection,
    "ambulance.scale_up": _scale_up,
    "ambulance.capacity": _KEPT_THERE,
    "ambulance.flights": _KEPT_THERE,
    "ambulance.register": _KEPT_THERE,
    "ambulance.accesses": _KEPT_THERE,
    "ambulance.read_patient": _KEPT_THERE,
}
"""By the type of the errand: a way, or what finds it in the data."""
