"""The codec: what it lets through unchanged, and what it refuses where."""

import json

import msgspec
import pytest
from abs_contracts import (
    CORE,
    MAX_BYTES,
    Contract,
    Kind,
    Refused,
    decode_command,
    decode_event,
    seal,
)
from abs_contracts.codec import decode_as
from abs_contracts.envelope import Envelope
from abs_contracts.kit.draws import instances
from abs_contracts.messages.incident import ReopenIncident
from abs_contracts.protocol import Beat, DeskRequest
from hypothesis import given, settings
from hypothesis import strategies as st

COMMAND = {
    "specversion": "1.0",
    "id": "command-1",
    "source": "/rooms/dh/fire",
    "type": "abs.incident.locate.v1",
    "subject": "inc-1",
    "time": "2026-01-01T12:00:00Z",
    "authid": "desk-3",
    "role": "dispatcher",
    "data": {"location": {"municipality": "Delft", "point": {"lat": 52.0, "lon": 4.4}}},
}


def command(**changes: object) -> bytes:
    return json.dumps({**COMMAND, **changes}).encode()


def refusal(raw: bytes) -> tuple[str, str]:
    with pytest.raises(Refused) as refused:
        decode_command(raw)
    return refused.value.refusal.rule, refused.value.refusal.where


@pytest.mark.parametrize("contract", CORE.values(), ids=lambda c: c.type)
@settings(max_examples=6, deadline=None)
@given(draw=st.data())
def test_what_is_sealed_decodes_to_the_same_and_seals_to_the_same_bytes(
    contract: Contract, draw: st.DataObject
) -> None:
    payload = draw.draw(instances(contract.payload))
    envelope = msgspec.json.decode(command(type=contract.type), type=Envelope)
    raw = seal(envelope, payload)
    message = (decode_command if contract.kind is Kind.COMMAND else decode_event)(raw)
    assert message.payload == payload
    assert message.contract is contract
    assert seal(message.envelope, message.payload) == raw == message.raw


@settings(deadline=None)
@given(envelope=instances(Envelope))
def test_any_envelope_survives_the_wire(envelope: Envelope) -> None:
    envelope = msgspec.structs.replace(
        envelope,
        type="abs.incident.reopen.v1",
        authid="desk-3",
        role="dispatcher",
        mustunderstand=msgspec.UNSET,
    )
    raw = seal(envelope, ReopenIncident(reason="again"))
    again = decode_command(raw).envelope
    assert seal(again, ReopenIncident(reason="again")) == raw
    assert msgspec.structs.replace(again, data=envelope.data) == envelope


def test_the_command_that_the_other_tests_damage_is_sound() -> None:
    assert decode_command(command()).envelope.authid == "desk-3"


@pytest.mark.parametrize(
    ("place", "value", "where"),
    [
        ("municipality", 5, "/data/location/municipality"),
        ("municipality", "", "/data/location/municipality"),
        ("point", {"lat": 91, "lon": 4}, "/data/location/point/lat"),
        ("point", {"lat": 52}, "/data/location/point"),
        ("point", [], "/data/location/point"),
    ],
)
def test_a_wrong_value_is_pointed_at(place: str, value: object, where: str) -> None:
    location = {"municipality": "Delft", place: value}
    assert refusal(command(data={"location": location})) == ("CONTRACT-003", where)


def test_a_wrong_item_of_a_list_is_pointed_at() -> None:
    raw = command(
        type="abs.incident.add_note.v1",
        data={"text": "x", "audience": "named", "named": ["fire", "Not a party"]},
    )
    assert refusal(raw) == ("CONTRACT-003", "/data/named/1")


def test_a_value_that_looks_like_a_path_does_not_move_the_pointer() -> None:
    raw = command(type="abs.incident.open.v1", data={"source": "x - at `$.elsewhere`"})
    assert refusal(raw) == ("CONTRACT-003", "/data/source")


@pytest.mark.parametrize(
    ("time", "fine"),
    [
        ("2026-01-01T12:00:00Z", True),
        ("2026-01-01T12:00:00.123456+01:00", True),
        ("2026-01-01T12:00:00", False),
        ("2026-01-01T12:00:00.1234567Z", False),
        ("2026-01-01t12:00:00z", False),
        ("2026-01-01 12:00:00Z", False),
        ("2026-01-01T12:00:60Z", False),
        ("0001-01-01T00:00:00+14:00", False),
        (1767268800, False),
    ],
)
def test_a_time_is_aware_and_exact_in_any_language(time: object, fine: bool) -> None:
    if fine:
        decode_command(command(time=time))
    else:
        assert refusal(command(time=time)) == ("CONTRACT-003", "/time")


@pytest.mark.parametrize(
    "number", ["-1", f"{2**63}", f"{2**64}", "1" + 5000 * "0", "1.0", "true", '"1"']
)
def test_a_count_is_an_integer_of_64_bits(number: str) -> None:
    agreement = {"block": "fire", "version": "1", "major": 1, "generation": "here"}
    raw = command(type="abs.party.agree_block.v1", data={"token": "0" * 64, "agreement": agreement})
    raw = raw.replace(b'"here"', number.encode())
    assert refusal(raw) == ("CONTRACT-003", "/data/agreement/generation")


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\xef\xbb\xbf{}",
        b'{"id": "\xff"}',
        b'{"id": "\\ud800"}',
        command() + b"{}",
        command(x=0).replace(b'"x": 0', b'"x": NaN'),
        command(x=0).replace(b'"x": 0', b'"x": -Infinity'),
        command(data=0).replace(b'"data": 0', b'"data": ' + b"[" * 30_000 + b"]" * 30_000),
    ],
)
def test_what_is_not_json_is_refused_as_such(raw: bytes) -> None:
    assert refusal(raw)[0] == "CONTRACT-002"


def test_any_depth_is_decoded_or_refused_and_never_ends_in_an_error() -> None:
    for depth in range(50, 1500, 50):
        deep = b"[" * depth + b"]" * depth
        assert refusal(command(x=0).replace(b'"x": 0', b'"x": ' + deep))[0] in {
            "CONTRACT-002",
            "CONTRACT-005",
        }


@given(raw=st.binary(max_size=200))
def test_no_bytes_end_in_anything_but_a_refusal(raw: bytes) -> None:
    assert refusal(raw)[0] in {"CONTRACT-002", "CONTRACT-003"}


def test_the_limit_is_met_exactly() -> None:
    padding = b" " * (MAX_BYTES - len(command()))
    decode_command(command() + padding)
    assert refusal(command() + padding + b" ") == ("CONTRACT-001", "")


def test_a_command_says_who_asks_in_which_role() -> None:
    body = {name: value for name, value in COMMAND.items() if name != "role"}
    assert refusal(json.dumps(body).encode()) == ("CONTRACT-006", "/role")


def test_an_absent_attribute_is_absent_and_never_null() -> None:
    assert refusal(command(correlationid=None)) == ("CONTRACT-003", "/correlationid")


@pytest.mark.parametrize("decode", [decode_command, decode_event])
def test_a_type_of_another_kind_or_major_is_unknown(decode: object) -> None:
    other = "incident.opened.v1" if decode is decode_command else "incident.open.v1"
    for known in (other, "incident.open.v2", "incident.nothing.v1"):
        with pytest.raises(Refused, match="CONTRACT-004"):
            decode(command(type=f"abs.{known}"))  # type: ignore[operator]  # one of the two decoders


def test_an_event_may_hold_what_its_reader_does_not_know_yet() -> None:
    data = {"party": "fire", "priority": "1", "since_minor_7": {"deep": [1]}}
    raw = command(type="abs.incident.prioritised.v1", data=data, tenant="later")
    assert decode_event(raw).raw == raw


def test_what_travels_without_an_envelope_is_closed_too() -> None:
    raw = b'{"generation":1,"position":2,"pending":0,"mood":"fine"}'
    with pytest.raises(Refused) as refused:
        decode_as(raw, Beat, pointer="/beat")
    assert (refused.value.refusal.rule, refused.value.refusal.where) == (
        "CONTRACT-005",
        "/beat/mood",
    )
    assert decode_as(raw, Beat, closed=False).position == 2


def test_a_refusal_can_be_sent_whatever_was_refused() -> None:
    """The reply carries bounded texts, however long the value that was wrong."""
    long = "x" * 20_000
    for raw in (
        command(type="abs.incident.open.v1", data={"source": long}),
        command(**{long: 1}),
        command(type="abs.incident.open.v1", data={"source": "112", long: 1}),
    ):
        with pytest.raises(Refused) as refused:
            decode_command(raw)
        again = msgspec.json.encode(refused.value.refusal)
        assert len(again) < 2000
        assert msgspec.json.decode(again, type=type(refused.value.refusal)) == refused.value.refusal


def test_a_desk_request_keeps_its_data_raw() -> None:
    raw = (
        b'{"id":"r1","type":"propose","actor":"a","role":"r","time":"2026-01-01T12:00:00Z",'
        b'"data":{"a":1}}'
    )
    assert bytes(decode_as(raw, DeskRequest).data) == b'{"a":1}'
