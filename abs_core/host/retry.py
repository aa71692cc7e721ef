"""Asking again: growing, bounded pauses, and patience with a core that is not there yet."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from typing import TypeVar

import structlog

from abs_core import ports

FIRST = 0.05  # seconds
LONGEST = 5.0  # seconds

T = TypeVar("T")

log = structlog.get_logger(__name__)


def pauses() -> Iterator[float]:
    """Seconds to wait before each further try: doubling, bounded, without end."""
    pause = FIRST
    while True:
        yield pause
        pause = min(2 * pause, LONGEST)


async def insist(what: str, attempt: Callable[[], Awaitable[T]]) -> T:
    """The answer of an attempt that is harmless to repeat, however long it takes."""
    for pause in pauses():
        try:
            return await attempt()
        except (ports.Unknown, ports.Unreachable) as doubt:
            log.info("not yet", what=what, doubt=repr(doubt), pause=pause)
        await asyncio.sleep(pause)
    raise AssertionError("pauses never end")
