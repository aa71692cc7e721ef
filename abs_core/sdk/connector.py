"""Connectors: the part of a block that does outside I/O."""

import datetime as dt
from collections.abc import Awaitable, Callable
from typing import Protocol

import msgspec

Deliver = Callable[[str, msgspec.Struct], Awaitable[None]]
"""Hand something inbound to the host: (id, payload). Returns once it is journaled;
the same id again is dropped. What is handed over first, waited for or not, reaches the
block first."""


class Connector(Protocol):
    """One link to the outside; runs in the block's process, on its event loop."""

    @property
    def name(self) -> str: ...

    async def run(self, deliver: Deliver) -> None:
        """Bring in what comes from outside, until cancelled."""

    async def send(self, effect: str, at: dt.datetime, payload: msgspec.Struct) -> None:
        """Send one thing out. `effect` is its id: after a crash the same one may come
        again, and a connector that must not repeat it drops it. An exception means
        unknown: the host tries again."""
