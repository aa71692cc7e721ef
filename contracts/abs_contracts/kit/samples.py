"""Golden samples: `minimal`, `typical` and `invalid-*` of every message, whole on the wire.

They are files of the package, so that a vendor in any language can replay them.
Beside an invalid one stands the refusal that it must meet (`rule`, `where`).
Run as a module to write them anew.
"""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import msgspec

from abs_contracts.catalogue import CORE, Contract, Kind
from abs_contracts.codec import seal
from abs_contracts.envelope import Envelope
from abs_contracts.kit.examples import OCCURRED, PAYLOADS, RECORDED
from abs_contracts.kit.faults import faulty

FOLDER = Path(__file__).parent.parent / "samples"
EXPECTED = ".expected.json"


class Expected(msgspec.Struct, frozen=True, kw_only=True):
    """The refusal that an invalid sample must meet; `where` is a JSON pointer."""

    rule: str
    where: str


class Sample(NamedTuple):
    """One sample; `raw` is the file, indented for people except where that is the fault."""

    message: str
    case: str
    raw: bytes
    expected: Expected | None


def shipped(folder: Path = FOLDER) -> Iterator[Sample]:
    """The samples in the package, by message and case."""
    for path in sorted(folder.glob("*/*.json")):
        if not path.name.endswith(EXPECTED):
            beside = path.with_name(path.stem + EXPECTED)
            expected = (
                msgspec.json.decode(beside.read_bytes(), type=Expected) if beside.exists() else None
            )
            yield Sample(path.parent.name, path.stem, path.read_bytes(), expected)


def made() -> Iterator[Sample]:
    """The samples as the catalogue of today makes them."""
    for payload in PAYLOADS:
        contract = CORE.of(payload)
        minimal, typical = _minimal(contract, payload), _typical(contract, payload)
        yield Sample(contract.name, "minimal", pretty(minimal), None)
        yield Sample(contract.name, "typical", pretty(typical), None)
        for case, raw, rule, where in faulty(contract, json.loads(minimal), json.loads(typical)):
            yield Sample(contract.name, f"invalid-{case}", raw, Expected(rule=rule, where=where))


def write(folder: Path = FOLDER, samples: Iterable[Sample] | None = None) -> None:
    """Write the samples (the core's) into this folder, and remove what is not one of them."""
    for old in folder.glob("*/*.json"):
        old.unlink()
    for message, case, raw, expected in made() if samples is None else samples:
        (folder / message).mkdir(parents=True, exist_ok=True)
        (folder / message / f"{case}.json").write_bytes(raw)
        if expected is not None:
            beside = folder / message / f"{case}{EXPECTED}"
            beside.write_bytes(pretty(msgspec.json.encode(expected)))


def _minimal(contract: Contract, payload: msgspec.Struct) -> bytes:
    envelope = Envelope(
        specversion="1.0",
        id=f"{contract.kind}-1",
        source="/rooms/dh/core" if contract.kind is Kind.EVENT else "/rooms/dh/fire",
        type=contract.type,
        subject=_subject(contract),
        time=OCCURRED,
        data=msgspec.Raw(b""),
    )
    if contract.kind is Kind.COMMAND:
        envelope = msgspec.structs.replace(envelope, authid="desk-3", role="dispatcher")
    return seal(envelope, least(payload))


def _typical(contract: Contract, payload: msgspec.Struct) -> bytes:
    envelope = msgspec.json.decode(_minimal(contract, payload), type=Envelope)
    envelope = msgspec.structs.replace(
        envelope,
        correlationid=_subject(contract),
        traceparent="00-11112222333344445555666677778888-1111222233334444-01",
        authtype="user",
        authid="desk-3",
        role="dispatcher",
        datacontenttype="application/json",
    )
    if contract.kind is Kind.EVENT:
        envelope = msgspec.structs.replace(
            envelope, recordedtime=RECORDED, causationid="command-1", party="fire"
        )
    return seal(envelope, payload)


def _subject(contract: Contract) -> str:
    aggregate = contract.name.partition(".")[0]
    return {"incident": "inc-1", "unit": "15-4531", "party": "fire"}[aggregate]


def least(payload: msgspec.Struct) -> msgspec.Struct:
    """The same with only what has no default."""
    fields = (f.name for f in msgspec.structs.fields(payload) if f.required)
    values = {name: getattr(payload, name) for name in fields}
    return type(payload)(
        **{n: least(v) if isinstance(v, msgspec.Struct) else v for n, v in values.items()}
    )


def pretty(raw: bytes) -> bytes:
    return msgspec.json.format(raw, indent=2) + b"\n"


if __name__ == "__main__":
    write()
