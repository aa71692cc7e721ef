"""The golden samples of the bridge's own messages: complete, up to date, and holding."""

from abs_ambulance_bridge.live.contracts import CONTRACTS
from abs_ambulance_bridge.live.examples import EXAMPLES, FOLDER
from abs_contracts.kit import private


def test_the_samples_hold() -> None:
    """After a change that is meant: `python -m abs_ambulance_bridge.live.examples`."""
    assert private.problems(FOLDER, CONTRACTS, EXAMPLES) == []
