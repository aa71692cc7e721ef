"""The picture says what the figures say, and one log gives one picture."""

import re
import xml.etree.ElementTree as ET

import pytest
from abs_contracts.messages import party as p

from abs_core.kpi.figures import figures
from abs_core.kpi.page import page

from .hand import Row, agreed, attached, call, log, opened, taken_up

pytest.importorskip("matplotlib", reason="the extra `plot` is not installed")
from abs_core.kpi.plot import picture

LOG = log(
    [
        agreed(0, "fire"),
        agreed(0, "police"),
        opened(1),
        call(5, 0),
        call(30, 4),
        attached(40, "police"),
        attached(41, "knrm"),
        taken_up(50, "police"),
        Row(60, "police", p.PartyDegraded(reason="<no heartbeat>")),
        Row(70, "police", p.PartyRecovered()),
        opened(100, "i2"),
    ]
)


def texts(svg: bytes) -> list[str]:
    return [each.text or "" for each in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]


def test_every_share_and_every_block_is_in_it() -> None:
    said = texts(picture(figures("dh", LOG), LOG, "svg"))
    assert "Room dh: 2 incidents" in said
    assert [each for each in said if each.startswith("room ")] == [
        "room 1 of 2", "room 1 of 2", "room 2 of 2",
    ]  # fmt: skip
    assert {"fire 1 of 2", "police 1 of 1", "knrm 0 of 1"} <= set(said)
    assert {"fire 100.00 %", "police 90.00 %"} <= set(said)
    assert "112 call picked up, within so long (dashed: 15 s)" in said


def test_one_log_gives_one_picture() -> None:
    report = figures("dh", LOG)
    assert picture(report, LOG, "svg") == picture(report, LOG, "svg")
    assert picture(report, LOG, "png").startswith(b"\x89PNG\r\n")


def test_of_an_empty_log_there_is_an_empty_picture() -> None:
    empty = figures("dh", [])
    said = texts(picture(empty, [], "svg"))
    assert said.count("room 0 of 0") == 3
    assert "an empty log" in page(empty, picture(empty, [], "svg"))


def test_the_page_needs_nothing_else_and_reads_as_text() -> None:
    report = figures("dh", LOG)
    made = page(report, picture(report, LOG, "svg"))
    assert made.count("<svg") == 1
    assert not re.search(r"<script|(src|href)=\"(?!#)(?!http://www.w3.org)", made)
    assert "&lt;no heartbeat&gt;" in made
    assert "<?xml" not in made
    row = re.search(r"<tr><td>112 call picked up</td>(.*?)</tr>", made)
    assert row is not None
    assert re.findall(r"<td>(.*?)</td>", row[1]) == [
        "15 s", "50.00 %", "1", "2", "1", "0", "0", "0", "0", "5 s", "26 s",
    ]  # fmt: skip
