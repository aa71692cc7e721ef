"""Leaky mutants: faults put into the code on purpose, all of which the simulator must find.

Each is a patch of one point of the core, the host or the simulator itself, in force
while it is searched for.
"""

import asyncio
import contextlib
import itertools
import random
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import msgspec
from abs_contracts import protocol
from abs_contracts.messages.incident import NoteAdded
from abs_contracts.refusal import Refused

from abs_core.application import feeder, projection
from abs_core.application.aggregates import Aggregate
from abs_core.application.commands import CommandHandler
from abs_core.application.registry import BLOCK, Registry
from abs_core.domain import view
from abs_core.host.books import Books, Owed
from abs_core.host.host import Host
from abs_core.host.journal import KeptOrder, KeptSend
from abs_core.ports import Unknown, Unreachable
from abs_core.sim import equivalence, keyed, run
from abs_core.sim.plan import MAKERS, OF_BLOCKS

Patch = Callable[[], Any]
Replaced = tuple[object, str, Any]


class Mutant(NamedTuple):
    """A leak: where it is put, and how. `faults`: the kinds under which it shows."""

    name: str
    where: str
    patches: Callable[[], list[Replaced]]
    faults: tuple[str, ...] = tuple(MAKERS)


class Caught(msgspec.Struct, frozen=True, kw_only=True):
    """How a mutant was found: `by` is empty when it was not."""

    name: str
    where: str
    by: str = ""
    seed: int | None = None
    runs: int = 0
    what: str = ""


# -- the mutants --------------------------------------------------------------------


def _global_counter() -> list[Replaced]:
    """Every message that is shown takes the next number of one counter for all parties."""
    count = itertools.count(1)
    take = projection.Projection.take

    async def counted(self: projection.Projection, entry: Any) -> list[projection.Shown]:
        shown = await take(self, entry)
        return [
            projection.Shown(s.party, s.data[:-1] + b',"sequence":"%d"}' % next(count))
            for s in shown
        ]

    return [(projection.Projection, "take", counted)]


def _shared_stream() -> list[Replaced]:
    """One generator for all that is drawn in a run."""
    shared: WeakKeyDictionary[asyncio.AbstractEventLoop, random.Random] = WeakKeyDictionary()
    stream = keyed.stream

    def same(seed: int, *key: object) -> random.Random:
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            return stream(seed, *key)  # what is drawn before a run
        return shared.setdefault(loop, random.Random(seed))

    return [(keyed, "stream", same)]


def _attachment_ignored() -> list[Replaced]:
    """Every party sees an incident as if it were attached."""

    def shown(*args: Any) -> tuple[bytes, ...]:
        _before, _after, event, party, _parties = args
        return (event.raw,) if view._permitted(event, party) else ()

    return [(projection, "view", shown)]


def _shared_debts() -> list[Replaced]:
    """The blocks of a machine share one table of what they owe."""
    orders: dict[str, Owed] = {}
    init = Books.__init__

    def shared(self: Books) -> None:
        init(self)
        self.orders = orders

    return [(Books, "__init__", shared)]


def _inline_handler() -> list[Replaced]:
    """The feeder waits until the block of every party has taken what came before."""
    write = feeder.Feeder._write

    async def waiting(self: feeder.Feeder, shown: Any) -> None:
        for party in {message.party: None for message in shown}:
            with contextlib.suppress(Unknown, Unreachable):
                subject = protocol.questions(self._log.room, party)
                await self._bus.request(subject, b"{}", within=2.0)
        await write(self, shown)

    return [(feeder.Feeder, "_write", waiting)]


def _old_generation() -> list[Replaced]:
    """Any token that was ever in force will do."""
    ever: dict[tuple[str, str], None] = {}
    holder = Registry.holder

    async def lenient(self: Registry, name: str, token: str) -> str:
        try:
            held = await holder(self, name, token)
        except Refused:
            if (name, token) in ever:
                return BLOCK
            raise
        if held == BLOCK:
            ever[name, token] = None
        return held

    return [(Registry, "holder", lenient)]


def _resumes_beside(by: int) -> Callable[[], list[Replaced]]:
    """A feeder that resumes begins one record too late, or too early."""

    def patches() -> list[Replaced]:
        resume = feeder.Feeder._resume

        async def beside(self: feeder.Feeder) -> None:
            await resume(self)
            self._projection.seq = max(0, self._projection.seq + by)

        return [(feeder.Feeder, "_resume", beside)]

    return patches


def _dedupe_by_time() -> list[Replaced]:
    """A command is known again for one second only, as a broker knows it for two minutes."""
    fold = Aggregate.fold

    def forgetting(self: Aggregate, payloads: Any, **more: Any) -> None:
        fold(self, payloads, **more)
        key = (more["party"], more["reply"].command)
        asyncio.get_running_loop().call_later(1.0, self.accepted.pop, key, None)

    return [(Aggregate, "fold", forgetting)]


def _effects_first() -> list[Replaced]:
    """A host performs the effects, and then writes the journal."""
    write = Host._write

    async def hasty(self: Host[Any], lines: Any) -> None:
        for effect in (effect for line in lines for effect in line.effects):
            if isinstance(effect, KeptOrder | KeptSend):
                self._performer.perform(effect, self._group)
        await write(self, lines)

    return [(Host, "_write", hasty)]


def _audience_ignored() -> list[Replaced]:
    """A note is shown to every attached party, whomever it was written for."""
    permitted = view._permitted

    def indiscreet(event: Any, party: str) -> bool:
        return isinstance(event.payload, NoteAdded) or permitted(event, party)

    return [(view, "_permitted", indiscreet)]


def _talkative_stub() -> list[Replaced]:
    """A stub tells who caused it."""
    message = view._stub_message

    def talkative(stub: Any, cause: Any, party: str) -> bytes:
        raw = message(stub, cause, party)
        return raw[:-1] + b',"authid":' + msgspec.json.encode(str(cause.authid)) + b"}"

    return [(view, "_stub_message", talkative)]


def _revealing_refusal() -> list[Replaced]:
    """A refusal says how far the feeds of the others are."""
    handle = CommandHandler.handle

    async def revealing(self: CommandHandler, raw: bytes, channel: Any) -> protocol.Reply:
        reply = await handle(self, raw, channel)
        if not isinstance(reply, protocol.Rejected):
            return reply
        positions = [(p, self._projection.position(p)) for p in self._projection.parties]
        what = f"{reply.refusal.what} (the feeds stand at {positions})"
        refusal = msgspec.structs.replace(reply.refusal, what=what)
        return msgspec.structs.replace(reply, refusal=refusal)

    return [(CommandHandler, "handle", revealing)]


MUTANTS: tuple[Mutant, ...] = (
    Mutant("a global counter in a feed", "Projection.take", _global_counter),
    Mutant("a shared random stream", "sim.keyed.stream", _shared_stream, OF_BLOCKS),
    Mutant("attachment ignored", "domain.view.view", _attachment_ignored),
    Mutant("a shared mutable object between blocks", "Books.__init__", _shared_debts),
    Mutant("an inline handler that blocks the others", "Feeder._write", _inline_handler, OF_BLOCKS),
    Mutant("an old generation accepted", "Registry.holder", _old_generation, ("replace",)),
    Mutant("a feeder that skips on resume", "Feeder._resume", _resumes_beside(1)),
    Mutant("a feeder that repeats on resume", "Feeder._resume", _resumes_beside(-1)),
    Mutant("dedupe by time window", "Aggregate.fold", _dedupe_by_time, ("drop", "delay")),
    Mutant("effects performed before the journal is written", "Host._write", _effects_first),
    Mutant("a note whose audience is ignored", "domain.view._permitted", _audience_ignored),
    Mutant("a stub that says too much", "domain.view._stub_message", _talkative_stub),
    Mutant(
        "a refusal that reveals another party's position",
        "CommandHandler.handle",
        _revealing_refusal,
        OF_BLOCKS,
    ),
)


# -- the hunt -----------------------------------------------------------------------


@contextlib.contextmanager
def patched(mutant: Mutant) -> Iterator[None]:
    """The code with the mutant in it."""
    patches = mutant.patches()
    before = [(owner, name, getattr(owner, name)) for owner, name, _ in patches]
    for owner, name, value in patches:
        setattr(owner, name, value)
    try:
        yield
    finally:
        for owner, name, value in before:
            setattr(owner, name, value)


def hunt(mutant: Mutant, seeds: int, start: int = 0) -> Caught:
    """Run seeds, each as it is and once for transcript equivalence, until one shows it."""
    runs = 0
    for seed in range(start, start + seeds):
        for found in (_by_checks, _by_equivalence):
            runs += 1
            with patched(mutant):
                wrong = found(seed, mutant)
            if wrong:
                by, _, what = wrong.partition(": ")
                return Caught(
                    name=mutant.name, where=mutant.where, by=by, seed=seed, runs=runs, what=what
                )
    return Caught(name=mutant.name, where=mutant.where, runs=runs)


def _by_checks(seed: int, mutant: Mutant) -> str:
    violations = run.run(run.case(seed, mutant.faults)).violations
    return violations[0] if violations else ""


def _by_equivalence(seed: int, _mutant: Mutant) -> str:
    verdict = equivalence.compare(equivalence.case(seed))
    return f"equivalence: {verdict.differences[0]}" if verdict.differences else ""


__all__ = ["MUTANTS", "Caught", "Mutant", "hunt", "patched"]
