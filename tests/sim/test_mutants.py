"""Leaky mutants: each is a real patch, and each is caught."""

import pytest

from abs_core.sim.mutants import MUTANTS, Mutant, hunt, patched
from abs_core.sim.run import run

from .conftest import small


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_a_mutant_is_caught(mutant: Mutant) -> None:
    caught = hunt(mutant, 40)
    assert caught.by, f"not in {caught.runs} runs"


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_a_patch_is_taken_back(mutant: Mutant) -> None:
    def values() -> list[object]:
        return [getattr(owner, name) for owner, name, _ in mutant.patches()]

    before = values()
    with patched(mutant):
        assert all(a is not b for a, b in zip(values(), before, strict=True))
    assert values() == before


def test_without_a_mutant_nothing_is_caught() -> None:
    nothing = Mutant("none", "nowhere", list)
    assert hunt(nothing, 2).by == ""
    assert run(small(0)).violations == ()
