"""The golden samples: complete, up to date, and met by exactly the refusals they expect."""

import json

import msgspec
import pytest
from abs_contracts import CORE, Contract, Kind, Refused, decode_command, decode_event, encode, seal
from abs_contracts.codec import Message
from abs_contracts.kit import samples
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
def test_every_message_has_its_golden_samples(contract: Contract) -> None:
    cases = {s.case.partition("-")[0] for s in SHIPPED if s.message == contract.name}
    assert cases >= {"minimal", "typical", "maximal", "invalid"}
    assert cases <= {"minimal", "typical", "maximal", "edge", "invalid"}


@pytest.mark.parametrize("sample", VALID, ids=name)
def test_a_valid_sample_is_read_as_the_message_it_names(sample: Sample) -> None:
    contract = BY_NAME[sample.message]
    assert decode(contract, sample.raw).contract is contract


EXAMPLES = [each for each in VALID if each.case in {"minimal", "typical"}]


@pytest.mark.parametrize("sample", EXAMPLES, ids=name)
def test_a_sample_made_of_an_example_decodes_and_encodes_to_the_same_bytes(sample: Sample) -> None:
    raw = msgspec.json.format(sample.raw, indent=-1)
    message = decode(BY_NAME[sample.message], sample.raw)
    assert message.contract is BY_NAME[sample.message]
    assert seal(message.envelope, message.payload) == raw


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


def test_these_faults_are_among_the_samples() -> None:
    assert {
        "unknown-field", "unknown-nested-field", "wrong-type", "nan", "naive-time",
        "seven-digit-fraction", "over-64-bit", "oversized", "unknown-type", "missing-actor",
        "medical-field",
    } <= {sample.case.removeprefix("invalid-") for sample in INVALID}  # fmt: skip
