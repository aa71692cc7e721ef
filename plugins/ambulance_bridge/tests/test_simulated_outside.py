"""The simulated outside: every kind of wrong answer from there, and the others notice nothing."""

import pytest
from abs_contracts.messages.values import Discipline
from msgspec.structs import replace

from abs_core.sim import equivalence
from abs_core.sim.desks import Load
from abs_core.sim.plan import Plan, Wrong
from abs_core.sim.run import case, play

trouble = pytest.importorskip(
    "abs_ambulance_bridge.simulated.trouble",
    reason="the standalone system (example 2) is not installed",
)

SMALL = Load(incidents=2, decisions=12)
WRONG = Plan(faults=(Wrong(at=0.7, lasts=3.5, who="outside-ambulance"),))


@pytest.mark.parametrize("wrong", trouble.TROUBLES, ids=lambda each: each.name)
def test_the_others_get_the_same_whatever_the_outside_says(
    wrong: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Bad input gets its answer, both sides are one in the end, and nobody else notices."""
    monkeypatch.setattr(trouble.Trouble, "drawn", staticmethod(lambda _number: wrong))
    drawn = equivalence.case(2, "bridge")
    verdict = equivalence.compare(replace(drawn, load=SMALL, plan=WRONG))
    assert verdict.party == Discipline.AMBULANCE
    assert verdict.violations == ()
    assert verdict.differences == ()
    assert verdict.compared > 100


def test_there_is_much_to_compare() -> None:
    """A check of nothing would hold too."""
    played = play(replace(case(4, load=SMALL, ambulance="bridge"), plan=Plan()))
    centre = played.world.outsides["ambulance"]
    cases = [each for each in centre.station.records.cases() if centre.ours in each.partners]  # type: ignore[attr-defined]  # of the simulated one
    assert len(cases) >= 6
    assert {each.owner == centre.ours for each in cases} == {True, False}  # type: ignore[attr-defined]  # the same
    assert any(each.others for each in cases)
    assert any(each.missions for each in cases)
    assert any(each.notes for each in cases)
