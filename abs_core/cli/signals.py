"""Running until told to stop: Ctrl-C, SIGTERM, or a terminal that hangs up."""

import asyncio
import signal
from collections.abc import Coroutine

ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


async def until_told(work: Coroutine[None, None, None]) -> signal.Signals | None:
    """Do the work until it ends, or until the first signal, which is returned.

    Later signals change nothing: stopping takes the time that it takes.
    """
    task, told = asyncio.create_task(work), list[signal.Signals]()

    def stop(number: signal.Signals) -> None:
        if not told:
            task.cancel()
        told.append(number)

    for number in ENDINGS:
        asyncio.get_running_loop().add_signal_handler(number, stop, number)
    try:
        await task
    except asyncio.CancelledError:
        if not told:
            raise
    except OSError:
        if signal.SIGHUP not in told:  # a terminal that hung up takes no more
            raise
    return told[0] if told else None
