"""Simulated processes: each on a connection of its own, with a clock that may be wrong."""

import asyncio
import datetime as dt
from collections.abc import Awaitable, Callable, Coroutine
from contextvars import copy_context
from typing import NamedTuple, Self

from abs_contracts.refusal import Refused

from abs_core.adapters.memory import MemoryBus
from abs_core.ports import Handler, Message, Subscription
from abs_core.sim.loop import PROCESS, VirtualLoop

NOON = dt.datetime(2026, 1, 1, 12, tzinfo=dt.UTC)
"""When a simulation begins, in its own time."""


class Said(NamedTuple):
    """A message that came in at a process at `at`, and what that answered at `until`."""

    at: float
    until: float
    process: str
    subject: str
    data: bytes
    answer: bytes | None


class Tap:
    """Everything that was said to those who serve a subject, in order of the answers."""

    def __init__(self) -> None:
        self.said: list[Said] = []
        self.before: Callable[[str, bytes], None] = lambda _subject, _data: None

    def heard(self, handler: Handler, process: str) -> Handler:
        """The handler, with its messages and answers noted down."""

        async def handle(message: Message) -> bytes | None:
            loop = asyncio.get_running_loop()
            at = loop.time()
            self.before(message.subject, message.data)
            answer = await handler(message)
            self.said.append(Said(at, loop.time(), process, message.subject, message.data, answer))
            return answer

        return handle


class TappedBus(MemoryBus):
    """A bus in memory on which a tap hears what is said to the core."""

    tap: Tap

    def client(self, name: str) -> Self:
        other = super().client(name)
        other.tap = self.tap
        return other

    async def serve(self, subject: str, handler: Handler, *, queue: str = "") -> Subscription:
        if self.name.startswith("core"):
            handler = self.tap.heard(handler, self.name)
        return await super().serve(subject, handler, queue=queue)


EVERYBODY = "everybody"
"""Under this name all clocks have an error in common: hours that went by unplayed."""


class SimClock:
    """Virtual time of day, with the error that this process's clock has at the moment."""

    def __init__(self, loop: VirtualLoop, errors: dict[str, float], process: str) -> None:
        self._loop = loop
        self._errors = errors
        self._process = process
        self._seconds = float("-inf")
        self._last = NOON

    def now(self) -> dt.datetime:
        errors = self._errors
        seconds = self._loop.time() + errors[EVERYBODY] + errors.get(self._process, 0.0)
        if seconds > self._seconds:
            self._seconds = seconds
            self._last = NOON + dt.timedelta(seconds=seconds)
        return self._last


class Process(NamedTuple):
    """One life of a process."""

    name: str
    life: str
    bus: TappedBus
    task: "asyncio.Task[None]"


class Ended(NamedTuple):
    """A process that ended by itself, and why."""

    at: float
    process: str
    why: str


Main = Callable[[TappedBus], Coroutine[None, None, None]]
"""What a process does, on its connection."""


class Processes:
    """Those that run now, by name; all share one broker."""

    def __init__(self, loop: VirtualLoop, bus: TappedBus) -> None:
        self._loop = loop
        self._bus = bus
        self._lives: dict[str, int] = {}
        self.running: dict[str, Process] = {}
        self.ended: list[Ended] = []

    def start(
        self,
        name: str,
        run: Main,
        patience: float = 5.0,
    ) -> Process:
        """Start one more life of a process, on a new connection."""
        number = self._lives[name] = self._lives.get(name, 0) + 1
        life = f"{name}#{number}"
        context = copy_context()
        context.run(PROCESS.set, life)
        bus = context.run(self._bus.client, name)
        bus.patience = patience
        task = self._loop.create_task(self._run(name, life, run(bus)), context=context)
        process = self.running[name] = Process(name, life, bus, task)
        return process

    async def _run(self, name: str, life: str, work: Awaitable[None]) -> None:
        why = "it was done"
        try:
            await work
        except Refused as refused:
            why = str(refused)
        except Exception as error:  # whatever it is, the checks have to hear of it
            why = f"{type(error).__name__}: {error}"
        self.ended.append(Ended(self._loop.time(), name, why))
        running = self.running.get(name)
        if running is not None and running.life == life:
            del self.running[name]
            await running.bus.close()

    async def kill(self, name: str) -> None:
        """End a process where it stands; the broker notices that its connection is gone."""
        process = self.running.pop(name, None)
        if process is not None:
            self._loop.kill(process.life)
            await process.bus.close()

    def release(self, name: str) -> Process | None:
        """Forget a process without ending it: an old generation goes on by itself."""
        return self.running.pop(name, None)

    def freeze(self, name: str) -> str | None:
        """Let nothing of it happen; the life that is to be thawed, if it runs."""
        process = self.running.get(name)
        if process is None:
            return None
        self._loop.freeze(process.life)
        return process.life
