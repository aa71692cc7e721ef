"""The standalone system as a story has it: a process, its operators' interface, its crews."""

import asyncio
import datetime as dt
import os
from collections.abc import AsyncIterator
from importlib.util import find_spec
from pathlib import Path

import httpx
import msgspec
import pytest
from abs_ambulance_bridge.hub_sante import answers
from abs_ambulance_bridge.hub_sante.envelope import faulty
from abs_ambulance_bridge.hub_sante.hub import HubSante
from abs_ambulance_bridge.outside import process
from abs_ambulance_bridge.outside.crews import APART, Crews, Timing, mission_of, timing
from abs_ambulance_bridge.outside.operators import Operators
from abs_ambulance_bridge.outside.process import Case, Standalone
from abs_ambulance_bridge.profile import Issue
from abs_contracts.refusal import Refused

from abs_core.sdk import Errand, Stand

installed = pytest.mark.skipif(
    find_spec("standalone_ambulance") is None, reason="the standalone system is not installed"
)
QUICK = Timing(minute=0.02, turn_out=1, travel=1, care=1, transport=1)


@pytest.fixture
async def system(tmp_path: Path) -> AsyncIterator[Standalone]:
    running = Standalone(tmp_path / "station", "nl.rav.test", "nl.meldkamer.dh")
    running.prepare()
    await running.start()
    try:
        yield running
    finally:
        await running.stop()


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


@installed
async def test_a_crew_goes_out_and_leaves_with_the_patient(system: Standalone) -> None:
    case, crews = await sent(system), Crews(system, QUICK)
    crews.sent("15-101", case)
    crews.destined("15-101", case, "Trauma centre")
    await until(system, case, "ordered", "departed", "at_scene", "transporting", "at_hospital")
    await crews.stand_down("15-101", case)
    (vehicle,) = [each for each in await system.vehicles() if each.id == "15-101"]
    assert vehicle.case is None
    await crews.stop()


@installed
async def test_a_crew_waits_while_a_line_says_so(system: Standalone) -> None:
    case, crews = await sent(system), Crews(system, QUICK)
    await system.do("add_note", case=case, text="SAFETY police: unsafe; wait at the corner")
    crews.sent("15-101", case)
    await until(system, case, "ordered", "departed")
    await system.do("add_note", case=case, text="SAFETY police: safe")
    await until(system, case, "ordered", "departed", "at_scene")
    await crews.stop()


@installed
async def test_a_crew_that_is_called_off_reports_nothing_more(system: Standalone) -> None:
    case, crews = await sent(system), Crews(system, QUICK)
    crews.sent("15-101", case)
    await crews.stand_down("15-101", case)
    found = await until(system, case, "ordered", "cancelled")
    await crews.stop()
    assert mission_of(found, "15-101").step == "cancelled"


@installed
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


@installed
async def test_two_reports_are_never_in_one_second(system: Standalone) -> None:
    loop, case, crews = asyncio.get_running_loop(), await sent(system), Crews(system, QUICK)
    began = loop.time()
    await crews.reported("15-101", case, "departed")
    await crews.reported("15-101", case, "at_scene")
    assert loop.time() - began >= APART
    await crews.stop()


@installed
async def test_what_the_system_refuses_is_a_refusal_with_its_words(system: Standalone) -> None:
    with pytest.raises(Refused) as no:
        await system.do("send_vehicle", case="no.such.case", vehicle="15-101")
    assert (no.value.refusal.rule, no.value.refusal.where) == ("BRIDGE-010", "/case")


@installed
async def test_a_room_that_says_nothing_leaves_it_unknown(
    system: Standalone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "PATIENCE", 0.2)
    await system.settled()  # nothing was told yet
    await system.do("share", case=await sent(system), partner="nl.meldkamer.dh")
    with pytest.raises(TimeoutError):
        await system.settled()


@installed
async def test_what_the_room_refuses_is_a_refusal(system: Standalone) -> None:
    await system.do("share", case=await sent(system), partner="nl.meldkamer.dh")
    async with httpx.AsyncClient(base_url=system.url, trust_env=False) as room:
        room.headers["Authorization"] = f"Bearer {system.token_file.read_text().strip()}"
        for letter in (await room.get("/v1/messages")).json()["messages"]:
            (await room.post("/v1/messages", json=refusal(letter))).raise_for_status()
    with pytest.raises(Refused) as no:
        await system.settled()
    assert (no.value.refusal.rule, "701" in no.value.refusal.what) == ("BRIDGE-011", True)


def refusal(letter: object) -> object:
    """RS-ERROR about a letter, as the room's bridge writes it."""
    message = HubSante().parse(msgspec.json.encode(letter))
    fault = faulty(701, Issue(where="/caseId", what="is known"))
    room = answers.Answerer(name="nl.meldkamer.dh", at=dt.datetime.now(dt.UTC))
    return answers.refused(answers.question(message), fault, room).around


# -- up and down ---------------------------------------------------------------------------


@installed
async def test_a_stopped_system_leaves_no_process(tmp_path: Path) -> None:
    running = Standalone(tmp_path / "station", "nl.rav.test", "nl.meldkamer.dh")
    running.prepare()
    await running.start()
    assert running.pid
    pid = running.pid
    await running.stop()
    await running.stop()  # twice is as good
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


@installed
async def test_bridge_009_a_system_that_does_not_start(tmp_path: Path) -> None:
    (tmp_path / "station").mkdir()
    (tmp_path / "station" / "station.toml").write_text("", "utf-8")
    running = Standalone(tmp_path / "station", "nl.rav.test", "nl.meldkamer.dh")
    running.prepare()
    with pytest.raises(Refused) as no:
        await running.start()
    assert no.value.refusal.rule == "BRIDGE-009"
    assert "has a station already" in no.value.refusal.what
    await running.stop()


def test_bridge_008_a_system_that_is_not_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "find_spec", lambda _: None)
    with pytest.raises(Refused) as no:
        Operators(stand(tmp_path))
    assert no.value.refusal.rule == "BRIDGE-008"
    assert "abs-example-standalone-ambulance" in no.value.refusal.fix


@installed
async def test_bridge_012_an_incident_that_it_was_not_told_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("abs_ambulance_bridge.outside.office.PATIENCE", 0.1)
    operators = Operators(stand(tmp_path))
    close = Errand(
        type="incident.close_for_party", is_command=True, about="fall", is_placed=True, data={}
    )
    await operators.start()
    try:
        with pytest.raises(Refused) as no:
            await operators.take(close, "i-1", {})
    finally:
        await operators.stop()
    assert no.value.refusal.rule == "BRIDGE-012"


def stand(folder: Path) -> Stand:
    return Stand(
        room="dh",
        party="ambulance",
        parties={"ambulance": "ambulance", "fire": "fire"},
        options={},
        folder=folder / "station",
        minute=0.1,
    )


@pytest.mark.parametrize("travel", ["soon", ""])
def test_what_is_no_time_keeps_its_default(travel: str) -> None:
    assert timing({"travel": travel}, 2.0) == Timing(minute=2.0)
    assert timing({"travel": "3", "region": "15"}, 2.0) == Timing(minute=2.0, travel=3.0)
