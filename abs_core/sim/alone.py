"""A run has the process to itself: its logging is caught, and nothing is collected meanwhile."""

import asyncio
import contextlib
import gc
import logging
from collections.abc import Callable, Iterator, Mapping

import structlog

from abs_core.sim.loop import VirtualLoop


@contextlib.contextmanager
def alone(loop: VirtualLoop, unexpected: list[str]) -> Iterator[None]:
    """Have the loop for a run, with what is logged as a defect in `unexpected`.

    Afterwards nothing is left running; what is to be looked at, look at before.
    """
    before = structlog.get_config()

    def caught(_logger: object, _name: str, line: Mapping[str, object]) -> str:
        unexpected.append(f"logged as a defect: {line}")
        raise structlog.DropEvent

    structlog.configure(
        processors=[caught],
        wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR),
        cache_logger_on_first_use=False,
    )
    was = gc.isenabled()
    gc.disable()
    asyncio.set_event_loop(loop)
    try:
        yield
    finally:
        asyncio.set_event_loop(None)
        _dispose(loop)
        structlog.configure(**before)
        if was:
            gc.enable()


@contextlib.contextmanager
def tidily() -> Iterator[Callable[[], None]]:
    """For many runs: gives what is to be called after each, which clears away what it left.

    What outlives a run is not looked at again, and nothing is cleared away while all
    of a run is still held: together that was a tenth of the time.
    """
    was = gc.isenabled()
    gc.disable()

    def tidy() -> None:
        gc.collect()
        gc.freeze()

    tidy()
    try:
        yield tidy
    finally:
        gc.unfreeze()
        if was:
            gc.enable()


def _dispose(loop: VirtualLoop) -> None:
    """Drop what still waits without letting it go on."""
    for task in asyncio.all_tasks(loop):
        task._log_destroy_pending = False  # type: ignore[attr-defined]  # what a killed process leaves
        with contextlib.suppress(BaseException):  # its `finally` blocks, in a loop that is over
            task.get_coro().close()
    loop.close()
