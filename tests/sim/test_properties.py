"""Hypothesis draws the plans as well, and makes what it finds as small as can be."""

from random import Random

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from abs_core.sim.desks import Load
from abs_core.sim.mutants import MUTANTS, patched
from abs_core.sim.plan import (
    END,
    LATEST,
    MAKERS,
    OF_OUTSIDES,
    START,
    AnyFault,
    BrokerCrash,
    Crash,
    Delay,
    Drop,
    Duplicate,
    Flood,
    Garbage,
    Hang,
    Partition,
    Plan,
    Reorder,
    Replace,
    Skew,
)
from abs_core.sim.run import case, run
from abs_core.sim.world import cast, parties

from .conftest import small

CAST = case(0).cast
EVERYONE = st.sampled_from([*CAST.everyone, *CAST.streams])
PROCESSES = st.sampled_from(CAST.processes)
HOSTS = st.sampled_from(CAST.hosts)
CHANCE = st.floats(0.05, 1.0)
WHEN = {"at": st.floats(START, END), "lasts": st.floats(0.05, 3.0)}
LATE = st.floats(0.001, LATEST)

FAULTS: st.SearchStrategy[AnyFault] = st.one_of(
    st.builds(Drop, who=EVERYONE, chance=CHANCE, **WHEN),
    st.builds(Delay, who=EVERYONE, chance=CHANCE, most=LATE, **WHEN),
    st.builds(Duplicate, who=EVERYONE, chance=CHANCE, **WHEN),
    st.builds(Reorder, who=EVERYONE, most=st.floats(0.001, 0.5), **WHEN),
    st.builds(Partition, who=EVERYONE, **WHEN),
    st.builds(Crash, who=PROCESSES, **WHEN),
    st.builds(BrokerCrash, who=st.just("broker"), tail=st.integers(0, 40), **WHEN),
    st.builds(Hang, who=st.sampled_from(CAST.everyone), **WHEN),
    st.builds(Skew, who=st.sampled_from(CAST.everyone), seconds=st.floats(-120, 120), **WHEN),
    st.builds(Flood, who=HOSTS, count=st.integers(1, 80), **WHEN),
    st.builds(Garbage, who=HOSTS, count=st.integers(1, 40), **WHEN),
    st.builds(Replace, who=HOSTS, **WHEN),
)
TWO = parties(0)[:2]
LITTLE = replace(
    case(0, load=Load(incidents=1, decisions=1)),
    parties=TWO,
    cast=cast(TWO, cores=1, feeder=False),
)
PLANS = st.builds(Plan, faults=st.lists(FAULTS, max_size=6).map(tuple))
SLOW = {"deadline": None, "suppress_health_check": list(HealthCheck), "database": None}


@given(st.integers(0, 2**32).map(lambda n: n * 4), PLANS)
@settings(max_examples=16, derandomize=True, phases=(Phase.generate, Phase.shrink), **SLOW)
def test_no_plan_brings_about_a_violation(seed: int, plan: Plan) -> None:
    assert run(small(seed, plan)).violations == ()


def test_what_is_found_is_made_small() -> None:
    """With an old generation accepted, a plan of one replacement is enough, and is given."""
    mutant = next(m for m in MUTANTS if m.name == "an old generation accepted")
    drawn = st.sampled_from(sorted(set(MAKERS) - set(OF_OUTSIDES))).map(
        lambda kind: MAKERS[kind](Random(1), 2.0, LITTLE.cast)
    )
    last: list[Plan] = []

    @given(st.lists(drawn, max_size=6))
    @settings(max_examples=25, derandomize=True, report_multiple_bugs=False, **SLOW)
    def search(faults: list[AnyFault]) -> None:
        plan = Plan(faults=tuple(faults))
        with patched(mutant):
            violations = run(replace(LITTLE, plan=plan)).violations
        if any(v.startswith("generations") for v in violations):
            last.append(plan)
            raise AssertionError(violations)

    with pytest.raises(AssertionError):
        search()
    assert [fault.name for fault in last[-1].faults] == ["replace"]
