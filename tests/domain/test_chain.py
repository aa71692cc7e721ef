"""The hash chain: whatever is done to a history shows in every value from there on."""

import functools
import hashlib

from hypothesis import assume, given
from hypothesis import strategies as st

from abs_core.domain.chain import GENESIS, link

histories = st.lists(st.binary(max_size=20), min_size=1, max_size=8)


def chain(records: list[bytes]) -> str:
    return functools.reduce(link, records, GENESIS)


def test_a_link_is_a_hash_over_the_one_before_and_the_record() -> None:
    first = hashlib.sha256(b"one").hexdigest()

    assert link(GENESIS, b"one") == first
    assert link(first, b"two") == hashlib.sha256(first.encode() + b"two").hexdigest()


@given(histories, st.data())
def test_a_changed_missing_swapped_or_added_record_shows(
    records: list[bytes], data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(records) - 1))
    other = data.draw(st.binary(max_size=20))
    spoilt = [
        [*records[:at], other, *records[at + 1 :]],  # changed
        [*records[:at], *records[at + 1 :]],  # missing
        [*records[:at], *reversed(records[at : at + 2]), *records[at + 2 :]],  # swapped
        [*records[:at], other, *records[at:]],  # added
    ]
    for each in spoilt:
        assert (chain(each) == chain(records)) == (each == records)


@given(histories, histories)
def test_two_histories_do_not_come_together_again(one: list[bytes], other: list[bytes]) -> None:
    assume(one != other)
    tail = [b"the same", b"from here on"]

    assert chain([*one, *tail]) != chain([*other, *tail])
