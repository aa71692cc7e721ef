"""A block's connectors: kept running, and what they bring put into the inbox."""

import asyncio

import msgspec
import structlog

from abs_core import ports
from abs_core.host.entries import Scribe
from abs_core.host.inbox import Inbox
from abs_core.sdk import Connector, pauses

LONGEST = 2.0  # seconds: an outside that is back is heard soon

log = structlog.get_logger(__name__)


async def attend(connector: Connector, scribe: Scribe, inbox: Inbox, clock: ports.Clock) -> None:
    """Run a connector until it is done, again after every fall."""

    async def deliver(key: str, payload: msgspec.Struct) -> None:
        await inbox.submit(scribe.inbound(connector.name, key, payload, clock.now()))

    for pause in pauses(longest=LONGEST):
        try:
            await connector.run(deliver)
            return
        except Exception as error:  # a vendor's code: its fall is not the block's
            log.warning("connector fell", connector=connector.name, why=repr(error))
        await asyncio.sleep(pause)
