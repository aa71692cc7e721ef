"""A room as a person runs it: `abs up` as a process of its own, and commands beside it."""

import asyncio
import fcntl
import json
import os
import pty
import re
import struct
import subprocess
import termios
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from abs_contracts.messages import incident as inc
from abs_contracts.messages.values import CallSource, NoteAudience
from abs_contracts.protocol import Accepted, Credentials, questions

from abs_core import bootstrap
from abs_core.adapters.server import alive
from abs_core.ports import Unreachable
from abs_core.supervisor import RunFile

from .running import PROGRAM, Piped, abs_

CONFIGURATION = """
[parties.fire]
discipline = "fire"
name = "Brandweer"

[parties.police]
discipline = "police"
name = "Politie"
"""


def left(run: RunFile) -> list[int]:
    """Which processes of a room still run; those that are about to end are waited for."""
    pids = [run.pid, run.server, *run.processes.values()]
    until = time.monotonic() + 30
    while (running := [pid for pid in pids if alive(pid)]) and time.monotonic() < until:
        time.sleep(0.02)
    return running


class Terminal:
    """`abs up` in a pseudo-terminal of 80 by 24, its controlling one."""

    def __init__(self, data: Path, *arguments: str) -> None:
        self.data = data
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        self.process = subprocess.Popen(
            [*PROGRAM, "up", "--data", str(data), *arguments],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # noqa: PLW1509 - no threads here
            env={**os.environ, "TERM": "xterm-256color"},
        )
        os.close(slave)
        self.seen = b""

    def until(self, pattern: bytes) -> None:
        """Read the screen on until this was on it."""
        while not re.search(pattern, self.seen):
            self.seen += os.read(self.master, 65536)

    def press(self, keys: bytes) -> None:
        os.write(self.master, keys)

    def to_the_end(self) -> int:
        """Read the rest, and return the exit code."""
        try:
            while data := os.read(self.master, 65536):
                self.seen += data
        except OSError:  # Linux says so when the last writer is gone
            pass
        return self.process.wait(timeout=60)

    @property
    def run(self) -> RunFile:
        return msgspec.json.decode((self.data / "run.json").read_bytes(), type=RunFile)


@pytest.fixture
def configuration(tmp_path: Path) -> Path:
    """Two parties that work by hand, without a block."""
    file = tmp_path / "abs.toml"
    file.write_text(CONFIGURATION)
    return file


@pytest.fixture
def piped(tmp_path: Path, configuration: Path) -> Iterator[Piped]:
    room = Piped(tmp_path / "data", "--config", str(configuration))
    yield room
    if room.process.poll() is None:
        room.stop()


@pytest.fixture
def terminal(tmp_path: Path, configuration: Path) -> Iterator[Terminal]:
    room = Terminal(tmp_path / "data", "--config", str(configuration))
    yield room
    if room.process.poll() is None:
        room.process.terminate()
        room.to_the_end()


async def tell(data: Path, run: RunFile, incident: str) -> None:
    """An incident that fire opens, with a note for fire alone."""
    bus = await bootstrap.connect(run.url, "test")
    fire = bootstrap.desk(bus, run.room, "fire", (data / "credentials/fire.desk").read_text())
    note = inc.AddNote(text="Sleutel ligt bij de buren", audience=NoteAudience.OWN)
    for payload in (inc.OpenIncident(source=CallSource.EMERGENCY), note):
        reply = await fire.command(payload, incident, actor="desk-3", role="centralist")
        assert isinstance(reply, Accepted), reply
    await fire.command(inc.AttachParty(party="police"), incident, actor="desk-3", role="centralist")
    await bus.close()


def test_a_room_runs_is_looked_at_and_leaves_nothing(piped: Piped) -> None:
    piped.until("party police: no block")
    run, data = piped.run, str(piped.data)
    asyncio.run(tell(piped.data, run, "inc-00001"))
    asyncio.run(tell(piped.data, run, "inc-00002"))
    assert "fire, police" in piped.until("incident inc-00002: .*police")

    seen = json.loads(abs_("status", "--data", data, "--json").out)
    assert [each["state"] for each in seen["processes"]] == ["running", "running"]
    assert sorted(seen["opened"]) == ["inc-00001", "inc-00002"]
    shown = abs_("status", "--data", data)
    assert shown.code == 0
    assert "\x1b" not in shown.out
    assert all(name in shown.out for name in ("inc-00001", "police", "core-1", run.url))

    as_room = abs_("incident", "show", "inc-00001", "--data", data)
    assert "112 call" in as_room.out
    assert "Sleutel ligt" in as_room.out
    assert re.search(r"PART OF +STAGE.*\nfire \(lead\) +called .*\npolice +called", as_room.out)
    as_police = abs_("incident", "show", "inc-00001", "--as", "police", "--data", data)
    assert "police attached" in as_police.out
    assert "Sleutel ligt" not in as_police.out
    ambiguous = abs_("incident", "show", "inc-0", "--data", data)
    assert (ambiguous.code, ambiguous.err.splitlines()[0]) == (2, "refused: CLI-005")
    assert abs_("incident", "show", "inc-x", "--data", data).err.startswith("refused: INCIDENT-001")
    second = abs_("up", "--data", data)
    assert (second.code, second.err.splitlines()[0]) == (2, "refused: SERVER-005")

    assert piped.stop().code == 0
    assert left(run) == []
    assert not (piped.data / "run.json").exists()

    listed = abs_("incident", "list", "--data", data, "--json")
    assert [row["incident"] for row in json.loads(listed.out)] == ["inc-00001", "inc-00002"]
    assert listed.err == f"No room runs on {data}: reading its log.\n"
    archived = abs_("incident", "show", "inc-00001", "--as", "police", "--data", data)
    assert archived.out == as_police.out


def test_after_a_crash_of_the_runner_the_log_is_read_and_nothing_runs(piped: Piped) -> None:
    piped.until("party police: no block")
    run, data = piped.run, str(piped.data)
    asyncio.run(tell(piped.data, run, "inc-00001"))
    piped.process.kill()
    piped.process.communicate(timeout=60)
    told = abs_("incident", "show", "inc-00001", "--data", data)
    assert "Sleutel ligt" in told.out
    assert abs_("status", "--data", data).err.startswith("refused: CLI-002")
    assert left(run) == []


def test_json_lines_are_whole_documents(tmp_path: Path, configuration: Path) -> None:
    room = Piped(tmp_path / "data", "--config", str(configuration), "--json")
    view = json.loads(room.until('"police"'))
    assert {party["party"] for party in view["status"]["parties"]} == {"fire", "police"}
    assert room.process.pid == view["runner"]
    ended = room.stop()
    assert (ended.code, ended.err) == (0, "")
    assert all(json.loads(line)["room"] == "dh" for line in ended.out.splitlines())


def test_ctrl_c_in_a_terminal_stops_everything(terminal: Terminal) -> None:
    terminal.until(rb"nats-server.*running")
    run = terminal.run
    terminal.press(b"\x03")
    assert terminal.to_the_end() == 130
    assert terminal.seen.rstrip().endswith(
        b"Stopped. Read its log: abs incident list --all --data " + bytes(terminal.data)
    )
    assert b"Traceback" not in terminal.seen
    assert left(run) == []


def test_a_terminal_that_hangs_up_leaves_nothing(terminal: Terminal) -> None:
    terminal.until(rb"nats-server.*running")
    run = terminal.run
    os.close(terminal.master)
    assert terminal.process.wait(timeout=60) in (0, -1, 1)
    assert left(run) == []
    assert not (terminal.data / "run.json").exists()


def test_a_block_in_the_foreground_serves_until_it_is_replaced(piped: Piped) -> None:
    piped.until("party police: no block")
    run = piped.run

    def agreed(generation: int) -> Path:
        held: Credentials = asyncio.run(_agree(run, generation))
        file = piped.data / f"{generation}.json"
        file.write_bytes(msgspec.json.encode(held))
        return file

    def started(credentials: Path) -> subprocess.Popen[str]:
        command = ["block", "run", "fire", "--url", run.url, "--credentials", str(credentials)]
        return subprocess.Popen([*PROGRAM, *command], stderr=subprocess.PIPE, text=True)

    first = started(agreed(1))
    asyncio.run(_answered(run))
    piped.until("party fire: block fire, generation 1, ok")
    second = started(agreed(2))
    piped.until("party fire: block fire, generation 2, ok")
    err = first.communicate(timeout=60)[1]
    assert first.returncode == 2
    assert err.splitlines()[-4].startswith("refused: TRUST-")
    asyncio.run(_answered(run))
    second.terminate()
    second.communicate(timeout=60)
    assert second.returncode == 0

    asyncio.run(tell(piped.data, run, "inc-00001"))
    told = abs_("incident", "show", "inc-00001", "--as", "fire", "--data", str(piped.data))
    assert "112 call" in told.out, "the story stands without the block"
    assert told.err == "Not shown: what fire's own block keeps (it does not answer).\n"


async def _agree(run: RunFile, generation: int) -> Credentials:
    bus = await bootstrap.connect(run.url, "test")
    operator = bootstrap.operator(bus, run.room)
    held = await bootstrap.agree_block(operator, run.room, "fire", "fire", generation)
    await bus.close()
    return held


async def _answered(run: RunFile) -> None:
    """Wait until a block of fire answers its desk."""
    bus = await bootstrap.connect(run.url, "test")
    async with asyncio.timeout(60):
        while True:
            try:
                await bus.request(questions(run.room, "fire"), b"", within=1.0)
                break
            except Unreachable:
                await asyncio.sleep(0.05)
    await bus.close()
