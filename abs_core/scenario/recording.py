"""What was recorded of a played scenario: all that the checks and the figures look at."""

import enum
from collections.abc import Mapping

import msgspec
from abs_contracts.protocol import Warned
from abs_contracts.refusal import Refusal

from abs_core.application.log import Entry
from abs_core.host.journal import Page
from abs_core.ports import Record
from abs_core.scenario.model import Chapter, Scenario, Step
from abs_core.sdk import Way


class Result(enum.StrEnum):
    """How a step came out."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    ANSWERED = "answered"
    ARRIVED = "arrived"
    MISSING = "missing"
    OUTSIDE = "outside"
    LEFT_OUT = "left_out"


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one step; `seconds` from asking to the answer, at the client.

    `way` is how it was done for a party that has its system outside, `did` what its operators
    did there for that `party`, with the `units` that it was about.
    """

    result: Result
    step: int = 0
    seconds: float = 0.0
    command: str | None = None
    refusal: Refusal | None = None
    warnings: tuple[Warned, ...] = ()
    answer: object = None
    way: Way | None = None
    did: tuple[str, ...] = ()
    party: str | None = None
    units: tuple[str, ...] = ()


class Received(msgspec.Struct, frozen=True, kw_only=True):
    """How many messages one party's feed got: shared ones as they are, and stubs."""

    whole: int = 0
    stubs: int = 0


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """One moment for whoever watches: a chapter, a step with its outcome, or records of the log.

    `at` in story seconds. A step that was accepted has the record that it led to.
    """

    at: float
    chapter: Chapter | None = None
    step: Step | None = None
    outcome: Outcome | None = None
    entries: tuple[Entry, ...] = ()
    received: Mapping[str, Received] = {}


class Recording(msgspec.Struct, frozen=True, kw_only=True):
    """The log, the feeds as they were delivered, the journals, and the steps' outcomes.

    `begin` is the log's last sequence before the story. `log_at` and `feed_at` are
    when each record reached the client, in seconds of its loop's clock. `outside` is all that
    the systems outside keep, by party.
    """

    scenario: Scenario
    incidents: Mapping[str, str]
    begin: int
    outcomes: tuple[Outcome, ...]
    log: tuple[Record, ...]
    log_at: tuple[float, ...]
    feeds: Mapping[str, tuple[bytes, ...]]
    feed_at: Mapping[str, tuple[float, ...]]
    journals: Mapping[str, tuple[Page, ...]]
    outside: Mapping[str, bytes] = {}
