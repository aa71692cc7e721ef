"""`abs status`: a running room, seen once."""

import asyncio
from pathlib import Path

from abs_core.cli import screen
from abs_core.cli.options import Data, Json
from abs_core.cli.overview import Overview, Watch, recorded
from abs_core.cli.panel import panel
from abs_core.cli.rooms import attached, data_folder


def status(data: Data = None, json: Json = False) -> None:
    """Show a running room once, by layer and party."""
    seen = asyncio.run(_look(data_folder(data)))
    if json:
        screen.document(seen)
        return
    console = screen.console()
    console.print(panel(seen, width=console.width))


async def _look(data: Path) -> Overview:
    async with attached(data) as (run, _, operator):
        return await Watch(operator, run.url, run.pid).look(recorded(run))
