"""Letters on their way to the wire: what gathers while one request is under way goes with the next.

So a letter that comes alone goes at once, and many cost few requests. Order is kept. The
other side stops a request at the first letter that it does not take, and only one that
was given alone is to blame: after such an answer the first of them goes alone.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Generic, NamedTuple, TypeVar

MOST = 100
"""Letters in one request: as many as the interface allows."""
LARGE = 250_000
"""Characters of one request beyond which no letter is added; a quarter of what is allowed."""

A = TypeVar("A")


class _Waiting(NamedTuple, Generic[A]):
    text: str
    answer: "asyncio.Future[A]"


class Outbox(Generic[A]):
    """`give` carries a JSON text; `blames` says whether an answer is about one letter alone."""

    def __init__(self, give: Callable[[str], Awaitable[A]], blames: Callable[[A], bool]) -> None:
        self._give = give
        self._blames = blames
        self._waiting: deque[_Waiting[A]] = deque()
        self._alone = False
        self._work: asyncio.Task[None] | None = None

    async def give(self, text: str) -> A:
        """The answer to the request that had this letter. Raises what the wire raises."""
        mine: _Waiting[A] = _Waiting(text, asyncio.get_running_loop().create_future())
        self._waiting.append(mine)
        if self._work is None or self._work.done():
            self._work = asyncio.create_task(self._all(), name="outbox")
        return await mine.answer

    async def _all(self) -> None:
        while self._waiting:
            batch = self._next()
            try:
                answer = await self._give(_text(batch))
            except BaseException as error:
                for each in batch:
                    if not each.answer.done():
                        each.answer.set_exception(error)
                if not isinstance(error, Exception):
                    raise
                continue
            self._alone = len(batch) > 1 and self._blames(answer)
            if self._alone:
                self._waiting.extendleft(reversed(batch))
                continue
            for each in batch:
                if not each.answer.done():  # its sender may have been cancelled
                    each.answer.set_result(answer)

    def _next(self) -> list[_Waiting[A]]:
        batch = [self._waiting.popleft()]
        size = len(batch[0].text)
        while not self._alone and self._waiting and len(batch) < MOST and size < LARGE:
            batch.append(self._waiting.popleft())
            size += len(batch[-1].text)
        return batch


def _text(batch: list[_Waiting[A]]) -> str:
    if len(batch) == 1:
        return batch[0].text
    return f"[{','.join(each.text for each in batch)}]"
