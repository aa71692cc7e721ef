"""The runner with real processes: what it starts, starts again, and never leaves behind."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import pytest
from abs_contracts.messages.incident import OpenIncident
from abs_contracts.messages.values import CallSource, Discipline
from abs_contracts.protocol import Accepted
from abs_contracts.refusal import Refused

from abs_core.child import Budget, Child
from abs_core.config import PartyConfig
from abs_core.supervisor import RunFile, System

FIRE = PartyConfig(discipline=Discipline.FIRE, name="Fire", block="fire")
PARTIES = {"fire": FIRE, "police": PartyConfig(discipline=Discipline.POLICE, name="Police")}
WITHIN = 30.0

RUNNER = """
import asyncio, signal, sys
from pathlib import Path
signal.signal(signal.SIGINT, signal.default_int_handler)  # a job in the background has it ignored
from abs_core.config import read
from abs_core.supervisor import System

async def main():
    fire = read().parties["fire"]
    parties = {"fire": fire}
    async with System(room="dh", data=Path(sys.argv[1]), parties=parties) as system:
        await system.ready()
        print("ready", flush=True)
        await asyncio.Event().wait()

asyncio.run(main())
"""


async def until(what: Callable[[], bool | Awaitable[bool]]) -> None:
    """Return when it is so; fails the test when it does not become so."""
    async with asyncio.timeout(WITHIN):
        while True:
            answer = what()
            if await answer if isinstance(answer, Awaitable) else answer:
                return
            await asyncio.sleep(0.01)


def gone(pid: int) -> bool:
    """Whether the process has ended; one that only waits to be reaped has."""
    listed = subprocess.run(
        ["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return not listed.stdout.strip() or listed.stdout.strip().startswith("Z")


def system(data: Path, **named: object) -> System:
    return System(room="dh", data=data, parties=PARTIES, **named)  # type: ignore[arg-type]  # the options of one test


def lines(log: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in log.read_text().splitlines()]


# -- nothing left behind -------------------------------------------------------


@asynccontextmanager
async def runner(data: Path) -> AsyncIterator[tuple[asyncio.subprocess.Process, list[int]]]:
    """A runner in a process group of its own, with the ids of all that it started."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", RUNNER, str(data)),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        assert process.stdout
        assert await process.stdout.readline() == b"ready\n"
        run = msgspec.json.decode((data / "run.json").read_bytes(), type=RunFile)
        yield process, [run.server, *run.processes.values()]
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


@pytest.mark.parametrize("how", ["SIGTERM", "SIGKILL", "Ctrl-C"])
async def test_whatever_ends_the_runner_ends_all_that_it_started(tmp_path: Path, how: str) -> None:
    async with runner(tmp_path) as (process, started):
        assert len(started) == 3
        assert not any(map(gone, started))
        if how == "Ctrl-C":
            os.killpg(process.pid, signal.SIGINT)
        else:
            os.kill(process.pid, signal.Signals[how])
        await process.wait()
        await until(lambda: all(map(gone, started)))


async def test_a_room_starts_again_on_what_a_killed_runner_left(tmp_path: Path) -> None:
    async with runner(tmp_path) as (process, _):
        process.kill()
        await process.wait()
    async with system(tmp_path) as again:  # its server may still be on its way out
        await again.ready()
        assert (await again.operator.status()).log > 0


async def test_who_is_told_to_stop_while_stopping_stops_all_the_same(tmp_path: Path) -> None:
    async def work() -> None:
        async with system(tmp_path) as room:
            await room.ready()
            raise OSError  # as when the terminal is gone

    task = asyncio.create_task(work())
    await until((tmp_path / "run.json").exists)
    run = msgspec.json.decode((tmp_path / "run.json").read_bytes(), type=RunFile)
    await until(lambda: gone(next(iter(run.processes.values()))) or task.done())
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert not (tmp_path / "run.json").exists()
    assert all(map(gone, [run.server, *run.processes.values()]))


# -- up again --------------------------------------------------------------------


@pytest.mark.parametrize("victim", ["core-1", "block-fire", "server"])
async def test_what_is_killed_comes_up_again(tmp_path: Path, victim: str) -> None:
    async with system(tmp_path) as room:
        await room.ready()
        opened = OpenIncident(source=CallSource.EMERGENCY)
        before = await room.desk("police").command(opened, "i-1", actor="a", role="r")
        pid = room.server_pid if victim == "server" else room.child(victim).pid
        os.kill(pid, signal.SIGKILL)
        await until(lambda: gone(pid))

        def up() -> bool:
            now = room.server_pid if victim == "server" else room.child(victim).pid
            return now not in (0, pid)

        await until(up)
        await room.ready()
        after = await room.desk("police").command(opened, "i-2", actor="a", role="r")
        assert isinstance(before, Accepted)
        assert isinstance(after, Accepted)
        run = msgspec.json.decode((tmp_path / "run.json").read_bytes(), type=RunFile)
        assert run.processes["core-1"] == room.child("core-1").pid
        assert run.server == room.server_pid


async def test_credentials_hold_over_a_restart_of_the_room(tmp_path: Path) -> None:
    generations = []
    for _ in range(2):
        async with system(tmp_path) as room:
            status = await room.operator.status()
            generations += [p.generation for p in status.parties if p.party == "fire"]
    async with system(tmp_path) as room:
        await room.ready()
        status = await room.operator.status()
        generations += [p.generation for p in status.parties if p.party == "fire"]
    assert generations[-2:] == [1, 1]


def test_a_budget_is_spent_and_comes_back_with_time() -> None:
    budget = Budget(restarts=2, seconds=10)
    assert budget.spend(0) == pytest.approx(0.05)
    assert budget.spend(1) == pytest.approx(0.1)
    assert budget.spend(9) is None
    assert budget.spend(10.5) == pytest.approx(0.1)


async def test_a_process_that_keeps_falling_is_given_up(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "raise SystemExit(1)"]
    child = Child("x", command, tmp_path / "x.log", Budget(restarts=2))
    await child.spawn()
    changes: list[str] = []
    await child.keep_up(lambda: changes.append(child.state))
    assert changes == ["running", "running", "given up"]
    assert (child.pid, child.down) == (0, True)
    assert child.why_down().refusal.rule == "RUN-001"


async def test_a_core_that_does_not_stay_up_ends_the_start_with_its_reason(tmp_path: Path) -> None:
    program = [sys.executable, "-c", "raise SystemExit(1)"]
    with pytest.raises(Refused) as refused:
        async with system(tmp_path, program=program, restarts=1):
            pass
    no = refused.value.refusal
    assert (no.rule, no.where) == ("RUN-001", str(tmp_path / "logs" / "core-1.log"))
    assert not (tmp_path / "run.json").exists()


async def test_a_refused_block_is_not_started_again_and_the_others_go_on(tmp_path: Path) -> None:
    fire = FIRE.model_copy(update={"options": {"region": "none"}})
    async with System(room="dh", data=tmp_path, parties={**PARTIES, "fire": fire}) as room:
        await room.ready()
        block = room.child("block-fire")
        assert (block.state, block.pid) == ("refused", 0)
        said = lines(block.log)
        assert [line["event"] for line in said] == ["refused"]
        assert block.why_down().refusal.rule == said[0]["rule"]
        opened = OpenIncident(source=CallSource.EMERGENCY)
        reply = await room.desk("police").command(opened, "i-1", actor="a", role="r")
        assert isinstance(reply, Accepted)


# -- the processes ---------------------------------------------------------------


@pytest.mark.parametrize("role", ["core", "block"])
def test_a_process_that_is_alone_from_the_start_ends(role: str) -> None:
    """Its starter is gone before there is a word of credentials, or a server."""
    command = [sys.executable, "-m", "abs_core.process", role, "--url", "nats://127.0.0.1:1"]
    command += ["--room", "dh", "--block", "fire"]
    ran = subprocess.run(
        command, input="", capture_output=True, text=True, timeout=WITHIN, check=False
    )
    assert (ran.returncode, ran.stderr) == (0, "")


async def test_a_process_without_a_server_says_so_in_its_log() -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "abs_core.process", "core"),
        *("--url", "nats://127.0.0.1:1", "--room", "dh"),
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stderr
    said = [json.loads(line) async for line in process.stderr]
    assert await process.wait() == 1
    assert (said[-1]["event"], said[-1]["role"]) == ("nobody answers", "core")


def test_every_line_of_a_log_is_json_and_no_token_is_in_it() -> None:
    code = """
import logging
from abs_core import logs
logs.configure(role="core")
logs.logger.info("said", subject="cmd.dh.fire.s3cret-_x", incident="i-1")
logging.getLogger("nats").error("elsewhere: %s", "beat.dh.fire.s3cret-_x")
token = "s3cret-_x"
try:
    raise ValueError("no")
except ValueError:
    logs.logger.exception("crashed")
    logging.getLogger("asyncio").exception("never retrieved")
"""
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    said = [json.loads(line) for line in ran.stderr.splitlines()]
    assert [line["event"] for line in said] == [
        "said", "elsewhere: beat.dh.fire.***", "crashed", "never retrieved",
    ]  # fmt: skip
    assert said[0]["incident"] == "i-1"
    assert all(line["role"] == "core" for line in said)
    assert "s3cret" not in ran.stderr
