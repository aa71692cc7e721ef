"""Simulated crews of the standalone system, on the system itself."""

import asyncio

import pytest
from abs_ambulance_bridge.outside.crews import APART, Crews, Timing, mission_of, timing
from abs_ambulance_bridge.outside.process import Case, Standalone

QUICK = Timing(minute=0.02, turn_out=1, travel=1, care=1, transport=1)


async def sent(system: Standalone, vehicle: str = "15-101") -> str:
    place = {"address": "Markt 1", "city": "Delft"}
    event = {"code": "C02.08.02", "label": "A fall"}
    done = await system.do("take_call", number="+31600000112", place=place, event=event)
    assert done.case is not None
    await system.do("send_vehicle", case=done.case, vehicle=vehicle)
    return done.case


async def until(system: Standalone, case: str, *steps: str) -> Case:
    async with asyncio.timeout(20):
        while True:
            (found,) = [each for each in await system.cases() if each.id == case]
            if [each.step for each in found.missions[-1].steps] == [*steps]:
                return found
            await asyncio.sleep(0.02)


async def test_a_crew_goes_out_and_leaves_with_the_patient(system: Standalone) -> None:
    case, crews = await sent(system), Crews(system, QUICK)
    crews.sent("15-101", case)
    crews.destined("15-101", case, "Trauma centre")
    await until(system, case, "ordered", "departed", "at_scene", "transporting", "at_hospital")
    await crews.stand_down("15-101", case)
    (vehicle,) = [each for each in await system.vehicles() if each.id == "15-101"]
    assert vehicle.case is None
    await crews.stop()


async def test_a_crew_waits_while_a_line_says_so(system: Standalone) -> None:
    case, crews = await sent(system), Crews(system, QUICK)
    await system.do("add_note", case=case, text="SAFETY police: unsafe; wait at the corner")
    crews.sent("15-101", case)
    other = await sent(system, "15-102")
    crews.sent("15-102", other)
    await until(system, other, "ordered", "departed", "at_scene")
    await until(system, case, "ordered", "departed")  # and it left before the other
    await system.do("add_note", case=case, text="SAFETY police: safe")
    await until(system, case, "ordered", "departed", "at_scene")
    await crews.stop()


async def test_a_crew_that_is_called_off_reports_nothing_more(system: Standalone) -> None:
    case, crews = await sent(system), Crews(system, QUICK)
    crews.sent("15-101", case)
    await crews.stand_down("15-101", case)
    found = await until(system, case, "ordered", "cancelled")
    await crews.stop()
    assert mission_of(found, "15-101").step == "cancelled"


async def test_what_a_desk_reports_by_hand_ends_what_the_crew_would_say(
    system: Standalone,
) -> None:
    case, crews = await sent(system), Crews(system, QUICK)
    crews.sent("15-101", case)
    await crews.reported("15-101", case, "departed")
    await crews.reported("15-101", case, "departed")
    await crews.reported("15-101", case, "at_scene")
    await until(system, case, "ordered", "departed", "at_scene")
    await crews.stop()


async def test_two_reports_are_never_in_one_second(system: Standalone) -> None:
    loop, case, crews = asyncio.get_running_loop(), await sent(system), Crews(system, QUICK)
    began = loop.time()
    await crews.reported("15-101", case, "departed")
    await crews.reported("15-101", case, "at_scene")
    assert loop.time() - began >= APART
    await crews.stop()


@pytest.mark.parametrize("travel", ["soon", ""])
def test_what_is_no_time_keeps_its_default(travel: str) -> None:
    assert timing({"travel": travel}, 2.0) == Timing(minute=2.0)
    assert timing({"travel": "3", "region": "15"}, 2.0) == Timing(minute=2.0, travel=3.0)
