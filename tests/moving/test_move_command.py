"""`abs block move` beside `abs up`, as a person uses them; and moves that cannot be made."""

import asyncio
import json
import os
import signal
from pathlib import Path
from typing import Any

import msgspec
import pytest
from abs_contracts import protocol
from abs_contracts.refusal import Refused

from abs_core import moving
from abs_core.child import Child
from abs_core.moving import MoveBlock, Mover
from abs_core.supervisor import System

from ..cli.running import Piped, abs_
from .night import Night, a_night, until

FIRE = """
[parties.fire]
discipline = "fire"
name = "Brandweer"
block = "fire"
"""


def up(data: Path) -> Piped:
    """The room of one party, once its block has read something."""
    (data.parent / "abs.toml").write_text(FIRE)
    piped = Piped(data, "--config", str(data.parent / "abs.toml"), "--json")
    piped.until(r'"read":[1-9]')
    return piped


def test_a_person_moves_a_party_and_the_room_says_so_when_it_comes_up_again(tmp_path: Path) -> None:
    data = tmp_path / "d"
    room = up(data)
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
        first = room.stop().err
    assert "RUN-002" not in first
    nobody = abs_("block", "move", "fire", "--to", "fire", *where)
    assert "refused: CLI-001" in nobody.err
    assert "RUN-002: fire was moved by command and runs fire; the configuration says" in (
        up(data).stop().err
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
