"""`python -m tests.faults.campaign --seed 1 --kills 6`: a real room under kill -9 and lost answers.

A server, two cores and the fire block run as processes while desks of four
parties work. A seeded plan kills a core, the block or the server, or swallows
the answer to an append that stands. When everything is up again and idle, the
judge reads log, feeds and journal. Exit code 0: nothing wrong; 1: findings.
"""

import argparse
import asyncio
import os
import random
import signal
import socket
import sys
import tempfile
from collections.abc import Coroutine
from pathlib import Path

import structlog
from abs_contracts import protocol
from abs_contracts.messages.incident import AddNote
from abs_contracts.messages.party import AgreeBlock, Agreement
from abs_contracts.messages.values import NoteAudience
from abs_contracts.refusal import Refused

from abs_core import bootstrap
from abs_core.adapters.clock import SystemClock
from abs_core.adapters.ids import TimeIds
from abs_core.application.registry import digest
from abs_core.ports import Unknown, Unreachable
from abs_core.supervisor import System
from tests.faults import variant
from tests.faults.desks import ACTOR, PARTIES, ROLE, Ledger, Work, handle
from tests.faults.judge import gather, judge
from tests.faults.proxy import CuttingProxy

ROOM = "dh"
NOTES = 6
TOLD = NOTES + 7  # outcomes of one incident that the ledger gets
VICTIMS = ("core-1", "server", "block-fire", "core-2")
APPENDS = ("inc.", "journal.", "unit.", "feed.")

Step = tuple[int, str, str]
"""After so many outcomes: kill a process; or swallow an answer, with its link or without."""


def plan(draw: random.Random, kills: int, cuts: int, outcomes: int) -> list[Step]:
    """Faults in order; every victim and every kind of append has its turn."""
    steps = [("kill", VICTIMS[n % len(VICTIMS)]) for n in range(kills)]
    steps += [(("cut", "mute")[n % 2], APPENDS[n // 2 % len(APPENDS)]) for n in range(cuts)]
    draw.shuffle(steps)
    after = sorted(draw.sample(range(2, outcomes - 5), len(steps)))
    return [(count, *step) for count, step in zip(after, steps, strict=True)]


async def harm(system: System, proxy: CuttingProxy, ledger: Ledger, steps: list[Step]) -> None:
    """Carry out the plan."""
    for count, what, target in steps:
        await ledger.reaches(count)
        if what != "kill":
            proxy.arm(target + ROOM, close=what == "cut")
            continue
        while not (pid := _pid(system, target)):
            await asyncio.sleep(0.01)  # still on its way up from the time before
        os.kill(pid, signal.SIGKILL)


def _pid(system: System, target: str) -> int:
    return system.server_pid if target == "server" else system.child(target).pid


async def settled(system: System) -> None:
    """Return when every core has read the log to its end and the block owes nothing."""
    calm = 0
    while calm < 10:  # cores answer in turn: all of them have to be there
        await asyncio.sleep(0.05)
        try:
            log = await system.bus.open(protocol.stream("log", ROOM))
            end, status = await log.last(), await system.operator.status()
        except (Unknown, Unreachable):
            calm = 0
            continue
        fire = next(party for party in status.parties if party.party == "fire")
        still = status.log == end and not fire.pending and fire.read == fire.feed
        up = all(child.pid or child.down for child in system.children)
        calm = calm + 1 if still and up else 0


async def fallen(system: System) -> None:
    """Raise as soon as a process is left down."""
    while True:
        for child in system.children:
            if child.down:
                raise child.why_down()
        await asyncio.sleep(0.1)


async def old_token(system: System) -> list[str]:
    """A generation that was replaced must be refused, on whichever core it comes in."""
    for generation in (1, 2):
        agreed = Agreement(block="probe", version="1", generation=generation, major=1)
        token = digest(f"token-{generation}")
        await system.operator.command(AgreeBlock(agreement=agreed, token=token), "kmar")
    old = bootstrap.desk(system.bus, ROOM, "kmar", "token-1")
    note = AddNote(text="too late", audience=NoteAudience.ALL)
    for _ in range(4):
        reply = await old.command(note, "none", actor=ACTOR, role=ROLE)
        if not isinstance(reply, protocol.Rejected) or reply.refusal.rule != "TRUST-002":
            return [f"a replaced generation was answered {reply}"]
    return []


async def under_fire(
    system: System,
    harm: Coroutine[None, None, None],
    work: Coroutine[None, None, None],
    within: float,
) -> list[str]:
    """Do the work while the plan is carried out, until everything is idle again."""
    findings = []
    try:
        async with asyncio.timeout(within), asyncio.TaskGroup() as group:
            watch = group.create_task(fallen(system))
            async with asyncio.TaskGroup() as both:
                both.create_task(harm)
                both.create_task(work)
            await settled(system)
            findings = await old_token(system)
            await settled(system)
            watch.cancel()
    except* TimeoutError:
        findings.append(f"not idle again within {within:.0f} s")
    except* Refused as down:
        findings.append(f"a process was left down: {down.exceptions[0]}")
    return findings


async def run(
    seed: int, kills: int, cuts: int, incidents: int, without: str, data: Path, within: float
) -> bool:
    """One campaign; whether all is well."""
    draw = random.Random(seed)
    steps = plan(draw, kills, cuts, incidents * TOLD)
    port = _free_port()
    radio = {"pace": "0.01"}
    fire = PARTIES["fire"].model_copy(update={"options": radio})
    async with CuttingProxy(port) as proxy:
        program = [sys.executable, "-m", "tests.faults.variant", "--via", proxy.url]
        program += ["--without", without] if without else []
        async with System(
            room=ROOM,
            data=data,
            parties={**PARTIES, "fire": fire},
            port=port,
            cores=2,
            program=program,
            restarts=10 + kills,
        ) as system:
            await system.ready()
            ledger, clock, ids = Ledger(), SystemClock(), TimeIds()
            desks = {party: system.desk(party) for party in PARTIES}
            work = Work(system.bus, desks, ids, clock, ledger, draw)
            findings = await under_fire(
                system,
                harm(system, proxy, ledger, steps),
                handle(work, incidents, NOTES, desks=3),
                within,
            )
            evidence = await gather(system.bus, ROOM, ledger.told, PARTIES)
    findings += judge(evidence)
    accepted = sum(isinstance(t.reply, protocol.Accepted) for t in evidence.told)
    done = f"{len(evidence.told)} commands, {accepted} of them accepted"
    say(f"seed {seed}: {kills} kills, {proxy.swallowed} answers swallowed; {done};")
    say(f"  log {len(evidence.log)} records, journal {len(evidence.journal)} lines")
    for finding in findings[:20]:
        say(f"  WRONG: {finding}")
    if findings:
        again = f"--seed {seed} --kills {kills} --cuts {cuts} --incidents {incidents}"
        say(f"  again with: python -m tests.faults.campaign {again}")
    return not findings


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main() -> int:
    parser = argparse.ArgumentParser(prog="tests.faults.campaign")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kills", type=int, default=6)
    parser.add_argument("--cuts", type=int, default=8)
    parser.add_argument("--incidents", type=int, default=20)
    parser.add_argument("--without", choices=sorted(variant.SAFETIES), default="")
    parser.add_argument("--within", type=float, default=60.0, help="seconds until all is idle")
    parser.add_argument("--data", type=Path, help="keep the data here, to look at it afterwards")
    args = parser.parse_args()
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    with tempfile.TemporaryDirectory() as folder:
        data = args.data or Path(folder)
        numbers = (args.seed, args.kills, args.cuts, args.incidents)
        return 0 if asyncio.run(run(*numbers, args.without, data, args.within)) else 1


if __name__ == "__main__":
    sys.exit(main())
