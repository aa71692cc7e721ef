"""JSON as plain values, and its leaves by JSON pointer."""

import datetime as dt
import functools
from typing import TypeAlias

Tree: TypeAlias = "bool | int | float | str | list[Tree] | dict[str, Tree] | None"


def leaves(tree: Tree) -> list[tuple[str, Tree]]:
    """Every scalar, and every empty object or array, with the pointer to it."""
    found: list[tuple[str, Tree]] = []
    _collect(tree, "", found)
    return found


def _collect(tree: Tree, pointer: str, found: list[tuple[str, Tree]]) -> None:
    if isinstance(tree, dict) and tree:
        for name, item in tree.items():
            _collect(item, f"{pointer}/{escaped(name)}", found)
    elif isinstance(tree, list) and tree:
        for index, item in enumerate(tree):
            _collect(item, f"{pointer}/{index}", found)
    else:
        found.append((pointer, tree))


def escaped(name: str) -> str:
    """A name as one token of a JSON pointer."""
    return name.replace("~", "~0").replace("/", "~1") if "~" in name or "/" in name else name


@functools.lru_cache(maxsize=8192)
def general(pointer: str) -> str:
    """The pointer with every index as `*`: the place in the type, not in the message."""
    return "/".join("*" if token.isdigit() else token for token in pointer.split("/"))


def same(one: Tree, other: Tree) -> bool:
    """Equal as JSON: `true` is not 1, and 1.0 is."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[k], other[k]) for k in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    return one == other


def alike(one: Tree, other: Tree) -> bool:
    """The same in what it says: a time with another offset is the same moment."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(alike(one[k], other[k]) for k in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(alike, one, other))
    if same(one, other):
        return True
    moment = _moment(one)
    return moment is not None and moment == _moment(other)


def _moment(value: Tree) -> dt.datetime | None:
    """The moment, if this is a time such as `2026-01-01T12:00:00+01:00`."""
    if not isinstance(value, str) or len(value) != 25 or value[10] != "T":
        return None
    try:
        return dt.datetime.fromisoformat(value)
    except ValueError:
        return None


def replaced(tree: Tree, pointer: str, value: Tree) -> Tree:
    """The tree with another value where the pointer points to."""
    token, _, rest = pointer[1:].partition("/")
    if not pointer:
        return value
    below = f"/{rest}" if rest else ""
    if isinstance(tree, list):
        at = int(token)
        return [replaced(x, below, value) if i == at else x for i, x in enumerate(tree)]
    assert isinstance(tree, dict)
    name = token.replace("~1", "/").replace("~0", "~")
    return {k: replaced(x, below, value) if k == name else x for k, x in tree.items()}


def path(pointer: str) -> str:
    """The pointer as a path with a dollar sign, the way many validators write it."""
    tokens = [token.replace("~1", "/").replace("~0", "~") for token in pointer.split("/")[1:]]
    return "$" + "".join(f"[{token}]" if token.isdigit() else f".{token}" for token in tokens)


def at(tree: Tree, pointer: str) -> Tree:
    """What the pointer points to; None where nothing is."""
    for token in pointer.split("/")[1:]:
        if isinstance(tree, list):
            tree = tree[int(token)] if token.isdigit() and int(token) < len(tree) else None
        else:
            tree = tree.get(token) if isinstance(tree, dict) else None
    return tree
