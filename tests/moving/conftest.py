"""The standalone system that a party may move to."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from .night import Outside


@pytest.fixture
async def outside(tmp_path: Path) -> AsyncIterator[Outside]:
    running = Outside(tmp_path / "station")
    await running.start()
    try:
        yield running
    finally:
        running.kill()
