"""What must hold between both sides in the end, stated apart from the bridge.

It reads the room's log and the block's journal as JSON, and the station's records.
Nothing here asks the bridge, its translation or its state what it thinks.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import msgspec
from standalone_ambulance.model import ENDED, Case
from standalone_ambulance.records import Letter

from abs_ambulance_bridge.simulated.operators import EVENTS

if TYPE_CHECKING:
    from abs_ambulance_bridge.simulated.centre import Centre

ANSWERS = ("RC-REF", "RS-ERROR")
NOT_CLASSIFIED = ("C00.00.00", "Not classified")
GONE = ("FINPEC", "ANNULE")
"""Statuses of a vehicle of others that is not on the case any more."""


class Incident(msgspec.Struct, kw_only=True):
    """An incident as the log of the room has it."""

    lead: str
    attached: set[str]
    place: tuple[str | None, str] | None = None
    path: tuple[str, ...] = ()
    lines: list[tuple[str, str]] = []  # for all: who, and what
    calls: list[str] = []
    units: dict[str, tuple[str, str]] = {}  # assigned: party and call sign
    closed: set[str] = set()
    is_closed: bool = False
    others_spoke: bool = False
    was_away: bool = False


def wrong(
    centre: "Centre", log: Iterable[tuple[str, bytes]], journal: Iterable[bytes]
) -> list[str]:
    """Every difference, in words."""
    records = [(about, msgspec.json.decode(raw)) for about, raw in log]
    lines = [msgspec.json.decode(line) for line in journal]
    party = centre.around.party
    incidents = _incidents(records, party)
    return [
        *_pictures(centre, incidents, party),
        *_once(records, party),
        *_acknowledged(centre, lines),
        *_answered(centre),
        *_private(centre, records),
    ]


# -- the room -----------------------------------------------------------------------------


def _incidents(records: list[tuple[str, Any]], party: str) -> dict[str, Incident]:
    found: dict[str, Incident] = {}
    for about, event in records:
        name = event["type"].removeprefix("abs.").removesuffix(".v1")
        data = event["data"]
        if name == "incident.opened":
            lead = data["lead"]
            found[about] = Incident(lead=lead, attached={lead})
        elif about in found:
            _take(found[about], name, data, event.get("party", ""), party)
    return found


def _take(incident: Incident, name: str, data: Any, who: str, party: str) -> None:
    incident.others_spoke |= who != party and name in SHOWN
    match name:
        case "incident.party_attached":
            incident.attached.add(data["party"])
        case "incident.party_detached":
            incident.attached.discard(data["party"])
            incident.was_away |= data["party"] == party
        case "incident.located":
            place = data["location"]
            street = " ".join(filter(None, (place.get("number"), place.get("street"))))
            incident.place = (street or None, place["municipality"])
        case "incident.classified":
            row = data["classification"]
            levels = (row.get("mc1"), row.get("mc2"), row.get("mc3"))
            incident.path = tuple(level for level in levels if level)
        case "incident.note_added" if data["audience"] == "all":
            incident.lines.append((data["party"], data["text"]))
        case "incident.call_added":
            incident.calls.append(data.get("caller", {}).get("number", ""))
        case "incident.unit_assigned":
            incident.units[data["unit"]] = (data["party"], data["call_sign"])
        case "incident.unit_released":
            incident.units.pop(data["unit"], None)
        case "incident.closed_for_party":
            incident.closed.add(data["party"])
        case "incident.closed" | "incident.reopened":
            incident.is_closed = name == "incident.closed"
            incident.closed.clear()


SHOWN = frozenset(
    f"incident.{name}"
    for name in (
        "located",
        "classified",
        "note_added",
        "call_added",
        "unit_assigned",
        "unit_released",
        "characteristic_set",
        "safety_stated",
    )
)
"""What of others the bridge may have to tell."""


# -- one picture ----------------------------------------------------------------------------


def _pictures(centre: "Centre", incidents: dict[str, Incident], party: str) -> Iterator[str]:
    cases = {case.id: case for case in centre.station.records.cases()}
    of_call = {phone: name for name, i in incidents.items() for phone in i.calls if phone}
    spoke = Counter(_about(text) for text in centre.given)
    for case in cases.values():
        if centre.ours not in case.partners:
            continue
        own = f"{centre.ours}."
        name = case.id.removeprefix(own)
        if not case.id.startswith(own):
            name = of_call.get(case.call.number if case.call else "", "")
        incident = incidents.get(name)
        if incident is None:
            yield f"case {case.id} is shared, and no incident of the room"
        elif party in incident.attached and not incident.was_away:
            for what in _differences(case, incident, party):
                yield f"case {case.id}, incident {name}: {what}"
            if not incident.others_spoke and case.owner != centre.ours and spoke[case.id]:
                yield f"case {case.id} was told back to who said it, {spoke[case.id]} times"
    for name, incident in incidents.items():
        attached = party in incident.attached and not incident.was_away
        if attached and incident.lead != party and incident.place is not None:
            if f"{centre.ours}.{name}" not in cases:
                yield f"incident {name} is no case outside"


def _differences(case: Case, incident: Incident, party: str) -> Iterator[str]:
    place = (case.place.address, case.place.city)
    if incident.place != place:
        yield f"the place is {incident.place}, and outside {place}"
    if not _same_class(case, incident.path):
        yield f"the class is {incident.path}, and outside {case.event.code} {case.event.label}"
    yield from _lines(case, incident)
    yield from _vehicles(case, incident, party)
    here = party in incident.closed or incident.is_closed
    if case.closed is not None and not here:
        yield "it is closed outside and not here"
    if case.closed is None and here:
        yield "it is closed here and not outside"


def _same_class(case: Case, path: tuple[str, ...]) -> bool:
    known = EVENTS.get(case.event.code)
    if known is not None:
        return path == known
    if not path:
        return (case.event.code, case.event.label) == NOT_CLASSIFIED
    return case.event.label == " / ".join(path)


def _lines(case: Case, incident: Incident) -> Iterator[str]:
    here = Counter(_plain(text) for _, text in incident.lines if not text.startswith("FR-HS3"))
    there = Counter(_plain(note.text) for note in case.notes if not note.text.startswith("FR-HS3"))
    for line in (here | there).keys():
        if here[line] != 1 or there[line] != 1:
            yield f"a line stands {here[line]} times here and {there[line]} outside: {line[:80]!r}"


def _plain(text: str) -> str:
    """Without what keeps a text of the outside from being a term."""
    return text.replace("- brand", "-brand").strip()


def _vehicles(case: Case, incident: Incident, party: str) -> Iterator[str]:
    fire = sorted(sign for whose, sign in incident.units.values() if whose == "fire")
    others = sorted(each.name for each in case.others if each.status not in GONE)
    if fire != others:
        yield f"vehicles of fire are {fire}, and outside {others}"
    ours = {sign for whose, sign in incident.units.values() if whose == party}
    last = {each.vehicle: each.step for each in case.missions}
    out = {vehicle for vehicle, step in last.items() if step not in ENDED}
    cancelled = {vehicle for vehicle, step in last.items() if step == "cancelled"}
    if case.closed is None and (not out <= ours or cancelled & ours or not ours <= last.keys()):
        yield f"vehicles outside are {last}, and here {sorted(ours)}"


# -- once, and nothing lost -----------------------------------------------------------------


def _once(records: list[tuple[str, Any]], party: str) -> Iterator[str]:
    """What the other side said stands in the log once."""
    done: Counter[str] = Counter()
    for about, event in records:
        name, data = event["type"], event["data"]
        if event.get("party") != party:
            continue
        if name == "abs.incident.note_added.v1" and not data["text"].startswith("FR-HS3"):
            done[f"note {data['text']}"] += 1
        if name == "abs.incident.call_added.v1":
            done[f"call {data.get('caller', {}).get('number')}"] += 1
        if name in ("abs.incident.unit_assigned.v1", "abs.incident.unit_released.v1"):
            key = f"{about} unit {data['unit']}"
            done[key] = done[key] + 1 if name.endswith("assigned.v1") else 0
    for what, times in done.items():
        if times > 1:
            yield f"{what} stands in the log {times} times"


def _acknowledged(centre: "Centre", lines: list[Any]) -> Iterator[str]:
    """What either side has told the other that it has, it has."""
    came = {ident for line in lines if (ident := _came(line))}
    for letter in _letters(centre):
        if letter.answer is not None and letter.id not in came:
            yield f"{letter.id} was answered and is in no journal"
    sends = {
        effect["id"]: effect["data"]["letter"]
        for line in lines
        for effect in line.get("effects", ())
        if effect["do"] == "send"
    }
    for line in lines:
        if line["entry"]["kind"] == "sent":
            letter = sends[line["entry"]["effect"]]
            if centre.station.records.taken(letter) is None:
                yield f"{letter} was sent, and is not outside"


def _came(line: Any) -> str:
    entry = line["entry"]
    if entry["kind"] != "inbound" or not entry["type"].endswith("bridge.arrived.v1"):
        return ""
    return str(entry["key"]).rpartition(" ")[0]


def _answered(centre: "Centre") -> Iterator[str]:
    """Every message has its answer, on both sides; a wrong one a code."""
    for letter in _letters(centre):
        if letter.answer is None:
            yield f"{letter.id} ({letter.type}) was never answered"
    heard = [_parsed(text) for text in centre.given]
    answered = {_answers(tree) for tree in heard}
    told = {
        str(_answers(letter.body))
        for letter in centre.station.records.letters(centre.ours, after=0, limit=1_000_000)
        if letter.type in ANSWERS
    }
    for whole in centre.box.wrong:
        tree = _parsed(whole)
        ident = tree.get("distributionID") if isinstance(tree, dict) else None
        if isinstance(ident, str) and ident not in answered:
            yield f"{ident} is wrong, and nobody said so: {whole[:120]}"
    for tree in heard:
        kind, ident = tree["distributionKind"], tree["distributionID"]
        taken = centre.station.records.taken(ident) is not None
        if taken and kind not in ("Ack", "Error") and ident not in told:
            yield f"{ident} of ours was never answered"


def _letters(centre: "Centre") -> list[Letter]:
    found = centre.station.records.letters(centre.ours, after=0, limit=1_000_000)
    return [letter for letter in found if letter.type not in ANSWERS]


def _parsed(text: str) -> Any:
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError):
        return None


def _message(tree: Any) -> Any:
    return tree["content"][0]["jsonContent"]["embeddedJsonContent"]["message"]


def _answers(tree: Any) -> str | None:
    """The id of the message that this one answers."""
    message = _message(tree)
    if "reference" in message:
        return str(message["reference"]["distributionID"])
    if "error" in message:
        return str(message["error"]["referencedDistributionID"])
    return None


def _about(text: str) -> str:
    """The case that a message of ours for every service is about."""
    message = _message(_parsed(text))
    for root in ("createCase", "resourcesInfoCisu"):
        if root in message:
            return str(message[root]["caseId"])
    return ""


def _private(centre: "Centre", records: list[tuple[str, Any]]) -> Iterator[str]:
    """What is medical is nowhere in the room."""
    whole = msgspec.json.encode(records).decode()
    for text in centre.medical:
        if text in whole:
            yield f"{text} is medical, and stands in the log"
