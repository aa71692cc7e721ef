"""The live bridge on real processes, beside a desk that gives the core the same commands.

`python tests/benchmarks/bridge_live.py [--rates 40 150] [--seconds 10] [--rounds 3] [--cases N]`
starts a broker (log and journals on `sync_interval: always`), a core and the bridge, each a
process of its own. The other side is a **bare HTTP counterpart** inside this process, and no
dispatch system: it has letters, gives them by cursor, and remembers what it is given.

* added: at a steady rate, from the moment at which a letter is there outside to the moment at
  which the log has all that it led to; and the same for a desk that gives those commands, in
  the same order, waiting for each reply. In turns, in one run. The difference is the bridge's.
* catching up: the link is cut, letters of half an hour of the busiest hour gather, and the
  link comes back: until the log has all, and every letter its answer outside.

The processor time of every process is measured too: on a machine that others use it says more
than the clock on the wall, and the reciprocal of the bridge's is what one core can do.

**How much gathers in half an hour** nobody has published. Two ways to estimate it, both ours:

* by cases: the ambulance's incidents of a mean hour, at as many times as 112 calls rise in the
  busiest hour. That is high: it would make four of five calls to 112 a case of the ambulance,
  planned rides are among those incidents, and a case has not said all in half an hour.
* by messages: the 180,000 messages of the shared system in that hour, a third of them for one
  of three disciplines. What of them would cross a bridge nobody knows: here all do, as letters.

A bridge joins one room to its ambulance care, and there are ten rooms: its share of the whole
country's peak is a tenth, 882 letters by cases and 3,000 by messages. The whole country's
through one bridge is measured beside it.
"""

import argparse
import asyncio
import contextlib
import hashlib
import json
import math
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
from abs_ambulance_bridge.live.turn import ACTOR, LINK, ROLE
from abs_contracts import protocol
from abs_contracts.messages.party import RegisterParty
from abs_contracts.messages.values import Discipline
from bridging import OURS, THEIRS, Run, contents, text

from abs_core import bootstrap
from abs_core.adapters.server import EmbeddedServer
from abs_core.application.registry import digest
from abs_core.clients import Desk, checked
from abs_core.host.entries import derived
from abs_core.ports import Bus
from abs_core.sdk import Order

ROOM, PARTY, NEIGHBOUR = "dh", "ambulance", "ambulance-16"
LINGER = 2.0
"""Seconds for which a page without a message waits for one, as the interface allows."""
CUT_SECONDS = 12.0
"""How long the link is really away; the letters are those of half an hour."""
APART = 25
"""Cases that begin between two letters of one case: at 150 letters a second that is a second."""
TICKS = os.sysconf("SC_CLK_TCK")

# -- how many letters half an hour of the busiest hour is -----------------------------

CALLS_PER_YEAR = 3_500_000
"""112 calls (2022)."""
CALLS_IN_PEAK_HOUR = 3_605
"""New Year 2023, 00 to 01 h."""
HEALTH_IN_3_MONTHS = 716_460
"""Incidents of class Gezondheid, 1 May to 1 August 2014: those of the ambulance."""
MESSAGES_IN_PEAK_HOUR = 180_000
"""What the shared system handled then, of all disciplines: New Year 2023, 00 to 01 h."""
DISCIPLINES = 3
"""Police, fire and ambulance; that each has a third is our assumption."""
ROOMS = 10
LETTERS_OF_A_CASE = 6


def cases_in_the_cut(minutes: float = 30) -> int:
    """Cases of the ambulance in the whole country, if they rise as calls do: our assumption."""
    factor = CALLS_IN_PEAK_HOUR / (CALLS_PER_YEAR / 365 / 24)
    per_hour = HEALTH_IN_3_MONTHS / 92 / 24
    return math.ceil(per_hour * factor * minutes / 60)


def cases_by_messages(minutes: float = 30) -> int:
    """Of one room, so that there are as many letters as it has messages for one discipline."""
    gathered = MESSAGES_IN_PEAK_HOUR * minutes / 60 / ROOMS / DISCIPLINES
    return math.ceil(gathered / LETTERS_OF_A_CASE)


# -- letters, and what they lead to -----------------------------------------------------


class Letter(NamedTuple):
    """One letter of the other side, by the id that its events carry as correlation."""

    raw: bytes
    correlation: str
    orders: tuple[Order, ...]


class Told(Run):
    """The bridge with a room that accepts all: which commands each letter leads to."""

    def __init__(self) -> None:
        super().__init__()
        self.orders: list[Order] = []

    def _accept(self, order: Order) -> None:
        self.orders.append(order)
        super()._accept(order)


def letters(first: int, cases: int) -> list[Letter]:
    """The letters of so many cases in order of time: a case begins, one that is `APART` older
    goes on, one twice that… So all kinds of letter come at every moment, as in a real hour,
    and those of one case apart."""
    run, found = Told(), list[list[Letter]]()
    for number in range(first, first + cases):
        run.units.clear()
        own = []
        for step, (kind, content, how) in enumerate(contents(number)):
            raw = text(kind, content, number * 10 + step, run.now, how)
            run.orders = []
            run.message(raw)
            key = f"{THEIRS}_{number * 10 + step} {hashlib.sha256(raw.encode()).hexdigest()[:16]}"
            own.append(Letter(raw.encode(), derived(ROOM, PARTY, LINK, key), tuple(run.orders)))
        found.append(own)
    apart = min(APART, cases)
    places = ((n + step * apart, step, n) for n in range(cases) for step in range(len(found[0])))
    return [found[n][step] for _, step, n in sorted(places)]


# -- the bare counterpart -------------------------------------------------------------------


class Outside:
    """Gives letters by cursor, and takes what it is given: plain HTTP, nothing kept on disk."""

    def __init__(self) -> None:
        self.letters: list[bytes] = []
        self.answers: dict[str, float] = {}
        self.requests = 0
        self.cut = False
        self._news = asyncio.Event()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        gone = (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError)
        with contextlib.suppress(*gone):
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode()
                length = re.search(r"content-length: (\d+)", head, re.IGNORECASE)
                body = await reader.readexactly(int(length[1])) if length else b""
                status, answer = await self._answer(head.split(" ", 2), body)
                writer.write(
                    f"HTTP/1.1 {status}\r\ncontent-length: {len(answer)}\r\n\r\n".encode() + answer
                )
        writer.close()

    async def _answer(self, head: Sequence[str], body: bytes) -> tuple[str, bytes]:
        self.requests += 1
        if self.cut:
            return "503 Cut", b""
        if head[0] == "POST":
            return "202 Accepted", self._take(msgspec.json.decode(body))
        after, limit = (int(re.search(rf"{n}=(\d+)", head[1])[1]) for n in ("after", "limit"))
        if after == len(self.letters):
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._news.wait(), LINGER)
        page = self.letters[after : after + limit]
        return "200 OK", b'{"messages":[%b],"next":%d}' % (b",".join(page), after + len(page))

    def put(self, *letters: bytes) -> None:
        self.letters += letters
        news, self._news = self._news, asyncio.Event()
        news.set()

    def _take(self, given: Any) -> bytes:
        now, taken = time.monotonic(), []
        for each in given if isinstance(given, list) else [given]:
            taken.append(each["distributionID"])
            for one in each["content"]:
                message = one["jsonContent"]["embeddedJsonContent"]["message"]
                if "reference" in message:
                    self.answers[message["reference"]["distributionID"]] = now
        return json.dumps({"taken": taken}).encode()


class Written(msgspec.Struct):
    """Of an event in the log: who said it, and to which chain it belongs."""

    authid: str = ""
    correlationid: str = ""


_written = msgspec.json.Decoder(list[Written]).decode


class Watch:
    """When the log had the last event of each correlation, and of the bridge at all.

    A letter that waits for another of its case has the correlation of that one.
    """

    def __init__(self) -> None:
        self.at: dict[str, float] = {}
        self.counts: dict[str, int] = {}
        self.last = 0.0

    async def run(self, bus: Bus) -> None:
        reader = await (await bus.open(protocol.stream("log", ROOM))).follow()
        while True:
            for record in await reader.fetch(256):
                now = time.monotonic()
                for each in _written(record.data):
                    if each.authid == ACTOR:
                        self.at[each.correlationid] = self.last = now
                        count = self.counts.get(each.correlationid, 0)
                        self.counts[each.correlationid] = count + 1


# -- the stage ------------------------------------------------------------------------------


class Stage(NamedTuple):
    outside: Outside
    watch: Watch
    desk: Desk
    pids: Mapping[str, int]

    @property
    def spent(self) -> dict[str, float]:
        """Processor seconds of every process, this one too."""
        return {name: _cpu(pid) for name, pid in self.pids.items()}

    def since(self, before: Mapping[str, float]) -> dict[str, float]:
        return {name: now - before[name] for name, now in self.spent.items()}


def _cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


@contextlib.asynccontextmanager
async def stage(folder: Path) -> AsyncIterator[Stage]:
    outside, watch = Outside(), Watch()
    http = await asyncio.start_server(outside.serve, "127.0.0.1", 0, limit=2**24)
    port = http.sockets[0].getsockname()[1]
    async with EmbeddedServer(folder / "server") as server:
        run = [sys.executable, "-m", "abs_core.process"]
        core = subprocess.Popen(  # noqa: ASYNC220 - it only starts
            [*run, "core", "--url", server.url, "--room", ROOM], stdin=subprocess.PIPE
        )
        bus = await bootstrap.connect(server.url, "benchmark")
        operator = bootstrap.operator(bus, ROOM)
        disciplines = {d: Discipline(d) for d in (PARTY, "police", "fire")}
        for party, discipline in (disciplines | {NEIGHBOUR: Discipline.AMBULANCE}).items():
            registered = RegisterParty(discipline=discipline, name=party, desk_token=digest("desk"))
            await operator.command(registered, party)
        held = await bootstrap.agree_block(operator, ROOM, PARTY, "ambulance-bridge", 1)
        options = {"url": f"http://127.0.0.1:{port}", "partner": THEIRS, "name": OURS}
        words = ["block", "--url", server.url, "--block", "ambulance-bridge"]
        bridge = subprocess.Popen(  # noqa: ASYNC220 - it only starts
            [*run, *words, "--options", json.dumps(options)], stdin=subprocess.PIPE
        )
        bridge.stdin.write(msgspec.json.encode(held) + b"\n")
        bridge.stdin.flush()
        watching = asyncio.create_task(watch.run(bus))
        desk = bootstrap.desk(bus, ROOM, NEIGHBOUR, "desk")
        while not outside.requests:
            await asyncio.sleep(0.01)
        try:
            pids = {"bridge": bridge.pid, "core": core.pid, "broker": server.pid}
            yield Stage(outside, watch, desk, pids | {"this": os.getpid()})
        finally:
            watching.cancel()
            for process in (bridge, core):
                process.stdin.close()
                await asyncio.to_thread(process.wait)
            await bus.close()
            http.close()


# -- what is measured ---------------------------------------------------------------------------


async def paced(count: int, rate: float) -> AsyncIterator[tuple[int, float]]:
    start = time.monotonic()
    for number in range(count):
        wait = start + number / rate - time.monotonic()
        await asyncio.sleep(max(0.0, wait))
        yield number, time.monotonic()


async def through_bridge(on: Stage, given: Sequence[Letter], rate: float) -> list[float]:
    """Seconds from a letter being there outside to the log having all that it led to.

    Of a letter that had to wait for another of its case nobody can tell: it is left out.
    """
    began: dict[str, float] = {}
    on.outside.answers.clear()
    async for number, now in paced(len(given), rate):
        on.outside.put(given[number].raw)
        began[given[number].correlation] = now
    await answered(on, len(given))
    return [
        on.watch.at[each.correlation] - began[each.correlation]
        for each in given
        if on.watch.counts.get(each.correlation) == len(each.orders)  # waited for no other
    ]


async def answered(on: Stage, count: int) -> None:
    """Until so many letters have their answer outside."""
    while len(on.outside.answers) < count:
        await asyncio.sleep(0.005)


async def by_desk(on: Stage, given: Sequence[Letter], rate: float) -> list[float]:
    """The same for a desk that gives the core the commands of each letter, one by one.

    It is the desk of another ambulance party: the bridge hears nothing of it and rests.
    """
    tasks: list[asyncio.Task[float]] = []

    async def give(number: int, start: float) -> float:
        for place, order in enumerate(given[number].orders):
            reply = await on.desk.command(
                order.payload,
                order.subject,
                actor=ACTOR,
                role=ROLE,
                occurred=order.occurred,
                command=f"b-{given[number].correlation[:30]}-{place}",
            )
            checked(reply)
        return time.monotonic() - start

    async for number, now in paced(len(given), rate):
        tasks.append(asyncio.create_task(give(number, now)))
    return list(await asyncio.gather(*tasks))


class Back(NamedTuple):
    """Seconds from the link's return on, and those of each process's core."""

    noticed: float
    accepted: float
    answered: float
    spent: Mapping[str, float]


async def catching_up(on: Stage, given: Sequence[Letter]) -> Back:
    on.outside.cut = True
    await asyncio.sleep(CUT_SECONDS)
    on.outside.put(*(each.raw for each in given))
    on.outside.answers.clear()
    spent, requests = on.spent, on.outside.requests
    on.outside.cut = False
    start = time.monotonic()
    while on.outside.requests == requests:
        await asyncio.sleep(0.001)
    noticed = time.monotonic() - start
    await answered(on, len(given))
    accepted = on.watch.last - start
    done = max(on.outside.answers.values()) - start
    return Back(noticed, accepted, done, on.since(spent))


def spread(seconds: Sequence[float]) -> tuple[float, float]:
    """p50 and p99 in milliseconds; not a number where there is too little to tell."""
    if len(seconds) < 2:
        return math.nan, math.nan
    return statistics.median(seconds) * 1e3, statistics.quantiles(seconds, n=100)[98] * 1e3


async def steady(on: Stage, first: int, rate: float, seconds: float) -> int:
    """Both ways once at this rate; the number of the first case that is left."""
    count = math.ceil(rate * seconds / LETTERS_OF_A_CASE)
    given, others = letters(first, count), letters(first + count, count)
    spent = on.spent
    found = await through_bridge(on, given, rate)
    bridge, told = spread(found), len(found) / len(given)
    shares = {name: f"{each / seconds:.0%}" for name, each in on.since(spent).items()}
    desk = spread(await by_desk(on, others, rate))
    print(
        f"{rate:g} letters/s, {2 * rate:g} messages/s in and out: to the log by bridge p50 "
        f"{bridge[0]:.1f} p99 {bridge[1]:.1f} ms, by desk p50 {desk[0]:.1f} p99 {desk[1]:.1f} ms; "
        f"added p50 {bridge[0] - desk[0]:.1f} p99 {bridge[1] - desk[1]:.1f} ms, "
        f"{bridge[0] / desk[0]:.1f} times; of {told:.0%} of the letters; "
        f"of a core {_listed(shares)}",
        flush=True,
    )
    return first + 2 * count


async def back(on: Stage, first: int, count: int) -> int:
    """One cut with so many cases in it; the number of the first case that is left."""
    given = letters(first, count)
    found = await catching_up(on, given)
    both = 2 * len(given)
    print(
        f"cut, {count} cases = {len(given)} letters: link noticed after {found.noticed:.2f} s, "
        f"all in the log after {found.accepted:.2f} s, all answered after {found.answered:.2f} s; "
        f"{both / found.spent['bridge']:.0f} messages/s in and out of the bridge's core; "
        f"seconds of a core {_listed({n: f'{s:.2f}' for n, s in found.spent.items()})}",
        flush=True,
    )
    return first + count


def _listed(each: Mapping[str, str]) -> str:
    return ", ".join(f"{name} {value}" for name, value in each.items())


async def main(rates: Sequence[float], seconds: float, rounds: int, cases: Sequence[int]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with stage(Path(folder)) as on:
            first = await steady(on, 0, 20, 3)  # warms up
            for rate in rates:
                for _ in range(rounds):
                    first = await steady(on, first, rate, seconds)
            for count in cases:
                first = await back(on, first, count)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--rates", type=float, nargs="*", default=[40, 150])
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--rounds", type=int, default=3)
    of_a_room = math.ceil(cases_in_the_cut() / ROOMS)
    backlogs = [of_a_room, cases_by_messages(), cases_in_the_cut()]
    parser.add_argument("--cases", type=int, nargs="*", default=backlogs)
    args = parser.parse_args()
    asyncio.run(main(args.rates, args.seconds, args.rounds, args.cases))
