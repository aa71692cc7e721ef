"""Ids of entries and effects."""

from uuid import UUID, uuid5

import pytest
from abs_contracts.codec import encode

from abs_core.host.entries import derived

NAMESPACE = UUID("5b1f2d0a-6c55-5f0e-9d1e-0a8f3c1e7b42")


@pytest.mark.parametrize("parts", [("a",), ("dh", "fire", "timer", "x"), ("ë", ""), ("\u2028",)])
def test_an_id_is_the_uuid_of_the_names(parts: tuple[str, ...]) -> None:
    assert derived(*parts) == str(uuid5(NAMESPACE, encode(parts).decode()))
    assert UUID(derived(*parts)).version == 5
