"""What there is to see of a running room: its processes, parties and open incidents."""

import asyncio
import datetime as dt
from collections.abc import Iterable

import msgspec
from abs_contracts import protocol
from abs_contracts.envelope import Envelope
from abs_contracts.refusal import Refusal, Refused
from abs_contracts.scalars import Time

from abs_core.adapters.server import alive
from abs_core.child import Child
from abs_core.clients import Operator
from abs_core.ports import Unknown, Unreachable
from abs_core.supervisor import RunFile

BROKER = "broker"
WITHIN = 1.0
"""Seconds that one look takes at most."""
FRESH = 50
"""So many incidents at a time are asked when they were opened."""


class Process(msgspec.Struct, frozen=True, kw_only=True):
    """One process. `restarts`: None where only its runner knows; `why`: it stays down."""

    name: str
    pid: int
    state: str
    restarts: int | None = None
    why: Refusal | None = None


class Overview(msgspec.Struct, frozen=True, kw_only=True):
    """A room at one moment. Without `status` no core answered: what it does is unknown."""

    room: str
    url: str
    runner: int
    processes: tuple[Process, ...]
    status: protocol.RoomStatus | None
    opened: dict[str, Time] = {}

    def process(self, name: str) -> Process | None:
        return next((each for each in self.processes if each.name == name), None)


class Watch:
    """Looks at one room, again and again; remembers when its incidents were opened."""

    def __init__(self, operator: Operator, runner: int) -> None:
        self._operator = operator
        self._runner = runner
        self._opened: dict[str, dt.datetime] = {}

    async def look(self, url: str, processes: tuple[Process, ...]) -> Overview:
        status: protocol.RoomStatus | None = None
        try:
            async with asyncio.timeout(WITHIN):
                status = await self._operator.status()
                await self._date(status.incidents)
        except (Unknown, Unreachable, TimeoutError):
            pass  # what could not be asked is shown as unknown
        return Overview(
            room=self._operator.room,
            url=url,
            runner=self._runner,
            processes=processes,
            status=status,
            opened=dict(self._opened),
        )

    async def _date(self, incidents: Iterable[protocol.IncidentStatus]) -> None:
        shown = {each.incident for each in incidents}
        self._opened = {id_: time for id_, time in self._opened.items() if id_ in shown}
        for incident in sorted(shown - self._opened.keys())[:FRESH]:
            try:
                story = await self._operator.story(incident)
            except Refused:
                continue  # expunged since
            first = msgspec.json.decode(story.messages[0], type=Envelope)
            self._opened[incident] = first.recordedtime or first.time


class Restarts:
    """Counts how often processes were started again, by the pids that they had."""

    def __init__(self) -> None:
        self._pids: dict[str, set[int]] = {}

    def of(self, name: str, pid: int) -> int:
        seen = self._pids.setdefault(name, set())
        if pid:
            seen.add(pid)
        return max(0, len(seen) - 1)


def supervised(server: int, children: Iterable[Child], restarts: Restarts) -> tuple[Process, ...]:
    """The processes of a room, as their runner knows them; pid 0 is down."""
    broker = _process(BROKER, server)
    rows = [msgspec.structs.replace(broker, restarts=restarts.of(BROKER, server))]
    for child in children:
        running = child.state == "running" and alive(child.pid)
        state = "gone" if child.state == "running" and not running else child.state
        row = Process(
            name=child.name,
            pid=child.pid,
            state=state,
            restarts=restarts.of(str(child.log), child.pid),  # a moved block has a log of its own
            why=child.why_down().refusal if child.down else None,
        )
        rows.append(row)
    return tuple(rows)


def recorded(run: RunFile) -> tuple[Process, ...]:
    """The processes of a room, as its run.json names them."""
    broker = _process(BROKER, run.server)
    return (broker, *(_process(name, pid) for name, pid in run.processes.items()))


def _process(name: str, pid: int) -> Process:
    return Process(name=name, pid=pid, state="running" if alive(pid) else "gone")
