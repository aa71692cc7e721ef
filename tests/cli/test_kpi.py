"""`abs kpi` on a room that runs, and on what one left."""

import io
import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from abs_contracts import protocol
from abs_contracts.messages import incident as inc
from abs_contracts.messages.values import CallSource
from jsonschema import Draft202012Validator
from rich.console import Console

from abs_core.adapters.memory import MemoryBus
from abs_core.application.log import CHAIN, RoomLog
from abs_core.cli.kpi import show, whole
from abs_core.kpi.figures import Report, figures
from abs_core.testing.room import RoomUnderTest

from .running import Piped, Ran, abs_

SCHEMA = Draft202012Validator(msgspec.json.schema(Report))
CONFIGURATION = """
[parties.fire]
discipline = "fire"
name = "Brandweer"
block = "fire"
"""


@pytest.fixture(scope="module")
def left(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of a story that was played."""
    data = tmp_path_factory.mktemp("kpi") / "data"
    ran = abs_("demo", "--scenario", "motorway-accident", "--speed", "20", "--data", str(data))
    assert ran.code == 0, ran.out
    return data


def kpi(data: Path, *arguments: str) -> dict[str, Any]:
    """The document, which keeps its schema."""
    ran = abs_("kpi", "--data", str(data), "--json", *arguments)
    assert ran.code == 0, ran.err
    document: dict[str, Any] = json.loads(ran.out)
    assert list(SCHEMA.iter_errors(document)) == []
    return document


def shares(document: dict[str, Any]) -> dict[str, tuple[float, float]]:
    return {
        name: (measure["room"]["share"]["numerator"], measure["room"]["share"]["denominator"])
        for name, measure in document["measures"].items()
    }


def test_the_figures_of_a_story_that_was_played(left: Path) -> None:
    """By the file of the story: three calls, of which one by another line than 112; of two
    incidents the second is a double, and the first takes three parties more."""
    found = kpi(left)
    assert (found["room"], found["incidents"], found["exercises"]) == ("dh", 2, 0)
    assert shares(found) == {"pick_up": (2, 2), "warm_transfer": (3, 3), "informed": (3, 3)}
    waited = found["measures"]["warm_transfer"]["parties"]
    assert [each["party"] for each in waited] == ["ambulance", "fire", "rws"]
    up = found["availability"]["parties"]
    assert [each["party"] for each in up] == ["ambulance", "fire", "kmar", "police"]
    assert all(each["share"]["numerator"] <= each["share"]["denominator"] for each in up)


def test_other_seconds_and_another_period(left: Path) -> None:
    none = kpi(left, "--pick-up", "0", "--transfer", "0", "--informed", "0")
    assert shares(none) == {"pick_up": (0, 2), "warm_transfer": (0, 3), "informed": (0, 3)}
    before = kpi(left, "--until", "2000-01-01")
    assert set(shares(before).values()) == {(0, 0)}
    assert (before["records"], before["availability"]["parties"]) == (0, [])
    since = kpi(left)["period"]["since"]
    assert shares(kpi(left, "--since", since)) == shares(kpi(left))


def test_text_fits_80_columns_and_says_what_the_document_says(
    left: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    ran = abs_("kpi", "--data", str(left))
    assert ran.err == f"No room runs on {left}: reading its log.\n"
    lines = [" ".join(line.split()) for line in ran.out.splitlines()]
    assert max(map(len, ran.out.splitlines())) <= 80
    assert any(line.startswith("112 call picked up 15 s 100.00 % 2 of 2 ") for line in lines)
    assert any(line.startswith("rws 100.00 % 1 of 1 ") for line in lines)
    assert any(line.startswith("hand-over taken up whether the caller was") for line in lines)
    assert lines[1].startswith("Incidents: 2; exercises, left out: 0; records: ")


@pytest.mark.parametrize(("name", "begins"), [("a.svg", b"<?xml"), ("a.PNG", b"\x89PNG")])
def test_a_picture_beside_the_figures(left: Path, tmp_path: Path, name: str, begins: bytes) -> None:
    pytest.importorskip("matplotlib", reason="the extra `plot` is not installed")
    kpi(left, "--plot", str(tmp_path / name))
    assert (tmp_path / name).read_bytes().startswith(begins)


def test_a_page(left: Path, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib", reason="the extra `plot` is not installed")
    assert abs_("kpi", "--data", str(left), "--plot", str(tmp_path / "a.html")).code == 0
    assert (tmp_path / "a.html").read_text().startswith("<!doctype html>")


REFUSED = [
    ("--since", "yesterday", "CLI-030"),
    ("--until", "0001-01-01", "CLI-030"),
    ("--plot", "figures.pdf", "CLI-031"),
    ("--plot", "/nowhere/figures.svg", "CLI-033"),
]


@pytest.mark.parametrize(("option", "value", "rule"), REFUSED)
def test_what_is_refused(left: Path, option: str, value: str, rule: str) -> None:
    if rule == "CLI-033":
        pytest.importorskip("matplotlib", reason="the extra `plot` is not installed")
    ran = abs_("kpi", "--data", str(left), option, value)
    assert (ran.code, ran.out, ran.err.replace("\n", " ").find("Traceback")) == (2, "", -1)
    assert f"refused: {rule}" in ran.err


def test_a_period_that_ends_before_it_begins_is_refused(left: Path) -> None:
    ran = abs_("kpi", "--data", str(left), "--since", "2026-01-02", "--until", "2026-01-01")
    assert (ran.code, ran.err.splitlines()[0]) == (2, "refused: CLI-030")


def test_without_what_draws_pictures_it_says_what_to_install(left: Path, tmp_path: Path) -> None:
    """A Python in which matplotlib can not be found."""
    (tmp_path / "sitecustomize.py").write_text(
        "import importlib.util as u\nfound = u.find_spec\n"
        "u.find_spec = lambda name, *a: None if name == 'matplotlib' else found(name, *a)\n"
    )
    ran = with_path(tmp_path, "kpi", "--data", str(left), "--plot", str(tmp_path / "a.svg"))
    assert (ran.code, ran.err.splitlines()[0]) == (2, "refused: CLI-032")
    assert with_path(tmp_path, "kpi", "--data", str(left)).code == 0


def with_path(folder: Path, *arguments: str) -> Ran:
    environment = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = str(folder)
    try:
        return abs_(*arguments)
    finally:
        os.environ.pop("PYTHONPATH")
        if environment is not None:
            os.environ["PYTHONPATH"] = environment


def test_nothing_there_says_how_to_start(tmp_path: Path) -> None:
    assert abs_("kpi", "--data", str(tmp_path)).err.startswith("refused: CLI-001")


# -- a room that runs --------------------------------------------------------------


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Piped]:
    (tmp_path / "abs.toml").write_text(CONFIGURATION)
    room = Piped(tmp_path / "data", "--config", str(tmp_path / "abs.toml"))
    yield room
    if room.process.poll() is None:
        room.stop()


def test_a_block_that_stands_still_is_not_available(running: Piped) -> None:
    running.until("party fire: .* ok$")
    data, block = running.data, running.run.processes["block-fire"]
    os.kill(block, signal.SIGSTOP)
    try:
        running.until("party fire: .* DEGRADED$")
        down = kpi(data)
        (fire,) = down["availability"]["parties"]
        assert fire["outages"][0] == {
            "begin": fire["outages"][0]["begin"], "end": None, "reason": "no heartbeat",
        }  # fmt: skip
        assert down["period"]["known"] > fire["outages"][0]["begin"], "it is known until now"
    finally:
        os.kill(block, signal.SIGCONT)
    running.until("party fire: .* ok$")
    (fire,) = kpi(data)["availability"]["parties"]
    assert fire["outages"][0]["end"] is not None
    assert 0 < fire["share"]["value"] < 1
    assert running.stop().code == 0
    (after,) = kpi(data)["availability"]["parties"]
    assert after["outages"] == fire["outages"]


# -- what needs no process -----------------------------------------------------------


async def test_a_record_that_no_chain_vouches_for_is_in_no_figure(room: RoomUnderTest) -> None:
    opening = inc.OpenIncident(source=CallSource.EMERGENCY)
    for incident in ("i-1", "i-2"):
        await room.desk("fire").command(opening, incident, actor="desk-3", role="centralist")
    log = await room.bus.open(protocol.stream("log", room.room))
    subject = f"inc.{room.room}.i-2"
    (real,) = await log.read(subject)
    await log.append(subject, real.data, expect=real.seq, headers={CHAIN: "00"})
    entries, unvouched = await whole(log, room.room)
    assert unvouched == 1
    assert [each.seq for each in entries] == sorted(each.seq for each in entries)
    assert figures("dh", entries, unvouched=unvouched).incidents == 2


async def test_of_an_empty_log_it_says_that_there_is_nothing() -> None:
    bus = MemoryBus()
    log = await bus.stream("LOG_dh", RoomLog.subjects("dh"))
    entries, unvouched = await whole(log, "dh")
    out = io.StringIO()
    show(Console(file=out, width=80), figures("dh", entries, unvouched=unvouched))
    assert out.getvalue() == "The log of room dh is empty: there is nothing to measure.\n"
