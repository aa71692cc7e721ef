"""Seeds: none violates anything, and each is the same when it is played again."""

import os
import tomllib
from collections.abc import Sequence
from importlib import resources

import pytest

from abs_core.cli.sim import load
from abs_core.sim import audit
from abs_core.sim.desks import Load
from abs_core.sim.plan import MAKERS, OF_OUTSIDES
from abs_core.sim.run import case, run
from abs_core.sim.world import Ambulance

from .conftest import SMALL

SEEDS = int(os.environ.get("ABS_SIM_SEEDS", "24"))
"""How many; the pipeline plays a few hundred with `abs sim run --twice`."""
REGRESSIONS = tomllib.loads(
    resources.files("abs_core.sim").joinpath("regressions.toml").read_text("utf-8")
)["regression"]


@pytest.mark.parametrize("seed", range(SEEDS))
def test_a_seed_violates_nothing(seed: int) -> None:
    assert run(case(seed, load=SMALL)).violations == ()


@pytest.mark.parametrize("kind", MAKERS)
def test_each_kind_of_fault_alone(kind: str) -> None:
    met = 0
    for seed in range(1, 4):
        ambulance: Ambulance | None = "bridge" if kind in OF_OUTSIDES else None
        outcome = run(case(seed, [kind], SMALL, ambulance))
        assert outcome.violations == ()
        met += outcome.faults.get(kind, 0)
    assert met


@pytest.mark.parametrize("row", REGRESSIONS, ids=lambda row: f"seed {row['seed']}")
def test_what_was_found_once_stays_mended(row: dict[str, object]) -> None:
    faults = row["faults"]
    assert isinstance(faults, list)
    assert isinstance(row["seed"], int)
    assert row["what"]
    incidents = row.get("incidents", Load().incidents)
    assert isinstance(incidents, int)
    ambulance: Ambulance | None = "bridge" if row.get("ambulance") == "bridge" else None
    assert run(case(row["seed"], faults, load(incidents), ambulance)).violations == ()


def test_a_seed_played_again_elsewhere_is_the_same_run() -> None:
    seeds: Sequence[int] = range(4)
    first = {seed: run(case(seed, load=SMALL)) for seed in seeds}
    again = list(audit.again(seeds, list(MAKERS), SMALL))
    assert [second.seed for second in again] == list(seeds)
    for second in again:
        assert second.digest == first[second.seed].digest
        assert second.violations == ()


def test_two_seeds_are_two_runs() -> None:
    assert run(case(1, load=SMALL)).digest != run(case(2, load=SMALL)).digest


def test_work_gets_done() -> None:
    outcome = run(case(3))
    assert outcome.incidents >= 20
    assert outcome.commands >= 200
    assert len(outcome.rules) >= 5  # some of it is refused
