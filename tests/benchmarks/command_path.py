"""From command to reply and to a block's handler, beside a bare nats-py path.

`python tests/benchmarks/command_path.py [--seconds 5] [--rounds 3]` starts its own
broker (log on `sync_interval: always`), and for each rate runs both paths in turn:

* bare: request, append with an expected sequence, reply; delivery from the log;
* ours: command, core, log, reply; feeder, feed, host, handler of a block.

Each path has three processes: client, core or responder, block or consumer. Times
are the system-wide monotonic clock. Only the ratios of one run say much.
"""

import argparse
import asyncio
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import nats
from abs_contracts import protocol
from abs_contracts.catalogue import CORE
from abs_contracts.messages import incident as m
from abs_contracts.messages.party import AgreeBlock, Agreement, RegisterParty
from abs_contracts.messages.values import CallSource, Discipline, NoteAudience
from abs_contracts.negotiate import agreement_hash

from abs_core import bootstrap
from abs_core import process as room_process
from abs_core.adapters.clock import SystemClock
from abs_core.adapters.nats import NatsBus
from abs_core.adapters.server import EmbeddedServer
from abs_core.application.registry import digest
from abs_core.clients import checked
from abs_core.host.host import Host
from abs_core.sdk import Fed

INCIDENTS = 50
NOTE = "x" * 200
WHO = {"actor": "desk-1", "role": "dispatcher"}


# -- the other processes ------------------------------------------------------


async def bare_responder(url: str) -> None:
    nc = await nats.connect(url)
    js = nc.jetstream()
    last: dict[str, int] = {}
    lanes: dict[str, asyncio.Lock] = {}

    async def append(message: nats.aio.msg.Msg) -> None:
        subject = "bare.log." + message.subject.split(".")[-1]
        async with lanes.setdefault(subject, asyncio.Lock()):
            headers = {"Nats-Expected-Last-Subject-Sequence": str(last.get(subject, 0))}
            ack = await js.publish(subject, message.data, headers=headers)
            last[subject] = ack.seq
        await message.respond(b"{}")

    async def start(message: nats.aio.msg.Msg) -> None:
        tasks.append(asyncio.create_task(append(message)))

    tasks: list[asyncio.Task[None]] = []
    await nc.subscribe("bare.cmd.*", cb=start)
    print("ready", flush=True)
    await asyncio.Event().wait()


async def bare_consumer(url: str, out: str) -> None:
    nc = await nats.connect(url)
    seen: dict[str, float] = {}

    async def take(message: nats.aio.msg.Msg) -> None:
        seen[json.loads(message.data)["id"]] = time.monotonic()
        await message.ack()

    await nc.jetstream().subscribe("bare.log.*", cb=take, manual_ack=True)
    print("ready", flush=True)
    await _until_stdin_ends()
    Path(out).write_text(json.dumps(seen))


class Stamps:
    """A block that only notes when an event reached it."""

    def __init__(self) -> None:
        self.seen: dict[str, float] = {}

    def initial(self) -> int:
        return 0

    def evolve(self, state: int, entry: object) -> int:
        if isinstance(entry, Fed):
            self.seen[str(entry.message.envelope.causationid)] = time.monotonic()
        return state + 1

    def react(self, _state: int, _entry: object) -> tuple[()]:
        return ()

    def answer(self, _state: int, _question: object) -> None:
        raise NotImplementedError


def core_process(url: str, room: str) -> None:
    """The process that `abs up` starts, as it is."""
    print("ready", flush=True)
    room_process.main(["core", "--url", url, "--room", room])


async def our_block(url: str, out: str, credentials: str) -> None:
    bus = await NatsBus.connect(url, name="block")
    block = Stamps()
    held = protocol.msgspec.json.decode(credentials, type=protocol.Credentials)
    host = Host(block, [], CORE, held, bus, SystemClock())
    task = asyncio.create_task(host.run())
    print("ready", flush=True)
    await _until_stdin_ends()
    task.cancel()
    Path(out).write_text(json.dumps(block.seen))


async def _until_stdin_ends() -> None:
    ended = asyncio.Event()
    asyncio.get_running_loop().add_reader(sys.stdin.fileno(), ended.set)
    await ended.wait()


def child(*arguments: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, __file__, "--child", *arguments]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout
    process.stdout.readline()
    return process


# -- the client ---------------------------------------------------------------


async def load(rate: int, seconds: float, send) -> tuple[dict[str, float], list[float]]:
    """Send at a steady rate, not waiting for replies. When each began; how long replies took."""
    began: dict[str, float] = {}
    replies: list[float] = []

    async def one(number: int) -> None:
        start = time.monotonic()
        began[await send(number)] = start
        replies.append(time.monotonic() - start)

    tasks, start = [], time.monotonic()
    for number in range(int(rate * seconds)):
        wait = start + number / rate - time.monotonic()
        if wait > 0:
            await asyncio.sleep(wait)
        tasks.append(asyncio.create_task(one(number)))
    await asyncio.gather(*tasks)
    await asyncio.sleep(0.5)
    return began, replies


async def bare(url: str, out: str, rate: int, seconds: float) -> dict[str, float]:
    nc = await nats.connect(url)
    js = nc.jetstream()
    await js.add_stream(name="BARE", subjects=["bare.log.*"])
    children = [child("bare_responder", url), child("bare_consumer", url, out)]

    async def send(number: int) -> str:
        body = json.dumps({"id": str(number), "note": NOTE * 2}).encode()
        await nc.request(f"bare.cmd.{number % INCIDENTS}", body, timeout=30)
        return str(number)

    result = await load(rate, seconds, send)
    outcome = await _finish(children, out, result)
    await js.delete_stream("BARE")
    await nc.close()
    return outcome


async def ours(url: str, out: str, rate: int, seconds: float) -> dict[str, float]:
    room = f"r{time.monotonic_ns() % 10**9}"
    core = child("core", url, room)
    bus = await NatsBus.connect(url, name="client")
    operator = bootstrap.operator(bus, room)
    for party in ("fire", "police", "ambulance", "kmar"):
        registered = RegisterParty(
            discipline=Discipline(party), name=party, desk_token=digest("desk")
        )
        await operator.command(registered, party)
    agreement = Agreement(block="stamps", version="1", generation=1, major=1)
    await operator.command(AgreeBlock(agreement=agreement, token=digest("token")), "fire")
    held = protocol.Credentials(
        room=room,
        party="fire",
        block="stamps",
        generation=1,
        agreement=agreement_hash(agreement),
        token="token",
    )
    block = child("our_block", url, out, protocol.msgspec.json.encode(held).decode())
    desk = bootstrap.desk(bus, room, "fire", "desk")
    for number in range(INCIDENTS):
        opened = m.OpenIncident(source=CallSource.EMERGENCY)
        checked(await desk.command(opened, f"i{number}", **WHO))
        for party in ("police", "ambulance"):
            checked(await desk.command(m.AttachParty(party=party), f"i{number}", **WHO))

    async def send(number: int) -> str:
        note = m.AddNote(text=NOTE, audience=NoteAudience.ALL)
        reply = await desk.command(note, f"i{number % INCIDENTS}", **WHO)
        return checked(reply).command

    result = await load(rate, seconds, send)
    outcome = await _finish([core, block], out, result)
    await bus.close()
    return outcome


async def _finish(children, out, result) -> dict[str, float]:
    for process in children:
        process.stdin.close()
        if process.args[3] in ("bare_responder", "core"):
            process.terminate()
        await asyncio.to_thread(process.wait)
    began, replies = result
    seen = json.loads(Path(out).read_text())
    handled = [seen[id_] - start for id_, start in began.items() if id_ in seen]
    if len(handled) != len(began):
        raise SystemExit(f"{len(began) - len(handled)} messages did not reach the handler")
    cut = statistics.quantiles
    return {
        "reply_p50": statistics.median(replies) * 1e3,
        "reply_p99": cut(replies, n=100)[98] * 1e3,
        "handler_p50": statistics.median(handled) * 1e3,
        "handler_p99": cut(handled, n=100)[98] * 1e3,
    }


async def main(seconds: float, rounds: int, rates: list[int]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with EmbeddedServer(Path(folder) / "server") as server:
            for rate in rates:
                runs: dict[str, list[dict[str, float]]] = {"bare": [], "ours": []}
                for _ in range(rounds):
                    for name, path in (("bare", bare), ("ours", ours)):
                        runs[name].append(
                            await path(server.url, f"{folder}/out.json", rate, seconds)
                        )
                report(rate, runs)


def report(rate: int, runs: dict[str, list[dict[str, float]]]) -> None:
    for key in runs["bare"][0]:
        bare_ms, our_ms = (statistics.median(r[key] for r in runs[n]) for n in ("bare", "ours"))
        print(
            f"{rate:5}/s  {key:12} bare {bare_ms:7.2f} ms   ours {our_ms:7.2f} ms"
            f"   ratio {our_ms / bare_ms:5.2f}",
            flush=True,
        )


if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        role, *arguments = sys.argv[2:]
        if role == "core":
            core_process(*arguments)
        else:
            roles = {f.__name__: f for f in (bare_responder, bare_consumer, our_block)}
            asyncio.run(roles[role](*arguments))
    else:
        parser = argparse.ArgumentParser()
        parser.add_argument("--seconds", type=float, default=5)
        parser.add_argument("--rounds", type=int, default=3)
        parser.add_argument("--rates", type=int, nargs="*", default=[250, 1000])
        args = parser.parse_args()
        asyncio.run(main(args.seconds, args.rounds, args.rates))
