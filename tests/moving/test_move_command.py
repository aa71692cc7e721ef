"""`abs block move` beside `abs up`, as a person uses them; and moves that cannot be made."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import pytest
from abs_contracts import protocol
from abs_contracts.refusal import Refused

from abs_core import moving
from abs_core.child import Child
from abs_core.moving import MoveBlock, Mover
from abs_core.supervisor import System

from .night import Night, a_night, until

PROGRAM = [sys.executable, "-c", "from abs_core.cli import main; main()"]
FIRE = """
[parties.fire]
discipline = "fire"
name = "Brandweer"
block = "fire"
"""


class Ran(NamedTuple):
    code: int
    out: str
    err: str


def abs_(*arguments: str) -> Ran:
    """One command of the command line, to its end."""
    ran = subprocess.run(
        [*PROGRAM, *arguments], capture_output=True, text=True, timeout=60, check=False
    )
    return Ran(ran.returncode, ran.stdout, ran.stderr)


class Up:
    """`abs up` with its changes in a pipe."""

    def __init__(self, data: Path) -> None:
        (data.parent / "abs.toml").write_text(FIRE)
        words = ["up", "--data", str(data), "--config", str(data.parent / "abs.toml"), "--json"]
        self.process = subprocess.Popen(
            [*PROGRAM, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        assert self.process.stdout is not None
        for line in self.process.stdout:
            status = json.loads(line)["status"]
            if status and any(party["read"] for party in status["parties"]):
                return

    def stop(self) -> str:
        """What it said on standard error, besides its view."""
        self.process.terminate()
        return self.process.communicate(timeout=60)[1]


def test_a_person_moves_a_party_and_the_room_says_so_when_it_comes_up_again(tmp_path: Path) -> None:
    data = tmp_path / "d"
    up = Up(data)
    where = ("--data", str(data))
    try:
        moved = abs_("block", "move", "fire", "--to", "fire", "--option", "pace=30", *where)
        assert (moved.code, moved.err) == (0, "")
        assert moved.out.startswith("fire is moved from fire to fire: generation 2 acts beyond")
        told = abs_("block", "move", "fire", "--to", "fire", "--json", *where)
        assert json.loads(told.out)["generation"] == 3
        no = abs_("block", "move", "fire", "--to", "ambulance", *where)
        assert (no.code, no.out) == (2, "")
        assert "refused: MOVE-003" in no.err
    finally:
        first = up.stop()
    assert "RUN-002" not in first
    nobody = abs_("block", "move", "fire", "--to", "fire", *where)
    assert "refused: CLI-001" in nobody.err
    assert "RUN-002: fire was moved by command and runs fire; the configuration says" in (
        Up(data).stop()
    )


# -- moves that cannot be made -------------------------------------------------------------


class Still(Mover):
    """A new block that stands still: from its start, or once it is in force."""

    def __init__(self, system: System, *, from_the_start: bool) -> None:
        super().__init__(system)
        self._from_the_start = from_the_start

    async def _staged(self, *given: Any) -> Child:
        child = await super()._staged(*given)
        if self._from_the_start:
            os.kill(child.pid, signal.SIGSTOP)
        return child

    async def _acts(self, party: str, new: Child) -> None:
        os.kill(new.pid, signal.SIGSTOP)
        try:
            await super()._acts(party, new)
        finally:
            os.kill(new.pid, signal.SIGCONT)


async def refused(mover: Mover) -> str:
    with pytest.raises(Refused) as no:
        await mover.move(MoveBlock(party="ambulance", block="ambulance"))
    return no.value.refusal.rule


async def test_a_new_block_that_is_not_ready_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(moving, "STAGE_SECONDS", 0.5)
    async with a_night(tmp_path) as night:
        pid = night.system.child("block-ambulance").pid
        assert await refused(Still(night.system, from_the_start=True)) == "MOVE-004"
        assert await night.in_force() == (1, "ambulance")
        await answers(night)
        assert night.system.child("block-ambulance").pid == pid
        assert [child.name for child in night.system.children] == ["core-1", "block-ambulance"]


async def test_a_new_block_that_does_not_answer_is_in_force_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(moving, "READY_SECONDS", 0.5)
    async with a_night(tmp_path) as night:
        assert await refused(Still(night.system, from_the_start=False)) == "MOVE-006"
        assert await night.in_force() == (2, "ambulance")
        await answers(night)


async def answers(night: Night) -> None:
    """Return when the block in force answers its desk."""
    where = protocol.questions("dh", "ambulance")
    await until(lambda: night.system.bus.request(where, b"", within=1.0), lambda _: True)


async def test_what_is_no_request_for_a_move_is_refused(tmp_path: Path) -> None:
    async with a_night(tmp_path) as night:
        raw = await night.system.bus.request(moving.subject("dh"), b"{}", within=5.0)
        answer = msgspec.json.decode(raw, type=protocol.Rejected)
        assert answer.refusal.rule == "MOVE-007"
        await asyncio.gather(answers(night))
