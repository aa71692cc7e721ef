"""The schemas: up to date, stable, inside the subset, and of one mind with the codec."""

import json
from collections.abc import Iterator

import jsonschema  # type: ignore[import-untyped]  # ships no types
import msgspec
import pytest
from abs_contracts import CORE, Contract, Kind
from abs_contracts.envelope import Envelope
from abs_contracts.kit import schemas
from abs_contracts.kit.draws import instances
from abs_contracts.protocol import Beat, Welcome
from hypothesis import given, settings
from hypothesis import strategies as st

WORDS = {
    "$id", "$schema", "additionalProperties", "const", "default", "description", "enum",
    "exclusiveMinimum", "format", "items", "maxItems", "maxLength", "maximum", "minItems",
    "minLength", "minimum", "oneOf", "pattern", "properties", "required", "title", "type",
    "x-abs-clock", "x-abs-codelist", "x-abs-crs", "x-abs-fallback", "x-abs-unit", "x-abs-values",
}  # fmt: skip


def test_the_files_are_what_the_types_say() -> None:
    have = {
        path.relative_to(schemas.FOLDER).as_posix(): path.read_bytes()
        for path in schemas.FOLDER.rglob("*.json")
    }
    wanted = schemas.documents()
    assert have.keys() == wanted.keys(), "run python -m abs_contracts.kit.schemas"
    stale = [path for path in wanted if have[path] != wanted[path]]
    assert not stale, "run python -m abs_contracts.kit.schemas"


def test_every_schema_is_valid_and_has_an_id_of_its_own() -> None:
    ids = set()
    for content in schemas.documents().values():
        document = json.loads(content)
        jsonschema.Draft202012Validator.check_schema(document)
        ids.add(document["$id"])
    assert len(ids) == 2 * (len(CORE) + 1)
    assert "urn:abs:schema:incident.opened:1.0:emit" in ids


def test_every_schema_stays_inside_the_decidable_subset() -> None:
    for content in schemas.documents().values():
        assert set(_words(json.loads(content))) <= WORDS


def _words(schema: dict[str, object]) -> Iterator[str]:
    yield from schema
    for name, inner in schema.items():
        if name == "properties":
            assert isinstance(inner, dict)
            for each in inner.values():
                yield from _words(each)
        elif name == "items":
            assert isinstance(inner, dict)
            yield from _words(inner)
        elif name == "oneOf":
            assert isinstance(inner, list)
            for each in inner:
                yield from _words(each)


@pytest.mark.parametrize("contract", CORE.values(), ids=lambda c: c.type)
@settings(max_examples=5, deadline=None)
@given(draw=st.data())
def test_what_the_encoder_writes_is_emitted_and_accepted(
    contract: Contract, draw: st.DataObject
) -> None:
    payload = draw.draw(instances(contract.payload))
    value = json.loads(msgspec.json.encode(payload))
    closed = contract.kind is Kind.COMMAND
    for schema in (
        schemas.emit(contract.payload),
        schemas.accept(contract.payload, closed=closed),
    ):
        jsonschema.Draft202012Validator(schema).validate(value)


@pytest.mark.parametrize("contract", CORE.values(), ids=lambda c: c.type)
def test_emit_is_sealed_and_accept_is_open_for_events_alone(contract: Contract) -> None:
    closed = contract.kind is Kind.COMMAND
    assert schemas.emit(contract.payload)["additionalProperties"] is False
    assert ("additionalProperties" in schemas.accept(contract.payload, closed=closed)) == closed


def test_the_envelope_is_drawn_and_valid() -> None:
    @settings(max_examples=30, deadline=None)
    @given(envelope=instances(Envelope))
    def holds(envelope: msgspec.Struct) -> None:
        jsonschema.validate(json.loads(msgspec.json.encode(envelope)), schemas.emit(Envelope))

    holds()


def test_what_is_always_written_is_required_of_a_sender_only() -> None:
    assert "draining" in _required(schemas.emit(Beat))
    assert "draining" not in _required(schemas.accept(Beat, closed=True))


def test_a_tag_is_part_of_the_schema() -> None:
    assert "outcome" in _required(schemas.emit(Welcome))


def _required(schema: schemas.Schema) -> list[str]:
    required = schema["required"]
    assert isinstance(required, list)
    return required


def test_a_type_outside_the_subset_has_no_schema() -> None:
    class Loose(msgspec.Struct):
        anything: set[str]

    with pytest.raises(TypeError, match="subset"):
        schemas.emit(Loose)
