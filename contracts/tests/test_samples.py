"""The golden samples: complete, up to date, and met by exactly the refusals they expect."""

import json

import jsonschema  # type: ignore[import-untyped]  # ships no types
import msgspec
import pytest
from abs_contracts import CORE, Contract, Kind, Refused, decode_command, decode_event, encode, seal
from abs_contracts.codec import Message
from abs_contracts.envelope import Envelope
from abs_contracts.kit import samples, schemas
from abs_contracts.kit.samples import Sample

SHIPPED = list(samples.shipped())
VALID = [sample for sample in SHIPPED if sample.expected is None]
INVALID = [sample for sample in SHIPPED if sample.expected is not None]
BY_NAME = {contract.name: contract for contract in CORE.values()}


def name(sample: Sample) -> str:
    return f"{sample.message}/{sample.case}"


def decode(contract: Contract, raw: bytes) -> Message[msgspec.Struct]:
    return decode_command(raw) if contract.kind is Kind.COMMAND else decode_event(raw)


def test_the_files_are_what_the_kit_makes() -> None:
    made = {(s.message, s.case): s for s in samples.made()}
    assert made == {(s.message, s.case): s for s in SHIPPED}, (
        "run python -m abs_contracts.kit.samples"
    )


@pytest.mark.parametrize("contract", CORE.values(), ids=lambda c: c.type)
def test_every_message_has_a_minimal_a_typical_and_an_invalid_sample(contract: Contract) -> None:
    cases = {s.case.partition("-")[0] for s in SHIPPED if s.message == contract.name}
    assert cases == {"minimal", "typical", "invalid"}


@pytest.mark.parametrize("sample", VALID, ids=name)
def test_a_valid_sample_decodes_and_encodes_to_the_same_bytes(sample: Sample) -> None:
    raw = msgspec.json.format(sample.raw, indent=-1)
    message = decode(BY_NAME[sample.message], sample.raw)
    assert message.contract is BY_NAME[sample.message]
    assert seal(message.envelope, message.payload) == raw


@pytest.mark.parametrize("sample", VALID, ids=name)
def test_a_valid_sample_fits_both_schemas(sample: Sample) -> None:
    contract, whole = BY_NAME[sample.message], json.loads(sample.raw)
    closed = contract.kind is Kind.COMMAND
    jsonschema.validate(whole, schemas.emit(Envelope))
    jsonschema.validate(whole, schemas.accept(Envelope, closed=closed))
    jsonschema.validate(whole["data"], schemas.emit(contract.payload))
    jsonschema.validate(whole["data"], schemas.accept(contract.payload, closed=closed))


@pytest.mark.parametrize("contract", CORE.values(), ids=lambda c: c.type)
def test_a_typical_sample_leaves_no_field_at_its_default(contract: Contract) -> None:
    sample = next(s for s in VALID if (s.message, s.case) == (contract.name, "typical"))
    payload = decode(contract, sample.raw).payload
    assert set(json.loads(encode(payload))) == set(payload.__struct_encode_fields__)


@pytest.mark.parametrize("sample", INVALID, ids=name)
def test_an_invalid_sample_meets_exactly_its_refusal(sample: Sample) -> None:
    assert sample.expected is not None
    with pytest.raises(Refused) as refused:
        decode(BY_NAME[sample.message], sample.raw)
    refusal = refused.value.refusal
    assert (refusal.rule, refusal.where) == (sample.expected.rule, sample.expected.where)


@pytest.mark.parametrize(
    "sample", [s for s in INVALID if s.expected and s.expected.rule == "CONTRACT-005"], ids=name
)
def test_what_nobody_declared_is_refused_by_the_schemas_too(sample: Sample) -> None:
    contract, whole = BY_NAME[sample.message], json.loads(sample.raw)
    envelope = jsonschema.Draft202012Validator(schemas.accept(Envelope, closed=True))
    data = jsonschema.Draft202012Validator(schemas.accept(contract.payload, closed=True))
    assert not (envelope.is_valid(whole) and data.is_valid(whole["data"]))


def test_these_faults_are_among_the_samples() -> None:
    assert {
        "unknown-field", "unknown-nested-field", "wrong-type", "nan", "naive-time",
        "seven-digit-fraction", "over-64-bit", "oversized", "unknown-type", "missing-actor",
        "medical-field",
    } <= {sample.case.removeprefix("invalid-") for sample in INVALID}  # fmt: skip
