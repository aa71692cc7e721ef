"""Options that several commands take."""

from pathlib import Path
from typing import Annotated

import typer

Data = Annotated[
    Path | None, typer.Option(help="The room's data folder. Default: as configured, or .abs.")
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
