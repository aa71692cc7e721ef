"""A block before a simulated system outside: who brings it, and both sides in the end."""

from importlib.util import find_spec

import msgspec
import pytest
from abs_contracts.refusal import Refused

from abs_core.sim import audit, equivalence, outside, world
from abs_core.sim.plan import MAKERS, OF_BLOCKS, OF_OUTSIDES, Hours, Plan
from abs_core.sim.processes import EVERYBODY
from abs_core.sim.run import case, play, run

from .conftest import SMALL

FAULTS = (*OF_BLOCKS, *OF_OUTSIDES)

pytestmark = pytest.mark.skipif(
    not outside.simulations() or find_spec("standalone_ambulance") is None,
    reason="the bridge or the standalone system (example 2) is not installed",
)


@pytest.mark.parametrize("seed", range(12))
def test_both_sides_are_one_in_the_end(seed: int) -> None:
    assert run(case(seed, load=SMALL, ambulance="bridge")).violations == ()


@pytest.mark.parametrize("seed", range(len(FAULTS)))
def test_the_others_do_not_notice_the_bridge_nor_what_is_behind_it(seed: int) -> None:
    drawn = equivalence.case(seed, "bridge")
    verdict = equivalence.compare(msgspec.structs.replace(drawn, load=SMALL))
    assert (verdict.party, verdict.fault) == ("ambulance", FAULTS[seed])
    assert verdict.differences == ()
    assert verdict.violations == ()
    assert verdict.compared > 100
    assert verdict.spoken > 20


def test_it_is_one_run_in_another_process_too_and_touches_nothing_real() -> None:
    first = {seed: run(case(seed, load=SMALL, ambulance="bridge")) for seed in (1, 2)}
    for second in audit.again([1, 2], list(MAKERS), SMALL, "bridge"):
        assert second.violations == ()
        assert second.digest == first[second.seed].digest


def test_what_ambulance_care_has_is_chosen() -> None:
    def blocks(chosen: world.Ambulance | None) -> set[tuple[str | None, bool]]:
        found = (p for s in range(12) for p in world.parties(s, chosen) if p.name == "ambulance")
        return {(party.block, party.outside) for party in found}

    assert blocks("bridge") == {("ambulance-bridge", True)}
    assert blocks("block") == {("ambulance", False)}
    assert blocks(None) == {("ambulance-bridge", False), ("ambulance", False)}


def test_without_an_outside_no_fault_of_one_is_drawn() -> None:
    drawn = [fault.name for seed in range(200) for fault in case(seed).plan.faults]
    assert set(drawn) & set(OF_OUTSIDES) == set()
    assert case(3, OF_OUTSIDES).plan.faults == ()


def test_in_a_cut_of_hours_everybodys_clock_goes_on() -> None:
    cut = Hours(at=1.0, lasts=0.5, who="outside-ambulance", hours=3.0)
    drawn = case(0, load=SMALL, ambulance="bridge")
    played = play(msgspec.structs.replace(drawn, plan=Plan(faults=(cut,))))
    assert played.outcome.violations == ()
    assert played.world.errors[EVERYBODY] == 3 * 3600
    times = [played.world.clock(name).now() for name in ("core-1", "desk-fire")]
    assert {each.hour for each in times} == {15}


def test_what_is_not_installed_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(world, "simulations", lambda: ())
    with pytest.raises(Refused, match="SIM-002"):
        world.parties(0, "bridge")


def test_an_outside_whose_parts_are_missing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    from abs_ambulance_bridge import simulated  # noqa: PLC0415 - where it is installed

    monkeypatch.setattr(simulated, "find_spec", lambda _name: None)
    with pytest.raises(Refused, match="SIM-002"):
        play(case(0, load=SMALL, ambulance="bridge"))
