"""Plans: faults as data, drawn by seed, and what each makes of the deliveries."""

from collections.abc import Sequence

import msgspec
import pytest
from msgspec.structs import replace

from abs_core.sim import keyed
from abs_core.sim.plan import (
    END,
    MAKERS,
    OF_OUTSIDES,
    START,
    AnyFault,
    Cast,
    Delay,
    Drop,
    Duplicate,
    Partition,
    Plan,
    Reorder,
    draw,
)
from abs_core.sim.weather import Weather

CAST = Cast(cores=2, feeder=True, parties=("fire", "police"), blocks=("fire",), streams=("LOG_dh",))
FAR, NEAR, OTHER = "desk-fire>core-1:cmd", "core-1>LOG_dh:inc", "desk-police>core-2:cmd"


def fates(seed: int, fault: AnyFault | None, link: str = FAR) -> list[Sequence[float]]:
    weather = Weather(seed, lambda: 0.0)
    if fault is not None:
        weather.begin(0, fault)  # type: ignore[arg-type]  # those on links only
    return [weather.fates(link, index) for index in range(200)]


def test_a_plan_is_the_same_for_its_seed_and_goes_over_the_wire() -> None:
    for seed in range(50):
        plan = draw(seed, CAST)
        assert plan == draw(seed, CAST)
        assert msgspec.json.decode(msgspec.json.encode(plan), type=Plan) == plan
        assert all(START <= fault.at <= END for fault in plan.faults)


def test_every_kind_is_drawn_and_some_seeds_have_none() -> None:
    cast = replace(CAST, outsides=("fire",))
    plans = [draw(seed, cast) for seed in range(300)]
    assert {fault.name for plan in plans for fault in plan.faults} == set(MAKERS)
    assert any(not plan.faults for plan in plans)


def test_only_the_kinds_that_were_asked_for() -> None:
    names = {f.name for seed in range(50) for f in draw(seed, CAST, ["hang", "skew"]).faults}
    assert names == {"hang", "skew"}


def test_whom_nothing_can_befall_has_no_such_fault() -> None:
    nobody = Cast(cores=1, feeder=False, parties=("fire",), blocks=(), streams=("LOG_dh",))
    names = {fault.name for seed in range(200) for fault in draw(seed, nobody).faults}
    assert names.isdisjoint({"crash of feeder", "crash of host", "flood", "garbage", "replace"})
    assert names.isdisjoint(OF_OUTSIDES)


def test_without_a_fault_everything_arrives_once() -> None:
    assert all(len(delays) == 1 for delays in fates(1, None))
    assert all(delays == (0.0,) for delays in fates(1, None, NEAR))
    assert len({delays[0] for delays in fates(1, None)}) == 200  # each its own time


@pytest.mark.parametrize(
    ("fault", "wrong"),
    [
        (Drop(at=0, lasts=1, who="core-1", chance=0.5), lambda d: not d),
        (Delay(at=0, lasts=1, who="core-1", chance=0.5, most=1.0), lambda d: d[0] > 0.01),
        (Duplicate(at=0, lasts=1, who="core-1", chance=0.5), lambda d: len(d) == 2),
    ],
)
def test_a_share_of_the_deliveries_is_struck(fault: AnyFault, wrong: object) -> None:
    assert callable(wrong)
    for link in (FAR, NEAR):
        struck = sum(bool(wrong(delays)) for delays in fates(1, fault, link))
        assert 60 < struck < 140, link
    assert fates(1, fault, OTHER) == fates(1, None, OTHER)


def test_a_partition_lets_nothing_through() -> None:
    assert not any(fates(1, Partition(at=0, lasts=1, who="LOG_dh"), NEAR))


def test_reordered_deliveries_overtake_each_other() -> None:
    delays = [d[0] for d in fates(1, Reorder(at=0, lasts=1, who="core-1", most=0.5))]
    assert max(delays) - min(delays) > 0.4


def test_what_is_drawn_under_one_key_depends_on_no_other() -> None:
    alone = [keyed.stream(1, "fire").random() for _ in range(3)]
    keyed.stream(1, "police").random()
    assert [keyed.stream(1, "fire").random() for _ in range(3)] == alone
    assert keyed.stream(1, "fire").random() != keyed.stream(2, "fire").random()
    assert keyed.stream(1, "fire").random() != keyed.stream(1, "police").random()


def test_without_a_fault_what_is_sent_first_on_a_link_arrives_first() -> None:
    now = 0.0
    weather = Weather(5, lambda: now)
    arrivals = []
    for index in range(200):
        (delay,) = weather.fates(FAR, index)
        arrivals.append(now + delay)
        now += 0.0003
    assert arrivals == sorted(arrivals)
    assert len({round(arrival - 0.0003 * n, 5) for n, arrival in enumerate(arrivals)}) > 100
