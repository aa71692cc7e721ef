"""What must hold between both sides in the end, stated apart from the bridge.

It reads the room's log and the block's journal as JSON, and the station's records.
Nothing here asks the bridge, its translation or its state what it thinks.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import msgspec
from standalone_ambulance.model import ENDED, Case

from abs_ambulance_bridge.simulated import accounts
from abs_ambulance_bridge.simulated.incidents import Incident, incidents
from abs_ambulance_bridge.simulated.operators import EVENTS

if TYPE_CHECKING:
    from abs_ambulance_bridge.simulated.centre import Centre

INJURED = "Gewonde / Zieken"
"""The characteristic that has a field outside."""
NOT_CLASSIFIED = ("C00.00.00", "Not classified")
GONE = ("FINPEC", "ANNULE")
"""Statuses of a vehicle of others that is not on the case any more."""


def wrong(
    centre: "Centre", log: Iterable[tuple[str, bytes]], journal: Iterable[bytes]
) -> list[str]:
    """Every difference, in words."""
    events = [(about, msgspec.json.decode(raw)) for about, raw in log]
    lines = [msgspec.json.decode(line) for line in journal]
    known = incidents(events, centre.around.party)
    return [
        *_pictures(centre, known),
        *_missing(centre, known),
        *accounts.once(events, centre.around.party),
        *accounts.acknowledged(centre, lines),
        *accounts.answered(centre),
        *accounts.private(centre, events),
    ]


def _pictures(centre: "Centre", known: dict[str, Incident]) -> Iterator[str]:
    """Every case that is shared, beside its incident."""
    of_call = {phone: name for name, each in known.items() for phone in each.calls if phone}
    spoke = Counter(_about(text) for text in centre.given)
    for case in _shared(centre):
        name = case.id.removeprefix(f"{centre.ours}.")
        if case.owner != centre.ours:
            name = of_call.get(case.call.number if case.call else "", "")
        if name not in known:
            yield f"case {case.id} is shared, and no incident of the room"
        elif _is_common(centre, known[name]):
            where = f"case {case.id}, incident {name}"
            yield from (
                f"{where}: {what}" for what in differences(case, known[name], centre.around.party)
            )
            if case.owner != centre.ours and spoke[case.id] and not known[name].others_spoke:
                yield f"case {case.id} was told back to who said it, {spoke[case.id]} times"


def _missing(centre: "Centre", known: dict[str, Incident]) -> Iterator[str]:
    """Incidents of the room that the other side must have as a case, and has not."""
    cases = {case.id for case in _shared(centre)}
    for name, each in known.items():
        street = each.place[0] if each.place else None  # without one nobody outside finds it: 704
        told = _is_common(centre, each) and street is not None
        if told and each.lead != centre.around.party and f"{centre.ours}.{name}" not in cases:
            yield f"incident {name} is no case outside"


def _shared(centre: "Centre") -> list[Case]:
    return [case for case in centre.station.records.cases() if centre.ours in case.partners]


def _is_common(centre: "Centre", incident: Incident) -> bool:
    """Whether the party is on it, and always was: else the two may well know different things."""
    return centre.around.party in incident.attached and not incident.was_away


def differences(case: Case, incident: Incident, party: str) -> Iterator[str]:
    """Between a case outside and its incident of the room; `party` is the bridge's."""
    place = (case.place.address, case.place.city)
    if incident.place != place:
        yield f"the place is {incident.place}, and outside {place}"
    if not _same_class(case, incident.path):
        yield f"the class is {incident.path}, and outside {case.event.code} {case.event.label}"
    yield from _lines(case, incident)
    yield from _words(case, incident, party)
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
    """Each line stands once on either side; the bridge's own lines are not for the outside."""
    spoken = [line for lines in incident.stated.values() for line in lines]
    here = _counted(incident.lines)
    there = _counted(
        note.text
        for note in case.notes
        if note.text not in spoken and not note.text.startswith("SAFETY ")
    )
    for line in here | there:
        if here[line] != 1 or there[line] != 1:
            yield f"a line stands {here[line]} times here and {there[line]} outside: {line[:80]!r}"


def _words(case: Case, incident: Incident, party: str) -> Iterator[str]:
    """What has no field outside stands there in words: each value that holds, and no warning
    that nobody gave."""
    notes = [note.text for note in case.notes]
    for name, lines in incident.stated.items():
        if name != INJURED and lines[-1] not in notes:
            yield f"outside they do not know: {lines[-1]}"
    others = {who: lines for who, lines in incident.safety.items() if who != party}
    for lines in others.values():
        if not any(note.startswith(lines[-1]) for note in notes):
            yield f"outside they do not know: {lines[-1]}"
    given = tuple(line for lines in others.values() for line in lines)
    for note in notes:
        if note.startswith("SAFETY ") and not note.startswith(given):
            yield f"outside they know of a warning that nobody gave: {note[:80]!r}"


def _counted(texts: Iterable[str]) -> Counter[str]:
    """Without what keeps a text of the outside from being a term."""
    lines = (text for text in texts if not text.startswith("FR-HS3"))
    return Counter(text.replace("- brand", "-brand").strip() for text in lines)


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


def _about(text: str) -> str:
    """The case that a message of ours for every service is about."""
    inside = accounts.message(accounts.parsed(text))
    for root in ("createCase", "resourcesInfoCisu"):
        if root in inside:
            return str(inside[root]["caseId"])
    return ""
