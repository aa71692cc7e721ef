"""Both adapters behind one fixture, and a broker to be hard on."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from abs_core.adapters.memory import MemoryBus
from abs_core.adapters.nats import NatsBus
from abs_core.ports import Bus
from abs_core.testing.server import ServerUnderTest


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[ServerUnderTest]:
    """A broker of this test's own, to kill and freeze."""
    async with ServerUnderTest(tmp_path / "server") as running:
        yield running


@pytest.fixture
async def nats_bus(server: ServerUnderTest) -> AsyncIterator[NatsBus]:
    """A client of this test's own broker."""
    bus = await NatsBus.connect(server.url, name="test")
    yield bus
    await bus.close()


@pytest.fixture(params=["memory", "nats"])
async def buses(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[tuple[Bus, Bus]]:
    """Two clients of one broker, in memory and over NATS."""
    if request.param == "memory":
        memory = MemoryBus(patience=1.0)
        yield memory, memory.client("other")
        return
    async with ServerUnderTest(tmp_path / "server") as running:
        one = await NatsBus.connect(running.url, name="one")
        other = await NatsBus.connect(running.url, name="other")
        yield one, other
        await one.close()
        await other.close()


@pytest.fixture
def bus(buses: tuple[Bus, Bus]) -> Bus:
    return buses[0]


@pytest.fixture(params=["memory", "nats"])
async def full(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Bus]:
    """A client of a broker whose store takes about 200 kB."""
    if request.param == "memory":
        yield MemoryBus(max_bytes=200_000)
        return
    async with ServerUnderTest(tmp_path / "server", max_bytes=200_000) as running:
        bus = await NatsBus.connect(running.url, name="one")
        yield bus
        await bus.close()
