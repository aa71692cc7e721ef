"""A story run on a system of its own: broker, core, blocks, and what stands outside."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import typer
from rich.console import Console

from abs_core.adapters.clock import SystemClock
from abs_core.adapters.ids import TimeIds
from abs_core.cli import demo_screen
from abs_core.cli.signals import until_told
from abs_core.scenario import play
from abs_core.scenario.model import Scenario
from abs_core.scenario.outside import Outsides, running, with_options
from abs_core.scenario.recording import Recording, Told
from abs_core.supervisor import System


def played(
    story: Scenario, outsides: Outsides, folder: Path, speed: float, console: Console
) -> tuple[Recording, list[Told]]:
    """What was recorded, and what was told meanwhile. Raises Exit when it was stopped."""
    told: list[Told] = []
    recorded: list[Recording] = []
    signs: dict[str, str] = {}

    def tell(each: Told) -> None:
        told.append(each)
        signs.update(demo_screen.call_signs(each))
        console.print(demo_screen.told(story, each, signs))

    async def run() -> None:
        async with running(outsides):
            joined = with_options(story, outsides)
            recorded.append(await _run(joined, outsides, folder, speed, console, tell))

    ended = asyncio.run(until_told(run()))
    if ended is not None:
        console.print("Stopped before its end; nothing is left running.")
        raise typer.Exit(128 + ended)
    return recorded[0], told


async def _run(
    story: Scenario,
    outsides: Outsides,
    folder: Path,
    speed: float,
    console: Console,
    tell: Callable[[Told], None],
) -> Recording:
    loop = asyncio.get_running_loop()
    began = loop.time()
    async with System(
        room=story.room, data=folder, parties=dict(play.parties(story, speed))
    ) as system:
        await system.ready()
        for child in system.children:
            if child.down:
                raise child.why_down()
        took, rate = loop.time() - began, story.pace * speed
        console.print(demo_screen.ready(story, took, rate))
        return await play.play(
            story,
            system,
            clock=SystemClock(),
            ids=TimeIds(),
            speed=speed,
            tell=tell,
            outsides=outsides,
        )
