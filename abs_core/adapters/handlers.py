"""Handlers of messages: begun in order of arrival, run side by side, never fatal."""

import asyncio
from collections.abc import Awaitable, Callable
from contextvars import copy_context
from functools import cached_property

import structlog

from abs_core.ports import Handler, Message

log = structlog.get_logger(__name__)


class Handlers:
    """The handlers that run now, one task each; `answer` sends a reply to its subject."""

    def __init__(self, answer: Callable[[str, bytes], Awaitable[None]]) -> None:
        self._answer = answer
        # The receiver's: in memory the sender's would be the one at hand.
        self._context = copy_context()
        self._begun = 0
        self._running: dict[int, asyncio.Task[None]] = {}  # in the order in which they began

    @cached_property
    def _loop(self) -> asyncio.AbstractEventLoop:
        # Asked once: Python 3.11 asks the operating system each time whether this is a fork.
        return asyncio.get_running_loop()

    def start(self, handler: Handler, message: Message) -> None:
        """Begin one handler; tasks take their first step in the order of these calls."""
        number = self._begun = self._begun + 1
        self._running[number] = self._loop.create_task(
            self._run(number, handler, message), context=self._context.copy()
        )

    def cancel(self) -> None:
        """End what still runs, as the end of the process would."""
        for task in self._running.values():
            task.cancel()

    async def _run(self, number: int, handler: Handler, message: Message) -> None:
        try:
            answer = await handler(message)
            if answer is not None and message.reply:
                await self._answer(message.reply, answer)
        except Exception:
            log.exception("handler failed", subject=message.subject)
        finally:
            self._running.pop(number, None)
