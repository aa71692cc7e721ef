"""The declared normalisation: what of two feeds is not compared, with ambulance care outside.

What a row names is left out of a feed, or written in one way, before two are compared.
"""

import re
from collections.abc import Callable, Collection, Mapping
from typing import NamedTuple

from abs_ambulance_bridge.hub_sante.translation.fields import FORM

Tree = dict[str, object]


class Context(NamedTuple):
    """What a message is compared with: the incidents' names, units' call signs, who is away."""

    incidents: Mapping[str, str]
    call_signs: Mapping[str, str]
    away: Collection[str]


class Row(NamedTuple):
    """`apply` gives the message as it is compared, or None where it is not compared at all."""

    name: str
    what: str
    why: str
    apply: Callable[[Tree, Context], Tree | None]


def data_of(message: Tree) -> Tree:
    data = message["data"]
    assert isinstance(data, dict)
    return data


def kind_of(message: Tree) -> str:
    return str(message["type"]).removeprefix("abs.").rpartition(".v")[0]


def _without(message: Tree, *fields: str) -> Tree:
    data = {name: value for name, value in data_of(message).items() if name not in fields}
    return {**message, "data": data}


def _is_away(message: Tree, context: Context) -> bool:
    return message.get("party") in context.away


# -- the rows ---------------------------------------------------------------------------------


def _ids(message: Tree, context: Context) -> Tree:
    names = {**context.incidents, **context.call_signs}
    kept = {n: v for n, v in message.items() if n not in ("id", "causationid", "correlationid")}
    subject = str(message["subject"])
    data = {name: _named(value, names) for name, value in data_of(message).items()}
    return {**kept, "subject": names.get(subject, subject), "data": data}


def _named(value: object, names: Mapping[str, str]) -> object:
    if not isinstance(value, str):
        return value
    return names.get(value) or _ID.sub("an id", value)


_ID = re.compile(r"\b(?:[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\b")


def _times(message: Tree, _: Context) -> Tree:
    kept = {n: v for n, v in message.items() if n not in ("time", "recordedtime")}
    data = {
        name: _TIME.sub("a time", v) if isinstance(v, str) else v
        for name, v in data_of(message).items()
    }
    return {**kept, "data": data}


_TIME = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)")


def _who(message: Tree, _: Context) -> Tree:
    return {n: v for n, v in message.items() if n not in ("authid", "authtype", "role")}


def _call_sign(message: Tree, _: Context) -> Tree:
    if "call_sign" not in data_of(message):
        return message
    sign = re.sub(r"[ -]", "", str(data_of(message)["call_sign"]))
    return {**message, "data": {**data_of(message), "call_sign": sign}}


def _kind_of_vehicle(message: Tree, context: Context) -> Tree:
    mine = _is_away(message, context) and kind_of(message) == "incident.unit_assigned"
    return _without(message, "kind") if mine else message


def _ordered(message: Tree, context: Context) -> Tree | None:
    is_it = kind_of(message) == "unit.status_changed" and data_of(message).get("status") == "ov"
    return None if is_it and _is_away(message, context) else message


def _status_source(message: Tree, context: Context) -> Tree:
    mine = _is_away(message, context) and kind_of(message) == "unit.status_changed"
    return _without(message, "source") if mine else message


def _reason(message: Tree, context: Context) -> Tree:
    mine = _is_away(message, context) and kind_of(message) == "incident.unit_released"
    return _without(message, "reason") if mine else message


def _taken_up(message: Tree, context: Context) -> Tree | None:
    mine = _is_away(message, context) and kind_of(message) == "incident.taken_up"
    return None if mine else message


def _code_line(message: Tree, context: Context) -> Tree | None:
    mine = _is_away(message, context) and kind_of(message) == "incident.note_added"
    return None if mine and str(data_of(message).get("text")).startswith(FORM) else message


def _call(message: Tree, context: Context) -> Tree:
    mine = _is_away(message, context) and kind_of(message) == "incident.call_added"
    return _without(message, "caller", "summary") if mine else message


def _opened_by(message: Tree, context: Context) -> Tree:
    mine = _is_away(message, context) and kind_of(message) == "incident.opened"
    return _without(message, "source") if mine else message


def _address(message: Tree, context: Context) -> Tree:
    location = data_of(message).get("location")
    if not isinstance(location, dict) or not _is_away(message, context):
        return message
    parts = (location.get("street"), location.get("number"))
    line = " ".join(str(part) for part in parts if part)
    rest = {name: value for name, value in location.items() if name not in ("street", "number")}
    return {**message, "data": {**data_of(message), "location": {**rest, "address": line}}}


TAIL = Row(
    name="the end",
    what="how far a unit of the others was when the story ended",
    why="simulated units drive on while steps outside take their time",
    apply=lambda message, _: message,
)
ROWS = (
    Row(
        name="ids",
        what="ids of messages, incidents, calls and units",
        why="who opens an incident or registers a vehicle gives it its id",
        apply=_ids,
    ),
    Row(
        name="times",
        what="every time",
        why="two runs are not at the same moment; outside a time is told to the second",
        apply=_times,
    ),
    Row(
        name="who",
        what="actor and role of a message; never its party",
        why="the room's log names the bridge for what the people outside do",
        apply=_who,
    ),
    Row(
        name="call sign",
        what="spaces and hyphens in a call sign",
        why="`15131` inside is `15-131` outside",
        apply=_call_sign,
    ),
    Row(
        name="kind of vehicle",
        what="the kind of a vehicle of theirs",
        why="the format has one kind of ambulance for everybody (`SMUR`)",
        apply=_kind_of_vehicle,
    ),
    Row(
        name="ordered",
        what="status `ov` of a vehicle of theirs",
        why="outside it is a state of its own that a vehicle was sent",
        apply=_ordered,
    ),
    Row(
        name="source of a status",
        what="whether a status of theirs came by radio or by hand",
        why="the format does not say it",
        apply=_status_source,
    ),
    Row(
        name="reason of a release",
        what="why a vehicle of theirs was released",
        why="the bridge says `free` or `cancelled`; inside a desk says nothing",
        apply=_reason,
    ),
    Row(
        name="taken up",
        what="that they took the incident up",
        why="outside a case is active from the first word about it",
        apply=_taken_up,
    ),
    Row(
        name="code lines",
        what="their lines that begin with `FR-HS3`",
        why="codes of the format that have no field in the core, and requests",
        apply=_code_line,
    ),
    Row(
        name="the call",
        what="caller and summary of a call that they took",
        why="what a caller said to them stays outside, but for a number",
        apply=_call,
    ),
    Row(
        name="where a call came from",
        what="the source of an incident that they opened",
        why="the format does not say it to every service, so it is a partner's",
        apply=_opened_by,
    ),
    Row(
        name="address",
        what="street and number of a place that they said",
        why="outside they are one line",
        apply=_address,
    ),
    TAIL,
)
"""The declared normalisation: all of it."""
