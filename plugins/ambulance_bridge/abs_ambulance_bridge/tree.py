"""JSON as plain values, and its leaves by JSON pointer."""

from collections.abc import Iterator
from typing import TypeAlias

Tree: TypeAlias = "bool | int | float | str | list[Tree] | dict[str, Tree] | None"


def leaves(tree: Tree, pointer: str = "") -> Iterator[tuple[str, Tree]]:
    """Every scalar, and every empty object or array, with the pointer to it."""
    if isinstance(tree, dict) and tree:
        for name, item in tree.items():
            yield from leaves(item, f"{pointer}/{escaped(name)}")
    elif isinstance(tree, list) and tree:
        for index, item in enumerate(tree):
            yield from leaves(item, f"{pointer}/{index}")
    else:
        yield pointer, tree


def escaped(name: str) -> str:
    """A name as one token of a JSON pointer."""
    return name.replace("~", "~0").replace("/", "~1")


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
