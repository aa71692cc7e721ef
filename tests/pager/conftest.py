"""Messages of our own making, and the real file where it is present."""

import datetime as dt
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from abs_contracts.messages.values import Discipline

from abs_core import pager
from abs_core.pager.page import Message

NOON = dt.datetime(2024, 1, 1, 12, tzinfo=dt.UTC)
ROOT = Path(__file__).parents[2]
EXAMPLE = Path(pager.__file__).parent / "data/example-night.txt"

Sent = Callable[..., Message]


@pytest.fixture
def sent() -> Sent:
    """Makes a message: its text, and how many minutes after noon; lines are numbered."""
    lines = iter(range(1, 10_000))

    def make(
        text: str,
        minutes: float = 0.0,
        *,
        region: str = "Haaglanden",
        discipline: Discipline | None = Discipline.FIRE,
    ) -> Message:
        at = NOON + dt.timedelta(minutes=minutes)
        return Message(line=next(lines), at=at, text=text, region=region, discipline=discipline)

    return make


@pytest.fixture(scope="session")
def real() -> Path:
    """The folder of real pager files."""
    shared = Path(os.environ.get("ABS_SHARED_DATA", ROOT.parent / "shared/data"))
    folder = shared / "p2000"
    if not folder.is_dir():
        pytest.skip(f"no real pager files here: {folder} is missing (ABS_SHARED_DATA)")
    return folder
