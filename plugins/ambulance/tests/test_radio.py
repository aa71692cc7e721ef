"""The simulated crews, at a pace of a millisecond per minute."""

import asyncio
import datetime as dt
from collections.abc import AsyncIterator

import msgspec
import pytest
from abs_ambulance.crew import Alarm, CrewNote, Destination, RadioStatus, Recall
from abs_ambulance.radio import Crew, Script, SimulatedRadio, Timing, Told, script, timing
from abs_ambulance.values import Status
from abs_contracts.refusal import Refused

AT = dt.datetime(2026, 1, 1, 2, 43, tzinfo=dt.UTC)
UNIT = "ambulance-15121"
ALARM = Alarm(unit=UNIT, incident="i-1", kind="Ambu")
WAIT = Alarm(unit=UNIT, incident="i-1", kind="Ambu", wait_at="Marktplein")
RECALL = Recall(unit=UNIT, incident="i-1")
HOSPITAL = Destination(unit=UNIT, incident="i-1", hospital="an example hospital")
MINUTE = dt.timedelta(milliseconds=1)
PATIENCE = 10.0
"""Seconds until a report that does not come is a failure."""
TIMES = Timing(turn_out=1, travel=7, care=10, transport=12)
OUT: Script = ((Status.VT, 1), (Status.TP, 8))
VT, TP = Status.VT, Status.TP

SCRIPTS = [
    ("a first alarm", None, ALARM, OUT),
    ("one of another incident", Crew("i-9", last=TP), ALARM, OUT),
    ("the same again, under way", Crew("i-1", last=VT), ALARM, None),
    ("the same again, on scene", Crew("i-1", last=TP), ALARM, None),
    ("told to wait", None, WAIT, ((VT, 1),)),
    ("told to wait, under way", Crew("i-1", last=VT), WAIT, ()),
    ("told to wait, not out yet", Crew("i-1"), WAIT, ((VT, 1),)),
    ("told to wait, on scene", Crew("i-1", last=TP), WAIT, None),
    ("waits, told so again", Crew("i-1", waits=True, last=VT), WAIT, None),
    ("waits, scene is safe", Crew("i-1", waits=True, last=VT), ALARM, ((TP, 7),)),
    ("waits, not out yet, scene is safe", Crew("i-1", waits=True), ALARM, OUT),
    ("a release", Crew("i-1", last=TP), RECALL, ((Status.VR, 1), (Status.OP, 8))),
    ("a hospital", Crew("i-1", last=TP), HOSPITAL, ((Status.VP, 10), (Status.AZ, 22))),
    (
        "a hospital before it is there",
        Crew("i-1", last=VT),
        HOSPITAL,
        ((TP, 7), (Status.VP, 17), (Status.AZ, 29)),
    ),
    (
        "another hospital under way",
        Crew("i-1", last=Status.VP),
        HOSPITAL,
        ((Status.VP, 10), (Status.AZ, 22)),
    ),
]


@pytest.mark.parametrize(
    ("crew", "told", "expected"), [row[1:] for row in SCRIPTS], ids=[row[0] for row in SCRIPTS]
)
def test_what_a_crew_reports_from_now_on(
    crew: Crew | None, told: Told, expected: Script | None
) -> None:
    assert script(TIMES, crew, told) == expected


class Air:
    """A running radio and what it delivered, in order."""

    def __init__(self, radio: SimulatedRadio) -> None:
        self.radio = radio
        self.heard: asyncio.Queue[tuple[str, RadioStatus]] = asyncio.Queue()

    async def deliver(self, id_: str, payload: msgspec.Struct) -> None:
        assert isinstance(payload, RadioStatus)
        self.heard.put_nowait((id_, payload))

    async def hear(self, count: int) -> list[tuple[str, RadioStatus]]:
        async with asyncio.timeout(PATIENCE):
            return [await self.heard.get() for _ in range(count)]


@pytest.fixture
async def air() -> AsyncIterator[Air]:
    times = msgspec.structs.replace(TIMES, pace=MINUTE.total_seconds())
    on_air = Air(SimulatedRadio(times))
    running = asyncio.create_task(on_air.radio.run(on_air.deliver))
    yield on_air
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


def minutes(heard: list[tuple[str, RadioStatus]]) -> list[tuple[str, float]]:
    """The statuses, each with the simulated minutes since `AT`."""
    return [(each.status.value, (each.at - AT) / MINUTE) for _, each in heard]


async def test_a_whole_ride(air: Air) -> None:
    await air.radio.send("e-1", AT, ALARM)
    heard = await air.hear(2)
    assert minutes(heard) == [("vt", 1), ("tp", 8)]
    assert [id_ for id_, _ in heard] == ["e-1-vt", "e-1-tp"]
    assert {each.incident for _, each in heard} == {"i-1"}
    await air.radio.send("e-2", AT + 10 * MINUTE, HOSPITAL)
    assert minutes(await air.hear(2)) == [("vp", 20), ("az", 32)]
    await air.radio.send("e-3", AT + 40 * MINUTE, RECALL)
    heard = await air.hear(2)
    assert minutes(heard) == [("vr", 41), ("op", 48)]
    assert [each.incident for _, each in heard] == [None, None]


async def test_a_crew_waits_until_the_scene_is_safe(air: Air) -> None:
    await air.radio.send("e-1", AT, WAIT)
    assert minutes(await air.hear(1)) == [("vt", 1)]
    await air.radio.send("e-2", AT, CrewNote(unit=UNIT, incident="i-1"))
    await air.radio.send("e-3", AT + 30 * MINUTE, ALARM)
    assert minutes(await air.hear(1)) == [("tp", 37)]


async def test_a_repeated_effect_is_dropped(air: Air) -> None:
    other = msgspec.structs.replace(ALARM, unit="ambulance-15122")
    for effect, alarm in (("e-1", ALARM), ("e-1", ALARM), ("e-2", other)):
        await air.radio.send(effect, AT, alarm)
    ids = sorted(id_ for id_, _ in await air.hear(4))
    assert ids == ["e-1-tp", "e-1-vt", "e-2-tp", "e-2-vt"]
    await air.radio.send("e-3", AT, RECALL)
    await air.hear(2)
    await air.radio.send("e-3", AT, RECALL)
    third = msgspec.structs.replace(ALARM, unit="ambulance-15123")
    await air.radio.send("e-4", AT, third)
    assert [id_ for id_, _ in await air.hear(2)] == ["e-4-vt", "e-4-tp"]
    assert air.heard.empty()


async def test_a_release_ends_what_the_crew_was_doing_and_frees_it_for_the_next(
    air: Air,
) -> None:
    await air.radio.send("e-1", AT, ALARM)
    await air.radio.send("e-2", AT, RECALL)
    assert [status for status, _ in minutes(await air.hear(2))] == ["vr", "op"]
    await air.radio.send("e-3", AT, ALARM)
    assert [status for status, _ in minutes(await air.hear(2))] == ["vt", "tp"]
    assert air.heard.empty()


async def test_a_crew_on_its_way_home_goes_out_again_for_the_same_incident(air: Air) -> None:
    await air.radio.send("e-1", AT, ALARM)
    await air.hear(2)
    await air.radio.send("e-2", AT, RECALL)
    await air.hear(1)
    await air.radio.send("e-3", AT, ALARM)
    assert [status for status, _ in minutes(await air.hear(2))] == ["vt", "tp"]


@pytest.mark.parametrize(
    "options", [{"pace": "fast"}, {"pace": "-1"}, {"travel": "nan"}, {"care": "inf"}]
)
def test_ambu_007_a_time_that_cannot_be_kept(options: dict[str, str]) -> None:
    with pytest.raises(Refused, match=r"^AMBU-007"):
        timing(options)


def test_the_options_set_the_times_and_other_options_are_not_its_own() -> None:
    assert timing({"pace": "0.5", "travel": "4", "region": "15"}) == Timing(pace=0.5, travel=4)
