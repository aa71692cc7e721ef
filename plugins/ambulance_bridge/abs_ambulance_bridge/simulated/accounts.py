"""What was said across the link: each thing done once, nothing lost, every message answered."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import msgspec
from standalone_ambulance.records import Letter

from abs_ambulance_bridge.simulated.incidents import Event, named

if TYPE_CHECKING:
    from abs_ambulance_bridge.simulated.centre import Centre

ANSWERS = ("RC-REF", "RS-ERROR")
ALL = 1_000_000


def once(events: Iterable[Event], party: str) -> Iterator[str]:
    """What the other side said stands in the log once."""
    done: Counter[str] = Counter()
    for about, event in events:
        if event.get("party") != party:
            continue
        match named(event), event["data"]:
            case "incident.note_added", {"text": text} if not text.startswith("FR-HS3"):
                done[f"note {text}"] += 1
            case "incident.call_added", data:
                done[f"call {data.get('caller', {}).get('number')}"] += 1
            case "incident.unit_assigned", {"unit": unit}:
                done[f"{about} unit {unit}"] += 1
            case "incident.unit_released", {"unit": unit}:
                done[f"{about} unit {unit}"] = 0
    for what, times in done.items():
        if times > 1:
            yield f"{what} stands in the log {times} times"


def acknowledged(centre: "Centre", lines: list[Any]) -> Iterator[str]:
    """What either side has told the other that it has, it has."""
    came = {ident for line in lines if (ident := _came(line))}
    for letter in business(centre):
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
            letter_id = sends[line["entry"]["effect"]]
            if centre.station.records.taken(letter_id) is None:
                yield f"{letter_id} was sent, and is not outside"


def _came(line: Any) -> str:
    entry = line["entry"]
    if entry["kind"] != "inbound" or not entry["type"].endswith("bridge.arrived.v1"):
        return ""
    return str(entry["key"]).rpartition(" ")[0]


def answered(centre: "Centre") -> Iterator[str]:
    """Every message has its answer, on both sides; a wrong one a code."""
    for letter in business(centre):
        if letter.answer is None:
            yield f"{letter.id} ({letter.type}) was never answered"
    heard = [parsed(text) for text in centre.given]
    answers = {_answers(tree) for tree in heard}
    for whole in centre.box.wrong:
        tree = parsed(whole)
        ident = tree.get("distributionID") if isinstance(tree, dict) else None
        if isinstance(ident, str) and ident not in answers:
            yield f"{ident} is wrong, and nobody said so: {whole[:120]}"
    letters = centre.station.records.letters(centre.ours, after=0, limit=ALL)
    told = {_answers(letter.body) for letter in letters if letter.type in ANSWERS}
    for tree in heard:
        ident = tree["distributionID"]
        is_asking = tree["distributionKind"] not in ("Ack", "Error")
        if is_asking and centre.station.records.taken(ident) is not None and ident not in told:
            yield f"{ident} of ours was never answered"


def private(centre: "Centre", events: list[Event]) -> Iterator[str]:
    """What is medical is nowhere in the room."""
    whole = msgspec.json.encode(events).decode()
    for text in centre.medical:
        if text in whole:
            yield f"{text} is medical, and stands in the log"


def business(centre: "Centre") -> list[Letter]:
    """The letters to us that are no answers."""
    found = centre.station.records.letters(centre.ours, after=0, limit=ALL)
    return [letter for letter in found if letter.type not in ANSWERS]


def parsed(text: str) -> Any:
    """A message as JSON, None where it is none."""
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError):
        return None


def message(tree: Any) -> Any:
    """What an envelope holds."""
    return tree["content"][0]["jsonContent"]["embeddedJsonContent"]["message"]


def _answers(tree: Any) -> str | None:
    """The id of the message that this one answers."""
    inside = message(tree)
    if "reference" in inside:
        return str(inside["reference"]["distributionID"])
    if "error" in inside:
        return str(inside["error"]["referencedDistributionID"])
    return None
