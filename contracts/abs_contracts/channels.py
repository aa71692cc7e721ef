"""How a message travels and how long it is served: the part of a contract beside its payload."""

import datetime as dt
import enum

import msgspec

SUPPORT_DAYS = 180
"""A stable message is served at least so long after it was deprecated."""


class Delivery(enum.StrEnum):
    """What the sender promises, from least to most."""

    LOSSY = "lossy"  # the newest value counts, others may be lost
    AT_LEAST_ONCE = "at_least_once"  # nothing is lost, a repeat is known by its key


STRENGTH = tuple(Delivery)


class Channel(msgspec.Struct, frozen=True, kw_only=True):
    """Where a message travels; the keys are attributes of the envelope."""

    subject: str
    order_key: str = "subject"
    idempotency_key: str = "id"
    delivery: Delivery = Delivery.AT_LEAST_ONCE


class Deprecation(msgspec.Struct, frozen=True, kw_only=True):
    """The message is served until its sunset; `replacement` is a message type."""

    since: dt.date
    sunset: dt.date
    replacement: str | None = None

    @property
    def days(self) -> int:
        """How long vendors have."""
        return (self.sunset - self.since).days


EVENTS = Channel(subject="feed.{room}.{party}.v{major}")
COMMANDS = Channel(subject="cmd.{room}.{party}.{token}")
PRIVATE = Channel(subject="journal.{room}.{party}")
