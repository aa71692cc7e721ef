"""The standalone system as a story has it: a process, and its operators' interface."""

import asyncio
import datetime as dt
import os
from collections.abc import Callable
from pathlib import Path

import httpx
import msgspec
import pytest
from abs_ambulance_bridge.hub_sante import answers
from abs_ambulance_bridge.hub_sante.envelope import faulty
from abs_ambulance_bridge.hub_sante.hub import HubSante
from abs_ambulance_bridge.outside import process
from abs_ambulance_bridge.outside.process import Standalone
from abs_ambulance_bridge.profile import Issue
from abs_contracts.refusal import Refused


async def taken(system: Standalone) -> str:
    place = {"address": "Markt 1", "city": "Delft"}
    event = {"code": "C02.08.02", "label": "A fall"}
    done = await system.do("take_call", number="+31600000112", place=place, event=event)
    assert done.case is not None
    return done.case


async def test_what_the_system_refuses_is_a_refusal_with_its_words(system: Standalone) -> None:
    with pytest.raises(Refused) as no:
        await system.do("send_vehicle", case="no.such.case", vehicle="15-101")
    assert (no.value.refusal.rule, no.value.refusal.where) == ("BRIDGE-010", "/case")


async def test_a_room_that_says_nothing_leaves_it_unknown(
    system: Standalone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "PATIENCE", 0.2)
    await system.settled()  # nothing was told yet
    await system.do("share", case=await taken(system), partner="nl.meldkamer.dh")
    with pytest.raises(TimeoutError):
        await system.settled()


async def test_what_the_room_refuses_is_a_refusal(system: Standalone) -> None:
    await system.do("share", case=await taken(system), partner="nl.meldkamer.dh")
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


async def test_a_stopped_system_leaves_no_process(
    standalone: Callable[[Path], Standalone], tmp_path: Path
) -> None:
    running = standalone(tmp_path / "station")
    await running.start()
    assert running.pid
    pid = running.pid
    await running.stop()
    await running.stop()  # twice is as good
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


async def test_a_system_that_is_there_goes_on_with_what_it_keeps(
    standalone: Callable[[Path], Standalone], tmp_path: Path
) -> None:
    """On another port: a story that is played twice on one folder has no case twice."""
    cases = []
    for _ in range(2):
        running = standalone(tmp_path / "station")
        await running.start()
        cases.append(await taken(running))
        await running.stop()
    assert len(set(cases)) == 2


@pytest.mark.parametrize("settings", ["", "port = nothing"])
async def test_bridge_009_a_system_that_does_not_start(
    standalone: Callable[[Path], Standalone], tmp_path: Path, settings: str
) -> None:
    (tmp_path / "station").mkdir()
    (tmp_path / "station" / "station.toml").write_text(settings, "utf-8")
    (tmp_path / "station" / "operator.token").write_text("x", "utf-8")
    running = standalone(tmp_path / "station")
    with pytest.raises(Refused) as no:
        await running.start()
    assert no.value.refusal.rule == "BRIDGE-009"
    assert no.value.refusal.where == str(tmp_path / "station" / "serve.log")
    await running.stop()


async def test_bridge_009_a_folder_that_cannot_be_used(
    standalone: Callable[[Path], Standalone], tmp_path: Path
) -> None:
    (tmp_path / "station").write_text("a file", "utf-8")
    running = standalone(tmp_path / "station")
    with pytest.raises(Refused) as no:
        await running.start()
    assert no.value.refusal.rule == "BRIDGE-009"
    await running.stop()


async def test_bridge_009_a_system_that_is_gone(system: Standalone) -> None:
    os.kill(system.pid, 9)
    async with asyncio.timeout(10):
        while system.pid:  # noqa: ASYNC110 - no event tells that a process ended
            await asyncio.sleep(0.01)
    with pytest.raises(Refused) as no:
        await system.vehicles()
    assert no.value.refusal.rule == "BRIDGE-009"
