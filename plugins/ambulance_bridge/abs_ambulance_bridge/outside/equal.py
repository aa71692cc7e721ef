"""Whether two feeds are equal, with ambulance care inside and with it outside.

Apart from the declared normalisation all has to be the same: what was told, of what, how often
and, of one sort about one thing, in which order.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from itertools import zip_longest

import msgspec

from abs_ambulance_bridge.outside.normalisation import (
    ROWS,
    TAIL,
    Context,
    Row,
    Tree,
    data_of,
    kind_of,
)
from abs_core.sdk import Seen

Key = tuple[str, str, str]
"""The incident or unit, the sort of message, and who said it."""


def differences(
    inside: Seen, outside: Seen, away: Collection[str], rows: Sequence[Row] = ROWS
) -> list[str]:
    """How two feeds of one party differ, with the parties `away` inside and outside."""
    before, after = (_sorted(seen, away, rows) for seen in (inside, outside))
    found = []
    for key in sorted({*before, *after}):
        most = (
            min(len(before[key]), len(after[key]))
            if TAIL in rows and _has_tail(key, away)
            else None
        )
        pairs = zip_longest(before[key][:most], after[key][:most], fillvalue=("nothing", ""))
        for number, (one, other) in enumerate(pairs, 1):
            if one != other:
                about, kind, party = key
                what = f"{about}, {kind}{party and f' of {party}'}, number {number}"
                said = (one[0], other[0]) if one[0] != other[0] else (one[1], other[1])
                found.append(f"{what}: {said[0]} inside, {said[1]} outside")
                break
    return found


def _has_tail(key: Key, away: Collection[str]) -> bool:
    _, kind, party = key
    return kind == "unit.status_changed" and party not in away


def _sorted(
    seen: Seen, away: Collection[str], rows: Sequence[Row]
) -> defaultdict[Key, list[tuple[str, str]]]:
    """The messages as they are compared, by sort, author and what they are about."""
    messages = [msgspec.json.decode(raw, type=Tree) for raw in seen.feed]
    context = Context(seen.incidents, _call_signs(messages), away)
    kept = defaultdict[Key, list[tuple[str, str]]](list)
    for message in messages:
        shown: Tree | None = message
        for row in reversed(rows):
            shown = row.apply(shown, context) if shown is not None else None
        if shown is not None:
            text = msgspec.json.encode(data_of(shown), order="deterministic").decode()
            around = {
                n: v for n, v in shown.items() if n not in ("data", "type", "subject", "party")
            }
            kept[_about(shown)].append(
                (text, msgspec.json.encode(around, order="deterministic").decode())
            )
    return kept


def _about(message: Tree) -> Key:
    """What is of one sort: the incident and its unit, the message type, and who said it."""
    unit = data_of(message).get("unit")
    about = f"{message['subject']} {unit}" if unit else str(message["subject"])
    return about, kind_of(message), str(message.get("party") or "")


def _call_signs(messages: Sequence[Tree]) -> Mapping[str, str]:
    found = {}
    for message in messages:
        data = data_of(message)
        if kind_of(message) == "incident.unit_assigned":
            sign = re.sub(r"[ -]", "", str(data["call_sign"]))
            found[str(data["unit"])] = f"unit {sign}"
    return found
