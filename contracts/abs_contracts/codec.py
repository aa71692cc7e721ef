"""The strict codec: bytes to checked messages, and a pointer to what is wrong.

Closed on write, open on read: an event may carry fields that this reader does
not know yet, a command may not, because ignoring part of a request would tell
its sender that it was understood.
"""

import re
from typing import Any, Generic, NamedTuple, TypeVar

import msgspec

from abs_contracts.catalogue import CORE, Catalogue, Contract, Kind
from abs_contracts.envelope import Envelope
from abs_contracts.evolving import (
    critical_paths,
    declares,
    fallen_back,
    has_critical,
    pointers,
    stated,
)
from abs_contracts.refusal import Refused
from abs_contracts.strictness import brief, check, check_value, plain

MAX_BYTES = 64 * 1024
"""A message's size limit in bytes: a note of 4,000 characters fits with room to spare."""

P = TypeVar("P", bound=msgspec.Struct)

_encoder = msgspec.json.Encoder()
_envelope = msgspec.json.Decoder(Envelope).decode
_made = tuple.__new__  # of a NamedTuple: what its own constructor calls
_FAILURES = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
_PATH = re.compile(r" - at `\$(?P<path>[^`]*)`$")


class _Decoders(dict[type[msgspec.Struct], msgspec.json.Decoder[Any]]):
    """The decoder of each type, made when it is first needed."""

    def __missing__(self, cls: type[msgspec.Struct]) -> msgspec.json.Decoder[Any]:
        made = self[cls] = msgspec.json.Decoder(cls)
        return made


_decoders = _Decoders()


class Message(NamedTuple, Generic[P]):
    """A decoded message: envelope, typed payload, and the bytes it came in."""

    envelope: Envelope
    payload: P
    contract: Contract
    raw: bytes


def encode(value: Any) -> bytes:
    """Any contract type as JSON bytes, in field order."""
    return _encoder.encode(value)


def seal(envelope: Envelope, payload: msgspec.Struct) -> bytes:
    """The message on the wire: this envelope with this payload as its data.

    Fields of it that must be understood are named in the envelope.
    """
    envelope = msgspec.structs.replace(envelope, data=msgspec.Raw(encode(payload)))
    if has_critical(type(payload)):
        must = stated(critical_paths(payload)) or msgspec.UNSET
        envelope = msgspec.structs.replace(envelope, mustunderstand=must)
    return _encoder.encode(envelope)


def decode_event(raw: bytes, catalogue: Catalogue = CORE) -> Message[msgspec.Struct]:
    """An event or private message; open on read. Raises Refused with a pointer."""
    return _decode(raw, catalogue, (Kind.EVENT, Kind.PRIVATE))


def decode_command(raw: bytes, catalogue: Catalogue = CORE) -> Message[msgspec.Struct]:
    """A command, closed: unknown fields are refused. Actor and role are required."""
    message = _decode(raw, catalogue, (Kind.COMMAND,))
    value = plain(raw)
    check_value(value, Envelope, pointer="", closed=True)
    check_value(value["data"], message.contract.payload, pointer="/data", closed=True)
    for attribute in ("authid", "role"):
        if getattr(message.envelope, attribute) is msgspec.UNSET:
            raise Refused(
                rule="CONTRACT-006",
                what=f"the command does not say its {attribute}",
                where=f"/{attribute}",
                fix="name the actor in authid and the role it acts in",
            )
    return message


def decode_as(raw: bytes, payload: type[P], *, pointer: str = "", closed: bool = True) -> P:
    """Bytes as one contract type that travels without an envelope."""
    value = _typed(raw, payload, pointer)
    check(raw, payload, pointer=pointer, closed=closed)
    return value


def _decode(raw: bytes, catalogue: Catalogue, kinds: tuple[Kind, ...]) -> Message[msgspec.Struct]:
    # Every message passes here several times: no call more than the work needs.
    if len(raw) > MAX_BYTES:
        raise _too_large(raw)
    try:
        envelope = _envelope(raw)
    except _FAILURES as error:
        raise _refused(error, Envelope, "") from None
    contract = catalogue.get(envelope.type)
    if contract is None or contract.kind not in kinds:
        raise _not_known(envelope.type, kinds[0])
    if envelope.mustunderstand is not msgspec.UNSET:
        _understand(envelope.mustunderstand, contract.payload)
    try:
        payload = _decoders[contract.payload].decode(envelope.data)
    except _FAILURES as error:
        payload = _read_on(bytes(envelope.data), contract, error)
    return _made(Message, (envelope, payload, contract, raw))


def _read_on(raw: bytes, contract: Contract, error: Exception) -> msgspec.Struct:
    """The payload with each unknown tag of an open union replaced by its fallback, or Refused."""
    known: bytes | None = raw
    while isinstance(error, msgspec.ValidationError) and contract.kind is not Kind.COMMAND:
        known = fallen_back(raw, contract.payload, located(error)[1])
        if known is None:
            break
        try:
            value: msgspec.Struct = _decoders[contract.payload].decode(known)
            return value
        except _FAILURES as again:
            raw, error = known, again
    raise _refused(error, contract.payload, "/data") from None


def _understand(must: str, payload: type[msgspec.Struct]) -> None:
    for pointer in pointers(must):
        if not declares(payload, pointer):
            raise Refused(
                rule="CONTRACT-008",
                what=f"{payload.__name__} does not know the field that must be understood",
                where=f"/data{brief(pointer)}",
                fix="install a version of the reader that knows the field; "
                "to act on half of the message would be wrong",
            )


def _typed(raw: bytes, cls: type[P], pointer: str) -> P:
    try:
        value: P = _decoders[cls].decode(raw)
    except _FAILURES as error:
        raise _refused(error, cls, pointer) from None
    return value


def _refused(error: Exception, cls: type[msgspec.Struct], pointer: str) -> Refused:
    if isinstance(error, msgspec.ValidationError):
        what, where = located(error)
        return Refused(
            rule="CONTRACT-003",
            what=what,
            where=pointer + where,
            fix=f"send it as the schema of {cls.__name__} says",
        )
    return Refused(
        rule="CONTRACT-002",
        what=f"this is not JSON: {error}",
        where=pointer,
        fix="send one JSON object in UTF-8; NaN and Infinity are not JSON",
    )


def _too_large(raw: bytes) -> Refused:
    return Refused(
        rule="CONTRACT-001",
        what=f"the message has {len(raw)} bytes, the limit is {MAX_BYTES}",
        where="",
        fix="send less; attachments are referred to, not sent along",
    )


def _not_known(message_type: str, kind: Kind) -> Refused:
    return Refused(
        rule="CONTRACT-004",
        what=f"{message_type} is not a known {kind}",
        where="/type",
        fix="use a type of the catalogue, in a major that was agreed",
    )


def located(error: msgspec.ValidationError) -> tuple[str, str]:
    """What msgspec found wrong, and its path (`$.a[1].b`) as the JSON pointer `/a/1/b`."""
    text = str(error)
    found = _PATH.search(text)
    what = brief(text[: found.start()] if found else text, 300)
    # msgspec does not say which name of an object whose names are data: `[...]`.
    path = found["path"].replace("[...]", "[*]") if found else ""
    return what, re.sub(r"\]?[.[]", "/", path).rstrip("]")
