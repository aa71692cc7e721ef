"""What every test of the block starts from."""

import pytest

from .dialogue import Dialogue


@pytest.fixture
def room() -> Dialogue:
    """A room in which the fleet is registered and nothing has happened yet."""
    dialogue = Dialogue()
    dialogue.fleet_registered()
    return dialogue
