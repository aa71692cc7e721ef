"""Derived ids: the same outside id is always the same core id, in any process.

An incident that the core opened has a case id that names it, so its id comes back as
it was. Every other outside id becomes a version 5 UUID of it, and `Names` is the way
back: which outside ids a kept message has.
"""

import re
import uuid
from collections.abc import Iterator, Mapping

from abs_ambulance_bridge.tree import Tree

SPACE = uuid.uuid5(uuid.NAMESPACE_DNS, "fr-hs3.ambulance-bridge.abs")
_OWN_CASE = re.compile(
    r"nl\.meldkamer\.(?P<room>[a-z][a-z0-9-]{0,31})\.(?P<id>[A-Za-z0-9_-]{1,64})\Z"
)

Names = Mapping[str, str]
"""Core id to the outside's id for the same thing."""


def derived(kind: str, *parts: str) -> str:
    """The core id of the thing of this kind that the outside calls so."""
    return str(uuid.uuid5(SPACE, "\n".join([kind, *parts])))


def incident_of(case: str, room: str) -> str:
    """The incident that a case id is about."""
    own = _OWN_CASE.match(case)
    return own["id"] if own and own["room"] == room else derived("case", case)


def unit_of(resource: str) -> str:
    return derived("resource", resource)


def call_of(case: str, alert: str) -> str:
    return derived("alert", case, alert)


def case_of(incident: str, room: str, names: Names) -> str:
    """The case id by which the outside knows an incident, or the one it is given."""
    return names.get(incident) or f"nl.meldkamer.{room}.{incident}"


def resource_of(unit: str, discipline: str, room: str, names: Names) -> str:
    return names.get(unit) or f"nl.{discipline}.{room}.resource.{unit}"


def names_in(content: Tree, room: str) -> Names:
    """The outside ids in a kept message, by the core ids that are derived from them."""
    found: dict[str, str] = {}
    case = _case(content)
    if case is not None:
        found[incident_of(case, room)] = case
    for resource in _texts(content, "resourceId"):
        found[unit_of(resource)] = resource
    for alert in _texts(content, "id"):
        found[call_of(case or "", alert)] = alert
    for resource in _texts(content.get("RESOURCE") if isinstance(content, dict) else None, "ID"):
        found[unit_of(resource)] = resource
    return found


def _case(content: Tree) -> str | None:
    return next(_texts(content, "caseId"), None) or next(_texts(content, "MAIN_EVENT_ID"), None)


def _texts(tree: Tree, name: str) -> Iterator[str]:
    if isinstance(tree, dict):
        for key, value in tree.items():
            if key == name and isinstance(value, str):
                yield value
            elif key == name and isinstance(value, list):
                yield from (each for each in value if isinstance(each, str))
            else:
                yield from _texts(value, name)
    elif isinstance(tree, list):
        for item in tree:
            yield from _texts(item, name)
