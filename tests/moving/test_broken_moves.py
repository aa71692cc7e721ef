"""kill -9 at every step of a move: of both blocks, the core, the broker, and the runner."""

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from abs_ambulance import desk
from abs_contracts import protocol
from abs_contracts.messages import incident as m
from abs_contracts.messages.values import NoteAudience
from abs_contracts.refusal import Refused

from abs_core import bootstrap
from abs_core.credentials import Kept
from abs_core.moving import MoveBlock, Mover
from abs_core.supervisor import System

from .night import OURS, Night, Outside, a_night, until

STEPS = ("_read_along", "_finished", "_fence", "_acts")
UNITS = ("ambulance-15101", "ambulance-15102", "ambulance-15103", "ambulance-15111")


class Struck(Mover):
    """A mover of which one step is struck: a process ends as the step begins."""

    def __init__(self, system: System, step: str, victim: str) -> None:
        super().__init__(system)
        self._system, self._step, self._victim = system, step, victim

    def __getattribute__(self, name: str) -> Any:
        found = super().__getattribute__(name)
        if name in STEPS and name == self._step:
            return lambda *given: self._struck(found(*given))
        return found

    async def _struck(self, step: Awaitable[Any]) -> Any:
        working = asyncio.ensure_future(step)
        await asyncio.sleep(0)
        self._step = ""
        pid = self._pid()
        if pid:
            os.kill(pid, signal.SIGKILL)
        return await working

    def _pid(self) -> int:
        if self._victim == "server":
            return self._system.server_pid
        names = [child.name for child in self._system.children]
        name = self._victim if self._victim in names else "block-ambulance"
        return self._system.child(name).pid


@pytest.mark.parametrize("victim", ["block-ambulance", "next-ambulance", "core-1", "server"])
async def test_whoever_is_killed_at_a_step_nothing_acknowledged_is_lost_or_doubled(
    tmp_path: Path, outside: Outside, victim: str
) -> None:
    async with a_night(tmp_path / "d") as night:
        await night.opens("i-0", "Spui 0")
        async with night.at_work("i-0") as lines:
            for number, step in enumerate(STEPS):
                await night.opens(f"i-{number + 1}", f"Spui {number + 1}")
                sent = desk.Dispatch(incident=f"i-{number + 1}", units=(UNITS[number],))
                await night.request(sent, f"sent-{number}")
                there, back = (step, "") if number % 2 else ("", step)
                await struck(night, there, victim, "ambulance-bridge", outside.options)
                await struck(night, back, victim, "ambulance", None)
        units = await until(lambda: assigned(night), lambda units: len(units) >= len(STEPS))
        assert sorted(units) == sorted(UNITS)
        texts = [each["text"] for each in await night.told("fire", "incident.note_added")]
        assert texts == lines
        stood = desk.StandDown(incident="i-4")
        taken = await night.request(stood, "stand-down")
        released = desk.StoodDown(incident="i-4", units=(UNITS[3],))
        assert taken.data == msgspec.Raw(msgspec.json.encode(released))
    cases = await until(outside.cases, lambda found: len(found) == len(STEPS) + 1)
    assert set(cases) == {f"{OURS}.i-{number}" for number in range(len(STEPS) + 1)}


async def assigned(night: Night) -> list[str]:
    return [each["unit"] for each in await night.told("fire", "incident.unit_assigned")]


async def struck(
    night: Night, step: str, victim: str, block: str, options: dict[str, str] | None
) -> None:
    """A move of which a step is struck; where that undid it, the old one goes on, and the
    same command again moves the party."""
    before = await night.in_force()
    move = MoveBlock(party="ambulance", block=block, options=options)
    rule = ""
    try:
        await Struck(night.system, step, victim).move(move)
    except Refused as no:
        rule = no.refusal.rule
    assert rule in ("", "MOVE-005", "MOVE-006")
    if rule == "MOVE-005":
        assert await until(night.in_force, lambda _: True) == before
        await night.mover.move(move)
    # A core that came back says what it has read so far: it may not have come to the move yet.
    _, acts = await until(night.in_force, lambda found: found[0] > before[0])
    assert acts == block


# -- the runner itself ----------------------------------------------------------------------

RUNNER = """
import asyncio, os, signal, sys
from pathlib import Path
import msgspec
from abs_core.moving import MoveBlock, Mover

root, data, step, when, options = sys.argv[1:]
sys.path.append(root)
from tests.moving.night import a_night
original = getattr(Mover, step)

async def killed(*given):
    if when == "after":
        await original(*given)
    os.kill(os.getpid(), signal.SIGKILL)

async def main():
    async with a_night(Path(data)) as night:
        await night.opens("i-1", "Spui 1")
        setattr(Mover, step, killed)
        print("moving", flush=True)
        await night.move("ambulance-bridge", msgspec.json.decode(options))

asyncio.run(main())
"""


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("step", STEPS)
async def test_a_runner_that_is_killed_comes_up_with_what_the_log_says(
    tmp_path: Path, outside: Outside, step: str, when: str
) -> None:
    options = msgspec.json.encode(outside.options).decode()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", RUNNER, str(Path(__file__).parents[2])),
        *(str(tmp_path / "d"), step, when, options),
        stdout=asyncio.subprocess.PIPE,
    )
    out, _ = await process.communicate()
    assert (process.returncode, out) == (-signal.SIGKILL, b"moving\n")
    in_force = STEPS.index(step) + (when == "after") > STEPS.index("_fence")
    async with a_night(tmp_path / "d") as night:
        expected = "ambulance-bridge" if in_force else "ambulance"
        assert await night.in_force() == ((2 if in_force else 1), expected)
        assert not night.system.folder.is_moving("ambulance")
        if not in_force:
            await night.move("ambulance-bridge", outside.options)
        await until(outside.cases, lambda found: f"{OURS}.i-1" in found)


# -- the fence ------------------------------------------------------------------------------


async def test_what_the_old_generation_says_is_refused(tmp_path: Path) -> None:
    async with a_night(tmp_path) as night:
        await night.opens("i-1", "Spui 1")
        old = night.system.folder.kept("ambulance", 1)
        assert old is not None
        assert isinstance(await as_block(night, old, "before"), protocol.Accepted)
        await night.move("ambulance")
        reply = await as_block(night, old, "after")
        assert isinstance(reply, protocol.Rejected)
        assert reply.refusal.rule == "TRUST-002"
        with pytest.raises(Refused) as refused:
            await bootstrap.run_block(night.system.url, "ambulance", old, {})
        assert refused.value.refusal.rule == "TRUST-002"
        texts = [each["text"] for each in await night.told("fire", "incident.note_added")]
        assert texts == ["before"]


async def as_block(night: Night, held: Kept, text: str) -> protocol.Reply:
    """A command under the token of one generation."""
    desk_ = bootstrap.desk(night.system.bus, "dh", "ambulance", held.token)
    note = m.AddNote(text=text, audience=NoteAudience.ALL)
    return await desk_.command(note, "i-1", actor="block", role="dispatcher")


async def test_a_block_that_owes_a_command_is_not_moved_and_goes_on(
    tmp_path: Path, outside: Outside
) -> None:
    """The core stands still while the desk asks, so nobody knows what became of the order."""
    async with a_night(tmp_path / "d") as night:
        await night.opens("i-1", "Spui 1")
        core = night.system.child("core-1").pid
        moving = asyncio.create_task(
            Paused(night.system, core).move(
                MoveBlock(party="ambulance", block="ambulance-bridge", options=outside.options)
            )
        )
        with pytest.raises(Refused) as refused:
            await moving
        assert refused.value.refusal.rule == "MOVE-005"
        assert await until(night.in_force, lambda _: True) == (1, "ambulance")
        assert await until(lambda: assigned(night), bool) == [UNITS[0]]


class Paused(Mover):
    """The core stands still from before the desk's last request until the old block ended."""

    def __init__(self, system: System, core: int) -> None:
        super().__init__(system)
        self._night, self._core = Night(system), core

    async def _finished(self, *given: Any) -> protocol.Staged:
        os.kill(self._core, signal.SIGSTOP)
        try:
            sent = desk.Dispatch(incident="i-1", units=(UNITS[0],))
            await self._night.request(sent, "sent")
            return await super()._finished(*given)
        finally:
            os.kill(self._core, signal.SIGCONT)
