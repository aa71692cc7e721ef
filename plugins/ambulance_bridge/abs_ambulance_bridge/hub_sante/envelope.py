"""The envelope: EDXL-DE as the hub uses it, the header of the message in it, the hub's errors.

Judging follows the publisher: the envelope, then the header, then the content; only what
is about routing (expiry, sender, recipients, kinds) is judged apart, because it needs to
know when and from whom the envelope came.
"""

import datetime as dt
from collections.abc import Iterator
from typing import Annotated

import msgspec
from msgspec import Meta

from abs_ambulance_bridge.hub_sante.scalars import AnyDateTime, DateTime, Free, Part, listed
from abs_ambulance_bridge.hub_sante.translation.fields import stamp
from abs_ambulance_bridge.profile import Faulty, Issue
from abs_ambulance_bridge.tree import Tree

ERRORS = {
    100: "DELIVERY_MODE_INCONSISTENCY",
    101: "CONTENT_TYPE_INCONSISTENCY",
    102: "UNREADABLE_MESSAGE",
    200: "SENDER_INCONSISTENCY",
    300: "INVALID_MESSAGE",
    301: "SCHEMA_NOT_FOUND",
    400: "EXPIRED_MESSAGE_BEFORE_ROUTING",
    500: "DEAD_LETTERED_MESSAGE",
    501: "UNROUTABLE_MESSAGE",
    600: "CONVERSION_ERROR",
    700: "CLIENT_ERROR",
    701: "CASE_ALREADY_EXISTS",
    702: "WRONG_SEQUENCE",
    703: "UNKNOWN_SENDER",
    704: "INSUFFICIENT_DATA",
}
"""The publisher's codes. Only the title of 100 is seen in a message of its own; the
other titles are our words for what it says of them."""

DistributionKind = Annotated[str, listed("distribution-kind")]
DistributionStatus = Annotated[str, listed("distribution-status")]
MessageStatus = Annotated[str, listed("message-status")]


class ExplicitAddress(Part, frozen=True, kw_only=True):
    explicit_address_scheme: str
    explicit_address_value: str


class Descriptor(Part, frozen=True, kw_only=True):
    language: str
    explicit_address: ExplicitAddress


class EmbeddedJson(msgspec.Struct, frozen=True, kw_only=True):
    message: Free


class JsonContent(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    embedded_json_content: EmbeddedJson


class ContentObject(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    json_content: JsonContent


class Envelope(Part, frozen=True, kw_only=True):
    """One message to one recipient."""

    distribution_id: str = msgspec.field(name="distributionID")
    sender_id: str = msgspec.field(name="senderID")
    date_time_sent: AnyDateTime
    date_time_expires: AnyDateTime
    distribution_status: DistributionStatus
    distribution_kind: DistributionKind
    descriptor: Descriptor
    content: Annotated[tuple[ContentObject, ...], Meta(min_length=1)]


class System(Part, frozen=True, kw_only=True):
    name: str
    uri: str = msgspec.field(name="URI")


class Header(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """RC-DE: what stands in the message beside its content."""

    message_id: str
    sender: System
    sent_at: DateTime
    kind: DistributionKind
    status: MessageStatus
    recipient: Annotated[tuple[System, ...], Meta(min_length=1)]


MESSAGE = "/content/0/jsonContent/embeddedJsonContent/message"
"""Where the message stands in an envelope."""


def faulty(code: int, *issues: Issue, message_id: str | None = None) -> Faulty:
    """A refusal with one of the publisher's codes."""
    return Faulty(code, ERRORS[code], issues, message_id)


class Sending(msgspec.Struct, frozen=True, kw_only=True):
    """How a message goes out: from whom to whom, as what, when, and how long it is worth reading.

    One recipient; a message for several is sent to each in an envelope of its own. `id`
    is unique for the sender: derived from what is sent, so that a repeat is a repeat.
    """

    sender: str
    recipient: str
    id: str
    kind: str
    at: dt.datetime
    life: dt.timedelta
    exercise: bool = False
    language: str = "nl-NL"


def enveloped(root: str, content: dict[str, Tree], sending: Sending) -> dict[str, Tree]:
    """The envelope with header and content."""
    own, sent = f"{sending.sender}_{sending.id}", stamp(sending.at)
    status = "Exercise" if sending.exercise else "Actual"
    message: dict[str, Tree] = {
        "messageId": own,
        "sender": _system(sending.sender),
        "sentAt": sent,
        "kind": sending.kind,
        "status": status,
        "recipient": [_system(sending.recipient)],
        root: content,
    }
    return {
        "distributionID": own,
        "senderID": sending.sender,
        "dateTimeSent": sent,
        "dateTimeExpires": stamp(sending.at + sending.life),
        "distributionStatus": status,
        "distributionKind": sending.kind,
        "descriptor": {
            "language": sending.language,
            "explicitAddress": {
                "explicitAddressScheme": "hubex",
                "explicitAddressValue": sending.recipient,
            },
        },
        "content": [{"jsonContent": {"embeddedJsonContent": {"message": message}}}],
    }


def _system(name: str) -> Tree:
    return {"name": name, "URI": f"hubex:{name}"}


def check_routing(tree: dict[str, Tree], *, now: dt.datetime, came_from: str) -> None:
    """Refuse an envelope that may not be delivered: sender, recipients, kinds, expiry.

    `came_from` is who the connection says the sender is. Unlike the hub, we hold a
    partner outside health services to the same check. Raises Faulty.
    """
    envelope = msgspec.convert(tree, Envelope)
    of = envelope.distribution_id
    if wrong := [*_sender(envelope, came_from)]:
        raise faulty(200, *wrong, message_id=of)
    if wrong := [*_recipients(envelope), *_kinds(envelope)]:
        raise faulty(300, *wrong, message_id=of)
    expires = dt.datetime.fromisoformat(envelope.date_time_expires.upper())
    if expires <= now:
        raise faulty(400, Issue(where="/dateTimeExpires", what="has passed"), message_id=of)


def _sender(envelope: Envelope, came_from: str) -> Iterator[Issue]:
    if envelope.sender_id != came_from:
        yield Issue(where="/senderID", what=f"is not {came_from}, who sent this")
    if not envelope.distribution_id.startswith(f"{envelope.sender_id}_"):
        yield Issue(where="/distributionID", what="does not begin with its sender and _")


def _recipients(envelope: Envelope) -> Iterator[Issue]:
    if len(envelope.content) > 1:
        yield Issue(where="/content", what="has more than one message")
    recipients = envelope.content[0].json_content.embedded_json_content.message.get("recipient")
    if isinstance(recipients, list) and len(recipients) > 1:
        yield Issue(where=f"{MESSAGE}/recipient", what="names more than one recipient")


def _kinds(envelope: Envelope) -> Iterator[Issue]:
    """An acknowledgement is a reference and an error an error, in both directions."""
    message = envelope.content[0].json_content.embedded_json_content.message
    for kind, root in (("Ack", "reference"), ("Error", "error")):
        if (envelope.distribution_kind == kind) != (root in message):
            yield Issue(where="/distributionKind", what=f"{kind} and {root} go together")
    if message.get("kind", envelope.distribution_kind) != envelope.distribution_kind:
        yield Issue(where=f"{MESSAGE}/kind", what="is not the kind of the envelope")
