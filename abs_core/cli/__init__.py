"""The command line `abs`.

Only the module of the command that is asked for is imported, so that help and
version come at once.
"""

import os
import sys
from collections.abc import Sequence
from importlib import import_module, metadata
from importlib.util import find_spec
from typing import Annotated, Any

import typer

COMMANDS = {
    "up": "Run a whole room in the foreground, with a live view by layer and party.",
    "status": "Show a running room once, by layer and party.",
    "incident": "Read the incidents of a room: the list, and the story of one.",
    "kpi": "Show the pilots' figures from the log: pick-up, hand-over, informing, availability.",
    "block": "List the installed blocks, or run one.",
    "replay": "Rebuild what was dispatched from received pages, in a room.",
    "contracts": "Lint, freeze, compare and check contracts, ours and a block's own.",
    "sim": "Play seeds on simulated time, with faults, and judge what comes of it.",
    "demo": "Play a scenario through every layer, and check what each party saw.",
    "scenario": "List, check or run scenario files, also your own.",
}
"""Each command is the module of its name, with a function or an app of its name."""

OF_OTHERS = "abs.commands"
"""Entry-point group by which another distribution adds a command: the name that it is
asked for by, and the function or typer app that it is. A name of ours is never replaced."""


def main() -> None:
    """The entry point: every failure ends as a few lines for a person."""
    try:
        build(sys.argv[1:])()
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as error:  # whatever it is, no traceback reaches a user
        failures = import_module("abs_core.cli.failures")
        sys.exit(failures.explain(error, debug=os.environ.get("ABS_DEBUG") == "1"))


def build(arguments: Sequence[str]) -> typer.Typer:
    """The app for these arguments: the command they name in full, the others by name."""
    app = typer.Typer(
        name="abs",
        help="Adaptief Basis Systeem: a control room's core, its blocks, and their view.",
        no_args_is_help=True,
        rich_markup_mode=None,  # plain help: fast, and the same in a pipe
        pretty_exceptions_enable=False,
        add_completion=False,
    )
    app.callback()(_root)
    asked = next((each for each in arguments if not each.startswith("-")), None)
    for name, text in COMMANDS.items():
        if find_spec(f"abs_core.cli.{name}") is None:
            continue
        if name != asked:
            app.command(name, short_help=text)(_elsewhere)
            continue
        _add(app, name, getattr(import_module(f"abs_core.cli.{name}"), name), text)
    for point in sorted(metadata.entry_points(group=OF_OTHERS), key=lambda each: each.name):
        text = f"Of {point.dist.name}." if point.dist else ""
        if point.name == asked and asked not in COMMANDS:
            _add(app, point.name, _loaded(point), text)
        elif point.name not in COMMANDS:
            app.command(point.name, short_help=text)(_elsewhere)
    return app


def _add(app: typer.Typer, name: str, command: Any, text: str) -> None:
    if isinstance(command, typer.Typer):
        app.add_typer(command, name=name, help=text, short_help=text)
    else:
        app.command(name)(command)


def _loaded(point: metadata.EntryPoint) -> Any:
    """A command of another distribution. Raises Refused (CLI-010)."""
    try:
        return point.load()
    except Exception as error:  # another's code: whatever it raises, a person has to read it
        refusal = import_module("abs_contracts.refusal")
        raise refusal.Refused(
            rule="CLI-010",
            what=f"the command {point.name} does not load: {type(error).__name__}: {error}",
            where=point.value,
            fix="install its distribution with what it needs, in a version for this core",
        ) from error


def _elsewhere() -> None:
    """Stands in the help for a command that is not imported."""


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"abs {metadata.version('abs-core')}")
        raise typer.Exit


def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Options before any command."""
