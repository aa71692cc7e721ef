"""A station at work: its database, clock and simulated faults, and the pushers that run."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from datetime import UTC, datetime

import httpx

from standalone_ambulance.commands import PutInService
from standalone_ambulance.database import SqliteRecords
from standalone_ambulance.push import Pusher
from standalone_ambulance.settings import Link, Settings, trust
from standalone_ambulance.simulation import Faults
from standalone_ambulance.station import Station


class Service:
    """All that the edges share. One event loop, so one thing at a time."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.records = SqliteRecords(settings.folder / "station.db")
        edition = self.records.setting("edition", secrets.token_hex(4))
        self.station = Station(settings.office(edition), self.records)
        self.faults = Faults.model_validate_json(self.records.setting("faults", "{}"))
        self._pushers: list[Pusher] = []
        self._changed = asyncio.Event()
        self._register()

    def now(self) -> datetime:
        """By the clock of this system, which may be wrong in a simulation."""
        return self.faults.skewed(datetime.now(UTC))

    def set_faults(self, faults: Faults) -> None:
        """Kept, so that a restart mends nothing."""
        self.records.set("faults", faults.model_dump_json())
        self.faults = faults
        self.wake()

    @contextmanager
    def one_write(self) -> Iterator[None]:
        """Several things in one write to disk; partners hear of them after it."""
        with self.records.one_write():
            yield
        self.wake()

    def wake(self) -> None:
        for pusher in self._pushers:
            pusher.wake()
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()

    async def change(self, seconds: float) -> None:
        """Until something may be new for a partner, or so long."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._changed.wait(), seconds)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Push to every partner that has an address."""
        async with AsyncExitStack() as stack:
            tasks = []
            for link in self.settings.partner:
                if link.push_url is not None:
                    client = await stack.enter_async_context(self._client(link))
                    pusher = Pusher(
                        self.station,
                        link.name,
                        link.push_url,
                        client,
                        self.now,
                        lambda: self.faults,
                    )
                    self._pushers.append(pusher)
                    tasks.append(asyncio.create_task(pusher.run()))
            try:
                yield
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)
                self.records.close()

    def _client(self, link: Link) -> httpx.AsyncClient:
        token = self.settings.secret(link.push_token_file)
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        paths = (link.push_ca, link.push_certificate, link.push_key)
        return httpx.AsyncClient(
            headers=headers,
            timeout=10,
            verify=trust(*(self.settings.folder / path if path else None for path in paths)),
            trust_env=False,
        )

    def _register(self) -> None:
        """Vehicles of the settings that are new; those that are known stay as they are."""
        for own in self.settings.vehicle:
            if self.records.vehicle(own.id) is None:
                command = PutInService(vehicle=own.id, station=own.station)
                self.station.command(command, self.now())
