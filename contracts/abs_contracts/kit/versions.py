"""One version of a message as the kit compares it: of today's definition, or frozen."""

import datetime as dt
import hashlib

import msgspec

from abs_contracts.catalogue import Contract, Kind, Sender, Sight
from abs_contracts.channels import Channel, Deprecation
from abs_contracts.kit import schemas
from abs_contracts.kit.parse import parse
from abs_contracts.kit.policy import OPEN
from abs_contracts.kit.shape import Shape, of_type

UNVERSIONED = 0
"""The major of what is compared as it is, without a version."""


class Golden(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A golden sample as text, and the refusal that an invalid one must meet."""

    case: str
    text: str
    rule: str | None = None
    where: str | None = None


class Version(msgspec.Struct, frozen=True, kw_only=True):
    """A published or publishable version; both schemas are about the message's `data`."""

    name: str
    major: int
    minor: int
    kind: Kind
    sight: Sight
    sender: Sender
    channel: Channel
    deprecation: Deprecation | None
    emit: dict[str, object]
    accept: dict[str, object]
    samples: tuple[Golden, ...] = ()

    @property
    def version(self) -> str:
        """Major and minor."""
        return f"{self.major}.{self.minor}"

    @property
    def type(self) -> str:
        """The envelope's `type`; of what has no version, its name."""
        if self.major == UNVERSIONED:
            return self.name
        return f"abs.{self.name}.v{self.major}"

    @property
    def closed(self) -> bool:
        """Whether its readers refuse what they do not know."""
        return self.accept.get("additionalProperties") is False

    def shape(self) -> Shape:
        """What both schemas say."""
        return parse(self.emit, self.accept)


def of_contract(contract: Contract, samples: tuple[Golden, ...] = ()) -> Version:
    """The version that today's definition makes."""
    # What is private is a desk's request as well, and those are closed.
    closed, shape = contract.kind not in OPEN, of_type(contract.payload)
    return Version(
        name=contract.name,
        major=contract.major,
        minor=contract.minor,
        kind=contract.kind,
        sight=contract.sight,
        sender=contract.sender,
        channel=contract.travels,
        deprecation=contract.deprecation,
        emit=schemas.emitted(shape, closed=closed),
        accept=schemas.accepted(shape, closed=closed),
        samples=samples,
    )


def of_schema(name: str, schema: dict[str, object], kind: Kind = Kind.EVENT) -> Version:
    """A JSON Schema file of anybody's as both what is written and what is read."""
    return Version(
        name=name,
        major=UNVERSIONED,
        minor=0,
        kind=kind,
        sight=Sight.CORE,
        sender=Sender.PARTY,
        channel=Channel(subject=""),
        deprecation=None,
        emit=schema,
        accept=schema,
    )


def dumped(version: Version) -> bytes:
    """Its file: indented, sorted, with a line end; the same bytes for the same version."""
    return msgspec.json.format(msgspec.json.encode(version, order="sorted"), indent=2) + b"\n"


def loaded(raw: bytes) -> Version:
    """The version in this file; raises msgspec.DecodeError."""
    return msgspec.json.decode(raw, type=Version)


def digest(raw: bytes) -> str:
    """SHA-256 in hex."""
    return hashlib.sha256(raw).hexdigest()


def sunset_passed(version: Version, today: dt.date) -> bool:
    """Whether vendors have had all the time that was promised."""
    return version.deprecation is not None and version.deprecation.sunset < today
