"""The scalar types of every contract, bounded so that any language can hold them.

House rules: times are aware and carry at most six fractional digits, integers
fit in 64 bits, floats are finite, identifiers are one broker subject token.
"""

import datetime as dt
from typing import Annotated

from msgspec import Meta

Id = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{1,64}$", description="one subject token")]
"""An incident, unit, call, command or event: opaque, and one broker subject token."""

PartyId = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9-]{0,31}$", description="a party of a room")]
RoomId = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9-]{0,31}$", description="a control room")]

Time = Annotated[dt.datetime, Meta(tz=True, description="RFC 3339 with offset, at most µs")]

Occurred = Annotated[Time, Meta(extra={"clock": "occurred"})]
"""When it happened, as told by who saw it; news may arrive later."""
Recorded = Annotated[Time, Meta(extra={"clock": "recorded"})]
"""When the core wrote it."""
Received = Annotated[Time, Meta(extra={"clock": "received"})]
"""When a call or signal came in."""
Due = Annotated[Time, Meta(extra={"clock": "due"})]
"""When a term ends."""

Name = Annotated[str, Meta(min_length=1, max_length=120)]
Text = Annotated[str, Meta(min_length=1, max_length=4000)]
Code = Annotated[str, Meta(min_length=1, max_length=64)]
"""A value out of a versioned code list; the list decides whether it exists."""
Priority = Annotated[Code, Meta(extra={"codelist": "priorities"})]
Status = Annotated[Code, Meta(extra={"codelist": "statuses"})]
Level = Annotated[Code, Meta(extra={"codelist": "escalation"})]
ClockCode = Annotated[Code, Meta(extra={"codelist": "clocks"})]

_DEGREES = {"unit": "deg", "crs": "EPSG:4326"}
Latitude = Annotated[float, Meta(ge=-90, le=90, description="degrees, WGS84", extra=_DEGREES)]
Longitude = Annotated[float, Meta(ge=-180, le=180, description="degrees, WGS84", extra=_DEGREES)]
Count = Annotated[int, Meta(ge=0, le=2**63 - 1)]
Version = Annotated[str, Meta(pattern=r"^[0-9]{1,4}\.[0-9]{1,4}$")]
Digest = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$", description="SHA-256, lower-case hex")]
