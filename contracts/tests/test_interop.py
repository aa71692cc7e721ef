"""Code that is not ours: the CloudEvents SDK, a JSON Schema validator, jsoncompat."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, NoReturn

import jsoncompat
import jsonschema  # type: ignore[import-untyped]  # ships no types
import msgspec
import pytest
from abs_contracts import CORE, Contract, Kind, decode_command, decode_event
from abs_contracts.kit import mutations, samples
from abs_contracts.kit.asyncapi import whole_message
from abs_contracts.kit.diff import Change, diff
from abs_contracts.kit.rules import TABLE, Direction, Nature, Verdict, worst
from abs_contracts.kit.samples import Sample
from abs_contracts.kit.schemas import accepted, emitted
from abs_contracts.kit.shape import Shape
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

SHIPPED = list(samples.shipped())
VALID = [sample for sample in SHIPPED if sample.expected is None]
INVALID = [sample for sample in SHIPPED if sample.expected is not None]
BY_NAME = {contract.name: contract for contract in CORE.values()}
OF_BYTES = {"CONTRACT-001", "CONTRACT-002", "CONTRACT-007"}
"""Size, not JSON at all, doubled names: gone or fatal before a schema sees a value."""


def name(sample: Sample) -> str:
    return f"{sample.message}/{sample.case}"


def decoded(contract: Contract, raw: bytes) -> Any:
    return decode_command(raw) if contract.kind is Kind.COMMAND else decode_event(raw)


# -- JSON Schema ------------------------------------------------------------------


@pytest.mark.parametrize("sample", VALID, ids=name)
def test_a_validator_accepts_every_valid_sample(sample: Sample) -> None:
    contract = BY_NAME[sample.message]
    jsonschema.validate(json.loads(sample.raw), whole_message(contract, sealed=False))
    if sample.case != "edge-later":  # what a newer sender adds, this version never writes
        jsonschema.validate(json.loads(sample.raw), whole_message(contract))


def pattern(_: Any, wanted: str, value: Any, __: Any) -> Iterator[jsonschema.ValidationError]:
    """As ECMA-262 reads it, which JSON Schema asks for: `$` is the very end of the text."""
    if isinstance(value, str) and not re.search(wanted.replace("$", "\\Z"), value):
        yield jsonschema.ValidationError(f"{value!r} does not match {wanted}")


Validator = jsonschema.validators.extend(jsonschema.Draft202012Validator, {"pattern": pattern})


def pointers(error: Any) -> Iterator[str]:
    """Where a validator finds fault, as our decoder points to it."""
    path = "".join(f"/{part}" for part in error.absolute_path)
    inner = [each for each in error.context or () if each.validator != "type"]
    if error.validator == "oneOf" and inner:
        for each in inner:
            yield from pointers(each)
    elif error.validator == "additionalProperties":
        known = error.schema["properties"]
        yield from (f"{path}/{each}" for each in error.instance if each not in known)
    elif error.validator == "required":
        missing = [each for each in error.validator_value if each not in error.instance]
        yield from (f"{path}/{each}" for each in missing)
        yield path
    else:
        yield path


def no_constant(text: str) -> NoReturn:
    raise ValueError(f"{text} is not JSON")


@pytest.mark.parametrize("sample", INVALID, ids=name)
def test_a_validator_refuses_every_invalid_sample_where_our_decoder_does(sample: Sample) -> None:
    assert sample.expected is not None
    if sample.expected.rule in OF_BYTES:
        pytest.skip(f"{sample.expected.rule} is of bytes, which a schema does not see")
    schema = whole_message(BY_NAME[sample.message], sealed=False)
    value = json.loads(sample.raw, parse_constant=no_constant)
    errors = list(Validator(schema).iter_errors(value))
    found = {pointer for error in errors for pointer in pointers(error)}
    assert sample.expected.where in found, (sample.expected, [each.message for each in errors])


def test_what_a_schema_cannot_see_is_named_and_little() -> None:
    unseen = {each.case for each in INVALID if each.expected and each.expected.rule in OF_BYTES}
    names = {"doubled-name", "nan", "nested-too-deep", "oversized"}
    assert unseen == {f"invalid-{each}" for each in names}


# -- CloudEvents ------------------------------------------------------------------


@pytest.mark.parametrize("sample", VALID, ids=name)
def test_the_cloudevents_sdk_reads_and_writes_our_messages(sample: Sample) -> None:
    event = JSONFormat().read(CloudEvent, sample.raw)
    ours = decoded(BY_NAME[sample.message], sample.raw)
    assert event.get_id() == ours.envelope.id
    assert event.get_type() == ours.contract.type
    assert event.get_time() == ours.envelope.time
    theirs = decoded(BY_NAME[sample.message], JSONFormat().write(event))
    assert theirs.payload == ours.payload
    bare = [msgspec.structs.replace(e.envelope, data=msgspec.Raw(b"")) for e in (theirs, ours)]
    assert bare[0] == bare[1]


# -- jsoncompat, a second judge -------------------------------------------------------

TALLY = Counter[str]()
EXPLAINED = {
    "PATTERN_CHANGED": "we hold that a pattern is never changed within a major",
    "TYPE_CHANGED": "likewise of a type",
    "FIELD_REMOVED_OPTIONAL": "without a tombstone a name could come back",
    "FIELD_REMOVED_REQUIRED": "likewise",
    "CRITICAL_ADDED": "JSON Schema has no word for it",
    "ENUM_VALUE_REMOVED": "of an open enum the meaning is lost, no schema sees it",
    "UNION_ARM_REMOVED": "likewise of an open union",
    "UNION_ARM_ADDED": "JSON Schema has no union that is open",
    "UNION_OPENNESS_CHANGED": "likewise",
    "FIELD_MADE_OPTIONAL": "it compares one schema of each, not what is written with what is read",
    "FIELD_MADE_REQUIRED": "likewise: what is always written is not in what is read",
}
"""Why it may say otherwise than our table, rule by rule."""


@pytest.mark.parametrize("operator", mutations.OPERATORS)
@settings(
    max_examples=6, derandomize=True, deadline=None, database=None, phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
@given(data=st.data())
def test_jsoncompat_differs_only_where_it_is_explained(operator: str, data: st.DataObject) -> None:
    @st.composite
    def made(draw: st.DrawFn) -> Any:
        return mutations.OPERATORS[operator](draw, draw(mutations.records()))

    old, new, _ = data.draw(mutations.contexts(data.draw(made())))
    changes = diff(old, new, closed=False)
    if any(change.rule == "UNDECIDED" for change in changes):
        return
    shape = [change for change in changes if TABLE[change.rule].kind is Nature.SHAPE]
    for direction, writer, reader in (
        (Direction.BACKWARD, old, new),
        (Direction.FORWARD, new, old),
    ):
        ours = worst(*(change.verdict(direction) for change in shape)) is Verdict.OK
        theirs = second_judge(writer, reader)
        if theirs is None or theirs == ours:
            TALLY["undecided" if theirs is None else "agrees"] += 1
            continue
        TALLY["differs"] += 1
        assert any(map(explained, shape)), (direction, ours, changes)


def explained(change: Change) -> bool:
    """Also where a pattern decides: it does not look into them, and a time is a pattern to it."""
    patterned = change.detail == "pattern" or "time" in {change.old, change.new}
    return patterned or change.rule in EXPLAINED


def second_judge(writer: Shape, reader: Shape) -> bool | None:
    """Whether jsoncompat finds that all that is written is read.

    None where it has no opinion: it does not see that each version reads itself.
    """
    if not all(taken(each, each) for each in (writer, reader)):
        return None
    return taken(writer, reader)


def taken(writer: Shape, reader: Shape) -> bool:
    sides = (emitted(writer, closed=False), accepted(reader, closed=False))
    return bool(jsoncompat.check_compat(*map(json.dumps, sides), "deserializer"))
