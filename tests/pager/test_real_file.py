"""The real files, where they are present: what must come out of them."""

import datetime as dt
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import pytest

from abs_core.pager.outcomes import Outcome, Taken
from abs_core.pager.readers import PagerFile
from abs_core.pager.reconstruct import Reconstruction
from abs_core.pager.times import zone

FILES = {
    "haaglanden-rijnmond-2019-12-11_2020-01-14.html.txt": 6000,
    "rotterdam-new-year-2020.geojson": 288,
}
KOOT = [  # facts, 1.9: the fire in Zoetermeer on 1 January 2020
    ("02:43:30", Outcome.SCALED_UP, "ops-br groot"),
    ("02:45:08", Outcome.SCALED_UP, "ops-br zeer-groot"),
    ("03:03:27", Outcome.GRIP_UP, "GRIP 0 to 1"),
    ("06:00:41", Outcome.GRIP_UP, "GRIP 1 to 2"),
    ("14:14:48", Outcome.GRIP_DOWN, "GRIP 2 to 1"),
    ("15:31:58", Outcome.GRIP_DOWN, "GRIP 1 to 0"),
]


class Read(NamedTuple):
    file: PagerFile
    taken: list[Taken]


def fold(path: Path) -> Read:
    file = PagerFile(path, dt.datetime(2000, 1, 1, tzinfo=zone()))
    reconstruction = Reconstruction(file.name)
    return Read(file, [reconstruction.take(message).taken for message in file.messages()])


@pytest.fixture(scope="module")
def night(real: Path) -> Read:
    return fold(real / next(iter(FILES)))


@pytest.mark.parametrize("name", FILES)
def test_every_message_has_one_outcome_and_few_are_not_understood(name: str, real: Path) -> None:
    file, taken = fold(real / name)
    counts = Counter(each.outcome for each in taken)
    assert counts.total() == len(file) == FILES[name]
    assert counts[Outcome.UNKNOWN] <= 0.03 * counts.total()
    assert all(each.reason for each in taken if each.outcome is Outcome.UNKNOWN)


def test_the_fire_in_zoetermeer_is_one_incident_with_its_timeline(night: Read) -> None:
    first = next(t for t in night.taken if "Koot & Zn" in t.text)
    told = [t for t in night.taken if t.incident == first.incident]
    steps = [
        (f"{each.at:%H:%M:%S}", each.outcome, change)
        for each in told
        for change in each.changes
        if change.startswith(("GRIP", "ops-"))
    ]
    assert steps == KOOT
    assert f"{first.at:%d %H:%M:%S}" == "01 02:38:05"
    assert all(each.at.date() <= dt.date(2020, 1, 3) for each in told)
    assert f"{told[-1].at:%d-%m}" == "03-01"
    at = {f"{each.at:%d %H:%M:%S}": each for each in told}
    assert at["01 02:42:59"].changes == ("units 15-9638",)
    assert len(at["01 02:43:30"].changes[-1].split(",")) == 9
    reliefs = [each for each in told if "Voor aflossing" in each.text]
    assert [f"{each.at:%H:%M}" for each in reliefs] == ["06:54", "08:11"]
    others = {t.incident for t in night.taken if "Koot & Zn" in t.text} - {first.incident}
    assert not others


def test_the_second_grip_of_that_day_goes_up_and_back(night: Read) -> None:
    steps = [
        (f"{each.at:%H:%M:%S}", each.outcome)
        for each in night.taken
        if "Wateringse Veld" in each.text and each.outcome in (Outcome.GRIP_UP, Outcome.GRIP_DOWN)
    ]
    assert steps == [("20:14:14", Outcome.GRIP_UP), ("22:17:41", Outcome.GRIP_DOWN)]


def test_function_notices_and_exercises_are_told_apart_from_incidents(night: Read) -> None:
    counts = Counter(each.outcome for each in night.taken)
    assert counts[Outcome.FUNCTION] >= 524  # facts, 1.8
    for each in night.taken:
        if each.text.lower().startswith("oefening"):
            assert each.outcome is Outcome.EXERCISE
