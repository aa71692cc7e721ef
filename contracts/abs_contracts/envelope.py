"""The envelope around every message: a CloudEvents 1.0 event in structured JSON.

Attributes beyond the specification are its documented extensions
(`recordedtime`, `correlationid`, `causationid`, `traceparent`, `authtype`,
`authid`) and three of our own: `party`, `role`, and `mustunderstand`, JSON pointers
into `data` that a reader may not ignore, with spaces between. `time` is when it occurred,
`recordedtime` when the core wrote it; they differ whenever news arrives late.
"""

from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from abs_contracts.scalars import Id, Name, Occurred, PartyId, Recorded

TYPE_PREFIX = "abs."

MessageType = Annotated[str, Meta(pattern=r"^abs\.[a-z0-9_.-]{1,80}\.v[1-9][0-9]{0,2}$")]
"""`abs.<name>.v<major>`, for example `abs.incident.opened.v1`."""

AuthType = Literal["user", "service_account", "system"]
"""A person at a desk or in a unit, a block or other program, or the core itself."""


class Envelope(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Who says what about which aggregate, and why; the payload stays raw.

    `subject` is the id of the incident, unit or party that the message is about.
    An absent attribute is left out of the JSON, never sent as null.
    """

    specversion: Literal["1.0"]
    id: Id
    source: Annotated[str, Meta(min_length=1, max_length=200)]
    type: MessageType
    subject: Id
    time: Occurred
    recordedtime: Recorded | UnsetType = UNSET
    correlationid: Id | UnsetType = UNSET
    causationid: Id | UnsetType = UNSET
    traceparent: Annotated[str, Meta(max_length=55)] | UnsetType = UNSET
    authtype: AuthType | UnsetType = UNSET
    authid: Name | UnsetType = UNSET
    party: PartyId | UnsetType = UNSET
    role: Name | UnsetType = UNSET
    mustunderstand: Annotated[str, Meta(min_length=1, max_length=1000)] | UnsetType = UNSET
    datacontenttype: Literal["application/json"] | UnsetType = UNSET
    data: msgspec.Raw
