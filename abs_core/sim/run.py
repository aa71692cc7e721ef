"""One run: a seed and a plan in, a verdict and a trace out."""

import asyncio
import contextlib
from collections.abc import Collection, Sequence

import msgspec

from abs_core.sim import checks, plan
from abs_core.sim.alone import alone
from abs_core.sim.audit import watching
from abs_core.sim.desks import Load, SimulatedDesk
from abs_core.sim.evidence import Evidence, Journals, gather
from abs_core.sim.loop import Stuck, VirtualLoop
from abs_core.sim.mischief import Mischief
from abs_core.sim.outcome import Outcome, finished
from abs_core.sim.plan import MAKERS, Cast, Plan
from abs_core.sim.processes import Ended, TappedBus
from abs_core.sim.trace import Trace
from abs_core.sim.world import Ambulance, Party, World, cast, parties, prepare

CALM = 1.0
"""Virtual seconds between two looks whether everything has come to rest."""
PATIENCE, BRIDGED = 90.0, 240.0
"""Virtual seconds after the last fault and the last command, without and with a system
outside: what is wrong then, stays wrong."""


class Spoken(msgspec.Struct, frozen=True):
    """Something that a party told the shared layer, and when it came in there."""

    at: float
    subject: str
    data: bytes


class Transcript(msgspec.Struct, frozen=True, kw_only=True):
    """All that a party says in a run in which it is not there; it ends at `until`."""

    party: str
    spoken: tuple[Spoken, ...]
    until: float


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """All that decides a run."""

    seed: int
    plan: Plan
    parties: tuple[Party, ...]
    cast: Cast
    load: Load = Load()
    transcript: Transcript | None = None


class Played(msgspec.Struct, frozen=True, kw_only=True):
    """A run with everything of it, for those who look closer."""

    outcome: Outcome
    evidence: Evidence | None
    trace: Trace
    world: World


def case(
    seed: int,
    kinds: Collection[str] = tuple(MAKERS),
    load: Load | None = None,
    ambulance: Ambulance | None = None,
) -> Case:
    """The case of a seed: two cores, or one and a feeder of its own, or one alone; and a plan
    of faults of these kinds."""
    members = parties(seed, ambulance)
    who = cast(members, cores=2 if seed % 4 == 0 else 1, feeder=seed % 4 == 1)
    drawn = plan.draw(seed, who, kinds)
    return Case(seed=seed, plan=drawn, parties=members, cast=who, load=load or Load())


def run(case: Case, *, audit: bool = False) -> Outcome:
    """Play a case to its end and judge it."""
    played = play(case, audit=audit)
    played.trace.forget()
    return played.outcome


def play(case: Case, *, audit: bool = False) -> Played:
    """Play a case to its end and judge it; nothing is left running.

    `audit`: also look at every call, which takes three times as long.
    """
    prepare()  # what a block imports is no step of a run
    loop = VirtualLoop()
    world = World(loop, case.seed, case.parties, case.cast)
    stage = _Stage(world, case)
    looking = watching(stage.touched) if audit else contextlib.nullcontext()
    with alone(loop, stage.unexpected), looking:
        try:
            loop.run_until_complete(stage.run())
        except Stuck as stuck:
            stage.judge()
            stage.violations = [f"stuck: {stuck}", *stage.violations]
    return Played(outcome=stage.outcome(), evidence=stage.evidence, trace=world.trace, world=world)


class _Stage:
    """The course of one run."""

    def __init__(self, world: World, case: Case) -> None:
        self.world = world
        self.unexpected: list[str] = []
        self.touched: list[str] = []
        self.violations: Sequence[str] = ()
        self.evidence: Evidence | None = None
        self._case = case
        self._mischief = Mischief(world, case.plan)
        self._journals = Journals(world)
        world.tap.before = self._journals.look
        self._desks: dict[str, SimulatedDesk] = {}

    async def run(self) -> None:
        script = self._case.transcript
        await self.world.begin(without=script.party if script else None)
        for party in self.world.parties.values():
            if script is None or party.name != script.party:
                self._seat(party)
        await asyncio.sleep(0)  # everybody sits down
        if script is not None:
            await self._read_out(script)
            return
        await self._mischief.run()
        idle = [desk.idle for desk in self._desks.values()]
        idle += [outside.idle for outside in self.world.outsides.values()]
        while not all(each.is_set() for each in idle):
            await asyncio.sleep(CALM)
            if any(
                ended.process.startswith(("core", "feeder", "outside")) for ended in self._ended
            ):
                break  # the others would wait for it until their patience ends
        await self._rest()

    @property
    def _ended(self) -> Sequence[Ended]:
        return self.world.processes.ended

    def _seat(self, party: Party) -> None:
        async def sit(bus: TappedBus) -> None:
            desk = self._desks[party.name] = SimulatedDesk(self.world, party, bus, self._case.load)
            await desk.run()

        self.world.processes.start(f"desk-{party.name}", sit)

    async def _read_out(self, script: Transcript) -> None:
        """Say what the absent party said, at the same moments; then look at what there is."""
        reader = self.world.bus.client("transcript")
        mischief = self.world.loop.create_task(self._mischief.run())
        for spoken in script.spoken:
            await asyncio.sleep(max(0.0, spoken.at - self.world.loop.time()))
            await reader.publish(spoken.subject, spoken.data)
        await asyncio.sleep(max(0.0, script.until - self.world.loop.time()))
        await mischief
        self.judge()

    async def _rest(self) -> None:
        """Until everything holds, or nothing that does not hold will be mended by waiting."""
        until = self.world.loop.time() + (BRIDGED if self.world.outsides else PATIENCE)
        pause = CALM
        while True:
            await asyncio.sleep(pause)
            self.judge()
            if not self.violations or self.world.loop.time() > until:
                return
            pause = min(2 * pause, 20.0)

    def judge(self) -> None:
        """Look at what there is now."""
        unexpected = [*self.unexpected, *self.world.loop.errors]
        self.evidence = gather(self.world, self._desks, self._journals, unexpected)
        self.violations = checks.judge(self.evidence)

    def outcome(self) -> Outcome:
        touched = dict.fromkeys(self.touched)
        return finished(
            self.world,
            self._case.seed,
            self.evidence,
            (*self.violations, *touched),
            self._mischief.met,
        )
