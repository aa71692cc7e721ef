"""What a run showed, in figures."""

from collections.abc import Mapping, Sequence

import msgspec

from abs_core.sim import checks
from abs_core.sim.evidence import Evidence
from abs_core.sim.world import World


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What a run showed. `digest`: the hash of its trace and of all that it left behind."""

    seed: int
    violations: tuple[str, ...]
    digest: str
    incidents: int
    commands: int
    faults: Mapping[str, int]
    rules: Mapping[str, int]
    seconds: float  # virtual
    events: int


def finished(
    world: World,
    seed: int,
    evidence: Evidence | None,
    violations: Sequence[str],
    faults: Mapping[str, int],
) -> Outcome:
    """The outcome of a run that is over."""
    return Outcome(
        seed=seed,
        violations=tuple(violations),
        digest=checks.digest(world.trace, evidence),
        incidents=checks.incidents(evidence),
        commands=evidence.sent if evidence else 0,
        faults=faults,
        rules=checks.rules(evidence),
        seconds=round(world.loop.time(), 6),
        events=len(world.trace),
    )
