"""Runs that several tests look at: each is played once."""

import functools

import msgspec
import pytest

from abs_core.sim.desks import Load
from abs_core.sim.plan import Plan
from abs_core.sim.run import Case, Played, case, play

SMALL = Load(incidents=2, decisions=10)
"""Enough for most tests, in a third of the time."""


def small(seed: int, plan: Plan | None = None) -> Case:
    """A case with little work, and with this plan or the seed's own."""
    drawn = case(seed, load=SMALL)
    return drawn if plan is None else msgspec.structs.replace(drawn, plan=plan)


@functools.cache
def _calm() -> Played:
    return play(small(0, Plan()))


@pytest.fixture
def calm() -> Played:
    """A run in which nothing goes wrong."""
    return _calm()
