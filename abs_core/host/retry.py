"""Asking again: patience with a core that is not there yet."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog

from abs_core import ports
from abs_core.sdk import pauses

T = TypeVar("T")

log = structlog.get_logger(__name__)


async def insist(what: str, attempt: Callable[[], Awaitable[T]]) -> T:
    """The answer of an attempt that is harmless to repeat, however long it takes."""
    for pause in pauses():
        try:
            return await attempt()
        except (ports.Unknown, ports.Unreachable) as doubt:
            log.info("not yet", what=what, doubt=repr(doubt), pause=pause)
        await asyncio.sleep(pause)
    raise AssertionError("pauses never end")
