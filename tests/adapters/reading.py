"""What tests of readers share."""

import asyncio
from collections.abc import Sequence

from abs_core.ports import Reader, Record

BOUND = 20.0  # seconds until a test that waits for something is given up


async def take(reader: Reader, count: int, *, within: float = BOUND) -> list[Record]:
    """The next `count` records, however they come."""
    taken: list[Record] = []
    async with asyncio.timeout(within):
        while len(taken) < count:
            taken += await reader.fetch(count - len(taken))
    return taken


def seqs(records: Sequence[Record]) -> list[int]:
    return [record.seq for record in records]
