"""The link: messages are pulled by cursor and given; a wire carries both."""

import asyncio
import contextlib
import datetime as dt
import hashlib
import itertools
import re
from contextlib import AbstractAsyncContextManager
from typing import NamedTuple, Protocol

import msgspec
import structlog

from abs_ambulance_bridge.live.contracts import LONGEST, Arrived, Delivered, NotTaken, Outgoing
from abs_ambulance_bridge.live.outbox import Outbox
from abs_ambulance_bridge.live.turn import LINK
from abs_core.sdk import Deliver, pauses

NEVER = (400, 403, 409, 413, 422)
"""Answers by which the other side will not take this message, however often it comes."""
FIRST_PAUSE, LONGEST_PAUSE = 0.05, 0.5
"""Seconds between two tries at an other side that does not answer; our own choice. So what was
away for hours is heard as soon as what was away for a moment."""
AT_ONCE = 500
"""Messages that may be on their way to the journal; our own choice."""

log = structlog.get_logger(__name__)


class Answer(NamedTuple):
    """What the other side says to a message that it is given: an HTTP status and words."""

    status: int
    words: str


class Unsure(Exception):  # noqa: N818 - nobody knows whether it arrived
    """No answer, or one that says nothing."""


class Wire(Protocol):
    """Carries requests to the other side. Both raise Unsure."""

    def open(self) -> AbstractAsyncContextManager[object]:
        """What the link pulls over; letters go out without it too, once it was ended."""

    async def pull(self, after: int) -> bytes:
        """The page of messages after a cursor, as it came; an empty one may come late, if
        the other side waits for news."""

    async def give(self, text: str) -> Answer:
        """Give a message, or an array of them in their order."""


class Page(msgspec.Struct):
    """Messages after a cursor, and the cursor to go on with."""

    messages: list[msgspec.Raw]
    next: int


class PulledLink:
    """One standalone system. While nothing can be said to it, nothing is taken from it:
    so what we owe it stays bounded."""

    name = LINK

    def __init__(self, wire: Wire, partner: str, pause: float) -> None:
        self._wire = wire
        self._partner = partner
        self._pause = pause
        self._outbox = Outbox(wire.give, lambda answer: answer.status in NEVER)
        self._deliver: Deliver | None = None
        self._running = asyncio.Event()
        self._heard = asyncio.Event()
        self._heard.set()

    async def run(self, deliver: Deliver) -> None:
        """Pull for ever. The cursor begins anew with the process: the host drops what it has."""
        self._deliver = deliver
        async with self._wire.open(), asyncio.TaskGroup() as group:
            self._running.set()
            try:
                await self._pull(deliver, group)
            finally:
                self._running.clear()

    async def _pull(self, deliver: Deliver, group: asyncio.TaskGroup) -> None:
        """Ask for the next page while the messages of this one are on their way to the
        journal; they got in line in their order."""
        clock = asyncio.get_running_loop().time
        cursor, again, room = 0, pauses(FIRST_PAUSE, LONGEST_PAUSE), asyncio.Semaphore(AT_ONCE)
        while True:
            await self._heard.wait()
            asked = clock()
            try:
                page = paged(await self._wire.pull(cursor))
            except Unsure as doubt:
                log.info("no page", partner=self._partner, why=str(doubt))
                await asyncio.sleep(next(again))
                continue
            for each in page.messages:
                await room.acquire()
                bringing = group.create_task(self._bring(deliver, each))
                bringing.add_done_callback(lambda _: room.release())
            cursor, again = page.next, pauses(FIRST_PAUSE, LONGEST_PAUSE)
            if not page.messages:  # and if it waited for news, it has waited already
                await asyncio.sleep(max(0, asked + self._pause - clock()))

    async def _bring(self, deliver: Deliver, raw: msgspec.Raw) -> None:
        """One message, whatever it is, under its distribution id and a digest of what it says."""
        whole = bytes(raw)
        key = f"{_ident(whole)} {hashlib.sha256(whole).hexdigest()[:16]}"
        text = whole[:LONGEST].decode(errors="replace")
        await deliver(key, Arrived(came_from=self._partner, text=text))

    async def send(self, effect: str, at: dt.datetime, payload: msgspec.Struct) -> None:  # noqa: ARG002 - the letter's own id is the effect's, and its time stands in it
        """Give one message, again until the other side has it: who asks again here, and no
        further away, knows at once that it is back. It knows a repeat by its distribution id.

        Raises Unsure once the link was told to end: then it is the successor's.
        """
        assert isinstance(payload, Outgoing)
        while self._deliver is None:
            await self._running.wait()
        for pause in pauses(FIRST_PAUSE, LONGEST_PAUSE):
            try:
                await self._give(payload, self._deliver)
            except Unsure as doubt:
                self._silent(doubt)
                if not self._running.is_set():
                    raise
            else:
                self._heard.set()
                return
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._heard.wait()

    def _silent(self, doubt: Unsure) -> None:
        if self._heard.is_set():
            log.warning("nothing can be said", partner=self._partner, why=str(doubt))
        self._heard.clear()

    async def _give(self, letter: Outgoing, deliver: Deliver) -> None:
        answer = await self._outbox.give(letter.text)
        if answer.status in NEVER:
            why = f"{answer.status} {answer.words[:1000]}"
            await deliver(letter.letter, NotTaken(letter=letter.letter, why=why))
        elif not has_taken(answer, letter.letter):
            raise Unsure(f"{answer.status} {answer.words[:200]}")
        elif letter.awaited:
            await deliver(letter.letter, Delivered(letter=letter.letter))


class _Taken(msgspec.Struct):
    taken: list[str]


def has_taken(answer: Answer, letter: str) -> bool:
    """Whether the other side itself says that it has this letter on disk: a success of
    whoever stands in between is none."""
    try:
        said = msgspec.json.decode(answer.words, type=_Taken)
    except (msgspec.DecodeError, RecursionError):
        return False
    return 200 <= answer.status < 300 and letter in said.taken


# -- pages ----------------------------------------------------------------------------


def paged(page: bytes) -> Page:
    """A page as it came; one message that cannot be read must not hold up the others.

    Raises Unsure for what is no page at all: it is asked for again.
    """
    try:
        return msgspec.json.decode(page, type=Page)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        found = _taken_apart(page)
        if found is None:
            raise Unsure(f"this is no page of messages: {error}") from None
        return found


_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*"|[\[\]{},]', re.DOTALL)
_NEXT = re.compile(rb'"next"\s*:\s*([0-9]{1,18})')
_DEPTH = {b"[": 1, b"{": 1, b"]": -1, b"}": -1}
LISTED = 2
"""How deep in a page its messages stand."""


def _taken_apart(page: bytes) -> Page | None:
    """The messages by the brackets and commas of the page alone; None if it breaks off."""
    depth, cuts, whole = 0, list[int](), False
    for token in _TOKEN.finditer(page):
        mark = token[0]
        if depth == 1 and mark == b"[" and not cuts:
            cuts = [token.end()]
        elif depth == LISTED and cuts and mark in b",]":
            cuts.append(token.start())
            if whole := mark == b"]":
                break
        depth += _DEPTH.get(mark, 0)
    cursor = _NEXT.search(page[: cuts[0]] + page[cuts[-1] :]) if whole else None
    if cursor is None:
        return None
    between = (page[a:b].removeprefix(b",").strip() for a, b in itertools.pairwise(cuts))
    return Page(messages=[msgspec.Raw(each) for each in between if each], next=int(cursor[1]))


_IDENT = re.compile(rb'"distributionID"\s*:\s*"([^"\\]{1,300})"')


def _ident(whole: bytes) -> str:
    """Its distribution id, where one can be found."""
    found = _IDENT.search(whole[:LONGEST])
    return found[1].decode(errors="replace") if found else "-"
