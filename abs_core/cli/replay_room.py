"""The room that a replay drives: one that runs, or one of its own."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from abs_contracts.messages.values import Discipline
from abs_contracts.refusal import Refused

from abs_core import bootstrap
from abs_core.cli import rooms
from abs_core.clients import Desk, Operator
from abs_core.config import PartyConfig
from abs_core.pager.replay import Stage
from abs_core.ports import Bus
from abs_core.supervisor import System

ROOM = "replay"
STILL = "1e9"
"""Seconds that a simulated minute of the block's radio takes: no vehicle reports anything."""
FLEET = 'region = "15"\nstations = []\ndemonstration = true\n'
"""A fleet without vehicles: the units of a replay are those that its pages name."""
NAMES = {
    Discipline.AMBULANCE: "Ambulancezorg",
    Discipline.POLICE: "Politie",
    Discipline.KMAR: "Koninklijke Marechaussee",
    Discipline.PARTNER: "Hulp op het water",
}


class _Running:
    """A room that runs already: its desks have their tokens in its folder."""

    def __init__(self, room: str, bus: Bus, operator: Operator, data: Path) -> None:
        self.room = room
        self.bus = bus
        self.operator = operator
        self._data = data

    def desk(self, party: str) -> Desk:
        path = self._data / "credentials" / f"{party}.desk"
        try:
            token = path.read_text()
        except OSError as error:
            raise Refused(
                rule="PAGER-003",
                what=f"the desk of {party} cannot be used: {error.strerror}",
                where=str(path),
                fix="run this as the user who runs the room, on the room's own folder",
            ) from None
        return bootstrap.desk(self.bus, self.room, party, token)


@asynccontextmanager
async def stage(folder: Path, disciplines: set[Discipline]) -> AsyncIterator[Stage]:
    """The room that runs on this folder, or one of our own on it."""
    try:
        rooms.run_file(folder)
    except Refused:
        _only_ours(folder)
    else:
        async with rooms.attached(folder) as (run, bus, operator):
            yield _Running(run.room, bus, operator, folder)
        return
    async with System(room=ROOM, data=folder, parties=_parties(folder, disciplines)) as system:
        await system.ready()
        for child in system.children:
            if child.down:
                raise child.why_down()
        yield system


def _only_ours(folder: Path) -> None:
    """Raises Refused for the folder of a room that stands still: it has parties of its own."""
    others = [name for name in rooms.logged(folder) if name != ROOM]
    if others:
        raise Refused(
            rule="PAGER-009",
            what=f"this folder is of room {', '.join(others)}, which does not run",
            where=str(folder),
            fix=f"start it first: abs up --data {folder}; or name another folder",
        )


def _parties(folder: Path, disciplines: set[Discipline]) -> dict[str, PartyConfig]:
    """Fire with its block, and the parties that the file is about: each has a feed to keep."""
    fleet = folder / "no-fleet.toml"
    fleet.write_text(FLEET)
    options = {"pace": STILL, "fleet": str(fleet)}
    fire = PartyConfig(discipline=Discipline.FIRE, name="Brandweer", block="fire", options=options)
    others = {
        discipline.value: PartyConfig(discipline=discipline, name=NAMES[discipline])
        for discipline in sorted(disciplines - {Discipline.FIRE})
    }
    return {"fire": fire, **others}
