"""Going back out: what the core changed goes over what the outside said.

`original` is the message as it came in, `before` what we would have written of it
right then, `now` what we write of the core's events as they are. Where the core changed
nothing the original stands, in full; where it did, its value does. A value that the core
has not (it was refused, say) takes nothing away; only an item of a list goes when it went.
"""

from typing import Final, TypeAlias

from abs_ambulance_bridge.tree import Tree, alike


class _Absent:
    """Nothing stands here."""


ABSENT: Final = _Absent()
IDENTITY = ("resourceId", "id", "ID", "requestId")
"""What names an item of an array, so that it is found wherever it stands."""

_Side: TypeAlias = "Tree | _Absent"


def merged(original: Tree, before: Tree, now: Tree) -> Tree:
    """The original with what differs between `before` and `now` put over it."""
    result = _merge(original, before, now)
    return None if isinstance(result, _Absent) else result


def _merge(original: _Side, before: _Side, now: _Side) -> _Side:
    if _unchanged(before, now) or isinstance(now, _Absent):
        return original
    if isinstance(original, dict) and isinstance(now, dict):
        return _objects(original, before if isinstance(before, dict) else {}, now)
    if isinstance(original, list) and isinstance(now, list):
        return _arrays(original, before if isinstance(before, list) else [], now)
    return now


def _objects(
    original: dict[str, Tree], before: dict[str, Tree], now: dict[str, Tree]
) -> dict[str, Tree]:
    result: dict[str, Tree] = {}
    for name in [*original, *(each for each in now if each not in original)]:
        value = _merge(original.get(name, ABSENT), before.get(name, ABSENT), now.get(name, ABSENT))
        if not isinstance(value, _Absent):
            result[name] = value
    return result


def _arrays(original: list[Tree], before: list[Tree], now: list[Tree]) -> list[Tree]:
    """Items by what names them; without names by position, and what came goes behind."""
    keyed = [_by_identity(items) for items in (original, before, now)]
    if all(keys is not None for keys in keyed):
        here, was, is_now = (keys or {} for keys in keyed)
        stays = {name: item for name, item in here.items() if name in is_now or name not in was}
        return list(_objects(stays, was, is_now).values())
    if len(original) == len(before) == len(now):
        rows = zip(original, before, now, strict=True)
        return [x for x in (_merge(*row) for row in rows) if not isinstance(x, _Absent)]
    return [*original, *now[len(before) :]] if alike(before, now[: len(before)]) else now


def _by_identity(items: list[Tree]) -> dict[str, Tree] | None:
    found: dict[str, Tree] = {}
    for item in items:
        if not isinstance(item, dict):
            return None
        name = next((item[key] for key in IDENTITY if isinstance(item.get(key), str)), None)
        if not isinstance(name, str) or name in found:
            return None
        found[name] = item
    return found


def _unchanged(before: _Side, now: _Side) -> bool:
    if isinstance(before, _Absent) or isinstance(now, _Absent):
        return before is now
    return alike(before, now)
