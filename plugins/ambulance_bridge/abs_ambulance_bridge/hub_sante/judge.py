"""Judging a message as the publisher's schemas do: every issue, each with its pointer.

The decoder of msgspec says yes or no and stops at the first issue; this says all of
them. A test holds the two, and the publisher's own schemas, against each other.
"""

from collections.abc import Iterator

from abs_ambulance_bridge.hub_sante.shape import Many, Numeric, Object, Open, Shape, Text, Truth
from abs_ambulance_bridge.profile import Issue
from abs_ambulance_bridge.tree import Tree, escaped


def issues(value: Tree, shape: Shape, pointer: str = "") -> Iterator[Issue]:
    """All that is wrong with this value, in the order of the value."""
    match shape:
        case Object():
            yield from _object(value, shape, pointer)
        case Many():
            yield from _many(value, shape, pointer)
        case Open() if not isinstance(value, dict):
            yield _kind(value, "object", pointer)
        case Truth() if not isinstance(value, bool):
            yield _kind(value, "boolean", pointer)
        case Numeric(whole=whole) if not _numeric(value, whole):
            yield _kind(value, "integer" if whole else "number", pointer)
        case Text():
            yield from _text(value, shape, pointer)


def _object(value: Tree, shape: Object, pointer: str) -> Iterator[Issue]:
    if not isinstance(value, dict):
        yield _kind(value, "object", pointer)
        return
    for name, member in shape.members.items():
        where = f"{pointer}/{escaped(name)}"
        if name in value:
            yield from issues(value[name], member.shape, where)
        elif member.required:
            yield Issue(where=where, what="is missing but it is required")
    if shape.closed:
        for name in value:
            if name not in shape.members:
                yield Issue(where=f"{pointer}/{escaped(name)}", what="is not in the profile")


def _many(value: Tree, shape: Many, pointer: str) -> Iterator[Issue]:
    if not isinstance(value, list):
        yield _kind(value, "array", pointer)
        return
    if len(value) < shape.least:
        yield Issue(where=pointer, what=f"has fewer than {shape.least} items")
    if shape.most is not None and len(value) > shape.most:
        yield Issue(where=pointer, what=f"has more than {shape.most} items")
    for index, item in enumerate(value):
        yield from issues(item, shape.item, f"{pointer}/{index}")


def _text(value: Tree, shape: Text, pointer: str) -> Iterator[Issue]:
    if not isinstance(value, str):
        yield _kind(value, "string", pointer)
    elif shape.pattern is not None and shape.pattern.search(value) is None:
        of = f"is not a code of list {shape.codes}" if shape.codes else "does not have its form"
        yield Issue(where=pointer, what=of)


def _kind(value: Tree, expected: str, pointer: str) -> Issue:
    names = {
        bool: "boolean",
        int: "integer",
        float: "number",
        str: "string",
        list: "array",
        dict: "object",
        type(None): "null",
    }
    return Issue(where=pointer, what=f"{names[type(value)]} found, {expected} expected")


def _numeric(value: Tree, whole: bool) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return not whole or isinstance(value, int)
