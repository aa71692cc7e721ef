"""Health: a party is degraded when its block is silent or behind, and the core says so.

Derived from heartbeat and lag, by whichever core looks first; the party's own
history keeps two cores from saying it twice.
"""

import asyncio
from collections.abc import Awaitable, Callable

import msgspec
from abs_contracts.messages.party import DegradeParty, RecoverParty
from abs_contracts.protocol import Beat

from abs_core.application.projection import Projection
from abs_core.ports import Bus

BEAT_SECONDS = 0.5
SILENT_BEATS = 4
"""So many intervals without a heartbeat make a party degraded: 2 s."""
LAG_LIMIT = 1000
"""A block further behind in its feed, in messages, is degraded though it beats."""

_NEVER = Beat(generation=0, position=0, pending=0)
Say = Callable[[str, msgspec.Struct], Awaitable[None]]


class Health:
    """What the core knows of each block's heartbeat, by the loop's time."""

    def __init__(self, bus: Bus, projection: Projection, say: Say) -> None:
        self._bus = bus
        self._projection = projection
        self._say = say
        self._beats: dict[str, Beat] = {}
        self._heard: dict[str, float] = {}

    def beat(self, party: str) -> Beat:
        """The newest heartbeat of a party's block."""
        return self._beats.get(party, _NEVER)

    def hear(self, party: str, beat: Beat) -> None:
        self._beats[party] = beat
        self._heard[party] = asyncio.get_running_loop().time()

    async def run(self) -> None:
        """Look at every party once a beat, until cancelled."""
        while True:
            await asyncio.sleep(BEAT_SECONDS)
            now = asyncio.get_running_loop().time()
            for name, party in list(self._projection.parties.items()):
                if not party.generation:
                    continue
                if not self._bus.connected:
                    self._heard[name] = now  # without a broker nobody can be heard
                reason = self._reason(name, now)
                if reason and not party.degraded:
                    await self._say(name, DegradeParty(reason=reason))
                elif not reason and party.degraded:
                    await self._say(name, RecoverParty())

    def _reason(self, name: str, now: float) -> str | None:
        heard = self._heard.setdefault(name, now)  # a fresh core waits before it judges
        if now - heard > SILENT_BEATS * BEAT_SECONDS:
            return "no heartbeat"
        behind = self._projection.position(name) - self.beat(name).position
        if name in self._beats and behind > LAG_LIMIT:
            return "too far behind in its feed"
        return None
