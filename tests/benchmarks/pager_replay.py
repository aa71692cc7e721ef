"""A replay of pages beside plain commands of the same kinds, in the same run.

`python tests/benchmarks/pager_replay.py FILE [--plain 5000]` first sends plain commands to a
room of its own, as many at once as a replay does, then replays the file into another. Only the
ratio of the two rates says much: both need the same log, feeds and block.
"""

import argparse
import asyncio
import datetime as dt
import json
import logging
import tempfile
import time
from pathlib import Path

from abs_contracts.messages import incident as m
from abs_contracts.messages.unit import RegisterUnit
from abs_contracts.messages.values import CallSource, Discipline, Location, NoteAudience

from abs_core import logs
from abs_core.cli.replay_room import stage
from abs_core.pager.lanes import Lanes
from abs_core.pager.readers import PagerFile
from abs_core.pager.reconstruct import Reconstruction
from abs_core.pager.replay import Replay, Stage
from abs_core.pager.times import zone

WHO = {"actor": "desk-1", "role": "dispatcher"}
LIFE = (
    m.OpenIncident(source=CallSource.ROOM),
    m.LocateIncident(location=Location(municipality="Delft", street="Proefweg")),
    m.PrioritiseIncident(priority="1"),
    m.AddNote(text="x" * 80, audience=NoteAudience.ALL),
    m.AssignUnit(unit="fire-15-5530"),
    m.ReleaseUnit(unit="fire-15-5530"),
    m.CloseForParty(),
    m.CloseIncident(),
)


async def plain(room: Stage, commands: int) -> float:
    """Plain commands a second."""
    desk = room.desk("fire")
    await desk.command(RegisterUnit(call_sign="15-5530", kind="TS-6"), "fire-15-5530", **WHO)
    began = time.monotonic()
    async with Lanes() as lanes:
        for number in range(commands // len(LIFE)):
            for step in LIFE:

                async def send(step: m.Command = step, incident: str = f"i-{number}") -> None:
                    await desk.command(step, incident, **WHO)

                await lanes.put(f"i-{number}", send)
    return commands / (time.monotonic() - began)


async def main(path: Path, commands: int) -> None:
    pages = PagerFile(path, dt.datetime(2000, 1, 1, tzinfo=zone()))
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as two:
        async with stage(Path(one), {Discipline.FIRE, *pages.disciplines}) as room:
            bare = await plain(room, commands)
        async with stage(Path(two), pages.disciplines) as room:
            began = time.monotonic()
            replay = Replay(room, Reconstruction(pages.name), lambda _taken: None)
            await replay.run(pages.messages(), None)
            seconds = time.monotonic() - began
    rate = replay.driven.sent / seconds
    result = {
        "messages": len(pages),
        "commands": replay.driven.sent,
        "seconds": round(seconds, 1),
        "kept_up": replay.driven.kept_up,
        "commands_a_second": round(rate),
        "plain_commands_a_second": round(bare),
        "ratio": round(rate / bare, 2),
    }
    print(json.dumps(result))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--plain", type=int, default=5000)
    given = parser.parse_args()
    logs.configure(level=logging.ERROR)
    asyncio.run(main(given.file, given.plain))
