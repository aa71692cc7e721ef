"""`abs status`: a running room, seen once."""

import asyncio
from pathlib import Path

from abs_core.cli import screen
from abs_core.cli.options import Data, Json
from abs_core.cli.overview import Overview, Watch, recorded
from abs_core.cli.panel import panel
from abs_core.cli.rooms import attached, data_folder, run_file
from abs_core.ports import Unreachable


def status(data: Data = None, json: Json = False) -> None:
    """Show a running room once, by layer and party."""
    seen = asyncio.run(_look(data_folder(data)))
    if json:
        screen.document(seen)
        return
    console = screen.console()
    console.print(panel(seen, width=console.width))


async def _look(data: Path) -> Overview:
    run = run_file(data)
    try:
        async with attached(data) as (_, _, operator):
            return await Watch(operator, run.pid).look(run.url, recorded(run))
    except Unreachable:  # without its broker, what run.json says is all there is to see
        processes = recorded(run)
        return Overview(
            room=run.room, url=run.url, runner=run.pid, processes=processes, status=None
        )
