"""A campaign: many seeds one after the other, and what they showed together."""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from importlib import resources

import msgspec
from msgspec.structs import replace

from abs_core.sim import audit, equivalence
from abs_core.sim.alone import tidily
from abs_core.sim.desks import Load
from abs_core.sim.outcome import Outcome
from abs_core.sim.plan import MAKERS
from abs_core.sim.run import Case, case, run
from abs_core.sim.story import perform
from abs_core.sim.world import Ambulance, prepare

AUDIT_EVERY = 25
"""One seed in so many is played again under the audit, and more of them in the second process."""


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """A seed that violates something. `kind`: how it was played."""

    seed: int
    kind: str
    violations: tuple[str, ...]


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """What a campaign showed. `seconds` are of one processor core."""

    start: int
    seeds: int
    found: tuple[Found, ...]
    incidents: int
    commands: int
    deliveries: int
    virtual_seconds: float
    seconds: float
    faults: Mapping[str, int]
    rules: Mapping[str, int]
    rules_never_met: tuple[str, ...]
    transcripts: Mapping[str, int]  # compared, by party and fault
    twice: int

    @property
    def rate(self) -> float:
        """Simulated incidents a second, with faults and checks; audits and transcripts apart."""
        return self.incidents / self.seconds if self.seconds else 0.0


class Campaign:
    """Plays seeds and adds up. `spent` gives the seconds that this processor core worked."""

    def __init__(
        self,
        start: int,
        seeds: int,
        kinds: Collection[str] = tuple(MAKERS),
        *,
        load: Load,
        ambulance: Ambulance | None,
        scenario: str | None,
        transcripts: int,
        twice: bool,
        spent: Callable[[], float],
    ) -> None:
        self._seeds = range(start, start + seeds)
        self._kinds = tuple(kinds)
        self._transcripts = transcripts
        self._load = load
        self._ambulance = ambulance
        self._scenario = scenario
        self._twice = twice
        self._spent = spent
        self._outcomes: list[Outcome] = []
        self._compared: Counter[str] = Counter()
        self._found: list[Found] = []
        self._again = 0
        self._seconds = 0.0

    @property
    def steps(self) -> int:
        """How many things there are to do."""
        seeds = len(self._seeds)
        compared = len(range(0, seeds, self._transcripts)) if self._transcripts else 0
        audited = 0 if self._scenario else len(range(0, seeds, AUDIT_EVERY))
        return seeds * (1 + self._twice) + audited + compared

    @property
    def violating(self) -> int:
        return len(self._found)

    def run(self) -> Iterator[None]:
        """Do it, one step at a time."""
        prepare()  # here, so that the first run is not timed with it
        with tidily() as tidy:
            yield from self._runs(tidy)
        if self._twice:
            yield from self._again_elsewhere()

    def _runs(self, tidy: Callable[[], object]) -> Iterator[None]:
        for number, seed in enumerate(self._seeds):
            before = self._spent()
            outcome = self._play(seed)
            tidy()
            self._seconds += self._spent() - before
            self._outcomes.append(outcome)
            self._note(seed, "as it is", outcome.violations)
            yield
            if self._scenario is None and number % AUDIT_EVERY == 0:
                self._same(run(self._case(seed), audit=True), outcome, "audited")
                tidy()
                yield
            if self._transcripts and number % self._transcripts == 0:
                self._compare(seed // self._transcripts)
                tidy()
                yield

    def _play(self, seed: int) -> Outcome:
        if self._scenario is not None:
            return perform(self._scenario, seed)
        return run(self._case(seed))

    def _case(self, seed: int) -> Case:
        return case(seed, self._kinds, self._load, self._ambulance)

    def _compare(self, seed: int) -> None:
        drawn = equivalence.case(seed, self._ambulance)
        verdict = equivalence.compare(replace(drawn, load=self._load))
        self._compared[f"{verdict.party}: {verdict.fault}"] += 1
        self._note(seed, "transcript", (*verdict.differences, *verdict.violations))

    def _again_elsewhere(self) -> Iterator[None]:
        first = {outcome.seed: outcome for outcome in self._outcomes}
        for second in audit.again(list(self._seeds), self._kinds, self._load, self._ambulance):
            self._again += 1
            self._same(second, first[second.seed], "a second time")
            yield

    def _same(self, second: Outcome | audit.Second, first: Outcome, kind: str) -> None:
        wrong = second.violations
        if second.digest != first.digest:
            wrong = ("audit: the order of a set, or something else beside the seed, decides it",)
        self._note(second.seed, kind, wrong)

    def _note(self, seed: int, kind: str, violations: tuple[str, ...]) -> None:
        if violations:
            self._found.append(Found(seed=seed, kind=kind, violations=violations))

    def result(self) -> Result:
        rules: Counter[str] = Counter()
        faults: Counter[str] = Counter()
        for outcome in self._outcomes:
            rules.update(outcome.rules)
            faults.update(outcome.faults)
        return Result(
            start=self._seeds.start,
            seeds=len(self._outcomes),
            found=tuple(self._found),
            incidents=sum(each.incidents for each in self._outcomes),
            commands=sum(each.commands for each in self._outcomes),
            deliveries=sum(each.events for each in self._outcomes),
            virtual_seconds=round(sum(each.seconds for each in self._outcomes), 3),
            seconds=round(self._seconds, 3),
            faults={kind: faults[kind] for kind in MAKERS if kind in self._kinds},
            rules=dict(sorted(rules.items())),
            rules_never_met=tuple(rule for rule in core_rules() if rule not in rules),
            transcripts=dict(sorted(self._compared.items())),
            twice=self._again,
        )


def core_rules() -> list[str]:
    """The rules by which a core may refuse a command, out of the registry."""
    text = resources.files("abs_contracts").joinpath("rules.toml").read_text("utf-8")
    rules = msgspec.toml.decode(text)
    families = ("INCIDENT", "UNIT", "CODELIST", "TRUST", "PARTY")
    return sorted(
        rule
        for rule, row in rules.items()
        if rule.startswith(families) and not row.get("retired") and rule.split("-")[1] < "100"
    )
