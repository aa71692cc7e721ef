"""A replay into a room: what the room then holds, and a second run that changes nothing."""

import datetime as dt
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import pytest
from abs_contracts.messages.values import Discipline
from abs_contracts.protocol import Story

from abs_core.adapters.clock import FixedClock
from abs_core.adapters.ids import SequentialIds
from abs_core.adapters.memory import MemoryBus
from abs_core.pager.adviser import Advice, from_text
from abs_core.pager.outcomes import Outcome
from abs_core.pager.readers import PagerFile
from abs_core.pager.reconstruct import Reconstruction
from abs_core.pager.replay import Replay
from abs_core.pager.report import page
from abs_core.pager.summary import Summary, summary
from abs_core.pager.times import zone
from abs_core.testing.room import RoomUnderTest

from .conftest import EXAMPLE

PARTIES: Mapping[str, Discipline] = {
    "brandweer-dh": Discipline.FIRE,
    "ambulance": Discipline.AMBULANCE,
    "politie": Discipline.POLICE,
}
"""No party for help on the water, and names that are not those of the disciplines."""


@pytest.fixture
async def room() -> AsyncIterator[RoomUnderTest]:
    clock = FixedClock(dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    async with RoomUnderTest(MemoryBus(), clock, SequentialIds("t"), parties=PARTIES) as room:
        yield room


def pages(path: Path = EXAMPLE) -> PagerFile:
    return PagerFile(path, dt.datetime(2000, 1, 1, tzinfo=zone()))


async def run(room: RoomUnderTest, path: Path = EXAMPLE) -> tuple[Replay, Summary]:
    file, fold = pages(path), Reconstruction(path.name)
    replay = Replay(room, fold, lambda _taken: None)
    await replay.run(file.messages(), None, digest=True)
    return replay, summary(
        file, replay.record, replay.driven, open_at_end=len(fold.open), seconds=1
    )


async def the_fire(room: RoomUnderTest, replay: Replay) -> Story:
    (fire,) = [s for s in replay.record.stories.values() if s.grip == 2]
    return await room.desk("brandweer-dh").story(fire.id)


async def test_the_room_holds_the_fire_with_its_times_and_its_pages(room: RoomUnderTest) -> None:
    replay, end = await run(room)
    assert (replay.driven.refused, replay.driven.unknown, replay.driven.kept_up) == ({}, 0, True)
    story = await the_fire(room, replay)
    told = b"".join(bytes(each) for each in story.messages)
    for text in (b'"level":"2"', b'"decided_by":"CaCo"', b"zeer-groot", b"Proefkade ZOETMR 159599"):
        assert text in told
    assert b"2024-01-01T02:40:00+01:00" in told or b"2024-01-01T01:40:00Z" in told
    assert sum(end.outcomes.values()) == end.read == 29


async def test_a_second_run_sends_nothing_and_finds_the_same(room: RoomUnderTest) -> None:
    _, first = await run(room)
    log = await room.settled()
    again, second = await run(room)
    assert again.driven.sent == 0
    assert again.driven.there_already == first.commands.sent
    assert (second.commands.state, second.outcomes, second.advice) == (
        first.commands.state,
        first.outcomes,
        first.advice,
    )
    assert (await room.settled()).log == log.log


async def test_half_a_file_and_then_the_whole_is_the_whole(
    room: RoomUnderTest, tmp_path: Path
) -> None:
    half = tmp_path / EXAMPLE.name
    half.write_text("".join(EXAMPLE.read_text().splitlines(keepends=True)[:15]))
    await run(room, half)
    _, whole = await run(room)
    async with RoomUnderTest(MemoryBus(), room.clock, SequentialIds("u"), parties=PARTIES) as fresh:
        _, at_once = await run(fresh)
    assert whole.commands.state == at_once.commands.state


async def test_what_the_room_has_no_party_for_is_counted_and_still_told(
    room: RoomUnderTest,
) -> None:
    replay, end = await run(room)
    assert replay.driven.without_party > 0
    assert end.outcomes[Outcome.OPENED.value] == len(replay.record.stories)


async def test_the_report_is_one_page_that_needs_nothing_else(
    room: RoomUnderTest, tmp_path: Path
) -> None:
    lines = EXAMPLE.read_text() + "2024-01-01 09:00:00\tBrandweer\tHaaglanden\t<b>qrst</b>\n"
    path = tmp_path / "pages.txt"
    path.write_text(lines)
    replay, end = await run(room, path)
    html = page(end, replay.record, replay.driven)
    assert "Voorbeeldfabriek Proefkade" in html
    assert "&lt;b&gt;qrst&lt;/b&gt;" in html
    assert "<b>qrst" not in html
    assert not any(outside in html for outside in ("http:", "https:", "<script", "<link", "url("))
    assert html.count("GRIP 2, ") >= 1


ADVICE = [
    ({}, {"TS": 1}, "none"),
    ({"TS": 1}, {"TS": 1}, "same"),
    ({"TS": 1}, {"TS": 2, "RV": 1}, "page_sent_more"),
    ({"TS": 2, "DV": 1}, {"TS": 2}, "page_sent_less"),
    ({"TS": 1}, {"RV": 1}, "other"),
]


@pytest.mark.parametrize(("proposed", "sent", "verdict"), ADVICE)
def test_advice_is_compared_by_kind_and_kept_as_a_note(
    proposed: dict[str, int], sent: dict[str, int], verdict: str
) -> None:
    advice = Advice(block="fire", proposed=proposed, sent=sent, why="a; b. c")
    assert advice.verdict == verdict
    assert from_text(advice.text()) == advice
