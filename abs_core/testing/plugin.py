"""Fixtures for whoever builds a block: a real broker, a running room, their block in it.

This is loaded by every pytest beside which abs-core is installed, so it imports
next to nothing until a fixture is asked for.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TYPE_CHECKING

import pytest

try:
    from pytest_asyncio import fixture as async_fixture  # works in its strict mode, too
except ImportError:  # said by `_abs_asyncio`, once somebody asks for one of these
    async_fixture = pytest.fixture  # type: ignore[assignment]  # the same call

if TYPE_CHECKING:
    from abs_core.testing.block import BlockUnderTest
    from abs_core.testing.room import RoomUnderTest
    from abs_core.testing.server import ServerUnderTest

NO_ASYNCIO = (
    "the fixtures of abs-core are asynchronous and pytest-asyncio is not active: "
    "install pytest-asyncio and set asyncio_mode = auto, or mark your tests with "
    "@pytest.mark.asyncio"
)


@pytest.fixture
def _abs_asyncio(request: pytest.FixtureRequest) -> None:
    if not request.config.pluginmanager.hasplugin("asyncio"):
        pytest.fail(NO_ASYNCIO, pytrace=False)


@async_fixture
async def nats_server(
    _abs_asyncio: None, tmp_path_factory: pytest.TempPathFactory
) -> "AsyncIterator[ServerUnderTest]":
    """A real broker of this test's own: loopback, a free port, an empty data folder.
    `url` is where it is. `await kill()` is kill -9, `await start()` starts it again on
    the same port and data, `await restart()` is both; `pause()` freezes it and
    `resume()` lets it go on. It is stopped after the test, in whatever state it is.
    """
    from abs_core.testing.server import ServerUnderTest  # noqa: PLC0415 - see the module

    async with ServerUnderTest(tmp_path_factory.mktemp("nats-server")) as server:
        yield server


@async_fixture
async def room(
    _abs_asyncio: None, nats_server: "ServerUnderTest"
) -> "AsyncIterator[RoomUnderTest]":
    """Room `dh`: a running core on `nats_server`, the parties fire, police, ambulance, kmar.
    `room.desk(party)` is a party's desk: `await desk.command(...)` speaks to the core.
    `await room.shown(party, IncidentStub)` waits until a message of that type stands in
    the party's feed, `await room.feed(party)` is the whole of it. `room.operator` sees
    everything, `await room.register(party, discipline)` adds a party.
    """
    from abs_core.adapters.clock import SystemClock  # noqa: PLC0415 - see the module
    from abs_core.adapters.ids import TimeIds  # noqa: PLC0415 - see the module
    from abs_core.bootstrap import connect  # noqa: PLC0415 - see the module
    from abs_core.testing.room import RoomUnderTest  # noqa: PLC0415 - see the module

    bus = await connect(nats_server.url, "room under test")
    try:
        async with RoomUnderTest(bus, SystemClock(), TimeIds()) as running:
            yield running
    finally:
        await bus.close()


@async_fixture
async def block_under_test(
    _abs_asyncio: None, room: "RoomUnderTest", nats_server: "ServerUnderTest"
) -> "AsyncIterator[Callable[..., Awaitable[BlockUnderTest]]]":
    """Your block, agreed to and running in `room`: `await block_under_test("watch")`.
    The block is the installed one of that name; `party=` is whose it is (its own name
    unless said otherwise, registered if the room has no such party), `options=` what a
    configuration would tell it. It runs in the test's own loop, over a connection of
    its own. Of what you get, `await ask(...)` and `await request(...)` are its desk's,
    with the block's contracts; `state` is the block's state as its journal holds it,
    `await until(...)` waits for one; `await stop()` ends it as a crash would, and
    `await start()` starts it again; `await drain()` has it finish what it owes.
    """
    from abs_core.bootstrap import connect  # noqa: PLC0415 - see the module
    from abs_core.testing.block import BlockUnderTest  # noqa: PLC0415 - see the module

    running: list[BlockUnderTest] = []

    async def start(
        name: str, *, party: str = "", options: dict[str, str] | None = None
    ) -> BlockUnderTest:
        block = await BlockUnderTest.agreed(
            name, party or name, room, lambda: connect(nats_server.url, name), options or {}
        )
        running.append(block)
        await block.start()
        return block

    try:
        yield start
    finally:
        for block in running:
            await block.stop()
