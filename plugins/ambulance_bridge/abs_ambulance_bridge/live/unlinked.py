"""The link where no address is configured: nothing comes in, and what goes out waits."""

import asyncio
import datetime as dt

import msgspec

from abs_ambulance_bridge.live.turn import LINK
from abs_core.sdk import Deliver


class Unlinked:
    name = LINK

    async def run(self, deliver: Deliver) -> None:  # noqa: ARG002 - nothing comes in
        """Until cancelled."""
        await asyncio.Event().wait()

    async def send(self, effect: str, at: dt.datetime, payload: msgspec.Struct) -> None:  # noqa: ARG002 - nothing goes out
        """Raises always: there is nobody, and nothing is lost."""
        raise ConnectionError("the option `url` of the bridge is not set")
