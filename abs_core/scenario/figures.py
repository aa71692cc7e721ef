"""What each party got, and how fast: pure over what was recorded."""

import math
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from abs_core.application.log import decode
from abs_core.scenario.recording import Received, Recording, Result
from abs_core.scenario.rendering import Rendering, is_stub


class Spread(msgspec.Struct, frozen=True, kw_only=True):
    """A distribution in milliseconds; percentiles by nearest rank."""

    p50: float
    p99: float
    max: float


class PartyFigures(msgspec.Struct, frozen=True, kw_only=True):
    """One party during the story; a spread is None where there was nothing to measure.

    `log_to_feed`: from a record of the log to the message of the feed that it led
    to, both as they reached the client. `command_to_reply`: its desk's commands.
    """

    received: Received
    log_to_feed: Spread | None
    command_to_reply: Spread | None


def figures(recording: Recording) -> Mapping[str, PartyFigures]:
    """The figures of every party of the scenario."""
    late = _late(recording)
    return {
        party: PartyFigures(
            received=received(data for data, _ in late[party]),
            log_to_feed=spread([seconds for _, seconds in late[party]]),
            command_to_reply=spread(_replies(recording, party)),
        )
        for party in recording.scenario.parties
    }


def received(messages: Iterable[bytes]) -> Received:
    """How many of these messages of a feed are whole, and how many are stubs."""
    stubs = [is_stub(data) for data in messages]
    return Received(whole=stubs.count(False), stubs=stubs.count(True))


def spread(seconds: Sequence[float]) -> Spread | None:
    """Their distribution in milliseconds; None of nothing."""
    if not seconds:
        return None
    ordered = sorted(round(second * 1000, 3) for second in seconds)

    def percentile(part: float) -> float:
        return ordered[max(0, math.ceil(part * len(ordered)) - 1)]

    return Spread(p50=percentile(0.50), p99=percentile(0.99), max=ordered[-1])


def _late(recording: Recording) -> Mapping[str, list[tuple[bytes, float]]]:
    """Per party the messages that the story led to, and how many seconds after the log."""
    late: dict[str, list[tuple[bytes, float]]] = {p: [] for p in recording.scenario.parties}
    counts = dict.fromkeys(late, 0)
    rendering = Rendering()
    for record, logged in zip(recording.log, recording.log_at, strict=True):
        for shown in rendering.take(decode(record)):
            number = counts.get(shown.party, len(recording.log))
            counts[shown.party] = number + 1
            times = recording.feed_at.get(shown.party, ())
            if record.seq > recording.begin and number < len(times):
                # The two readers are two subscriptions: whichever came first, none is early.
                late[shown.party].append((shown.data, max(0.0, times[number] - logged)))
    return late


def _replies(recording: Recording, party: str) -> list[float]:
    scenario = recording.scenario
    return [
        outcome.seconds
        for outcome in recording.outcomes
        if outcome.result in (Result.ACCEPTED, Result.REFUSED)
        and scenario.steps[outcome.step].do is not None
        and scenario.desks[scenario.steps[outcome.step].by].party == party
    ]
