"""What a block keeps for itself stands in its party's story, whether it runs or not."""

import datetime as dt
from collections.abc import Awaitable, Callable
from pathlib import Path

import msgspec
import pytest
from abs_contracts import protocol
from abs_contracts.codec import seal
from abs_contracts.envelope import Envelope
from abs_contracts.messages import incident as inc
from abs_contracts.messages.values import CallSource

from abs_core.application.log import RoomLog
from abs_core.application.registry import Registry
from abs_core.cli.own_lines import Own, OwnLinesOf, asking, replaying
from abs_core.cli.story import lines, person, with_own
from abs_core.sdk import OwnLine
from abs_core.testing.block import BlockUnderTest
from abs_core.testing.room import RoomUnderTest

StartBlock = Callable[..., Awaitable[BlockUnderTest]]

KEEPER = """
import msgspec
from abs_contracts.refusal import Refused
from abs_core.sdk import OWN_LINES, Fed, OwnLine, OwnLinesTold, Settings, hookimpl

class Keeper:
    def initial(self): return ()
    def evolve(self, state, entry):
        if not isinstance(entry, Fed):
            return state
        line = OwnLine(at=entry.at, text="saw " + entry.message.contract.name, role="block")
        return (*state, (entry.message.envelope.subject, line))
    def react(self, state, entry): return []
    def answer(self, state, question):
        if question.incident == "refused":
            raise Refused(rule="KEEPER-001", what="not that one", where="/incident", fix="ask not")
        if question.incident == "failing":
            raise OSError("the disk")
        if question.incident == "other":
            return question
        return OwnLinesTold(lines=tuple(l for i, l in state if i == question.incident))

@hookimpl
def abs_block(settings): return Keeper()
"""
TELLS = """
@hookimpl
def abs_contracts(): return OWN_LINES
"""
MANIFEST = """
block = "{name}"
distribution = "{name}-block"
version = "0.1.0"
discipline = "partner"
core = 1
consumes = [{{ type = "incident.opened", versions = ">=1.0,<2" }}]
produces = []
"""


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], str]:
    """Install a block for this test alone."""
    monkeypatch.syspath_prepend(str(tmp_path))

    def one(name: str, code: str) -> str:
        package, dist = tmp_path / f"{name}_block", tmp_path / f"{name}_block-0.1.0.dist-info"
        package.mkdir()
        dist.mkdir()
        (package / "__init__.py").write_text(code)
        (package / "manifest.toml").write_text(MANIFEST.format(name=name))
        (dist / "METADATA").write_text(
            f"Metadata-Version: 2.1\nName: {name}-block\nVersion: 0.1.0\n"
        )
        (dist / "entry_points.txt").write_text(f"[abs.blocks]\n{name} = {name}_block\n")
        return name

    return one


async def opened(room: RoomUnderTest, incident: str) -> None:
    opening = inc.OpenIncident(source=CallSource.EMERGENCY)
    reply = await room.desk("fire").command(opening, incident, actor="desk-3", role="centralist")
    assert isinstance(reply, protocol.Accepted)


async def journals(room: RoomUnderTest) -> OwnLinesOf:
    """As where nothing runs: the same log and the same journals."""
    log = RoomLog(await room.bus.open(protocol.stream("log", room.room)), room.room)
    return replaying(room.bus, room.room, Registry(log))


async def test_a_block_tells_the_same_while_it_runs_and_out_of_its_journal(
    room: RoomUnderTest, block_under_test: StartBlock, install: Callable[[str, str], str]
) -> None:
    block = await block_under_test(install("keeper", KEEPER + TELLS), party="fire")
    await opened(room, "i-1")
    await opened(room, "i-2")
    await block.until(lambda state: len(state) == 2)
    running, kept = asking(room.bus, room.operator), await journals(room)

    told = await running("i-2", "fire")
    assert [line.text for line in told.lines] == ["saw incident.opened"]
    assert told == await kept("i-2", "fire")
    assert await running("nothing-known", "fire") == Own()

    for own in (running, kept):
        assert await own("i-2", "police") == Own(), "it has no block"
        assert (await own("refused", "fire")).missing.startswith("KEEPER-001")
        assert "it fails on the question" in (await own("other", "fire")).missing
    assert (await running("failing", "fire")).missing.startswith("HOST-006")
    assert (await kept("failing", "fire")).missing == "it fails on the question: OSError"

    await block.stop()
    assert await running("i-2", "fire") == Own(missing="it does not answer")
    assert told == await kept("i-2", "fire")


async def test_a_block_that_declares_none_has_none(
    room: RoomUnderTest, block_under_test: StartBlock, install: Callable[[str, str], str]
) -> None:
    block = await block_under_test(install("silent", KEEPER), party="fire")
    await opened(room, "i-1")
    await block.until(bool)
    assert await asking(room.bus, room.operator)("i-1", "fire") == Own()
    assert await (await journals(room))("i-1", "fire") == Own()


def test_own_lines_stand_between_the_feeds_by_time_and_say_whose_they_are() -> None:
    def at(second: int) -> dt.datetime:
        return dt.datetime(2026, 1, 1, 12, 0, second, tzinfo=dt.UTC)

    def closed(second: int) -> bytes:
        envelope = Envelope(
            specversion="1.0",
            id=f"e-{second}",
            source="/rooms/dh/core",
            type="abs.incident.closed.v1",
            subject="i-1",
            time=at(0),
            recordedtime=at(second),
            data=msgspec.Raw(b"{}"),
        )
        return seal(envelope, inc.IncidentClosed())

    own = (
        OwnLine(at=at(2), text="first\n\x1b[2Jsecond", actor="desk-3", role="centralist"),
        OwnLine(at=at(9), text="last"),
    )
    told = with_own(lines([closed(1), closed(5)]), own, "fire")
    assert [line.recorded.second for line in told] == [1, 2, 5, 9]
    assert told[1].text == "[own] first [2Jsecond"
    assert (told[1].party, person(told[1]), person(told[3])) == ("fire", "centralist (desk-3)", "")
