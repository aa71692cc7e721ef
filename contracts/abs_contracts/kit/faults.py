"""Messages with one fault each, and the refusal that each must meet."""

import json
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from abs_contracts.catalogue import Contract, Kind
from abs_contracts.codec import MAX_BYTES


class Fault(NamedTuple):
    """A name for the fault, the message as a file, and what refuses it where."""

    case: str
    raw: bytes
    rule: str
    where: str


Body = dict[str, Any]  # a message whose fault may have any shape


def faulty(contract: Contract, minimal: Body, typical: Body) -> Iterator[Fault]:
    """One general fault for every message, and the special ones of this message."""
    yield _general(contract, minimal)
    for case, damage, rule, where in _SPECIAL.get(contract.name, ()):
        yield Fault(case, damage(json.loads(json.dumps(typical))), rule, where)


def _general(contract: Contract, minimal: Body) -> Fault:
    """A wrong type in the first field; commands say what no one knows of."""
    data = minimal["data"]
    if contract.kind is Kind.COMMAND:
        body = {**minimal, "data": {**data, "colour": "red"}}
        return Fault("unknown-field", _text(body), "CONTRACT-005", "/data/colour")
    first = next(iter(data), None)
    if first is None:
        return Fault("wrong-type", _text({**minimal, "data": []}), "CONTRACT-003", "/data")
    body = {**minimal, "data": {**data, first: True}}
    return Fault("wrong-type", _text(body), "CONTRACT-003", f"/data/{first}")


def _text(body: Body) -> bytes:
    return json.dumps(body, ensure_ascii=False, indent=2).encode() + b"\n"


def _put(pointer: str, value: object) -> Callable[[Body], bytes]:
    """Put a value at this pointer, adding the field if it is not there."""
    *path, last = pointer.removeprefix("/").split("/")

    def damage(body: Body) -> bytes:
        inner: Any = body
        for name in path:
            inner = inner[name]
        inner[int(last) if isinstance(inner, list) else last] = value
        return _text(body)

    return damage


def _drop(attribute: str) -> Callable[[Body], bytes]:
    return lambda body: _text({name: v for name, v in body.items() if name != attribute})


def _double(body: Body) -> bytes:
    return _text(body).replace(
        b'"party": "police"', b'"party": "police",\n    "party": "ambulance"'
    )


def _nest(body: Body) -> bytes:
    deep = b"[" * 20_000 + b"]" * 20_000
    return (
        json.dumps({**body, "data": 0}).encode().replace(b'"data": 0', b'"data": ' + deep) + b"\n"
    )


_NAN, _HUGE = float("nan"), 2**64
_LONG = "x" * (MAX_BYTES + 1)
_Special = tuple[str, Callable[[Body], bytes], str, str]

_SPECIAL: dict[str, tuple[_Special, ...]] = {
    "incident.open": (
        ("unknown-type", _put("/type", "abs.incident.explode.v1"), "CONTRACT-004", "/type"),
        ("event-as-command", _put("/type", "abs.incident.opened.v1"), "CONTRACT-004", "/type"),
        ("unknown-attribute", _put("/tenant", "x"), "CONTRACT-005", "/tenant"),
        ("missing-actor", _drop("authid"), "CONTRACT-006", "/authid"),
        ("missing-role", _drop("role"), "CONTRACT-006", "/role"),
        ("line-end-in-id", _put("/id", "command-1\n"), "CONTRACT-003", "/id"),
        ("nested-too-deep", _nest, "CONTRACT-002", ""),
    ),
    "incident.opened": (
        ("unknown-type", _put("/type", "abs.incident.opened.v9"), "CONTRACT-004", "/type"),
        ("command-as-event", _put("/type", "abs.incident.open.v1"), "CONTRACT-004", "/type"),
        ("naive-time", _put("/time", "2026-01-01T01:42:59"), "CONTRACT-003", "/time"),
    ),
    "incident.add_call": (
        (
            "seven-digit-fraction",
            _put("/data/received", "2026-01-01T01:42:59.1234567Z"),
            "CONTRACT-003",
            "/data/received",
        ),
        (
            "medical-field",
            _put("/data/caller/complaint", "pijn op de borst"),
            "CONTRACT-005",
            "/data/caller/complaint",
        ),
    ),
    "incident.locate": (
        (
            "unknown-nested-field",
            _put("/data/location/point/accuracy", 3),
            "CONTRACT-005",
            "/data/location/point/accuracy",
        ),
        ("nan", _put("/data/location/point/lat", _NAN), "CONTRACT-002", ""),
        ("null-attribute", _put("/correlationid", None), "CONTRACT-003", "/correlationid"),
    ),
    "incident.classify": (
        ("medical-field", _put("/data/diagnosis", "AMI"), "CONTRACT-005", "/data/diagnosis"),
    ),
    "incident.attach_party": (("doubled-name", _double, "CONTRACT-007", "/data/party"),),
    "incident.add_note": (("oversized", _put("/data/text", _LONG), "CONTRACT-001", ""),),
    "incident.set_characteristic": (
        ("wrong-type", _put("/data/values/0", 1), "CONTRACT-003", "/data/values/0"),
    ),
    "incident.room_transferred": (
        ("over-64-bit", _put("/data/tenure", _HUGE), "CONTRACT-003", "/data/tenure"),
    ),
    "unit.report_status": (
        ("naive-time", _put("/time", "2026-01-01T01:42:59"), "CONTRACT-003", "/time"),
        ("unknown-value", _put("/data/source", "telepathy"), "CONTRACT-003", "/data/source"),
    ),
    "party.agree_block": (
        (
            "over-64-bit",
            _put("/data/agreement/generation", _HUGE),
            "CONTRACT-003",
            "/data/agreement/generation",
        ),
    ),
}
