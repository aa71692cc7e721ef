"""The fixtures that a vendor gets: each as documented, and none in the way of others."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from abs_contracts.messages import incident as inc
from abs_contracts.messages.values import CallSource, Discipline
from abs_contracts.protocol import Accepted
from abs_contracts.refusal import Refused

from abs_core.bootstrap import connect
from abs_core.ports import Unknown, Unreachable
from abs_core.testing.block import BlockUnderTest
from abs_core.testing.plugin import NO_ASYNCIO
from abs_core.testing.room import RoomUnderTest
from abs_core.testing.server import ServerUnderTest

pytest_plugins = ["pytester"]

StartBlock = Callable[..., Awaitable[BlockUnderTest]]

TINY = """
import msgspec
from abs_core.sdk import Fed, hookimpl

class Tiny:
    def initial(self): return ()
    def evolve(self, state, entry):
        return (*state, entry.message.contract.name) if isinstance(entry, Fed) else state
    def react(self, state, entry): return []
    def answer(self, state, question): raise TypeError

@hookimpl
def abs_block(settings):
    if settings.options.get("broken"):
        raise OSError("no licence")
    return Tiny()
"""
MANIFEST = """
block = "tiny"
distribution = "tiny-block"
version = "0.1.0"
discipline = "partner"
core = 1
consumes = [{ type = "incident.opened", versions = ">=1.0,<2" }]
produces = []
"""


@pytest.fixture
def tiny(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A block installed for this test alone; its state is what it was fed."""
    package, dist = tmp_path / "tiny_block", tmp_path / "tiny_block-0.1.0.dist-info"
    package.mkdir()
    dist.mkdir()
    (package / "__init__.py").write_text(TINY)
    (package / "manifest.toml").write_text(MANIFEST)
    (dist / "METADATA").write_text("Metadata-Version: 2.1\nName: tiny-block\nVersion: 0.1.0\n")
    (dist / "entry_points.txt").write_text("[abs.blocks]\ntiny = tiny_block\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    return "tiny"


# -- being there ----------------------------------------------------------------


def test_installed_beside_a_suite_it_imports_next_to_nothing() -> None:
    code = (
        "import sys, pytest, pytest_asyncio; before = set(sys.modules)\n"
        "import abs_core.testing.plugin\n"
        "print(*sorted(set(sys.modules) - before))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.split() == ["abs_core", "abs_core.testing", "abs_core.testing.plugin"]


def test_pytest_explains_the_fixtures(pytester: pytest.Pytester) -> None:
    listed = pytester.runpytest_subprocess("--fixtures")
    listed.stdout.fnmatch_lines(
        [
            "nats_server*",
            "*`await kill()` is kill -9*",
            "room*",
            "*waits until a message of that type*",
            "block_under_test*",
            "*ends it as a crash would*",
        ]
    )


def test_without_pytest_asyncio_only_who_asks_for_them_hears_of_it(
    pytester: pytest.Pytester,
) -> None:
    pytester.makepyfile(
        """
        def test_of_somebody_else(): pass
        def test_of_a_vendor(room): pass
        """
    )
    ran = pytester.runpytest_subprocess("-p", "no:asyncio")
    ran.assert_outcomes(passed=1, errors=1)
    ran.stdout.fnmatch_lines([f"*{NO_ASYNCIO}*"])


def test_they_work_in_the_strict_mode_of_pytest_asyncio(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest
        @pytest.mark.asyncio
        async def test_of_a_vendor(room):
            assert (await room.operator.status()).room == "dh"
        """
    )
    ran = pytester.runpytest_subprocess("-o", "asyncio_mode=strict")
    ran.assert_outcomes(passed=1)


# -- nats_server ------------------------------------------------------------------


async def test_a_killed_server_comes_back_with_its_port_and_data(
    nats_server: ServerUnderTest,
) -> None:
    bus = await connect(nats_server.url, "test")
    log = await bus.stream("LOG", ["inc.*"])
    await log.append("inc.1", b"kept", expect=0)
    url, pid = nats_server.url, nats_server.pid
    await nats_server.kill()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    await nats_server.start()
    again = await connect(url, "again")
    assert [r.data for r in await (await again.open("LOG")).read("inc.1")] == [b"kept"]
    assert nats_server.pid != pid
    await again.close()
    await bus.close()


async def test_a_paused_server_is_unknown_and_then_goes_on(nats_server: ServerUnderTest) -> None:
    bus = await connect(nats_server.url, "test")
    nats_server.pause()
    with pytest.raises(Unknown):
        await bus.request("anybody", b"", within=0.1)
    nats_server.resume()
    with pytest.raises(Unreachable):
        await bus.request("anybody", b"", within=10)
    await bus.close()


async def test_a_paused_server_is_stopped_all_the_same(tmp_path: Path) -> None:
    async with ServerUnderTest(tmp_path / "server") as server:
        pid = server.pid
        server.pause()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


# -- room -------------------------------------------------------------------------


async def opened(room: RoomUnderTest, incident: str) -> None:
    command = inc.OpenIncident(source=CallSource.EMERGENCY)
    reply = await room.desk("fire").command(command, incident, actor="desk-1", role="intake")
    assert isinstance(reply, Accepted)


async def test_the_room_waits_for_what_a_feed_shows(room: RoomUnderTest) -> None:
    showing = asyncio.create_task(
        room.shown("police", inc.IncidentStub, where=lambda m: m.envelope.subject == "i-2")
    )
    for incident in ("i-1", "i-2"):
        await opened(room, incident)
    assert (await showing).payload == inc.IncidentStub(room="dh", open=True)
    assert len(await room.feed("fire")) == 2
    assert await room.feed("kmar") == []


async def test_a_room_goes_on_after_its_server_was_killed(
    nats_server: ServerUnderTest, room: RoomUnderTest
) -> None:
    await opened(room, "i-1")
    await nats_server.restart()
    await opened(room, "i-2")
    assert len(await room.feed("fire")) == 2


async def test_a_party_that_is_added_can_speak_at_once(room: RoomUnderTest) -> None:
    await room.register("harbour", Discipline.PARTNER)
    with pytest.raises(Refused, match=r"^INCIDENT-001"):
        await room.desk("harbour").story("i-1")


# -- block_under_test -------------------------------------------------------------


async def test_a_block_is_agreed_to_and_fed(
    room: RoomUnderTest, block_under_test: StartBlock, tiny: str
) -> None:
    block = await block_under_test(tiny, party="ambulance")
    await opened(room, "i-1")
    assert await block.until(bool) == ("incident.stub",) == block.state
    status = {p.party: p for p in (await room.operator.status()).parties}
    assert (status["ambulance"].block, status["ambulance"].generation) == ("tiny", 1)


async def test_a_block_gets_a_party_of_its_own_when_none_is_named(
    room: RoomUnderTest, block_under_test: StartBlock, tiny: str
) -> None:
    await block_under_test(tiny)
    parties = {p.party: p.discipline for p in (await room.operator.status()).parties}
    assert parties["tiny"] == "partner"


async def test_a_crashed_block_starts_again_from_its_journal(
    room: RoomUnderTest, block_under_test: StartBlock, tiny: str
) -> None:
    block = await block_under_test(tiny, party="ambulance")
    await opened(room, "i-1")
    await block.until(bool)
    await block.stop()
    await opened(room, "i-2")
    await block.start()
    assert await block.until(lambda state: len(state) == 2) == ("incident.stub",) * 2


async def test_waiting_for_a_block_that_ended_says_why_it_ended(
    room: RoomUnderTest, nats_server: ServerUnderTest, block_under_test: StartBlock, tiny: str
) -> None:
    block = await block_under_test(tiny, party="ambulance")
    twin = BlockUnderTest(
        tiny, block.credentials, room, lambda: connect(nats_server.url, "twin"), {}
    )
    await twin.start()
    try:
        await opened(room, "i-1")
        await opened(room, "i-2")
        with pytest.raises(Refused, match=r"^HOST-001"):
            await block.until(lambda _: False)
    finally:
        await twin.stop()


async def test_a_block_whose_agreement_was_replaced_does_not_start_again(
    room: RoomUnderTest, block_under_test: StartBlock, tiny: str
) -> None:
    old = await block_under_test(tiny, party="ambulance")
    await old.stop()
    new = await block_under_test(tiny, party="ambulance")
    assert (old.credentials.generation, new.credentials.generation) == (1, 2)
    with pytest.raises(Refused, match=r"^TRUST-002"):
        await old.start()
    await opened(room, "i-1")
    await new.until(bool)


@pytest.mark.parametrize("leave", ["pause", "kill"])
async def test_a_test_may_leave_its_server_in_any_state(
    nats_server: ServerUnderTest, block_under_test: StartBlock, tiny: str, leave: str
) -> None:
    await block_under_test(tiny, party="ambulance")
    left = getattr(nats_server, leave)()
    if left is not None:
        await left


async def test_a_block_that_does_not_load_is_refused_for_a_person(
    block_under_test: StartBlock, tiny: str
) -> None:
    with pytest.raises(Refused, match=r"^HOST-012.*no licence"):
        await block_under_test(tiny, options={"broken": "yes"})


async def test_a_block_that_is_not_installed_is_refused(block_under_test: StartBlock) -> None:
    with pytest.raises(Refused, match=r"^CONTRACT-012"):
        await block_under_test("not-installed")
