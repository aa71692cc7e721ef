"""An event loop of virtual time: nothing waits, nothing is threaded, all is in one order.

Time passes only when nothing else can happen. Every step knows the event that caused
it, and the process that it belongs to: so a process can be frozen as SIGSTOP does, or
killed as SIGKILL does, in the middle of anything.
"""

import asyncio
import contextlib
from collections import deque
from collections.abc import Callable, Coroutine, Iterator
from contextvars import Context, ContextVar, copy_context
from functools import partial
from heapq import heappop, heappush
from itertools import repeat
from typing import Any, Never

import msgspec

PROCESS: ContextVar[str] = ContextVar("abs_sim_process", default="world")
"""The simulated process that a step belongs to, each of its lives with a name of its own."""

LONGEST = 900.0
"""Seconds of virtual time: what takes longer will never happen."""
MOST_STEPS = 20_000_000


class Stuck(RuntimeError):  # noqa: N818 - a state to report
    """Everything waits, or nothing ever ends."""


class Step(msgspec.Struct):
    """One step of the loop, and the number of the event that caused it.

    All that asyncio wants of a handle; made in a third of the time of one.
    """

    callback: Callable[..., object]
    args: tuple[Any, ...]
    context: Context
    cause: int
    done: bool = False

    def cancel(self) -> None:
        self.done = True

    def cancelled(self) -> bool:
        return self.done


class _Task(asyncio.Task[Any]):
    """A task whose hash is its number: sets of tasks have the same order in every run."""

    _number: int

    def __hash__(self) -> int:
        return self._number


@contextlib.contextmanager
def _running(loop: asyncio.AbstractEventLoop) -> Iterator[None]:
    """Let the question which loop runs be answered at once.

    Python 3.11 asks the operating system each time whether the process is a fork, and
    that is a tenth of a run.
    """
    places = [(place, "get_running_loop") for place in (asyncio, asyncio.events)]
    places.append((asyncio.events, "_get_running_loop"))
    before = [(place, name, getattr(place, name)) for place, name in places]
    for place, name in places:
        setattr(place, name, repeat(loop).__next__)  # in C: it is asked all the time
    try:
        yield
    finally:
        for place, name, asked in before:
            setattr(place, name, asked)


class VirtualLoop(asyncio.BaseEventLoop):
    """`cause` is the event that the running step came of; 0 for the beginning."""

    def __init__(self) -> None:
        super().__init__()
        self.cause = 0
        self.errors: list[str] = []
        self._time = 0.0
        self._now: deque[Step] = deque()
        self._later: list[tuple[float, int, Step]] = []
        self._numbers = 0
        self._held: dict[str, list[Step] | None] = {}  # frozen, or killed: None
        self._dead: list[Step] = []
        self.create_future = partial(asyncio.Future, loop=self)  # type: ignore[method-assign]  # as asyncio's own, without a step through Python
        self.set_task_factory(self._make_task)  # type: ignore[arg-type]  # any keywords
        self.set_exception_handler(self._note)

    # -- time ------------------------------------------------------------------

    def time(self) -> float:
        return self._time

    def call_soon(  # type: ignore[override]  # our own handle
        self, callback: Callable[..., object], *args: Any, context: Context | None = None
    ) -> Step:
        step = Step(callback, args, copy_context() if context is None else context, self.cause)
        self._now.append(step)
        return step

    def call_at(  # type: ignore[override]  # our own handle
        self,
        when: float,
        callback: Callable[..., object],
        *args: Any,
        context: Context | None = None,
    ) -> Step:
        return self.call_later(when - self._time, callback, *args, context=context)

    def call_later(  # type: ignore[override]  # our own handle
        self,
        delay: float,
        callback: Callable[..., object],
        *args: Any,
        context: Context | None = None,
    ) -> Step:
        when = self._time + delay
        step = Step(callback, args, copy_context() if context is None else context, self.cause)
        self._numbers += 1
        heappush(self._later, (when, self._numbers, step))
        return step

    def deliver(
        self, act: Callable[[], object], delay: float, context: Context, cause: int
    ) -> None:
        """Call `act` after a delay, as what an event causes."""
        step = Step(act, (), context, cause)
        if delay > 0:
            self._numbers += 1
            heappush(self._later, (self._time + delay, self._numbers, step))
        else:
            self._now.append(step)

    def _run_once(self) -> None:
        """All steps until the loop is stopped; what is due now happens in any case."""
        now, held = self._now, self._held
        with _running(self):
            for _ in range(MOST_STEPS):
                if not now:
                    if self._stopping:  # type: ignore[attr-defined]  # of asyncio's own loop
                        return
                    self._advance()
                step = now.popleft()
                if step.done or (held and self._hold(step)):
                    continue
                self.cause = step.cause
                try:
                    step.context.run(step.callback, *step.args)
                except (SystemExit, KeyboardInterrupt):
                    raise
                except BaseException as error:
                    self.call_exception_handler({"message": "a step raised", "exception": error})
        raise Stuck(f"still busy after {MOST_STEPS} steps")

    def _advance(self) -> None:
        """Let time pass to the next step that is due."""
        later, now = self._later, self._now
        while later:
            at, _, step = heappop(later)
            if not step.done:
                break
        else:
            raise Stuck("everything waits, and nothing will ever happen")
        if at > LONGEST:
            raise Stuck(f"still waiting after {LONGEST:.0f} s of virtual time")
        self._time = at = max(self._time, at)
        now.append(step)
        while later and later[0][0] <= at:
            now.append(heappop(later)[2])

    # -- processes -------------------------------------------------------------

    def freeze(self, process: str) -> None:
        """Let nothing of a process happen until it is thawed."""
        self._held.setdefault(process, [])

    def thaw(self, process: str) -> None:
        """Let a frozen process go on where it stood. A killed one stays dead."""
        if self._held.get(process) is not None:
            self._now.extend(self._held.pop(process) or ())

    def kill(self, process: str) -> None:
        """Let nothing of a process happen ever again; nothing of it is told so."""
        self._held[process] = None

    def _hold(self, step: Step) -> bool:
        process = step.context.get(PROCESS, "")
        if process not in self._held:
            return False
        held = self._held[process]
        # What is dead is kept: its end would run its `finally` blocks.
        (self._dead if held is None else held).append(step)
        return True

    # -- what there is not -----------------------------------------------------

    def _make_task(
        self, _loop: asyncio.AbstractEventLoop, coro: Coroutine[Any, Any, Any], **more: Any
    ) -> asyncio.Task[Any]:
        task = _Task.__new__(_Task)
        self._numbers += 1
        task._number = self._numbers
        task.__init__(coro, loop=self, **more)  # type: ignore[misc]  # its hash is needed in there
        return task

    def _note(self, _loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        self.errors.append(f"{context['message']}: {context.get('exception')!r}")

    def _process_events(self, event_list: Any) -> Never:  # noqa: ARG002 - the name in asyncio
        raise Stuck("a simulated loop has no sockets")

    def call_soon_threadsafe(self, *_: Any, **__: Any) -> Never:  # type: ignore[override]  # refused
        raise Stuck("a simulated loop has no threads")

    def run_in_executor(self, *_: Any, **__: Any) -> Never:  # type: ignore[override]  # refused
        raise Stuck("a simulated loop has no threads")
