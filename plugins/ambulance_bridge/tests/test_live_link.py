"""The bridge on real processes: a broker, a core, and the standalone system beside them."""

import asyncio
import json
import os
import shutil
import signal
import socket
import ssl
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TypedDict

import httpx
import msgspec
import pytest
from abs_ambulance_bridge.hub_sante.translation.ids import incident_of
from abs_ambulance_bridge.live import contracts as live
from abs_ambulance_bridge.live.http import HttpLink
from abs_ambulance_bridge.live.options import link
from abs_contracts.messages import incident as m
from abs_contracts.messages.values import CallSource, Location, NoteAudience
from abs_contracts.protocol import Accepted

from abs_core.adapters.clock import SystemClock
from abs_core.sdk import OwnLines, OwnLinesTold, Settings
from abs_core.testing.block import BlockUnderTest
from abs_core.testing.room import PATIENCE, RoomUnderTest
from abs_core.testing.server import ServerUnderTest

OURS, THEIRS = "nl.meldkamer.dh", "nl.ambulance.rav15"


class Who(TypedDict):
    actor: str
    role: str


DESK = Who(actor="desk-1", role="dispatcher")


class Outside:
    """The standalone system as a process of its own."""

    scheme = "http"

    def __init__(self, folder: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.folder = folder
        self.run("init", str(folder), "--port", str(self.port), "--name", THEIRS)
        token = (folder / "operator.token").read_text("utf-8").strip()
        headers = {"Authorization": f"Bearer {token}"}
        self.http = httpx.AsyncClient(
            base_url=self.url, headers=headers, trust_env=False, verify=self.trust()
        )
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}"

    def trust(self) -> ssl.SSLContext | bool:
        return True

    @property
    def options(self) -> dict[str, str]:
        token = str(self.folder / "partner.token")
        return {"url": self.url, "partner": THEIRS, "token_file": token, "poll_seconds": "0.05"}

    @staticmethod
    def run(*words: str) -> None:
        command = [sys.executable, "-m", "standalone_ambulance", *words]
        subprocess.run(command, check=True, capture_output=True)

    async def start(self) -> None:
        command = [sys.executable, "-m", "standalone_ambulance", "serve", str(self.folder)]
        self.process = subprocess.Popen(command)  # noqa: ASYNC220 - it only starts
        await self.until(lambda: self.look("vehicles"), lambda _: True)

    def kill(self) -> None:
        """kill -9, and nothing of it is left running."""
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    async def look(self, what: str) -> Any:
        answer = await self.http.get(f"/desk/{what}")
        answer.raise_for_status()
        return answer.json()

    async def do(self, command: str, **fields: Any) -> Any:
        answer = await self.http.post("/desk/commands", json={"do": command, **fields})
        assert answer.is_success, answer.text
        return answer.json()

    async def faults(self, **faults: Any) -> None:
        (await self.http.put("/simulation/faults", json=faults)).raise_for_status()

    async def call(self, street: str) -> str:
        """A call that is shared with the room; its case."""
        place = {"address": street, "city": "Den Haag"}
        event = {"code": "C02.08.02", "label": "A fall at home"}
        done = await self.do("take_call", number="+31600000112", place=place, event=event)
        await self.do("share", case=done["case"], partner=OURS)
        return str(done["case"])

    async def until(self, ask: Callable[[], Awaitable[Any]], holds: Callable[[Any], bool]) -> Any:
        """What it says, once this holds; it says something only when asked."""
        async with asyncio.timeout(PATIENCE):
            while True:
                try:
                    if holds(found := await ask()):
                        return found
                except httpx.HTTPError:
                    pass
                await asyncio.sleep(0.02)


class Secured(Outside):
    """The same behind TLS; it hears nobody who shows no certificate."""

    scheme = "https"

    def trust(self) -> ssl.SSLContext:
        """Makes the certificates; one serves for both sides."""
        certificate, key = str(self.folder / "cert.pem"), str(self.folder / "key.pem")
        subprocess.run(
            [
                *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt"),
                *("ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=outside"),
                *("-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate),
            ],
            check=True,
            capture_output=True,
        )
        settings = self.folder / "station.toml"
        listen = '[listen]\ncertificate = "cert.pem"\nkey = "key.pem"\nclient_ca = "cert.pem"'
        settings.write_text(settings.read_text("utf-8").replace("[listen]", listen), "utf-8")
        context = ssl.create_default_context(cafile=certificate)
        context.load_cert_chain(certificate, key)
        return context

    @property
    def options(self) -> dict[str, str]:
        certificate, key = str(self.folder / "cert.pem"), str(self.folder / "key.pem")
        return {**super().options, "ca": certificate, "certificate": certificate, "key": key}


class Process:
    """The bridge as a process of its own, under the Agreement of `block`."""

    def __init__(self, block: BlockUnderTest, url: str, options: dict[str, str]) -> None:
        text = msgspec.json.encode(options).decode()
        words = ["block", "--url", url, "--block", "ambulance-bridge", "--options", text]
        self._command = [sys.executable, "-m", "abs_core.process", *words]
        self._credentials = msgspec.json.encode(block.credentials) + b"\n"

    def start(self) -> None:
        self._process = subprocess.Popen(
            self._command, stdin=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        assert self._process.stdin is not None
        self._process.stdin.write(self._credentials)
        self._process.stdin.flush()

    def kill(self) -> None:
        """kill -9, and nothing of it is left running."""
        self._process.kill()
        self._process.communicate()


@pytest.fixture
async def outside(tmp_path: Path) -> AsyncIterator[Outside]:
    if find_spec("standalone_ambulance") is None:
        pytest.skip("the standalone system (example 2) is not installed")
    running = Outside(tmp_path / "station")
    await running.start()
    try:
        yield running
    finally:
        running.kill()
        await running.http.aclose()


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


async def test_nothing_is_lost_or_doubled_by_cuts_and_kills_on_both_sides(
    room: RoomUnderTest,
    block_under_test: Callable[..., Awaitable[BlockUnderTest]],
    nats_server: ServerUnderTest,
    outside: Outside,
) -> None:
    block = await block_under_test("ambulance-bridge", party="ambulance", options=outside.options)
    await block.stop()
    bridge = Process(block, nats_server.url, outside.options)
    bridge.start()
    try:
        cases = [await turn_of_trouble(turn, room, outside, bridge) for turn in range(ROUNDS)]
        await outside.faults()
        found = await outside.until(
            lambda: outside.look("cases"), lambda known: len(known) == 2 * ROUNDS
        )
        letters = await answered(outside, 2 * ROUNDS)
    finally:
        bridge.kill()
    streets = Counter(each["place"]["address"] for each in found)
    assert streets == Counter([f"{s} {n}" for n in range(ROUNDS) for s in ("Spui", "Markt")])
    assert {each["answer"] for each in letters} == {"INTEGRE"}
    await block.start()
    await block.until(lambda state: not state.told and not state.unconfirmed)
    feed = [json.loads(raw) for raw in await room.feed("ambulance")]
    told = Counter((each["subject"], each["type"]) for each in feed)
    for case in cases:
        for event in ("opened", "call_added", "located"):
            assert told[incident_of(case, "dh"), f"abs.incident.{event}.v1"] == 1


async def turn_of_trouble(turn: int, room: RoomUnderTest, outside: Outside, bridge: Process) -> str:
    """An incident on either side, and then something is killed or cut; their case."""
    case = await outside.call(f"Spui {turn}")
    await says(room, f"i-{turn}", m.OpenIncident(source=CallSource.EMERGENCY))
    place = Location(municipality="Den Haag", street=f"Markt {turn}")
    await says(room, f"i-{turn}", m.LocateIncident(location=place))
    await says(room, f"i-{turn}", m.AttachParty(party="ambulance"))
    if turn % 4 in (0, 3):
        outside.kill()
    if turn % 4 in (0, 2):
        bridge.kill()
        bridge.start()
    if turn % 4 in (0, 3):
        await outside.start()
    await outside.faults(lose_acknowledgements=turn % 4 == 1)
    return case


async def test_what_is_left_to_say_once_the_link_is_told_to_end_is_said(outside: Outside) -> None:
    """As when the block is drained: what comes in is ended first."""
    settings = Settings(room="dh", party="ambulance", options=outside.options)
    where = link(settings)
    assert where is not None
    over, said = HttpLink(where), list[str]()

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


ROUNDS = int(os.environ.get("ABS_BRIDGE_ROUNDS", "8"))
"""Turns of killing and cutting."""
