"""A process of a room by way of the cutting proxy; on request, one of its safeties is out.

For the campaign alone. `--without` takes one thing out of the core, so that a
judge who finds nothing wrong then is known to be blind.
"""

import argparse
import functools
import sys
from collections.abc import Callable, Mapping
from typing import Any

from abs_contracts.refusal import Refused

from abs_core import bootstrap, process
from abs_core.adapters.nats import NatsBus
from abs_core.adapters.nats.streams import EXPECTED
from abs_core.adapters.nats.wire import Wire
from abs_core.application.aggregates import Aggregate
from abs_core.application.log import Entry, RoomLog
from abs_core.application.registry import BLOCK, Registry
from abs_core.ports import Unknown

PATIENCE = 1.0
"""Seconds, and not five: so a process doubts an answer before its own asker gives up."""


def no_read_back() -> None:
    """What is read back after a doubt no longer tells which commands it came from."""
    take = Aggregate.take

    def forgetful(self: Aggregate, entry: Entry) -> None:
        take(self, entry._replace(command=""))

    Aggregate.take = forgetful  # type: ignore[method-assign]  # the point of it


def doubt_is_failure() -> None:
    """A time-out of the log is told as a refusal."""
    append = RoomLog.append

    async def hasty(self: RoomLog, *args: Any, **named: Any) -> tuple[int, str]:
        try:
            return await append(self, *args, **named)
        except Unknown:
            raise Refused(rule="TEST-001", what="it failed", where="", fix="none") from None

    RoomLog.append = hasty  # type: ignore[method-assign]  # the point of it


def no_fence(kind: str) -> Callable[[], None]:
    """Whatever is written to streams of this kind carries no expected sequence."""

    def cripple() -> None:
        send, mine = Wire.send, f"{kind}."

        def unfenced(
            self: Wire,
            subject: str,
            data: bytes,
            reply: str = "",
            headers: Mapping[str, str] | None = None,
        ) -> None:
            if subject.startswith(mine):
                headers = {k: v for k, v in (headers or {}).items() if k != EXPECTED}
            send(self, subject, data, reply, headers or None)

        Wire.send = unfenced  # type: ignore[method-assign]  # the point of it

    return cripple


def no_token() -> None:
    """A token that is not in force will do as well."""
    holder = Registry.holder

    async def lenient(self: Registry, name: str, token: str) -> str:
        try:
            return await holder(self, name, token)
        except Refused:
            return BLOCK

    Registry.holder = lenient  # type: ignore[method-assign]  # the point of it


SAFETIES: Mapping[str, Callable[[], None]] = {
    "read-back": no_read_back,
    "unknown": doubt_is_failure,
    "log-fence": no_fence("inc"),
    "feed-fence": no_fence("feed"),
    "token": no_token,
}


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--via", required=True)
    parser.add_argument("--without", choices=sorted(SAFETIES))
    mine, arguments = parser.parse_known_args()
    connect = functools.partial(NatsBus.connect, patience=PATIENCE)
    NatsBus.connect = connect  # type: ignore[method-assign]  # see PATIENCE
    bootstrap.PATIENCE = PATIENCE  # a core names its own
    if mine.without:
        SAFETIES[mine.without]()
    arguments[arguments.index("--url") + 1] = mine.via
    return process.main(arguments)


if __name__ == "__main__":
    sys.exit(main())
