"""The figures: counts and distributions, pure over what was recorded."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from abs_core.scenario.figures import figures, spread
from abs_core.scenario.recording import Received, Recording


@given(st.lists(st.floats(min_value=0, max_value=60), min_size=1))
def test_percentiles_are_values_that_were_measured(seconds: list[float]) -> None:
    found = spread(seconds)
    assert found is not None
    measured = [round(second * 1000, 3) for second in seconds]
    assert {found.p50, found.p99, found.max} <= set(measured)
    assert found.p50 <= found.p99 <= found.max == max(measured)
    assert sum(ms <= found.p50 for ms in measured) * 2 >= len(measured)


def test_the_99th_of_a_hundred_is_not_the_worst() -> None:
    found = spread([*[0.001] * 98, 0.002, 9.0])
    assert found is not None
    assert (found.p50, found.p99, found.max) == (1.0, 2.0, 9000.0)


def test_of_nothing_there_is_no_spread() -> None:
    assert spread([]) is None


def test_lateness_is_from_the_record_that_led_to_a_message(recording: Recording) -> None:
    """Every record at its sequence in seconds; the ambulance's feed 5 ms after the newest."""
    log_at = tuple(float(record.seq) for record in recording.log)
    attached = log_at[-1]
    feed_at = {party: (attached,) * len(feed) for party, feed in recording.feeds.items()}
    feed_at["ambulance"] = tuple(attached + 0.005 for _ in recording.feeds["ambulance"])
    timed = replace(recording, log_at=log_at, feed_at=feed_at)
    ambulance = figures(timed)["ambulance"]
    assert ambulance.received == Received(whole=3, stubs=1)
    assert ambulance.log_to_feed is not None
    # What it got on attaching is as late as the attachment, not as the record it repeats.
    assert ambulance.log_to_feed.p50 == pytest.approx(5.0)
    # The stub is of the first record of the story, three records before.
    assert ambulance.log_to_feed.max == pytest.approx(3005.0)


def test_what_was_before_the_story_does_not_count(recording: Recording) -> None:
    after = figures(replace(recording, begin=recording.log[-1].seq))
    assert after["fire"].received == Received()
    assert after["fire"].log_to_feed is None
    assert after["fire"].command_to_reply is not None


def test_a_party_without_commands_has_no_replies(recording: Recording) -> None:
    assert figures(recording)["police"].command_to_reply is None
