"""What every test of the block starts from."""

import pytest

from .dialogue import Dialogue


@pytest.fixture
def mka() -> Dialogue:
    """A block whose fleet is registered; nothing has happened yet."""
    dialogue = Dialogue()
    dialogue.fleet_registered()
    return dialogue
