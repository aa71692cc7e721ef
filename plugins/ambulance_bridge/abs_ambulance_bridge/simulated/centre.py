"""A dispatch centre outside, on simulated time: the station, its door, its people, its faults."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from types import MappingProxyType
from typing import NamedTuple

import msgspec
from standalone_ambulance.post import Office, Partner
from standalone_ambulance.profile import Fault
from standalone_ambulance.records import MemoryRecords
from standalone_ambulance.station import Station

from abs_ambulance_bridge.live.link import Answer, PulledLink, Unsure
from abs_ambulance_bridge.simulated import comparing
from abs_ambulance_bridge.simulated.operators import Operators
from abs_ambulance_bridge.simulated.trouble import Box, Trouble
from abs_core.sdk import Connector, Surroundings

THEIRS = "nl.ambulance.outside"
WITHIN = 3.0
"""Virtual seconds that the block waits for an answer."""
PAUSE = 0.15
"""Virtual seconds between two looks at an empty box."""
PAGE = 40
STATUS = {102: 400, 200: 403, 703: 403, 300: 409}
"""As its HTTP interface answers, see `web.py` of the standalone system."""


class Request(NamedTuple):
    """What came to the door, and who waits for the answer."""

    text: str | None  # a message that is given; None: messages are asked for
    after: int
    back: Callable[[Answer], None]


class Centre:
    """One standalone system. Its station and its box are its disk."""

    options = MappingProxyType({"partner": THEIRS, "life_hours": "2"})
    """A cut of hours is longer than the life of the block's letters."""

    def __init__(self, around: Surroundings) -> None:
        self.ours = f"nl.meldkamer.{around.room}"
        self.around = around
        office = Office(name=THEIRS, edition="simulated", partners=(Partner(name=self.ours),))
        self.station = Station(office, MemoryRecords())
        self.box = Box(self.station, self.ours)
        self.given: list[str] = []
        self.idle = asyncio.Event()
        self._operators = Operators(self.station, self.ours, around)
        self.medical = self._operators.medical
        self._trouble: Trouble | None = None
        self._door: asyncio.Queue[Request] = asyncio.Queue()

    def connectors(self) -> Sequence[Connector]:
        return [PulledLink(SimulatedWire(self), THEIRS, PAUSE)]

    # -- its process --------------------------------------------------------------------

    async def run(self) -> None:
        """Serve the link, and let the operators work."""
        self._door = asyncio.Queue()  # what waited at the old one is gone with its process
        async with asyncio.TaskGroup() as group:
            group.create_task(self._work())
            while True:
                await self._serve(await self._door.get())

    async def _work(self) -> None:
        await self._operators.run()
        self.idle.set()

    def knock(self, request: Request) -> None:
        """A request has arrived; where nobody runs, the connection is refused."""
        if self.around.is_running():
            self._door.put_nowait(request)
        else:
            self._send(request, Answer(0, "connection refused"))

    async def _serve(self, request: Request) -> None:
        trouble = self._trouble
        await asyncio.sleep(trouble.slow if trouble else 0)
        if trouble is not None and trouble.answer is not None:
            answer = trouble.answer
        elif request.text is None:
            answer = self._page(request.after)
            if trouble is not None and trouble.garbles:
                answer = Answer(200, answer.words[: -1 - len(answer.words) // 3])
        else:
            answer = self._take(request.text)
            if trouble is not None and trouble.forgets:
                answer = Answer(500, "taken, and the answer is lost")
        self._send(request, answer)

    def _send(self, request: Request, answer: Answer) -> None:
        self.around.towards_block("answer", lambda: request.back(answer))

    def _page(self, after: int) -> Answer:
        self.box.fill(self._trouble)
        found = self.box.messages[after : after + PAGE]
        whole = f'{{"messages":[{",".join(found)}],"next":{after + len(found)}}}'
        return Answer(200, whole)

    def _take(self, text: str) -> Answer:
        taken = []
        for one in _several(text):
            self.given.append(one)
            try:
                taken.append(self.station.receive(one.encode(), self.ours, self.around.now()))
            except Fault as fault:
                return Answer(STATUS[fault.code], fault.cause)
        return Answer(202, json.dumps({"taken": taken}))

    # -- what goes wrong, and what must hold ----------------------------------------------

    def goes_wrong(self, number: int) -> str:
        self._trouble = Trouble.drawn(number)
        return f"outside: {self._trouble.name}"

    def is_right_again(self) -> None:
        self._trouble = None

    def wrong(self, log: Iterable[tuple[str, bytes]], journal: Iterable[bytes]) -> list[str]:
        return comparing.wrong(self, log, journal)


def _several(text: str) -> list[str]:
    """One message as it came, or those of an array."""
    if not text.startswith("["):
        return [text]
    return [bytes(each).decode() for each in msgspec.json.decode(text, type=list[msgspec.Raw])]


class SimulatedWire:
    """Requests and answers as deliveries of the simulated world."""

    def __init__(self, centre: Centre) -> None:
        self._centre = centre

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        yield

    async def pull(self, after: int) -> bytes:
        answer = await self._ask("pull", None, after)
        if answer.status != 200:
            raise Unsure(f"{answer.status} {answer.words[:200]}")
        return answer.words.encode("utf-8", "surrogatepass")

    async def give(self, text: str) -> Answer:
        answer = await self._ask("give", text)
        if answer.status == 0:
            raise Unsure(answer.words)
        return answer

    async def _ask(self, what: str, text: str | None, after: int = 0) -> Answer:
        heard: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()

        def back(answer: Answer) -> None:
            if not heard.done():
                heard.set_result(answer)

        request = Request(text, after, back)
        self._centre.around.towards_outside(what, lambda: self._centre.knock(request))
        try:
            async with asyncio.timeout(WITHIN):
                return await heard
        except TimeoutError:
            raise Unsure("no answer") from None
