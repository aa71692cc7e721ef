"""`python -m abs_core.process core|block …`: one process of a room, started by another.

Standard input is a pipe that the starter holds: when it closes, because the
starter ended in whatever way, so does this process. A block reads its
credentials from it first, so that a secret stands in no argument. Where standard
input is no pipe (systemd, a container), signals alone end the process.
"""

import argparse
import asyncio
import gc
import importlib
import os
import signal
import stat
import sys
from collections.abc import Awaitable, Sequence

if "structlog" not in sys.modules:
    # It would load rich for tracebacks in colour, a quarter of our start: here all is JSON.
    sys.modules["rich"] = None  # type: ignore[assignment]  # Python's way to say "not there"
    importlib.import_module("structlog")
    del sys.modules["rich"]

import msgspec
from abs_contracts.protocol import Credentials
from abs_contracts.refusal import Refused

from abs_core import bootstrap, logs
from abs_core.ports import Unknown, Unreachable

CRASHED = 1
REFUSED = 3
"""Exit code of a process that must not be started again as it is."""
AGAIN_SECONDS = 0.5
COLLECT_AFTER = (20_000, 20, 50)
"""Allocations, and collections of the younger, after which the collector looks: state is frozen
values, many and without cycles, and with Python's own figures it looks at them for nothing."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one process to its end; returns its exit code."""
    args = _parser().parse_args(arguments)
    logs.configure(role=args.role)
    gc.set_threshold(*COLLECT_AFTER)
    try:
        if args.role == "core":
            asyncio.run(_until_told(bootstrap.run_core(args.url, args.room)))
        else:
            _block(args.url, args.block, args.options, staged=args.staged)
    except Refused as refused:
        logs.logger.error("refused", **msgspec.structs.asdict(refused.refusal))
        return REFUSED
    except (Unknown, Unreachable) as why:
        logs.logger.error("nobody answers", why=str(why), url=args.url)
        return CRASHED
    except asyncio.CancelledError:
        pass
    except Exception:  # whatever it is, a person finds it in the log, in the log's own form
        logs.logger.exception("crashed")
        return CRASHED
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="abs_core.process")
    parser.add_argument("role", choices=["core", "block"])
    parser.add_argument("--url", required=True)
    parser.add_argument("--room", default="")
    parser.add_argument("--block", default="")
    parser.add_argument("--options", default="{}", type=lambda s: msgspec.json.decode(s, type=dict))
    parser.add_argument("--staged", action="store_true")
    return parser


def _block(url: str, name: str, options: dict[str, str], *, staged: bool) -> None:
    # The starter may take a while to agree: have the block's code in memory by then.
    bootstrap.prepare_block(name)
    # Unbuffered, so that what a staged block is told later is still there to be read.
    line = os.fdopen(sys.stdin.fileno(), "rb", buffering=0, closefd=False).readline()
    if line:  # otherwise the starter is gone
        credentials = msgspec.json.decode(line, type=Credentials)
        asyncio.run(_run_block(url, name, credentials, options, staged=staged))


async def _run_block(
    url: str, name: str, credentials: Credentials, options: dict[str, str], *, staged: bool
) -> None:
    """A block; a staged one is released by the next line of standard input."""
    told = asyncio.Event()
    released = told.wait() if staged else None
    await _until_told(bootstrap.run_block(url, name, credentials, options, released), told)


async def _until_told(work: Awaitable[None], told: asyncio.Event | None = None) -> None:
    """Do the work, until a signal or the end of standard input stops it.

    `told` is set when something more comes in there.
    """
    loop = asyncio.get_running_loop()
    task = asyncio.ensure_future(work)
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, _stop, task)
    stdin = sys.stdin.fileno()
    kind = os.fstat(stdin).st_mode
    if stat.S_ISFIFO(kind) or stat.S_ISSOCK(kind):
        os.set_blocking(stdin, False)
        loop.add_reader(stdin, _look, stdin, task, told or asyncio.Event())
    await task


def _look(stdin: int, task: "asyncio.Future[None]", told: asyncio.Event) -> None:
    if os.read(stdin, 1024):
        told.set()
        return
    asyncio.get_running_loop().remove_reader(stdin)
    _stop(task)


def _stop(task: "asyncio.Future[None]") -> None:
    # Again, because `asyncio.wait_for` of Python 3.11 swallows one that comes with its result.
    if not task.done():
        task.cancel()
        asyncio.get_running_loop().call_later(AGAIN_SECONDS, _stop, task)


if __name__ == "__main__":
    sys.exit(main())
