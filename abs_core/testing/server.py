"""A broker that a test may kill, freeze and start again on the same port and data."""

import signal
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Self

from abs_core.adapters.server import EmbeddedServer

GONE = 5.0  # seconds until a killed server has surely ended


class ServerUnderTest:
    """A real server; `async with` starts it and leaves nothing behind."""

    def __init__(self, data: Path, *, max_bytes: int | None = None, config: str = "") -> None:
        self._server = EmbeddedServer(data, max_bytes=max_bytes, config=config)

    @property
    def url(self) -> str:
        return self._server.url

    @property
    def pid(self) -> int:
        return self._server.pid

    @property
    def data(self) -> Path:
        return self._server.data

    async def start(self) -> None:
        """Start, after the first time on the port of the first time."""
        await self._server.start()

    async def stop(self) -> None:
        try:
            await self._server.stop()
        except ProcessLookupError:  # it ended between the look and the signal
            await self._server.ended(GONE)
            await self._server.stop()

    async def kill(self) -> None:
        """Kill -9, and wait until it is gone."""
        self._server.signal(signal.SIGKILL)
        await self._server.ended(GONE)
        await self.stop()

    async def restart(self) -> None:
        """Kill -9 and start again: same port, same data."""
        await self.kill()
        await self.start()

    def pause(self) -> None:
        """Freeze the server: its connections stay, nothing answers."""
        self._server.signal(signal.SIGSTOP)
        while not _frozen(self.pid):  # the signal does not wait for its threads
            pass

    def resume(self) -> None:
        self._server.signal(signal.SIGCONT)

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.stop()


def _frozen(pid: int) -> bool:
    """Whether every thread of the process has stopped, or it is gone."""
    threads = list(Path(f"/proc/{pid}/task").glob("*/stat"))
    if threads:
        return all(_state(thread) in "TXZ" for thread in threads)
    shown = subprocess.run(
        ["ps", "-o", "state=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return shown.stdout.strip()[:1] in ("T", "Z", "")


def _state(thread: Path) -> str:
    """One letter, as in proc(5); X for a thread that has just ended."""
    try:
        return thread.read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return "X"
