"""The scalar types of the profile: its patterns and code lists as facts, its times as text.

A time stays text, so that an offset of `-00:00` comes back as it was. Patterns are
anchored with `\\Z` and use ASCII digits, which is what the publisher's dialect means.
"""

import functools
import re
from importlib.resources import files
from typing import Annotated

import msgspec
from msgspec import Meta


class Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """An object of the profile: closed, named in camel case, in the order of its XML."""


class EmsiPart(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="upper"
):
    """An object of EMSI: closed, named in capitals."""


class Lists(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    source: str
    lists: dict[str, tuple[str, ...]]


@functools.cache
def lists() -> dict[str, tuple[str, ...]]:
    """The code lists of the profile by our names for them."""
    raw = files("abs_ambulance_bridge.hub_sante").joinpath("codes.json").read_bytes()
    return msgspec.json.decode(raw, type=Lists).lists


def listed(name: str) -> Meta:
    """Text that is a code of this list."""
    codes = lists()[name]
    return Meta(pattern=rf"^(?:{'|'.join(map(re.escape, codes))})\Z", extra={"list": name})


def _dotted(segments: int) -> str:
    """Dotted segments, four characters or more: the publisher's rule in linear time.

    The published `^([a-zA-Z0-9_-]+\\.?){4,N}$` takes exponential time on a long text
    that does not match; this one accepts the same texts.
    """
    return (
        r"^(?=(?:\.?[A-Za-z0-9_-]){4})"
        rf"[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+){{0,{segments - 1}}}\.?\Z"
    )


def _identified(kind: str) -> str:
    return rf"^(?:[a-zA-Z0-9_-]+\.){{3,8}}{kind}(?:\.[a-zA-Z0-9_-]+){{1,2}}\Z"


_LEAP = r"(?:(?:[02468][048]|[13579][26])00|[0-9]{2}(?:0[48]|[2468][048]|[13579][26]))-02-29"
_DAY = (
    r"(?!0000)(?:[0-9]{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])"
    r"|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))|" + _LEAP + ")"
)
_CLOCK = r"(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
_OFFSET = r"[-+](?:[01][0-9]|2[0-3]):[0-5][0-9]"

DateTime = Annotated[str, Meta(pattern=rf"^{_DAY}T{_CLOCK}{_OFFSET}\Z")]
"""A day that exists and a time, to the second, with an offset and never `Z`."""
AnyDateTime = Annotated[str, Meta(pattern=rf"^{_DAY}[Tt]{_CLOCK}(?:\.[0-9]+)?(?:[Zz]|{_OFFSET})\Z")]
"""RFC 3339 as it is: the envelope's own times also take `Z` and fractions."""
Date = Annotated[str, Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")]

CaseId = Annotated[str, Meta(pattern=_dotted(10))]
OwnerId = Annotated[str, Meta(pattern=_dotted(9))]
ResourceId = Annotated[str, Meta(pattern=_identified("resource"))]
RequestId = Annotated[str, Meta(pattern=_identified("request"))]
PatientId = Annotated[str, Meta(pattern=_identified("patient"))]
MedicalNoteId = Annotated[str, Meta(pattern=_identified("medicalNote"))]

RiskCode = Annotated[str, Meta(pattern=r"^R[0-9]{2}\Z")]
EventCode = Annotated[str, Meta(pattern=r"^C[0-9]{2}(?:\.[0-9]{2}){2}\Z")]
PlaceCode = Annotated[str, Meta(pattern=r"^L[0-9]{2}(?:\.[0-9]{2}){2}\Z")]
MotiveCode = Annotated[str, Meta(pattern=r"^M[0-9]{2}\.[0-9]{2}(?:\.[0-9]{2})?\Z")]
DiagnosisCode = Annotated[str, Meta(pattern=r"^[A-Z][0-9]{2}(?:\.[0-9+\-]{1,3})?\Z")]
PlaceNumber = Annotated[
    str, Meta(pattern=r"^(?:[0-9A-Z]{2}0[0-9]{5}[0-9]|[0-9]{9}|[0-9]{14}|[0-9]{4}[A-Za-z])\Z")
]
CityCode = Annotated[str, Meta(pattern=r"^[0-9]{5}\Z")]
PhoneNumber = Annotated[str, Meta(pattern=r"^\+[0-9]{5,18}\Z")]
PractitionerId = Annotated[str, Meta(pattern=r"^81[0-9]{10}\Z")]
Age = Annotated[str, Meta(pattern=r"^P[0-9]{1,3}[YMWD]\Z")]

Number = int | float
Free = dict[str, object]
"""An object that the profile leaves open."""
