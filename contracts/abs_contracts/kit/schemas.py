"""Canonical JSON Schema (2020-12) of the envelope and of every message's `data`.

`emit` is what a conforming sender writes: sealed, with everything required that
it always writes. `accept` is what a conforming reader takes: open for events,
closed for commands, with only that required which has no default. Everything is
spelled out in place and sorted, so that a difference in text is one in meaning.
What JSON Schema has no word for stands in `x-abs-…`.
Run as a module to write the files anew.
"""

from collections.abc import Iterator
from pathlib import Path

import msgspec

from abs_contracts.catalogue import CORE, Catalogue, Kind
from abs_contracts.envelope import Envelope
from abs_contracts.kit import shape as s
from abs_contracts.kit.shape import Shape, of_type
from abs_contracts.strictness import TIME_PATTERN

Schema = dict[str, object]
Struct = type[msgspec.Struct]

FOLDER = Path(__file__).parent.parent / "schemas"
DIALECT = "https://json-schema.org/draft/2020-12/schema"
ENVELOPE_VERSION = "1.0"
FALLBACK, VALUES = "x-abs-fallback", "x-abs-values"
OUTSIDE = "x-abs-outside"
"""What no schema of ours can say: the reader has to look at the definition."""
TOMBSTONES, CRITICAL, MEANING = "x-abs-tombstones", "x-abs-critical", "x-abs-"


def emit(cls: Struct, *, closed: bool = False) -> Schema:
    """What a conforming sender can write; to a `closed` reader only values that are known."""
    return emitted(_inside(of_type(cls)), closed=closed)


def accept(cls: Struct, *, closed: bool) -> Schema:
    """What a conforming reader takes; `closed` refuses what it does not know."""
    return accepted(_inside(of_type(cls)), closed=closed)


def _inside(shape: Shape) -> Shape:
    """The shape, when all of it is inside the subset; else TypeError."""
    outside = [each for _, each in s.depths(shape) if isinstance(each, s.Opaque)]
    if outside:
        raise TypeError(f"{outside[0].text} is outside the subset of the contracts")
    return shape


def emitted(shape: Shape, *, closed: bool) -> Schema:
    """`emit` of a shape."""
    return _render(shape, sealed=True, closed=closed)


def accepted(shape: Shape, *, closed: bool) -> Schema:
    """`accept` of a shape."""
    return _render(shape, sealed=False, closed=closed)


def documents(catalogue: Catalogue = CORE) -> dict[str, bytes]:
    """Every schema as its file's path, relative to the folder, and its bytes."""
    return dict(_documents(catalogue))


def write(folder: Path = FOLDER, catalogue: Catalogue = CORE) -> None:
    """Write the schemas into this folder, and remove what is not one of them."""
    wanted = documents(catalogue)
    for stale in folder.rglob("*.json"):
        if stale.relative_to(folder).as_posix() not in wanted:
            stale.unlink()
    for path, content in wanted.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)


def named(name: str, version: str, side: str, body: Schema) -> Schema:
    """A whole schema document: dialect, stable identifier, body."""
    return {"$schema": DIALECT, "$id": f"urn:abs:schema:{name}:{version}:{side}", **body}


def _documents(catalogue: Catalogue) -> Iterator[tuple[str, bytes]]:
    yield _document("emit", "envelope", ENVELOPE_VERSION, emit(Envelope))
    yield _document("accept", "envelope", ENVELOPE_VERSION, accept(Envelope, closed=False))
    for contract in catalogue.values():
        closed = contract.kind is Kind.COMMAND
        shape = of_type(contract.payload)
        yield _document("emit", contract.name, contract.version, emitted(shape, closed=closed))
        yield _document("accept", contract.name, contract.version, accepted(shape, closed=closed))


def _document(side: str, name: str, version: str, body: Schema) -> tuple[str, bytes]:
    whole = named(name, version, side, body)
    text = msgspec.json.format(msgspec.json.encode(whole, order="sorted"), indent=2)
    return f"{side}/{name}.v{version.partition('.')[0]}.json", text + b"\n"


def _render(shape: Shape, *, sealed: bool, closed: bool) -> Schema:
    match shape:
        case s.Record():
            body = _object(shape, sealed=sealed, closed=closed)
        case s.Items():
            items = _render(shape.item, sealed=sealed, closed=closed)
            body = {"type": "array", "items": items, **_given(minItems=shape.least or None)}
            body |= _given(maxItems=shape.most)
        case s.Mapped():
            body = _names(shape, _render(shape.item, sealed=sealed, closed=closed))
        case s.OneOf():
            body = {"oneOf": [_arm(shape, tag, sealed, closed) for tag in shape.arms]}
            body |= _given(**{FALLBACK: shape.fallback})
        case _:
            body = _scalar(shape, closed=closed)
    body |= {MEANING + name: text for name, text in shape.meaning.items()}
    notes = {name: note for name, note in shape.notes.items() if name not in body}
    if shape.nullable and not isinstance(shape, s.Null | s.Anything):
        return {"oneOf": [{**body, **notes}, {"type": "null"}]}
    return {**body, **notes}


def _object(shape: s.Record, *, sealed: bool, closed: bool) -> Schema:
    properties: dict[str, Schema] = {}
    for name, field in shape.fields.items():
        properties[name] = _render(field.shape, sealed=sealed, closed=closed)
        if field.default is not None:
            properties[name] |= {"default": msgspec.json.decode(field.default)}
        if field.critical:
            properties[name] |= {CRITICAL: True}
    required = [n for n, f in shape.fields.items() if f.required or (sealed and f.written)]
    if closed and not sealed:
        # Older senders still write what was taken away; it is read as nothing.
        properties |= {name: {} for name in shape.tombstones}
    return {
        "type": "object",
        "properties": properties,
        "required": sorted(required),
        **_given(**{TOMBSTONES: shape.tombstones or None}),
        **({"additionalProperties": False} if sealed or closed else {}),
    }


def _names(shape: s.Mapped, item: Schema) -> Schema:
    return {
        "type": "object",
        "additionalProperties": item,
        "propertyNames": _scalar(shape.key, closed=True),
        **_given(minProperties=shape.least or None, maxProperties=shape.most),
    }


def _arm(shape: s.OneOf, tag: str, sealed: bool, closed: bool) -> Schema:
    body = _render(shape.arms[tag], sealed=sealed, closed=closed)
    properties, required = body.get("properties"), body.get("required")
    assert isinstance(properties, dict)
    assert isinstance(required, list)
    return {
        **body,
        "properties": {**properties, shape.tag_field: {"const": tag}},
        "required": sorted([*required, shape.tag_field]),
    }


def _scalar(shape: Shape, *, closed: bool) -> Schema:
    match shape:
        case s.Text():
            bounds = _given(minLength=shape.least or None, maxLength=shape.most)
            return {"type": "string", **bounds, **_given(pattern=shape.pattern)}
        case s.Moment():
            return {"type": "string", "format": "date-time", "pattern": TIME_PATTERN}
        case s.Integer():
            return {"type": "integer", "minimum": shape.low, "maximum": shape.high}
        case s.Number():
            bounds = _given(minimum=shape.low, maximum=shape.high)
            beyond = _given(exclusiveMinimum=shape.above, exclusiveMaximum=shape.below)
            return {"type": "number", **bounds, **beyond}
        case s.Choice():
            more = _given(**{FALLBACK: shape.fallback, TOMBSTONES: shape.tombstones or None})
            if shape.fallback is not None and not closed:
                return {"type": "string", VALUES: sorted(shape.values), **more}
            return {"type": "string", "enum": sorted(shape.values), **more}
        case s.Flag():
            return {"type": "boolean"}
        case s.Null():
            return {"type": "null"}
        case s.Anything():
            return {}
        case s.Opaque():
            return {OUTSIDE: shape.text}
    raise AssertionError(f"{shape} is no scalar")


def _given(**keywords: object) -> Schema:
    return {name: value for name, value in keywords.items() if value is not None}


if __name__ == "__main__":
    write()
