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
from abs_contracts.evolving import critical_paths, declares, fallen_back
from abs_contracts.refusal import Refused
from abs_contracts.strictness import brief, check, check_value, plain

MAX_BYTES = 64 * 1024
"""A message's size limit in bytes: a note of 4,000 characters fits with room to spare."""

P = TypeVar("P", bound=msgspec.Struct)

_encoder = msgspec.json.Encoder()
_envelopes = msgspec.json.Decoder(Envelope)
_decoders: dict[type[msgspec.Struct], msgspec.json.Decoder[Any]] = {}
_PATH = re.compile(r" - at `\$(?P<path>[^`]*)`$")


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
    must = " ".join(critical_paths(payload)) or msgspec.UNSET
    data = msgspec.Raw(encode(payload))
    return _encoder.encode(msgspec.structs.replace(envelope, data=data, mustunderstand=must))


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
    if len(raw) > MAX_BYTES:
        raise Refused(
            rule="CONTRACT-001",
            what=f"the message has {len(raw)} bytes, the limit is {MAX_BYTES}",
            where="",
            fix="send less; attachments are referred to, not sent along",
        )
    envelope = _typed(raw, Envelope, "", _envelopes)
    contract = catalogue.get(envelope.type)
    if contract is None or contract.kind not in kinds:
        raise Refused(
            rule="CONTRACT-004",
            what=f"{envelope.type} is not a known {kinds[0]}",
            where="/type",
            fix="use a type of the catalogue, in a major that was agreed",
        )
    if envelope.mustunderstand is not msgspec.UNSET:
        _understand(envelope.mustunderstand, contract.payload)
    payload = _typed(
        bytes(envelope.data), contract.payload, "/data", open_=Kind.COMMAND not in kinds
    )
    return Message(envelope, payload, contract, raw)


def _understand(pointers: str, payload: type[msgspec.Struct]) -> None:
    for pointer in pointers.split():
        if not declares(payload, pointer):
            raise Refused(
                rule="CONTRACT-008",
                what=f"{payload.__name__} does not know the field that must be understood",
                where=f"/data{brief(pointer)}",
                fix="install a version of the reader that knows the field; "
                "to act on half of the message would be wrong",
            )


def _typed(
    raw: bytes,
    cls: type[P],
    pointer: str,
    decoder: msgspec.json.Decoder[P] | None = None,
    *,
    open_: bool = False,
) -> P:
    if decoder is None:
        decoder = _decoders.get(cls) or _decoders.setdefault(cls, msgspec.json.Decoder(cls))
    try:
        return decoder.decode(raw)
    except msgspec.ValidationError as error:
        what, where = located(error)
        # Once per unknown tag, each of which is replaced by one that is known.
        known = fallen_back(raw, cls, where) if open_ else None
        if known is not None:
            return _typed(known, cls, pointer, decoder, open_=True)
        raise Refused(
            rule="CONTRACT-003",
            what=what,
            where=pointer + where,
            fix=f"send it as the schema of {cls.__name__} says",
        ) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Refused(
            rule="CONTRACT-002",
            what=f"this is not JSON: {error}",
            where=pointer,
            fix="send one JSON object in UTF-8; NaN and Infinity are not JSON",
        ) from None


def located(error: msgspec.ValidationError) -> tuple[str, str]:
    """What msgspec found wrong, and its path (`$.a[1].b`) as the JSON pointer `/a/1/b`."""
    text = str(error)
    found = _PATH.search(text)
    what = brief(text[: found.start()] if found else text, 300)
    return what, re.sub(r"\.|\[|\]\.?", "/", found["path"] if found else "").rstrip("/")
