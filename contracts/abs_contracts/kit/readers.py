"""The real decoder of any shape, also of a frozen version whose class is gone.

What reads here is the codec of every layer: msgspec, the house rules and the
envelope's must-understand. Only the type is made anew, from the shape.
"""

import datetime as dt
import enum
import functools
import keyword
from collections.abc import Mapping
from typing import Annotated, Any, Union

import msgspec
from msgspec import UNSET, Meta, UnsetType

from abs_contracts.catalogue import Catalogue, Contract, Kind
from abs_contracts.codec import decode_command, decode_event
from abs_contracts.envelope import Envelope
from abs_contracts.evolving import CRITICAL, TOMBSTONES, OpenEnum
from abs_contracts.kit import shape as s
from abs_contracts.kit.shape import Shape
from abs_contracts.refusal import Refusal, Refused

_ENVELOPE = Envelope(
    specversion="1.0",
    id="kit-1",
    source="/kit",
    type="abs.kit.sample.v1",
    subject="kit-1",
    time=dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
    authid="kit",
    role="reader",
    data=msgspec.Raw(b""),
)


class Reader:
    """Reads a message's `data` as a participant of this version does."""

    def __init__(self, shape: Shape, *, closed: bool) -> None:
        self._shape = shape
        kind = Kind.COMMAND if closed else Kind.EVENT
        contract = Contract(name="kit.sample", payload=struct_of(shape), kind=kind)
        self._catalogue = Catalogue([contract])
        self._decode = decode_command if closed else decode_event

    def read(self, data: bytes, must: str = "") -> msgspec.Struct:
        """The payload; raises Refused. `must`: what its sender says must be understood."""
        envelope = msgspec.structs.replace(
            _ENVELOPE, data=msgspec.Raw(data), mustunderstand=must or UNSET
        )
        return self._decode(msgspec.json.encode(envelope), self._catalogue).payload

    def refusal(self, data: str, must: str = "") -> Refusal | None:
        """Why the data is refused; None where it is read."""
        try:
            self.read(data.encode(), must)
        except Refused as refused:
            return refused.refusal
        return None


def struct_of(shape: Shape) -> type[msgspec.Struct]:
    """The msgspec Struct of a record."""
    if not isinstance(shape, s.Record):
        raise TypeError(f"the data of a message is an object, not {shape}")
    return _struct(shape)


def type_of(shape: Shape) -> Any:
    """The msgspec type of any shape inside the subset."""
    bare = _bare(shape)
    if shape.meaning:
        bare = Annotated[bare, Meta(extra=dict(shape.meaning))]
    takes_null = isinstance(shape, s.Null | s.Anything)
    return _either(bare, None) if shape.nullable and not takes_null else bare


def _bare(shape: Shape) -> Any:
    match shape:
        case s.Record():
            return _struct(shape)
        case s.Items():
            bounds = Meta(min_length=shape.least or None, max_length=shape.most)
            return Annotated[tuple[type_of(shape.item), ...], bounds]  # type: ignore[misc]  # made at run time
        case s.Mapped():
            bounds = Meta(min_length=shape.least or None, max_length=shape.most)
            return Annotated[dict[type_of(shape.key), type_of(shape.item)], bounds]  # type: ignore[misc]  # likewise
        case s.OneOf():
            tag, fallback = shape.tag_field, shape.fallback
            arms: list[Any] = [
                _struct(arm, tag=(tag, name), fallback=name == fallback)
                for name, arm in shape.arms.items()
            ]
            return functools.reduce(_either, arms)
    return _scalar(shape)


def _scalar(shape: Shape) -> Any:
    match shape:
        case s.Text():
            bounds = Meta(
                min_length=shape.least or None, max_length=shape.most, pattern=shape.pattern
            )
            return Annotated[str, bounds]
        case s.Moment():
            return Annotated[dt.datetime, Meta(tz=True)]
        case s.Integer():
            return Annotated[int, Meta(ge=shape.low, le=shape.high)]
        case s.Number():
            return Annotated[float, Meta(**_bounds(shape))]
        case s.Choice():
            return _enum(shape)
    plain: Mapping[type[Shape], Any] = {s.Flag: bool, s.Null: None, s.Anything: msgspec.Raw}
    if type(shape) not in plain:
        raise TypeError(f"{shape} is outside the subset of the contracts")
    return plain[type(shape)]


def _either(one: Any, other: Any) -> Any:
    return Union[one, other]  # noqa: UP007 - of types that are made at run time


def _bounds(shape: s.Number) -> dict[str, Any]:
    """The tighter one of each pair; msgspec takes no two for one end."""
    above = shape.above is not None and (shape.low is None or shape.above >= shape.low)
    below = shape.below is not None and (shape.high is None or shape.below <= shape.high)
    lower = {"gt": shape.above} if above else {"ge": shape.low}
    upper = {"lt": shape.below} if below else {"le": shape.high}
    return lower | upper


def _enum(shape: s.Choice) -> Any:
    members = {f"VALUE_{index}": value for index, value in enumerate(shape.values)}
    if shape.fallback is not None:
        members["UNKNOWN"] = shape.fallback
    base: Any = enum.StrEnum if shape.fallback is None else OpenEnum
    made = base("Choice", members)
    setattr(made, TOMBSTONES, dict(shape.tombstones))
    return made


def _struct(
    shape: Shape, *, tag: tuple[str, str] | None = None, fallback: bool = False
) -> type[msgspec.Struct]:
    if not isinstance(shape, s.Record):
        raise TypeError(f"{shape} is outside the subset of the contracts")
    named = tag if tag is not None else (None, None)
    return msgspec.defstruct(
        str(shape.notes.get("title", "Record")),
        [_member(index, *pair) for index, pair in enumerate(shape.fields.items())],
        namespace={TOMBSTONES: dict(shape.tombstones), "__fallback__": fallback},
        tag_field=named[0],
        tag=named[1],
        frozen=True,
        kw_only=True,
        omit_defaults=not any(f.written and not f.required for f in shape.fields.values()),
    )


def _member(index: int, name: str, field: s.Field) -> Any:
    kind = type_of(field.shape)
    if field.critical:
        kind = Annotated[kind, Meta(extra={CRITICAL: True})]
    plain = name.isidentifier() and not keyword.iskeyword(name) and not name.startswith("__")
    attribute = name if plain else f"field_{index}"
    if field.required:
        return attribute, kind, msgspec.field(name=name)
    if field.default is None:
        return attribute, _either(kind, UnsetType), msgspec.field(name=name, default=UNSET)
    default = msgspec.json.decode(field.default, type=kind)
    return attribute, kind, msgspec.field(name=name, default=default)
