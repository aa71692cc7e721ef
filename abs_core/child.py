"""A process of the room, kept up within a budget of restarts."""

import asyncio
from asyncio.subprocess import PIPE
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec
import structlog
from abs_contracts.refusal import Refused

REFUSED = 3
"""Exit code of a process that must not be started again as it is."""
STOP_SECONDS = 5.0
DENIED = "refused"
GIVEN_UP = "given up"
STOPPED = "stopped"

logger = structlog.get_logger(__name__)


class Budget:
    """How often something may be started again: `restarts` times within `seconds`."""

    def __init__(self, restarts: int = 5, seconds: float = 30.0) -> None:
        self._restarts = restarts
        self._seconds = seconds
        self._spent: list[float] = []

    def spend(self, now: float) -> float | None:
        """Seconds to wait before this restart, longer each time; None: the budget is spent."""
        self._spent = [then for then in self._spent if now - then < self._seconds]
        if len(self._spent) >= self._restarts:
            return None
        self._spent.append(now)
        return 0.05 * float(2 ** (len(self._spent) - 1))


class Child:
    """One process of the room, kept up within its restart budget."""

    def __init__(self, name: str, command: Sequence[str], log: Path, budget: Budget) -> None:
        self.name = name
        self.state = "starting"
        self.log = log
        self._command = command
        self._budget = budget
        self._lines = b""
        self._process: asyncio.subprocess.Process | None = None
        self._starting = asyncio.Lock()

    @property
    def pid(self) -> int:
        """Its process id, 0 while it is down."""
        return self._process.pid if self._process and self._process.returncode is None else 0

    @property
    def down(self) -> bool:
        """Whether it is left down for good."""
        return self.state in (DENIED, GIVEN_UP)

    @property
    def stopped(self) -> bool:
        """Whether it was told to end for good."""
        return self.state == STOPPED

    async def spawn(self) -> None:
        with self.log.open("ab") as log:
            # A session of its own: Ctrl-C reaches the runner, which stops things in order.
            self._process = await asyncio.create_subprocess_exec(
                *self._command, stdin=PIPE, stdout=log, stderr=log, start_new_session=True
            )
        self.state = "running"
        self._write(self._lines)

    def tell(self, line: bytes) -> None:
        """Give it a line of input, now, and after those before whenever it is started again."""
        self._lines += line + b"\n"
        self._write(line + b"\n")

    def _write(self, lines: bytes) -> None:
        if self._process and self._process.stdin:
            self._process.stdin.write(lines)

    async def keep_up(self, changed: Callable[[], None]) -> None:
        """Start it again when it ends, until stopped, refused, or the budget is spent."""
        while self._process is not None:
            code = await self._process.wait()
            if self.state == STOPPED:
                return
            pause = self._budget.spend(asyncio.get_running_loop().time())
            if code == REFUSED or pause is None:
                self.state = DENIED if code == REFUSED else GIVEN_UP
                logger.error("process down", process=self.name, code=code, log=str(self.log))
                changed()
                return
            logger.warning("process restarts", process=self.name, code=code)
            self.state = "starting"
            await asyncio.sleep(pause)
            async with self._starting:
                if self.state == STOPPED:
                    return
                await self.spawn()
            changed()

    def let_end(self) -> None:
        """Do not start it again when it ends."""
        self.state = STOPPED

    async def ended(self) -> None:
        """Return when it is down."""
        if self._process is not None:
            await self._process.wait()

    async def stop(self) -> None:
        """End it, if need be by force, and leave it down."""
        async with self._starting:
            self.let_end()
        if self._process is None or self._process.returncode is not None:
            return
        self._process.terminate()
        try:
            async with asyncio.timeout(STOP_SECONDS):
                await self._process.wait()
        except TimeoutError:
            self._process.kill()
            await self._process.wait()

    def why_down(self) -> Refused:
        """What it said last before it was left down, as a refusal."""
        for line in reversed(self.log.read_bytes().splitlines()):
            try:
                said = msgspec.json.decode(line, type=_Said)
            except msgspec.DecodeError:
                continue
            if said.event == "refused":
                return Refused(rule=said.rule, what=said.what, where=said.where, fix=said.fix)
        return Refused(
            rule="RUN-001",
            what=f"{self.name} does not stay up",
            where=str(self.log),
            fix="mend what the log says, then start again",
        )


class _Said(msgspec.Struct, frozen=True):
    """A log line, as far as it tells of a refusal."""

    event: str
    rule: str = ""
    what: str = ""
    where: str = ""
    fix: str = ""
