"""Golden samples of every message, whole on the wire.

`minimal`, `typical`, `maximal`, `edge-*` and `invalid-*`.

They are files of the package, so that a vendor in any language can replay them.
Beside an invalid one stands the refusal that it must meet (`rule`, `where`).
Run as a module to write them anew.
"""

import datetime as dt
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import msgspec

from abs_contracts.catalogue import CORE, Contract, Kind
from abs_contracts.codec import encode
from abs_contracts.envelope import Envelope
from abs_contracts.evolving import stated
from abs_contracts.kit import golden, values
from abs_contracts.kit import shape as s
from abs_contracts.kit.breaches import breaches
from abs_contracts.kit.faults import Fault, faulty
from abs_contracts.kit.policy import BARE, OPEN
from abs_contracts.kit.shape import of_type

OCCURRED = dt.datetime(2026, 1, 1, 1, 42, 59, tzinfo=dt.UTC)
RECORDED = dt.datetime(2026, 1, 1, 1, 42, 59, 250_000, tzinfo=dt.UTC)
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
    # Not at the top: a definition that was changed must be judged, whether or not it still
    # fits its example.
    from abs_contracts.kit.examples import PAYLOADS  # noqa: PLC0415

    for payload in PAYLOADS:
        yield from of(CORE.of(payload), payload)


def of(contract: Contract, payload: msgspec.Struct | None = None) -> Iterator[Sample]:
    """The samples of one message; `payload` is a typical one, where its owner gives it.

    What travels without an envelope has samples of its data alone.
    """
    shape, closed = of_type(contract.payload), contract.kind not in OPEN
    data = golden.typical(shape) if payload is None else msgspec.to_builtins(payload)
    small = values.smallest(shape) if payload is None else msgspec.to_builtins(least(payload))
    minimal, typical = _minimal(contract, small), _typical(contract, data)
    yield Sample(contract.name, "minimal", pretty(minimal), None)
    yield Sample(contract.name, "typical", pretty(typical), None)
    maximal = _typical(contract, golden.maximal(shape))
    yield Sample(contract.name, "maximal", pretty(maximal), None)
    for case, value in golden.edges(shape, closed=closed):
        yield Sample(contract.name, f"edge-{case}", pretty(_typical(contract, value)), None)
    ours = CORE.get(contract.type) is contract
    known = faulty(contract, json.loads(minimal), json.loads(typical)) if ours else ()
    for case, raw, rule, where in known or _breaches(contract, data):
        yield Sample(contract.name, f"invalid-{case}", raw, Expected(rule=rule, where=where))


def _breaches(contract: Contract, data: dict[str, object]) -> Iterator[Fault]:
    """One breach of each kind, wherever it is possible first."""
    seen: set[str] = set()
    root = "" if contract.kind in BARE else "/data"
    for name, field in [("", None), *sorted(_record(contract).fields.items())]:
        inside = _record(contract) if field is None else field.shape
        at = data if field is None else data.get(name)
        for breach in breaches(inside, at, closed=contract.kind not in OPEN):
            if breach.fault in seen:
                continue
            seen.add(breach.fault)
            whole = breach.value if field is None else {**data, name: breach.value}
            where = s.pointer((name,) if name else (), root) + breach.below
            rule = "CONTRACT-005" if breach.fault == "unknown-field" else "CONTRACT-003"
            yield Fault(breach.fault, pretty(_typical(contract, whole)), rule, where)


def _record(contract: Contract) -> s.Record:
    shape = of_type(contract.payload)
    assert isinstance(shape, s.Record)
    return shape


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


def _minimal(contract: Contract, data: object) -> bytes:
    return _sealed(contract, _envelope(contract), data)


def _envelope(contract: Contract) -> Envelope:
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
    return envelope


def _typical(contract: Contract, data: object) -> bytes:
    envelope = msgspec.structs.replace(
        _envelope(contract),
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
    return _sealed(contract, envelope, data)


def _sealed(contract: Contract, envelope: Envelope, data: object) -> bytes:
    """The message with this `data`, whatever is wrong with it."""
    if contract.kind in BARE:
        return encode(data)
    must = stated(values.must_understand(_record(contract), data))
    return encode(
        msgspec.structs.replace(
            envelope, data=msgspec.Raw(encode(data)), mustunderstand=must or msgspec.UNSET
        )
    )


def _subject(contract: Contract) -> str:
    aggregate = contract.name.partition(".")[0]
    return {"unit": "15-4531", "party": "fire"}.get(aggregate, "inc-1")


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
