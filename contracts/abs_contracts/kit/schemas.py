"""Canonical JSON Schema (2020-12) of the envelope and of every message's `data`.

`emit` is what a conforming sender writes: sealed, with everything required that
it always writes. `accept` is what a conforming reader takes: open for events,
closed for commands, with only that required which has no default. Everything is
spelled out in place and sorted, so that a difference in text is one in meaning.
Run as a module to write the files anew.
"""

import inspect as python
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec
from msgspec import NODEFAULT, inspect

from abs_contracts.catalogue import CORE, Catalogue, Kind
from abs_contracts.envelope import Envelope
from abs_contracts.strictness import TIME_PATTERN

Schema = dict[str, object]
Struct = type[msgspec.Struct]

FOLDER = Path(__file__).parent.parent / "schemas"
DIALECT = "https://json-schema.org/draft/2020-12/schema"
ENVELOPE_VERSION = "1.0"
_INT64 = 2**63
_PLAIN: dict[type[inspect.Type], Schema] = {
    inspect.BoolType: {"type": "boolean"},
    inspect.NoneType: {"type": "null"},
    inspect.DateTimeType: {"type": "string", "format": "date-time", "pattern": TIME_PATTERN},
    inspect.RawType: {},
}


def emit(cls: Struct) -> Schema:
    """What a conforming sender can write."""
    return _render(inspect.type_info(cls), sealed=True, closed=True)


def accept(cls: Struct, *, closed: bool) -> Schema:
    """What a conforming reader takes; `closed` refuses fields that it does not know."""
    return _render(inspect.type_info(cls), sealed=False, closed=closed)


def documents(catalogue: Catalogue = CORE) -> dict[str, bytes]:
    """Every schema as its file's path, relative to the folder, and its bytes."""
    return dict(_documents(catalogue))


def write(folder: Path = FOLDER) -> None:
    """Write the core's schemas into this folder, and remove what is not one of them."""
    wanted = documents()
    for stale in folder.rglob("*.json"):
        if stale.relative_to(folder).as_posix() not in wanted:
            stale.unlink()
    for path, content in wanted.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)


def _documents(catalogue: Catalogue) -> Iterator[tuple[str, bytes]]:
    yield _document("emit", "envelope", ENVELOPE_VERSION, emit(Envelope))
    yield _document("accept", "envelope", ENVELOPE_VERSION, accept(Envelope, closed=False))
    for contract in catalogue.values():
        version = f"{contract.major}.{contract.minor}"
        closed = contract.kind is Kind.COMMAND
        yield _document("emit", contract.name, version, emit(contract.payload))
        yield _document("accept", contract.name, version, accept(contract.payload, closed=closed))


def _document(side: str, name: str, version: str, body: Schema) -> tuple[str, bytes]:
    whole = {"$schema": DIALECT, "$id": f"urn:abs:schema:{name}:{version}:{side}", **body}
    text = msgspec.json.format(msgspec.json.encode(whole, order="sorted"), indent=2)
    return f"{side}/{name}.v{version.partition('.')[0]}.json", text + b"\n"


def _render(kind: inspect.Type, *, sealed: bool, closed: bool) -> Schema:
    match kind:
        case inspect.Metadata():
            inner = _render(kind.type, sealed=sealed, closed=closed)
            return {**inner, **(kind.extra_json_schema or {})}
        case inspect.UnionType():
            return {"oneOf": [_render(t, sealed=sealed, closed=closed) for t in kind.types]}
        case inspect.StructType():
            return _object(kind, sealed=sealed, closed=closed)
        case inspect.VarTupleType():
            items = _render(kind.item_type, sealed=sealed, closed=closed)
            bounds = _given(minItems=kind.min_length, maxItems=kind.max_length)
            return {"type": "array", "items": items, **bounds}
    return _scalar(kind)


def _object(kind: inspect.StructType, *, sealed: bool, closed: bool) -> Schema:
    properties: dict[str, Schema] = {}
    required = []
    for field in kind.fields:
        shape = _render(field.type, sealed=sealed, closed=closed)
        if field.default is not NODEFAULT:
            shape = {**shape, "default": msgspec.to_builtins(field.default)}
        properties[field.encode_name] = shape
        if field.required or (sealed and _always_written(kind.cls, field)):
            required.append(field.encode_name)
    if kind.tag_field is not None:
        properties[kind.tag_field] = {"const": kind.tag}
        required.append(kind.tag_field)
    return {
        "type": "object",
        "title": kind.cls.__name__,
        **_given(description=python.cleandoc(kind.cls.__doc__) if kind.cls.__doc__ else None),
        "properties": properties,
        "required": sorted(required),
        **({"additionalProperties": False} if closed else {}),
    }


def _always_written(cls: Struct, field: inspect.Field) -> bool:
    unset = field.default is NODEFAULT and field.default_factory is NODEFAULT
    return not cls.__struct_config__.omit_defaults and not unset


def _scalar(kind: inspect.Type) -> Schema:
    match kind:
        case inspect.StrType():
            bounds = _given(
                minLength=kind.min_length, maxLength=kind.max_length, pattern=kind.pattern
            )
            return {"type": "string", **bounds}
        case inspect.IntType():
            low = -_INT64 if kind.ge is None else kind.ge
            high = _INT64 - 1 if kind.le is None else kind.le
            return {"type": "integer", "minimum": low, "maximum": high}
        case inspect.FloatType():
            bounds = _given(minimum=kind.ge, maximum=kind.le, exclusiveMinimum=kind.gt)
            return {"type": "number", **bounds}
        case inspect.EnumType():
            return _enum(member.value for member in kind.cls)
        case inspect.LiteralType():
            return _enum(kind.values)
    if type(kind) not in _PLAIN:
        raise TypeError(f"{kind} is outside the subset of the contracts")
    return _PLAIN[type(kind)]


def _enum(values: Iterable[object]) -> Schema:
    return {"type": "string", "enum": sorted(map(str, values))}


def _given(**keywords: object) -> Schema:
    return {name: value for name, value in keywords.items() if value is not None}


if __name__ == "__main__":
    write()
