"""The envelope around a message, the header in it, and the coded errors.

Reading goes from the outside in, so that the one who sent a bad message is told which
message it was as soon as that can be read at all.
"""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError
from pydantic import StringConstraints as Text

from standalone_ambulance.profile.contents import ROOTS
from standalone_ambulance.profile.values import Part, Time, stamp

P = TypeVar("P", bound=Part)
Kind = Literal["Report", "Update", "Cancel", "Ack", "Error"]
Id = Annotated[str, Text(min_length=1, max_length=300)]

ERRORS = {
    102: "UNREADABLE_MESSAGE",
    200: "SENDER_INCONSISTENCY",
    300: "INVALID_MESSAGE",
    301: "SCHEMA_NOT_FOUND",
    400: "EXPIRED_MESSAGE_BEFORE_ROUTING",
    501: "UNROUTABLE_MESSAGE",
    700: "CLIENT_ERROR",
    701: "CASE_ALREADY_EXISTS",
    702: "WRONG_SEQUENCE",
    703: "UNKNOWN_SENDER",
    704: "INSUFFICIENT_DATA",
}
"""The profile's codes that this system gives. The words are ours where it shows none."""

MESSAGE = "/content/0/jsonContent/embeddedJsonContent/message"
HEADER = ("messageId", "sender", "sentAt", "kind", "status", "recipient")


class Fault(Exception):  # noqa: N818, a fault of the message, no error of the program
    """A message that is not taken: its code, and each place that is wrong."""

    def __init__(self, code: int, *causes: str) -> None:
        self.code = code
        self.causes = causes
        super().__init__(f"{code} {ERRORS[code]}: {'; '.join(causes)}")

    @property
    def cause(self) -> str:
        return "; ".join(self.causes)


class ExplicitAddress(Part):
    explicit_address_scheme: str
    explicit_address_value: str


class Descriptor(Part):
    language: str
    explicit_address: ExplicitAddress


class Embedded(Part):
    message: dict[str, JsonValue]


class JsonContent(Part):
    embedded_json_content: Embedded


class Content(Part):
    json_content: JsonContent


class Distribution(BaseModel):
    """Of an envelope that may be wrong otherwise: which message it is, and of whom."""

    model_config = ConfigDict(frozen=True)

    id: Id = Field(alias="distributionID")
    sender: Id = Field(alias="senderID")


class Envelope(Part):
    distribution_id: Id = Field(alias="distributionID")
    sender_id: Id = Field(alias="senderID")
    date_time_sent: datetime
    date_time_expires: datetime
    distribution_status: Literal["Actual", "Exercise"]
    distribution_kind: Kind
    descriptor: Descriptor
    content: tuple[Content] = Field(min_length=1, max_length=1)


class System(Part):
    name: str
    uri: str = Field(alias="URI")


class Header(Part):
    message_id: str
    sender: System
    sent_at: Time
    kind: Kind
    status: Literal["Actual", "Exercise", "System"]
    recipient: tuple[System] = Field(min_length=1, max_length=1)


class Received(BaseModel):
    """A message that holds: who sent what, as which type."""

    model_config = ConfigDict(frozen=True)

    id: str
    sender: str
    sent: datetime
    expires: datetime
    exercise: bool
    kind: Kind
    type: str
    content: Part


def distribution(raw: bytes) -> Distribution:
    """Which message this is; raises Fault 102 where nobody can say."""
    try:
        return Distribution.model_validate_json(raw)
    except ValidationError as error:
        raise Fault(102, *_causes(error, "")) from None


def read(raw: bytes, recipient: str) -> Received:
    """The message, judged from the outside in. Raises Fault: 300, 301, 501."""
    envelope = _judged(Envelope, raw, "")
    message = envelope.content[0].json_content.embedded_json_content.message
    if envelope.descriptor.explicit_address.explicit_address_value != recipient:
        raise Fault(501, f"/descriptor/explicitAddress/explicitAddressValue is not {recipient}")
    header = _judged(Header, _json({k: message[k] for k in HEADER if k in message}), MESSAGE)
    roots = [name for name in message if name not in HEADER]
    if len(roots) != 1 or roots[0] not in ROOTS:
        named = ", ".join(roots) or "nothing"
        raise Fault(301, f"{MESSAGE} says {named}, not one of {', '.join(ROOTS)}")
    if wrong := [*_inconsistent(envelope, header, roots[0]), *_nulls(message, MESSAGE)]:
        raise Fault(300, *wrong)
    kind, content = ROOTS[roots[0]]
    return Received(
        id=envelope.distribution_id,
        sender=envelope.sender_id,
        sent=header.sent_at,
        expires=envelope.date_time_expires,
        exercise=envelope.distribution_status == "Exercise",
        kind=envelope.distribution_kind,
        type=kind,
        content=_judged(content, _json(message[roots[0]]), f"{MESSAGE}/{roots[0]}"),
    )


def _inconsistent(envelope: Envelope, header: Header, root: str) -> Iterator[str]:
    if not envelope.distribution_id.startswith(f"{envelope.sender_id}_"):
        yield "/distributionID does not begin with its sender and _"
    if envelope.date_time_expires.tzinfo is None:
        yield "/dateTimeExpires has no offset"
    if header.kind != envelope.distribution_kind:
        yield f"{MESSAGE}/kind is not the kind of the envelope"
    for kind, about in (("Ack", "reference"), ("Error", "error")):
        if (envelope.distribution_kind == kind) != (root == about):
            yield f"/distributionKind {kind} and {about} go together"


def _nulls(tree: JsonValue, where: str) -> Iterator[str]:
    """The profile leaves out what is absent; null is no value of it."""
    if isinstance(tree, list):
        tree = {str(n): value for n, value in enumerate(tree)}
    for name, value in tree.items() if isinstance(tree, dict) else ():
        if value is None:
            yield f"{where}/{name} is null"
        yield from _nulls(value, f"{where}/{name}")


def _judged(kind: type[P], raw: bytes, where: str) -> P:
    try:
        return kind.model_validate_json(raw, strict=True)
    except ValidationError as error:
        raise Fault(300, *_causes(error, where)) from None


def _causes(error: ValidationError, where: str) -> Iterator[str]:
    for each in error.errors(include_url=False, include_context=False, include_input=False):
        place = "".join(f"/{step}" for step in each["loc"])
        yield f"{where}{place} {each['msg'].removeprefix('Value error, ')}".strip()


def _json(tree: JsonValue) -> bytes:
    return json.dumps(tree).encode()


class Sending(BaseModel):
    """How a message goes out: from whom to whom, under which id, as what and when."""

    model_config = ConfigDict(frozen=True)

    sender: str
    recipient: str
    id: str
    kind: Kind
    at: datetime
    life: timedelta = timedelta(days=1)
    exercise: bool = False


def enveloped(content: Part, how: Sending) -> dict[str, JsonValue]:
    """The content with header and envelope."""
    root = next(name for name, (_, kind) in ROOTS.items() if kind is type(content))
    status = "Exercise" if how.exercise else "Actual"
    message: dict[str, JsonValue] = {
        "messageId": how.id,
        "sender": {"name": how.sender, "URI": f"hubex:{how.sender}"},
        "sentAt": stamp(how.at),
        "kind": how.kind,
        "status": status,
        "recipient": [{"name": how.recipient, "URI": f"hubex:{how.recipient}"}],
        root: content.tree(),
    }
    return {
        "distributionID": how.id,
        "senderID": how.sender,
        "dateTimeSent": stamp(how.at),
        "dateTimeExpires": stamp(how.at + how.life),
        "distributionStatus": status,
        "distributionKind": how.kind,
        "descriptor": {
            "language": "nl-NL",
            "explicitAddress": {
                "explicitAddressScheme": "hubex",
                "explicitAddressValue": how.recipient,
            },
        },
        "content": [{"jsonContent": {"embeddedJsonContent": {"message": message}}}],
    }
