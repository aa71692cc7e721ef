"""`abs up`: a whole room in the foreground, until it is told to stop."""

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, suppress
from pathlib import Path
from typing import Annotated

import typer
from rich.live import Live
from rich.text import Text

from abs_core import config, logs
from abs_core.adapters.clock import SystemClock
from abs_core.cli import screen
from abs_core.cli.options import Data
from abs_core.cli.overview import Overview, Restarts, Watch, supervised
from abs_core.cli.panel import changes, panel
from abs_core.cli.signals import code, until_told
from abs_core.cli.story import clock
from abs_core.config import Config
from abs_core.credentials import Folder, Plan, planned
from abs_core.supervisor import System

LOOK = 0.25
"""Seconds between two looks."""

Show = Callable[[Overview | None, Overview], None]


def up(
    file: Annotated[
        Path | None, typer.Option("--config", help="A TOML file. Default: abs.toml, if there.")
    ] = None,
    room: Annotated[str | None, typer.Option(help="The room's id. Default: dh.")] = None,
    data: Data = None,
    port: Annotated[
        int | None, typer.Option(help="The broker's port. Default: a free one.")
    ] = None,
    cores: Annotated[int | None, typer.Option(help="How many core processes. Default: 1.")] = None,
    json: Annotated[
        bool, typer.Option("--json", help="Print a JSON line for each change.")
    ] = False,
) -> None:
    """Run a whole room in the foreground, with a live view by layer and party.

    Ctrl-C stops everything in order; what was acknowledged is in the data folder.
    """
    chosen = config.read(file, room=room, data=data, port=port, cores=cores)
    _log_into(chosen.data / "logs" / "up.log")
    for line in _moved(chosen):
        sys.stderr.write(f"{line}\n")
    with _display(json) as show:
        ended = asyncio.run(until_told(_run(chosen, show)))
    if ended is signal.SIGHUP:
        # The terminal is gone: what is left in the buffers can be written nowhere.
        sys.stdout = sys.stderr = Path(os.devnull).open("w")  # noqa: SIM115 - to the very end
    elif not json:
        sys.stderr.write(f"Stopped. Read its log: abs incident list --all --data {chosen.data}\n")
    raise typer.Exit(code(ended))


def _moved(chosen: Config) -> Iterator[str]:
    """Which parties run another block than the configuration says (RUN-002)."""
    folder = Folder(chosen.data / "credentials")
    for name, party in chosen.parties.items():
        if party.block is None:
            continue
        configured = Plan(block=party.block, options=party.options)
        plan = planned(configured, folder.last(name))
        if plan != configured:
            said = party.block if plan.block != party.block else "other options"
            yield (
                f"RUN-002: {name} was moved by command and runs {plan.block}; the configuration "
                f"says {said}. To mend: write it there, or abs block move {name} "
                f"--to {party.block} --data {chosen.data}"
            )


def _log_into(path: Path) -> None:
    """What our own process logs goes to a file: the terminal belongs to the view."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with redirect_stderr(path.open("a", buffering=1)):
        logs.configure(role="up")


async def _run(chosen: Config, show: Show) -> None:
    system = System(
        room=chosen.room,
        data=chosen.data,
        parties=dict(chosen.parties),
        port=chosen.port,
        cores=chosen.cores,
        max_file_store=chosen.max_file_store,
    )
    async with system:
        watch, restarts = Watch(system.operator, os.getpid()), Restarts()
        before: Overview | None = None
        task = asyncio.current_task()
        while task is not None and not task.cancelling():
            processes = supervised(system.server_pid, system.children, restarts)
            now = await watch.look(system.url, processes)
            show(before, now)
            before = now
            await asyncio.sleep(LOOK)


# -- the display ---------------------------------------------------------------


@contextmanager
def _display(json: bool) -> Iterator[Show]:
    console = screen.console()
    if json or not console.is_terminal:
        yield _json_lines if json else _lines
        return
    starting = Text("Starting …")
    live = Live(starting, console=console, screen=True, auto_refresh=False)

    def show(_before: Overview | None, now: Overview) -> None:
        size, time = console.size, clock(SystemClock().now())
        hint = f"{time}   Ctrl-C stops it"
        live.update(panel(now, width=size.width, height=size.height, hint=hint), refresh=True)

    live.start()
    try:
        yield show
    finally:
        with suppress(OSError):  # the terminal may be gone
            live.stop()


def _json_lines(before: Overview | None, now: Overview) -> None:
    if now != before:
        screen.document(now, pretty=False)


def _lines(before: Overview | None, now: Overview) -> None:
    for line in changes(before, now):
        sys.stdout.write(f"{clock(SystemClock().now())} {line}\n")
    sys.stdout.flush()
