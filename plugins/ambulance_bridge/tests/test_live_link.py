"""The bridge on real processes: a broker, a core, and the standalone system beside them."""

import asyncio
import shutil
import ssl
from collections.abc import Awaitable, Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TypedDict

import httpx
import msgspec
import pytest
from abs_ambulance_bridge.hub_sante.translation.ids import incident_of
from abs_ambulance_bridge.live import contracts as live
from abs_ambulance_bridge.live.http import HttpWire
from abs_ambulance_bridge.live.link import PulledLink
from abs_ambulance_bridge.live.options import link
from abs_contracts.messages import incident as m
from abs_contracts.messages.values import CallSource, Location, NoteAudience
from abs_contracts.protocol import Accepted

from abs_core.adapters.clock import SystemClock
from abs_core.sdk import OwnLines, OwnLinesTold, Settings
from abs_core.testing.block import BlockUnderTest
from abs_core.testing.room import RoomUnderTest

from .outside import OURS, Outside, Secured


class Who(TypedDict):
    actor: str
    role: str


DESK = Who(actor="desk-1", role="dispatcher")


async def says(room: RoomUnderTest, incident: str, command: Any) -> None:
    reply = await room.desk("police").command(command, incident, **DESK)
    assert isinstance(reply, Accepted), reply


async def answered(outside: Outside, count: int) -> list[Any]:
    """The letters of the other side, once so many are answered and none waits for it."""

    def all_are(letters: list[Any]) -> bool:
        mine = [each for each in letters if each["type"] not in ("RC-REF", "RS-ERROR")]
        return len(mine) >= count and all(each["answer"] for each in mine)

    found = await outside.until(lambda: outside.look(f"letters/{OURS}"), all_are)
    return [each for each in found if each["type"] not in ("RC-REF", "RS-ERROR")]


async def test_a_case_goes_over_and_what_police_say_comes_back(
    room: RoomUnderTest,
    block_under_test: Callable[..., Awaitable[BlockUnderTest]],
    outside: Outside,
) -> None:
    block = await block_under_test("ambulance-bridge", party="ambulance", options=outside.options)
    case = await outside.call("Spui 70")
    located = await room.shown("ambulance", m.IncidentLocated)
    incident = located.envelope.subject
    assert incident == incident_of(case, "dh")
    assert located.payload.location == Location(municipality="Den Haag", street="Spui 70")
    attach = await room.desk("ambulance").command(m.AttachParty(party="police"), incident, **DESK)
    assert isinstance(attach, Accepted)
    text = "Two of us are there"
    await says(room, incident, m.AddNote(text=text, audience=NoteAudience.ALL))
    await says(
        room, incident, m.LocateIncident(location=Location(municipality="Delft", street="Markt 1"))
    )
    theirs = await outside.until(
        lambda: outside.look(f"cases/{case}"),
        lambda found: found["place"]["address"] == "Markt 1" and text in str(found["notes"]),
    )
    assert theirs["place"]["city"] == "Delft"
    assert {each["answer"] for each in await answered(outside, 2)} == {"INTEGRE"}
    await block.until(lambda state: not state.told and not state.unconfirmed)


async def test_what_is_left_to_say_once_the_link_is_told_to_end_is_said(outside: Outside) -> None:
    """As when the block is drained: what comes in is ended first."""
    settings = Settings(room="dh", party="ambulance", options=outside.options)
    where = link(settings)
    assert where is not None
    over, said = PulledLink(HttpWire(where), where.partner, where.pause), list[str]()

    async def deliver(key: str, payload: msgspec.Struct) -> None:
        assert isinstance(payload, live.Delivered)
        said.append(key)

    running = asyncio.create_task(over.run(deliver))
    text = msgspec.json.encode({"distributionID": f"{OURS}_1", "senderID": OURS}).decode()
    letter = live.Outgoing(letter=f"{OURS}_1", text=text)
    await over.send("e-1", SystemClock().now(), letter)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    last = msgspec.structs.replace(letter, letter=f"{OURS}_2", text=text.replace("_1", "_2"))
    await over.send("e-2", SystemClock().now(), last)
    assert said == [f"{OURS}_1", f"{OURS}_2"]


async def test_what_the_other_side_will_never_take_makes_way_and_leaves_a_line(
    room: RoomUnderTest,
    block_under_test: Callable[..., Awaitable[BlockUnderTest]],
    outside: Outside,
) -> None:
    """Under a name that is not that of its token, nothing is taken from it."""
    options = {**outside.options, "name": "nl.meldkamer.elsewhere"}
    block = await block_under_test("ambulance-bridge", party="ambulance", options=options)
    await says(room, "i-1", m.OpenIncident(source=CallSource.EMERGENCY))
    await says(room, "i-1", m.LocateIncident(location=Location(municipality="Delft")))
    await says(room, "i-1", m.AttachParty(party="ambulance"))
    await block.until(lambda state: "i-1" in state.cases and state.cases["i-1"].lines)
    told = await block.ask(OwnLines(incident="i-1"), OwnLinesTold)
    assert "NOT TAKEN by the other side: RC-EDA: 403" in told.lines[0].text
    standing = await block.ask(live.HowItStands(), live.Standing)
    assert (standing.unconfirmed, standing.unanswered) == (0, 0)


@pytest.mark.skipif(not shutil.which("openssl"), reason="openssl makes the certificates")
@pytest.mark.skipif(not find_spec("standalone_ambulance"), reason="example 2 is not installed")
async def test_the_link_is_mutual_tls_where_the_other_side_asks_it(
    room: RoomUnderTest,
    block_under_test: Callable[..., Awaitable[BlockUnderTest]],
    tmp_path: Path,
) -> None:
    outside = Secured(tmp_path / "station")
    await outside.start()
    try:
        await outside.call("Spui 70")
        shown_nothing = ssl.create_default_context(cafile=outside.options["ca"])
        async with httpx.AsyncClient(verify=shown_nothing, trust_env=False) as nobody:
            with pytest.raises(httpx.HTTPError):
                await nobody.get(outside.url)
        await block_under_test("ambulance-bridge", party="ambulance", options=outside.options)
        located = await room.shown("ambulance", m.IncidentLocated)
        assert located.payload.location.street == "Spui 70"
    finally:
        outside.kill()
        await outside.http.aclose()
