"""The command line does what an operator does, over HTTP."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from standalone_ambulance.cli import main

from .conftest import ROOM
from .serving import Station


@pytest.fixture
def station(tmp_path: Path) -> Iterator[Station]:
    station = Station(tmp_path / "station")
    station.start()
    yield station
    station.stop()


def run(capsys: pytest.CaptureFixture[str], verb: str, station: Station, *words: str) -> Any:
    capsys.readouterr()
    assert main([verb, str(station.folder), *words]) == 0
    return json.loads(capsys.readouterr().out)


def test_from_the_call_to_the_hospital(
    station: Station, capsys: pytest.CaptureFixture[str]
) -> None:
    where = [
        "place.address=Spui 70",
        "place.city=Den Haag",
        "place.lat=52.0775",
        "place.lon=4.3167",
    ]
    what = ["event.code=C02.08.02", "event.label=A fall at home"]
    done = run(capsys, "do", station, "take_call", "number=+31600000112", *where, *what)
    case = f"case={done['case']}"
    run(capsys, "do", station, "triage", case, "urgency=A1", "age_years=70")
    run(capsys, "do", station, "share", case, f"partner={ROOM}")
    run(capsys, "do", station, "send_vehicle", case, "vehicle=15-101")
    for step in ("departed", "at_scene", "transporting", "at_hospital", "free"):
        words = ["vehicle=15-101", f"step={step}", "hospital=the hospital"]
        run(capsys, "do", station, "report", *words)
    run(capsys, "do", station, "close", case, "outcome=brought to hospital")
    assert run(capsys, "look", station, "cases") == []
    [kept] = run(capsys, "look", station, "cases?everything=true")
    assert (kept["number"], kept["outcome"]) == (done["number"], "brought to hospital")
    letters = run(capsys, "look", station, f"letters/{ROOM}")
    assert [each["type"] for each in letters][:3] == ["RC-EDA", "RS-EDA", "RS-RI"]


def test_a_refusal_is_told_and_the_exit_says_so(
    station: Station, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["do", str(station.folder), "report", "vehicle=15-101", "step=departed"]
    assert main(words) == 1
    assert json.loads(capsys.readouterr().err)["what"] == "15-101 is on no mission"


def test_the_same_key_does_it_once(station: Station, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["put_in_service", "vehicle=15-104", "station=Delft", "--key", "k"]
    assert run(capsys, "do", station, *words) == run(capsys, "do", station, *words)


def test_faults_are_set_and_mended(station: Station, capsys: pytest.CaptureFixture[str]) -> None:
    set_now = run(capsys, "fault", station, "repeat=true", "wrong=invalid")
    assert (set_now["repeat"], set_now["wrong"]) == (True, "invalid")
    assert run(capsys, "fault", station)["repeat"] is False
