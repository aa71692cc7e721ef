"""Derived ids: the same outside id is always the same core id, in any process.

An incident that the core opened has a case id that names it, so its id comes back as
it was. Every other outside id becomes a version 5 UUID of it, and `Names` is the way
back: which outside ids a kept message has.
"""

import functools
import re
import uuid
from collections.abc import Mapping

from abs_ambulance_bridge.tree import Tree

SPACE = uuid.uuid5(uuid.NAMESPACE_DNS, "fr-hs3.ambulance-bridge.abs")
_OWN_CASE = re.compile(
    r"nl\.meldkamer\.(?P<room>[a-z][a-z0-9-]{0,31})\.(?P<id>[A-Za-z0-9_-]{1,64})\Z"
)

Names = Mapping[str, str]
"""Core id to the outside's id for the same thing."""


@functools.lru_cache(maxsize=4096)  # the messages of one incident name the same things
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
    ids: dict[str, list[str]] = {"caseId": [], "MAIN_EVENT_ID": [], "resourceId": [], "id": []}
    _gather(content, ids)
    case = next(iter([*ids["caseId"], *ids["MAIN_EVENT_ID"]]), "")
    found = {incident_of(case, room): case} if case else {}
    found |= {unit_of(each): each for each in [*ids["resourceId"], *_resources(content)]}
    return found | {call_of(case, each): each for each in ids["id"]}


def _gather(tree: Tree, ids: dict[str, list[str]]) -> None:
    if isinstance(tree, dict):
        for name, value in tree.items():
            if name in ids:
                ids[name] += [value] if isinstance(value, str) else _texts(value)
            elif isinstance(value, dict | list):
                _gather(value, ids)
    elif isinstance(tree, list):
        for item in tree:
            _gather(item, ids)


def _texts(value: Tree) -> list[str]:
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []


def _resources(content: Tree) -> list[str]:
    """The ids of resources in EMSI, where everything has an `ID`."""
    rows = content.get("RESOURCE") if isinstance(content, dict) else None
    found = (
        [row.get("ID") for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    )
    return [each for each in found if isinstance(each, str)]
