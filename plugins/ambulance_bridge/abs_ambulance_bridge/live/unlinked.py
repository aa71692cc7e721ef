"""The link where no address is configured: nothing comes in, and nothing is taken."""

import asyncio
import datetime as dt

import msgspec

from abs_ambulance_bridge.live.contracts import NotTaken, Outgoing
from abs_ambulance_bridge.live.turn import LINK
from abs_core.sdk import Deliver


class Unlinked:
    """Nobody on the other side; each incident's own lines say so."""

    name = LINK

    def __init__(self) -> None:
        self._deliver: Deliver | None = None
        self._running = asyncio.Event()

    async def run(self, deliver: Deliver) -> None:
        """Until cancelled."""
        self._deliver = deliver
        self._running.set()
        await asyncio.Event().wait()

    async def send(self, effect: str, at: dt.datetime, payload: msgspec.Struct) -> None:  # noqa: ARG002 - the letter's own id is the effect's
        """Say that it is not taken."""
        assert isinstance(payload, Outgoing)
        await self._running.wait()
        assert self._deliver is not None
        why = "no other side is configured: the option `url` is not set"
        await self._deliver(payload.letter, NotTaken(letter=payload.letter, why=why))
