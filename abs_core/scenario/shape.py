"""What in a scenario file does not fit its type: part by part, so that none hides another."""

from collections.abc import Iterator, Mapping
from typing import Annotated, NamedTuple, get_args, get_origin

import msgspec
from abs_contracts.codec import located

from abs_core.scenario.model import Scenario

FILLERS: Mapping[str, object] = {"title": "-", "summary": "-", "room": "x", "pace": 1.0}
"""What stands in for a field that cannot be read, so that the rest can be looked at."""


class Mistake(NamedTuple):
    """One thing that is wrong; without a fix of its own, the rule's."""

    rule: str
    what: str
    pointer: str
    fix: str = ""


def ill_formed(data: object) -> Iterator[Mistake]:
    """What does not fit its type, part by part."""
    if not isinstance(data, Mapping):
        yield Mistake("SCENARIO-003", "a scenario is a mapping of names to values", "")
        return
    fields = {field.name: field for field in msgspec.structs.fields(Scenario)}
    for name in data:
        if name not in fields:
            yield Mistake("SCENARIO-003", f"a scenario has no field {name!r}", f"/{name}")
    for name, field in fields.items():
        if name not in data:
            if field.required:
                yield Mistake("SCENARIO-003", f"the field {name!r} is missing", "")
            continue
        for pointer, value, kind in _parts(f"/{name}", data[name], field.type):
            try:
                msgspec.convert(value, kind)
            except msgspec.ValidationError as error:
                what, where = located(error)
                yield Mistake("SCENARIO-003", what, f"{pointer}{where}")


def _parts(pointer: str, value: object, kind: object) -> Iterator[tuple[str, object, object]]:
    """The smallest parts that can be read alone: names and items, or else the whole."""
    plain = get_args(kind)[0] if get_origin(kind) is Annotated else kind
    inner = get_args(plain)
    if get_origin(plain) is dict and isinstance(value, Mapping) and value:
        for key, each in value.items():
            yield f"{pointer}/{key}", key, inner[0]
            yield f"{pointer}/{key}", each, inner[1]
    elif get_origin(plain) is tuple and isinstance(value, list) and value:
        for number, each in enumerate(value):
            yield f"{pointer}/{number}", each, inner[0]
    else:
        yield pointer, value, kind


def readable(
    data: Mapping[str, object], broken: set[tuple[str, ...]]
) -> tuple[list[int], dict[str, object]]:
    """The data without what is broken, and the numbers of the steps that are left."""
    numbers: list[int] = []
    kept: dict[str, object] = dict(FILLERS)
    for field in msgspec.structs.fields(Scenario):
        name, value = field.name, data.get(field.name)
        if name not in data or (name,) in broken:
            continue
        if isinstance(value, Mapping):
            value = {key: each for key, each in value.items() if (name, key) not in broken}
        elif isinstance(value, list):
            left = [n for n in range(len(value)) if (name, str(n)) not in broken]
            numbers = left if name == "steps" else numbers
            value = [value[n] for n in left]
        kept[name] = value
    return numbers, kept
