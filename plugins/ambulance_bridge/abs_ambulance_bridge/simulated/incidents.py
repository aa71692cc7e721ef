"""The incidents of the room as its log has them, read as JSON and folded anew."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import msgspec

Event = tuple[str, Any]
"""What an event is about, and the event as JSON."""


class Incident(msgspec.Struct, kw_only=True):
    """One incident. `others_spoke`: somebody else than the bridge's party said something of
    it that is for the other side too; `was_away`: that party was detached once. What goes
    outside in words, as the line that stands and all that stood: `stated` by characteristic,
    `safety` by the party that said it."""

    lead: str
    attached: set[str]
    place: tuple[str | None, str] | None = None
    path: tuple[str, ...] = ()
    lines: list[str] = []  # for everybody
    stated: dict[str, list[str]] = {}
    safety: dict[str, list[str]] = {}
    calls: list[str] = []  # their numbers
    units: dict[str, tuple[str, str]] = {}  # assigned: party and call sign
    closed: set[str] = set()
    is_closed: bool = False
    others_spoke: bool = False
    was_away: bool = False


def incidents(events: Iterable[Event], party: str) -> dict[str, Incident]:
    """By id; `party` is the bridge's."""
    found: dict[str, Incident] = {}
    for about, event in events:
        name, data = named(event), event["data"]
        if name == "incident.opened":
            found[about] = Incident(lead=data["lead"], attached={data["lead"]})
        elif about in found and name in FOLDS:
            FOLDS[name](found[about], data)
            found[about].others_spoke |= event.get("party") != party and name in TOLD
            found[about].was_away |= party not in found[about].attached and _left(event, party)
    return found


def named(event: Any) -> str:
    """The message's name, without prefix and major."""
    return str(event["type"]).removeprefix("abs.").rpartition(".")[0]


def _left(event: Any, party: str) -> bool:
    return named(event) == "incident.party_detached" and event["data"]["party"] == party


def _located(incident: Incident, data: Any) -> None:
    place = data["location"]
    street = " ".join(filter(None, (place.get("number"), place.get("street"))))
    incident.place = (street or place.get("road"), place["municipality"])


def _classified(incident: Incident, data: Any) -> None:
    row = data["classification"]
    levels = (row.get("mc1"), row.get("mc2"), row.get("mc3"))
    incident.path = tuple(level for level in levels if level)


def _noted(incident: Incident, data: Any) -> None:
    if data["audience"] == "all":
        incident.lines.append(data["text"])


def _characterised(incident: Incident, data: Any) -> None:
    line = f"{data['name']}: {', '.join(data['values'])}"
    incident.stated.setdefault(data["name"], []).append(line)


def _warned(incident: Incident, data: Any) -> None:
    line = f"SAFETY {data['party']}: {data['scene']}"
    incident.safety.setdefault(data["party"], []).append(line)


def _called(incident: Incident, data: Any) -> None:
    incident.calls.append(data.get("caller", {}).get("number", ""))


def _assigned(incident: Incident, data: Any) -> None:
    incident.units[data["unit"]] = (data["party"], data["call_sign"])


def _ended(incident: Incident, is_closed: bool) -> None:
    incident.is_closed = is_closed
    incident.closed.clear()


FOLDS: Mapping[str, Callable[[Incident, Any], object]] = {
    "incident.party_attached": lambda i, data: i.attached.add(data["party"]),
    "incident.party_detached": lambda i, data: i.attached.discard(data["party"]),
    "incident.located": _located,
    "incident.classified": _classified,
    "incident.note_added": _noted,
    "incident.call_added": _called,
    "incident.unit_assigned": _assigned,
    "incident.unit_released": lambda i, data: i.units.pop(data["unit"], None),
    "incident.closed_for_party": lambda i, data: i.closed.add(data["party"]),
    "incident.closed": lambda i, _: _ended(i, True),
    "incident.reopened": lambda i, _: _ended(i, False),
    "incident.characteristic_set": _characterised,
    "incident.safety_stated": _warned,
}
TOLD = frozenset(
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
