"""Running until told to stop: Ctrl-C, SIGTERM, or a terminal that hangs up."""

import asyncio
import signal
from collections.abc import Coroutine

ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
AGAIN = 0.5
"""Seconds after which work that went on all the same is cancelled once more."""


async def until_told(
    work: Coroutine[None, None, None], *, again: bool = False
) -> signal.Signals | None:
    """Do the work until it ends or the first signal cancels it; returns that signal.

    Later signals change nothing. `again`: cancel until it ends, because
    `asyncio.wait_for` of Python 3.11 can swallow a cancellation; not for work that
    must stop in peace, which asks `Task.cancelling` instead.
    """
    loop, task, told = asyncio.get_running_loop(), asyncio.create_task(work), list[signal.Signals]()

    def cancel() -> None:
        task.cancel()
        if again and not task.done():
            loop.call_later(AGAIN, cancel)

    def stop(number: signal.Signals) -> None:
        told.append(number)
        if len(told) == 1:
            cancel()

    for number in ENDINGS:
        loop.add_signal_handler(number, stop, number)
    try:
        await task
    except asyncio.CancelledError:
        if not told:
            raise
    except OSError:
        if signal.SIGHUP not in told:  # a terminal that hung up takes no more
            raise
    return told[0] if told else None


def code(ended: signal.Signals | None) -> int:
    """The exit code of work without an end of its own: 0, or 130 when it was interrupted."""
    return 130 if ended is signal.SIGINT else 0
