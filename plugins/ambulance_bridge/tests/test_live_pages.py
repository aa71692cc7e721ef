"""The link: pages that are none or hold something unreadable, and answers that say nothing."""

import asyncio
import datetime as dt
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import msgspec
import pytest
from abs_ambulance_bridge.live.contracts import LONGEST, Arrived, Delivered, NotTaken, Outgoing
from abs_ambulance_bridge.live.link import Answer, PulledLink, Unsure, paged

NOON = dt.datetime(2026, 1, 1, 12, tzinfo=dt.UTC)
DEEP = "[" * 5000 + "]" * 5000
LETTER = Outgoing(letter="l-1", text="{}")
TAKEN = Answer(202, '{"taken":["l-1"]}')
EMPTY = b'{"messages":[],"next":1}'


def texts(page: str | bytes) -> list[bytes]:
    raw = page.encode() if isinstance(page, str) else page
    return [bytes(each) for each in paged(raw).messages]


@pytest.mark.parametrize(
    "bad",
    [
        DEEP.encode(),
        b'"\\ud800"',
        b'"\xff"',
        b'{"a":"]}, \\"next\\": 9","b":' + DEEP.encode() + b"}",
    ],
)
def test_one_message_that_cannot_be_read_does_not_hold_up_the_others(bad: bytes) -> None:
    page = b'{"messages":[{"a":"b,[c"}, ' + bad + b' ,"d"], "next": 7}'
    assert texts(page) == [b'{"a":"b,[c"}', bad, b'"d"']
    assert paged(page).next == 7


@pytest.mark.parametrize(
    "page",
    [
        "",
        "<html>It works!</html>",
        "[]",
        '{"messages":[]}',
        '{"messages":[{"next":5},{"a":',
        '{"messages":[' + DEEP + ',{"next":5}',
        '{"next":"soon","messages":[' + DEEP + "]}",
    ],
)
def test_what_is_no_page_is_asked_for_again(page: str) -> None:
    with pytest.raises(Unsure):
        paged(page.encode())


class Wire:
    """One page, and one answer to all that is given."""

    def __init__(self, page: bytes, answer: Answer) -> None:
        self.page, self.answer = page, answer

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        yield

    async def pull(self, after: int) -> bytes:
        return self.page if after == 0 else b'{"messages":[],"next":%d}' % after

    async def give(self, text: str) -> Answer:  # noqa: ARG002 - the port's shape
        return self.answer


class Recovering(Wire):
    """Two such answers, and then it takes the letter."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(EMPTY, answer)
        self.given, self.silent = 0, 2
        self.was_given = asyncio.Event()

    async def give(self, text: str) -> Answer:  # noqa: ARG002 - the port's shape
        self.given += 1
        self.was_given.set()
        return self.answer if self.given <= self.silent else TAKEN


async def nowhere(_key: str, _payload: msgspec.Struct) -> None:
    pass


async def brought(wire: Wire, *, give: bool = False) -> dict[str, msgspec.Struct]:
    """What the link brings to the host."""
    link, found = PulledLink(wire, "theirs", 5.0), dict[str, msgspec.Struct]()
    came = asyncio.Event()

    async def deliver(key: str, payload: msgspec.Struct) -> None:
        found[key] = payload
        came.set()

    running = asyncio.create_task(link.run(deliver))
    try:
        if give:
            await link.send("e-1", NOON, LETTER)
        await came.wait()
    finally:
        running.cancel()
    return found


async def test_a_message_that_is_too_long_comes_in_as_far_as_it_may() -> None:
    whole = b'{"distributionID":"x-1","a":"' + b"y" * LONGEST + b'"}'
    wire = Wire(b'{"messages":[' + whole + b'],"next":1}', Answer(202, ""))
    ((key, payload),) = (await brought(wire)).items()
    assert key.startswith("x-1 ")
    assert isinstance(payload, Arrived)
    assert len(payload.text) == LONGEST


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (Answer(202, '{"taken":["l-1"]}'), Delivered(letter="l-1")),
        (Answer(409, "used"), NotTaken(letter="l-1", why="409 used")),
    ],
)
async def test_what_the_other_side_says_of_a_letter(
    answer: Answer, outcome: msgspec.Struct
) -> None:
    wire = Wire(b'{"messages":[],"next":1}', answer)
    assert (await brought(wire, give=True))["l-1"] == outcome


@pytest.mark.parametrize(
    "answer",
    [
        Answer(200, "<html>It works!</html>"),
        Answer(202, '{"taken":["another"]}'),
        Answer(202, DEEP),
        Answer(302, ""),
        Answer(500, '{"taken":["l-1"]}'),
    ],
)
async def test_a_success_that_does_not_name_the_letter_is_none(answer: Answer) -> None:
    """It is given again, until there is one that does."""
    wire = Recovering(answer)
    assert (await brought(wire, give=True))["l-1"] == Delivered(letter="l-1")
    assert wire.given == 3


async def test_once_it_was_told_to_end_it_asks_nobody_again() -> None:
    """So a drain is not held up: what is left is the successor's."""
    link = PulledLink(Wire(EMPTY, Answer(503, "down")), "theirs", 5.0)
    running = asyncio.create_task(link.run(nowhere))
    giving = asyncio.create_task(link.send("e-1", NOON, LETTER))
    await asyncio.sleep(0)
    running.cancel()
    with pytest.raises(Unsure):
        await giving


async def test_one_that_was_heard_wakes_the_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """However long the pauses have become: nobody waits for the end of one."""
    monkeypatch.setattr("abs_ambulance_bridge.live.link.FIRST_PAUSE", 3600.0)
    monkeypatch.setattr("abs_ambulance_bridge.live.link.LONGEST_PAUSE", 3600.0)
    wire = Recovering(Answer(503, "down"))
    link = PulledLink(wire, "theirs", 5.0)
    running = asyncio.create_task(link.run(nowhere))
    first = asyncio.create_task(link.send("e-1", NOON, LETTER))
    await wire.was_given.wait()
    wire.silent = 0
    await link.send("e-2", NOON, LETTER)
    await first
    running.cancel()


async def test_that_an_answer_of_ours_is_there_is_told_to_nobody() -> None:
    wire = Wire(b'{"messages":[{"distributionID":"x-1"}],"next":1}', TAKEN)
    link, found = PulledLink(wire, "theirs", 5.0), list[str]()

    async def deliver(key: str, _payload: msgspec.Struct) -> None:
        found.append(key.split(maxsplit=1)[0])

    running = asyncio.create_task(link.run(deliver))
    await link.send("e-1", NOON, msgspec.structs.replace(LETTER, awaited=False))
    await link.send("e-2", NOON, LETTER)
    running.cancel()
    assert sorted(found) == ["l-1", "x-1"]


async def test_after_a_page_that_does_not_come_it_goes_on_where_it_was() -> None:
    """The wire breaks at the second page; what was brought is not asked for again."""
    pages = [b'{"messages":[{"distributionID":"x-1"}],"next":7}', b"broken", b"broken"]
    asked, over = list[int](), asyncio.Event()

    class Breaking(Wire):
        async def pull(self, after: int) -> bytes:
            asked.append(after)
            if not pages:
                over.set()
                await asyncio.Event().wait()
            return pages.pop(0)

    running = asyncio.create_task(PulledLink(Breaking(b"", TAKEN), "theirs", 5.0).run(nowhere))
    await over.wait()
    running.cancel()
    assert asked == [0, 7, 7, 7]


async def test_of_a_page_as_many_messages_wait_for_the_journal_as_may(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("abs_ambulance_bridge.live.link.AT_ONCE", 2)
    bodies = ",".join(f'{{"distributionID":"x-{n}"}}' for n in range(5))
    wire = Wire(f'{{"messages":[{bodies}],"next":5}}'.encode(), TAKEN)
    waiting, done, most = list[str](), list[str](), 0
    full, journaled, over = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def deliver(key: str, _payload: msgspec.Struct) -> None:
        nonlocal most
        waiting.append(key.split(maxsplit=1)[0])
        most = max(most, len(waiting) - len(done))
        if len(waiting) == 2:
            full.set()
        await journaled.wait()
        done.append(key)
        if len(done) == 5:
            over.set()

    running = asyncio.create_task(PulledLink(wire, "theirs", 5.0).run(deliver))
    await full.wait()
    journaled.set()
    await over.wait()
    running.cancel()
    assert most == 2
    assert waiting == [f"x-{n}" for n in range(5)]
