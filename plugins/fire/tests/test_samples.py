"""The golden samples of fire's own messages: complete, up to date, and holding."""

from abs_contracts.kit import private
from abs_fire.contracts import CONTRACTS
from abs_fire.examples import EXAMPLES, FOLDER


def test_the_samples_hold() -> None:
    """After a change that is meant: `python -m abs_fire.examples`."""
    assert private.problems(FOLDER, CONTRACTS, EXAMPLES) == []
