"""Pushing letters to a partner: one at a time, in order, again until it has them."""

import asyncio
import contextlib
import logging
from collections.abc import Callable
from datetime import datetime

import httpx

from standalone_ambulance.records import Letter
from standalone_ambulance.simulation import Faults
from standalone_ambulance.station import Station

LOG = logging.getLogger(__name__)
NEVER = (400, 409, 413, 422)
"""Answers of a partner that will not take this message, however often it is sent."""
LOOK = 0.25
"""Seconds between two looks for what is due; a new letter is pushed at once."""


class Pusher:
    """Pushes to one partner until it is cancelled."""

    def __init__(
        self,
        station: Station,
        partner: str,
        url: str,
        client: httpx.AsyncClient,
        clock: Callable[[], datetime],
        faults: Callable[[], Faults],
    ) -> None:
        self._station, self._partner, self._url = station, partner, url
        self._client, self._clock, self._faults = client, clock, faults
        self._news = asyncio.Event()

    def wake(self) -> None:
        self._news.set()

    async def run(self) -> None:
        while True:
            self._news.clear()
            try:
                if await self._push_next():
                    continue
            except Exception:  # a full disk, say: pushing must go on when that is over
                LOG.exception("pushing to %s failed and is tried again", self._partner)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._news.wait(), LOOK)

    async def _push_next(self) -> bool:
        """Push what is due; False if nothing is."""
        if self._faults().is_down(self._clock()):
            return False
        letter = self._station.next_letter(self._partner, self._clock())
        if letter is not None:
            await self._push(letter)
        return letter is not None

    async def _push(self, letter: Letter) -> None:
        faults = self._faults()
        await asyncio.sleep(faults.slow_seconds)
        answer: httpx.Response | None = None
        for body in faults.pushed(letter.body):
            try:
                answer = await self._client.post(
                    self._url, content=body, headers={"Content-Type": "application/json"}
                )
            except httpx.HTTPError:
                answer = None
        if answer is not None and answer.is_success:
            self._station.delivered(letter)
        elif answer is not None and answer.status_code in NEVER:
            self._station.not_taken(letter, f"HTTP {answer.status_code} {answer.text[:500]}")
        else:
            self._station.failed(letter, self._clock())
