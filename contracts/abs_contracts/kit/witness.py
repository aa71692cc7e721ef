"""The proof of a break: the smallest message that really fails, or one with two readings.

Nothing here believes the table: a message counts only when the real decoder of its
sender takes it and that of its reader refuses it, for the change alone and as a whole.
"""

import json
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from abs_contracts.evolving import stated
from abs_contracts.kit import shape as s
from abs_contracts.kit import values
from abs_contracts.kit.diff import Change
from abs_contracts.kit.isolate import isolated
from abs_contracts.kit.readers import Reader
from abs_contracts.kit.rules import TABLE, Direction, Nature
from abs_contracts.kit.shape import Shape
from abs_contracts.refusal import Refusal


class Witness(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A message's `data`, and what the other side makes of it.

    `refusal`: it is refused. `readings`: it is read, as the old and as the new version.
    """

    data: str
    refusal: Refusal | None = None
    readings: tuple[str, str] | None = None


class Pair:
    """Two shapes and their real readers."""

    def __init__(self, old: Shape, new: Shape, *, closed: bool) -> None:
        self._closed = closed
        self._shapes = {Direction.BACKWARD: (old, new), Direction.FORWARD: (new, old)}
        self._readers = {
            Direction.BACKWARD: Reader(new, closed=closed),
            Direction.FORWARD: Reader(old, closed=closed),
        }

    def witness(self, change: Change, direction: Direction) -> Witness | None:
        """The smallest message that fails by this change, or else one with two readings."""
        if change.rule.startswith("TOMBSTONE_"):
            return self._unearthed(change, direction)
        if TABLE[change.rule].kind is Nature.SHAPE:
            failing = self._failing(change, direction)
            if failing is not None:
                return failing
        return self._read_twice(change, direction)

    def refusal(self, data: str, direction: Direction) -> Refusal | None:
        """What the real reader of this direction says to a message of its sender."""
        return self._readers[direction].refusal(data, self._must(data, direction))

    def _failing(self, change: Change, direction: Direction) -> Witness | None:
        writer, reader = self._shapes[direction]
        alone = Reader(isolated(writer, reader, change), closed=self._closed)
        for data in self._sendable(change, direction):
            refusal = alone.refusal(data, self._must(data, direction))
            if refusal is not None and self.refusal(data, direction) is not None:
                return Witness(data=data, refusal=refusal)
        return None

    def _read_twice(self, change: Change, direction: Direction) -> Witness | None:
        readings = (change.old or "nothing", change.new or "nothing")
        shown = [data for data in self._sendable(change, direction) if _shows(change, data)]
        return Witness(data=shown[0], readings=readings) if shown else None

    def _unearthed(self, change: Change, direction: Direction) -> Witness | None:
        """A message of a version before both, which still carries what was taken away."""
        writer, reader = self._shapes[direction]
        place, name = change.path, change.detail
        if not name:
            place, name = change.path[:-1], change.path[-1]
        inside = values.at(writer, place)
        carried: Iterable[Any] = [name]
        if isinstance(inside, s.Record):
            known = values.at(writer, (*place, name)) or values.at(reader, (*place, name))
            old = _smallest(known) if known is not None else [None]
            carried = ({**values.smallest(inside), name: value} for value in old)
        for value in _around(writer, place, carried):
            data = json.dumps(value, ensure_ascii=False)
            refusal = self._readers[direction].refusal(data)
            readings = None if refusal is not None else (change.old, change.new)
            return Witness(data=data, refusal=refusal, readings=readings)
        return None

    def _sendable(self, change: Change, direction: Direction) -> list[str]:
        """Messages about the change that its sender's own reader takes, smallest first."""
        writer, reader = self._shapes[direction]
        own = self._readers[
            Direction.FORWARD if direction is Direction.BACKWARD else Direction.BACKWARD
        ]
        tried = sorted(_messages(writer, reader, change), key=values.size)
        texts = [json.dumps(value, ensure_ascii=False) for value in tried]
        return [text for text in texts if own.refusal(text, self._must(text, direction)) is None]

    def _must(self, data: str, direction: Direction) -> str:
        writer, _ = self._shapes[direction]
        return stated(values.must_understand(writer, json.loads(data)))


def _messages(writer: Shape, reader: Shape, change: Change) -> Iterator[Any]:
    """Messages of the writer in which the place of a change is absent, or at an edge."""
    path = change.path
    parent = values.at(writer, path[:-1])
    if parent is not None:
        yield from _around(writer, path[:-1], _smallest(parent))
    there, here = values.at(writer, path), values.at(reader, path)
    if there is not None:
        yield from _around(writer, path, _telling(there, here, change))


def _around(writer: Shape, place: values.Path, inside: Iterable[Any]) -> Iterator[Any]:
    for value in inside:
        try:
            yield values.around(writer, place, value)
        except values.NoValueError:
            continue


def _smallest(shape: Shape) -> Iterator[Any]:
    try:
        yield values.smallest(shape)
    except values.NoValueError:
        return


def _telling(there: Shape, here: Shape | None, change: Change) -> Iterator[Any]:
    if change.rule.startswith(("ENUM_VALUE_", "TOMBSTONE_")) and change.detail:
        yield change.detail
    elif change.rule.startswith("UNION_ARM_") and isinstance(there, s.OneOf):
        if change.detail in there.arms:
            yield values.tagged(there, change.detail)
    else:
        yield from values.edges(there, here)
        yield from _smallest(there)


def _shows(change: Change, data: str) -> bool:
    """Whether the place of the change can be seen in a message, or for a default cannot."""
    found = list(_found(json.loads(data), change.path))
    if change.rule == "DEFAULT_CHANGED":
        return not found
    if change.rule.startswith("ENUM_VALUE_"):
        return change.detail in found
    if change.rule.startswith("UNION_ARM_"):
        return any(isinstance(each, dict) and change.detail in each.values() for each in found)
    return bool(found)


def _found(value: Any, path: values.Path) -> Iterator[Any]:
    """What stands at the path in a message."""
    if not path:
        yield value
    elif path[0].startswith("<"):
        yield from _found(value, path[1:])
    elif isinstance(value, list) and path[0] == "*":
        for item in value:
            yield from _found(item, path[1:])
    elif isinstance(value, dict) and path[0] == "*":
        for item in value.values():
            yield from _found(item, path[1:])
    elif isinstance(value, dict) and path[0] in value:
        yield from _found(value[path[0]], path[1:])
