"""A reader that differs from a sender by one change alone.

When several things changed at once, a message can fail for another reason than the
one that is being shown. So each change is shown by itself.
"""

from collections.abc import Callable

import msgspec

from abs_contracts.kit import shape as s
from abs_contracts.kit.diff import Change
from abs_contracts.kit.shape import Shape
from abs_contracts.kit.values import LATER, Path, at

_FIELD = ("FIELD_", "DEFAULT_", "CRITICAL_")
_BOUNDS = {
    "from": ("least", "low", "above"),
    "up to": ("most", "high", "below"),
    "pattern": ("pattern",),
    "": ("pattern",),
}


def isolated(writer: Shape, reader: Shape, change: Change) -> Shape:
    """The writer's shape with the reader's side of this change, and of no other."""
    if change.rule.startswith(_FIELD):
        other, name = at(reader, change.path[:-1]), change.path[-1]
        if not isinstance(other, s.Record):
            return writer
        known = other
        return _edited(writer, change.path[:-1], lambda record: _field(record, known, name))
    here = at(reader, change.path)
    if here is None:
        return writer
    other = here
    return _edited(writer, change.path, lambda there: _value(there, other, change))


def _edited(shape: Shape, path: Path, edit: Callable[[Shape], Shape]) -> Shape:
    if not path:
        return edit(shape)
    name, rest = path[0], path[1:]
    replace = msgspec.structs.replace
    match shape:
        case s.Record() if name in shape.fields:
            field = shape.fields[name]
            # The default may not fit the edited type, and what is absent shows nothing.
            field = replace(field, shape=_edited(field.shape, rest, edit), default=None)
            return replace(shape, fields={**shape.fields, name: field})
        case s.Items() | s.Mapped():
            return replace(shape, item=_edited(shape.item, rest, edit))
        case s.OneOf() if name.strip("<>") in shape.arms:
            tag = name.strip("<>")
            return replace(shape, arms={**shape.arms, tag: _edited(shape.arms[tag], rest, edit)})
    return shape


def _field(there: Shape, here: s.Record, name: str) -> Shape:
    """The record with the field, or its absence, as the other record has it."""
    if not isinstance(there, s.Record):
        return there
    fields = {each: field for each, field in there.fields.items() if each != name}
    if name in here.fields:
        fields[name] = here.fields[name]
    tombstones = {each: why for each, why in there.tombstones.items() if each != name}
    if name in here.tombstones:
        tombstones[name] = here.tombstones[name]
    return msgspec.structs.replace(
        there, fields=dict(sorted(fields.items())), tombstones=tombstones
    )


def _value(there: Shape, here: Shape, change: Change) -> Shape:
    rule, detail = change.rule, change.detail
    if rule.startswith("TYPE_"):
        return msgspec.structs.replace(here, nullable=there.nullable)
    if rule.startswith("NULL_"):
        return msgspec.structs.replace(there, nullable=here.nullable)
    if rule.startswith(("CONSTRAINT_", "PATTERN_")):
        if type(there) is not type(here):
            return here
        names = [name for name in _BOUNDS[detail] if hasattr(here, name)]
        return msgspec.structs.replace(there, **{name: getattr(here, name) for name in names})
    match there, here:
        case s.Choice(), s.Choice():
            left = tuple(value for value in there.values if value != detail) or (LATER,)
            return msgspec.structs.replace(there, values=left, fallback=here.fallback)
        case s.OneOf(), s.OneOf():
            arms = {tag: arm for tag, arm in there.arms.items() if tag != detail}
            arms = arms or {LATER: s.Record(fields={})}
            return msgspec.structs.replace(there, arms=arms, fallback=here.fallback)
    return there
