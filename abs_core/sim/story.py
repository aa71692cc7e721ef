"""Stories on simulated time: a scenario file, played as in a demo, while a core or a feeder
crashes.

Its desks ask a block once and go on with what it says, so only faults that a story
survives are drawn: two cores and a feeder alone, one of which ends and comes back.
"""

from abs_core.adapters.ids import SequentialIds
from abs_core.callouts import called_for
from abs_core.clients import Desk
from abs_core.ports import Bus
from abs_core.scenario import checks as story_checks
from abs_core.scenario.files import read
from abs_core.scenario.model import Scenario
from abs_core.scenario.play import parties, play
from abs_core.scenario.recording import Recording
from abs_core.sim import checks, keyed
from abs_core.sim.alone import alone
from abs_core.sim.evidence import Journals, gather
from abs_core.sim.loop import Stuck, VirtualLoop
from abs_core.sim.mischief import Mischief
from abs_core.sim.outcome import Outcome, finished
from abs_core.sim.plan import Crash, Plan
from abs_core.sim.world import ROOM, Party, World, cast

SPEED = 1.0
"""Times as fast as the file says."""


class _Stage:
    """The room as a scenario wants it."""

    def __init__(self, world: World) -> None:
        self.room = ROOM
        self.bus: Bus = world.bus.client("story")
        self._world = world

    def desk(self, party: str) -> Desk:
        return self._world.desk(party, self.bus)


def perform(name: str, seed: int) -> Outcome:
    """Play a scenario under one seed. Raises Refused for a file that does not fit."""
    scenario = read(name)
    members = tuple(
        Party(
            name=party,
            discipline=part.discipline,
            block=part.block,
            options=part.options,
            called_for=called_for(part.discipline, part.called_for),
            added_classes=part.added_classes,
        )
        for party, part in parties(scenario, SPEED).items()
    )
    who = cast(members, cores=2, feeder=True)
    world = World(VirtualLoop(), seed, members, who)
    plan = _plan(seed, scenario)
    mischief, journals = Mischief(world, plan), Journals(world)
    world.tap.before = journals.look
    unexpected: list[str] = []

    async def run() -> Recording:
        await world.begin()
        harm = world.loop.create_task(mischief.run())
        recording = await _played(scenario, world)
        await harm
        return recording

    wrong: list[str] = []
    with alone(world.loop, unexpected):
        try:
            wrong += _departures(world.loop.run_until_complete(run()))
        except Stuck as stuck:
            wrong.append(f"stuck: {stuck}")
        evidence = gather(world, {}, journals, [*unexpected, *world.loop.errors])
    return finished(world, seed, evidence, [*checks.judge(evidence), *wrong], mischief.met)


def _departures(recording: Recording) -> list[str]:
    """What the scenario's own checks find."""
    return [
        f"story: {finding.name}: {finding.detail} ({finding.where})"
        for finding in story_checks.check(recording)
        if not finding.ok
    ]


async def _played(scenario: Scenario, world: World) -> Recording:
    stage = _Stage(world)
    ids = SequentialIds(f"story-{world.seed}")
    return await play(
        scenario, stage, clock=world.clock("story"), ids=ids, speed=SPEED, tell=lambda _: None
    )


def _plan(seed: int, scenario: Scenario) -> Plan:
    """One crash at some moment of the story, or none."""
    chance = keyed.stream(seed, "story")
    if chance.random() < 0.2:
        return Plan()
    end = scenario.length / (scenario.pace * SPEED)
    crash = Crash(
        at=chance.uniform(1.0, max(1.5, end)),
        lasts=chance.uniform(0.0, 2.0),
        who=chance.choice(("core-1", "core-2", "feeder")),
    )
    return Plan(faults=(crash,))
