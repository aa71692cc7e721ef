"""The shape behind a pair of schemas: of a frozen version, or of a file of anybody's.

What lies outside the subset becomes Opaque, which no change can be judged on.
"""

from collections.abc import Mapping

import msgspec

from abs_contracts.kit import schemas
from abs_contracts.kit import shape as s
from abs_contracts.kit.shape import Shape
from abs_contracts.strictness import TIME_PATTERN

Schema = Mapping[str, object]
_NOTES = {"title", "description", "examples", "deprecated", "$comment"}
_OF_NAMES = {"propertyNames", "minProperties", "maxProperties"}
_WORDS: dict[str, set[str]] = {
    "object": {"properties", "required", "additionalProperties", *_OF_NAMES},
    "array": {"items", "minItems", "maxItems"},
    "string": {"minLength", "maxLength", "pattern", "format", "enum"},
    "integer": {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"},
    "number": {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"},
    "boolean": set(),
    "null": set(),
}
_TEXT_BEYOND = s.Opaque(text="a format other than our date-time")


def parse(emit: Schema, accept: Schema) -> Shape:
    """The shape that both schemas come from; one schema can stand for both."""
    return _Parser(emit.get("$defs"), accept.get("$defs")).shape(emit, accept, ())


class _Parser:
    """Walks both schemas side by side; `$ref` leads into the `$defs` of each."""

    def __init__(self, emit: object, accept: object) -> None:
        self._emit = emit if isinstance(emit, dict) else {}
        self._accept = accept if isinstance(accept, dict) else {}

    def shape(self, emit: Schema, accept: Schema, inside: tuple[str, ...]) -> Shape:
        if "$ref" in accept:
            return self._reference(emit, accept, inside)
        found = self._bare(emit, accept, inside)
        meaning = {
            name: str(accept[schemas.MEANING + name])
            for name in ("unit", "crs", "clock", "codelist")
            if schemas.MEANING + name in accept
        }
        notes = {name: accept[name] for name in _NOTES if name in accept}
        return msgspec.structs.replace(
            found, meaning={**found.meaning, **meaning}, notes={**found.notes, **notes}
        )

    def _reference(self, emit: Schema, accept: Schema, inside: tuple[str, ...]) -> Shape:
        target = str(accept["$ref"])
        name = target.removeprefix("#/$defs/")
        if name not in self._accept or name in inside:
            return s.Opaque(text=f"a reference to {target}")
        read: Schema = self._accept[name]
        written: Schema = self._emit.get(name, read) if "$ref" in emit else emit
        return self.shape(written, read, (*inside, name))

    def _bare(self, emit: Schema, accept: Schema, inside: tuple[str, ...]) -> Shape:
        if schemas.OUTSIDE in accept:
            return s.Opaque(text=str(accept[schemas.OUTSIDE]))
        arms = accept.get("oneOf", accept.get("anyOf"))
        if isinstance(arms, list):
            return self._arms(emit, accept, arms, inside)
        kind = accept.get("type")
        if isinstance(kind, list):
            rest = [each for each in kind if each != "null"]
            if len(rest) != 1:
                return s.Opaque(text=f"any of the types {kind}")
            one = {**accept, "type": rest[0]}
            inner = self.shape({**emit, "type": rest[0]}, one, inside)
            return msgspec.structs.replace(inner, nullable=len(rest) < len(kind))
        if "const" in accept and isinstance(accept["const"], str):
            return s.Choice(values=(accept["const"],))
        if kind is None and "enum" in accept:
            kind = "string"
        if kind is None and not _beyond(accept, set()):
            return s.Anything(nullable=True)
        if not isinstance(kind, str) or kind not in _WORDS:
            return s.Opaque(text=_brief(accept))
        if beyond := _beyond(accept, _WORDS[kind]):
            return s.Opaque(text=f"{kind} with {', '.join(sorted(beyond))}")
        if kind == "object":
            return self._record(emit, accept, inside)
        if kind == "array":
            return self._items(emit, accept, inside)
        return _scalar(kind, accept)

    def _arms(
        self, emit: Schema, accept: Schema, arms: list[Schema], inside: tuple[str, ...]
    ) -> Shape:
        beside = emit.get("oneOf", emit.get("anyOf"))
        written = beside if isinstance(beside, list) and len(beside) == len(arms) else arms
        pairs = [pair for pair in zip(written, arms, strict=True) if pair[1].get("type") != "null"]
        shapes = [self.shape(*pair, inside) for pair in pairs]
        nullable = len(pairs) < len(arms)
        if len(shapes) == 1:
            return msgspec.structs.replace(shapes[0], nullable=nullable)
        tag = _tag_of(shapes)
        if tag is None:
            return s.Opaque(text=s.UNTAGGED, nullable=nullable)
        fallback = accept.get(schemas.FALLBACK)
        return s.OneOf(
            tag_field=tag,
            arms=dict(sorted(_untagged(each, tag) for each in shapes)),
            fallback=str(fallback) if fallback is not None else None,
            nullable=nullable,
        )

    def _record(self, emit: Schema, accept: Schema, inside: tuple[str, ...]) -> Shape:
        if isinstance(accept.get("additionalProperties"), dict):
            return self._mapped(emit, accept, inside)
        if _OF_NAMES & accept.keys():
            return s.Opaque(text="an object with bounds on its names")
        read, wrote = _mapping(accept, "properties"), _mapping(emit, "properties")
        required, written = _names(accept, "required"), _names(emit, "required")
        tombstones = _mapping(accept, schemas.TOMBSTONES)
        fields = {
            name: s.Field(
                shape=self.shape(wrote.get(name, read[name]), read[name], inside),
                required=name in required,
                written=name in written or name in required,
                default=_json(read[name]["default"]) if "default" in read[name] else None,
                critical=bool(read[name].get(schemas.CRITICAL)),
            )
            for name in sorted(read)
            if name not in tombstones
        }
        return s.Record(fields=fields, tombstones={n: str(t) for n, t in tombstones.items()})

    def _mapped(self, emit: Schema, accept: Schema, inside: tuple[str, ...]) -> Shape:
        read, wrote = accept["additionalProperties"], emit.get("additionalProperties")
        key = _text(_mapping(accept, "propertyNames"))
        if accept.get("properties") or not isinstance(read, dict) or not isinstance(key, s.Text):
            return s.Opaque(text="an object with names that are data, and others")
        return s.Mapped(
            key=key,
            item=self.shape(wrote if isinstance(wrote, dict) else read, read, inside),
            least=_whole(accept, "minProperties") or 0,
            most=_whole(accept, "maxProperties"),
        )

    def _items(self, emit: Schema, accept: Schema, inside: tuple[str, ...]) -> Shape:
        wrote, read = emit.get("items", {}), accept.get("items", {})
        if not isinstance(wrote, dict) or not isinstance(read, dict):
            return s.Opaque(text="an array with items of several kinds")
        return s.Items(
            item=self.shape(wrote, read, inside),
            least=_whole(accept, "minItems") or 0,
            most=_whole(accept, "maxItems"),
        )


def _scalar(kind: str, schema: Schema) -> Shape:
    match kind:
        case "string":
            return _text(schema)
        case "integer":
            over, under = _whole(schema, "exclusiveMinimum"), _whole(schema, "exclusiveMaximum")
            lows = [_whole(schema, "minimum"), None if over is None else over + 1, -s.INT64]
            highs = [_whole(schema, "maximum"), None if under is None else under - 1, s.INT64 - 1]
            return s.Integer(
                low=max(n for n in lows if n is not None),
                high=min(n for n in highs if n is not None),
            )
        case "number":
            return s.Number(
                low=_number(schema, "minimum"),
                high=_number(schema, "maximum"),
                above=_number(schema, "exclusiveMinimum"),
                below=_number(schema, "exclusiveMaximum"),
            )
        case "boolean":
            return s.Flag()
    return s.Null(nullable=True)


def _text(schema: Schema) -> Shape:
    open_values = schema.get(schemas.VALUES)
    values = schema.get("enum", open_values)
    if isinstance(values, list):
        if not all(isinstance(value, str) for value in values):
            return s.Opaque(text="an enum of other things than texts")
        fallback = schema.get(schemas.FALLBACK)
        return s.Choice(
            values=tuple(sorted(values)),
            fallback=None if fallback is None else str(fallback),
            tombstones={n: str(t) for n, t in _mapping(schema, schemas.TOMBSTONES).items()},
        )
    if schema.get("format") == "date-time" and schema.get("pattern") in (None, TIME_PATTERN):
        return s.Moment()
    if "format" in schema:
        return _TEXT_BEYOND
    pattern = schema.get("pattern")
    return s.Text(
        least=_whole(schema, "minLength") or 0,
        most=_whole(schema, "maxLength"),
        pattern=None if pattern is None else str(pattern),
    )


def _tag_of(shapes: list[Shape]) -> str | None:
    """The one field that is a different constant in each of these records."""
    if not all(isinstance(each, s.Record) for each in shapes):
        return None
    records = [each for each in shapes if isinstance(each, s.Record)]
    for name in sorted(set.intersection(*(set(record.fields) for record in records))):
        tags = [record.fields[name].shape for record in records]
        values = [tag.values[0] for tag in tags if isinstance(tag, s.Choice)]
        single = all(isinstance(tag, s.Choice) and len(tag.values) == 1 for tag in tags)
        if single and len(set(values)) == len(records):
            return name
    return None


def _untagged(shape: Shape, tag: str) -> tuple[str, Shape]:
    assert isinstance(shape, s.Record)
    value = shape.fields[tag].shape
    assert isinstance(value, s.Choice)
    rest = {name: field for name, field in shape.fields.items() if name != tag}
    return value.values[0], msgspec.structs.replace(shape, fields=rest)


def _beyond(schema: Schema, words: set[str]) -> set[str]:
    known = words | _NOTES | {"type", "$schema", "$id", "$defs", "default"}
    return {word for word in schema if word not in known and not word.startswith(schemas.MEANING)}


def _mapping(schema: Schema, word: str) -> dict[str, dict[str, object]]:
    found = schema.get(word, {})
    return found if isinstance(found, dict) else {}


def _names(schema: Schema, word: str) -> set[str]:
    found = schema.get(word, [])
    return set(map(str, found)) if isinstance(found, list) else set()


def _whole(schema: Schema, word: str) -> int | None:
    found = schema.get(word)
    return int(found) if isinstance(found, int | float) else None


def _number(schema: Schema, word: str) -> float | None:
    found = schema.get(word)
    return found if isinstance(found, int | float) else None


def _json(value: object) -> str:
    return msgspec.json.encode(value, order="sorted").decode()


def _brief(schema: Schema) -> str:
    return msgspec.json.encode(dict(schema), order="sorted").decode()[:80]
