"""`python -m abs_core.process core|block …`: one process of a room, started by another.

Standard input is a pipe that the starter holds: when it closes, because the
starter ended in whatever way, so does this process. A block reads its
credentials from it first, so that a secret stands in no argument and no file.
"""

import argparse
import asyncio
import os
import signal
import sys

import msgspec
from abs_contracts.protocol import Credentials
from abs_contracts.refusal import Refused

from abs_core import bootstrap, logs

REFUSED = 3
"""Exit code of a process that must not be started again as it is."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="abs_core.process")
    parser.add_argument("role", choices=["core", "block"])
    parser.add_argument("--url", required=True)
    parser.add_argument("--room", default="")
    parser.add_argument("--block", default="")
    parser.add_argument("--options", default="{}", type=lambda s: msgspec.json.decode(s, type=dict))
    args = parser.parse_args()
    logs.configure()
    try:
        asyncio.run(_run(args))
    except Refused as refused:
        logs.logger.error("refused", **msgspec.structs.asdict(refused.refusal))
        return REFUSED
    except asyncio.CancelledError:
        pass
    return 0


async def _run(args: argparse.Namespace) -> None:
    if args.role == "core":
        work = bootstrap.run_core(args.url, args.room)
    else:
        credentials = msgspec.json.decode(sys.stdin.buffer.readline(), type=Credentials)
        work = bootstrap.run_block(args.url, args.block, credentials, args.options)
    task = asyncio.create_task(work)
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, task.cancel)
    loop.add_signal_handler(signal.SIGINT, task.cancel)
    os.set_blocking(sys.stdin.fileno(), False)
    loop.add_reader(sys.stdin.fileno(), _at_end, task)
    await task


def _at_end(task: "asyncio.Task[None]") -> None:
    if not os.read(sys.stdin.fileno(), 1024):
        asyncio.get_running_loop().remove_reader(sys.stdin.fileno())
        task.cancel()


if __name__ == "__main__":
    sys.exit(main())
