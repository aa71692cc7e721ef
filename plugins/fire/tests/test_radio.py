"""The simulated vehicles, at a pace of a millisecond per minute."""

import asyncio
import datetime as dt
from collections.abc import AsyncIterator

import msgspec
import pytest
from abs_contracts.messages.values import Scene
from abs_contracts.refusal import Refused
from abs_fire.contracts import Alarm, CrewWarning, RadioStatus, SceneWarning, Status
from abs_fire.radio import SimulatedRadio, Timing, timing

AT = dt.datetime(2026, 1, 1, 2, 43, tzinfo=dt.UTC)
ALARM = Alarm(unit="fire-15-0431", incident="i-1")
MINUTE = dt.timedelta(milliseconds=1)
RELEASE = msgspec.structs.replace(ALARM, release=True)


class Air:
    """A running radio and what it delivered, in order."""

    def __init__(self, radio: SimulatedRadio) -> None:
        self.radio = radio
        self.heard: asyncio.Queue[tuple[str, RadioStatus]] = asyncio.Queue()

    async def deliver(self, id_: str, payload: msgspec.Struct) -> None:
        assert isinstance(payload, RadioStatus)
        self.heard.put_nowait((id_, payload))

    async def hear(self, count: int) -> list[tuple[str, RadioStatus]]:
        return [await self.heard.get() for _ in range(count)]


@pytest.fixture
async def air() -> AsyncIterator[Air]:
    on_air = Air(SimulatedRadio(Timing(pace=MINUTE.total_seconds())))
    running = asyncio.create_task(on_air.radio.run(on_air.deliver))
    yield on_air
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


def minutes(heard: list[tuple[str, RadioStatus]]) -> list[tuple[str, float]]:
    """The statuses, each with the simulated minutes since `AT`."""
    return [(each.status.value, (each.at - AT) / MINUTE) for _, each in heard]


async def test_an_alarm_makes_a_vehicle_go_out_and_arrive(air: Air) -> None:
    await air.radio.send("e-1", AT, ALARM)
    heard = await air.hear(2)
    assert minutes(heard) == [("ut", 2), ("tp", 8)]
    assert [id_ for id_, _ in heard] == ["e-1-ut", "e-1-tp"]
    assert {each.incident for _, each in heard} == {"i-1"}


async def test_a_release_makes_it_come_back_in_the_time_that_really_passes(air: Air) -> None:
    await air.radio.send("e-1", AT, ALARM)
    await air.hear(2)
    await air.radio.send("e-2", AT + 20 * MINUTE, RELEASE)
    heard = await air.hear(3)
    assert minutes(heard) == [("ir", 21), ("bs", 22), ("kz", 28)]
    assert [each.incident for _, each in heard] == ["i-1", None, None]


async def test_a_vehicle_keeps_the_estimates_of_its_alarm(air: Air) -> None:
    estimated = msgspec.structs.replace(ALARM, turn_out=240, travel=90)
    await air.radio.send("e-1", AT, estimated)
    assert minutes(await air.hear(2)) == [("ut", 4), ("tp", 5.5)]
    await air.radio.send("e-2", AT, msgspec.structs.replace(estimated, release=True))
    assert minutes(await air.hear(3)) == [("ir", 1), ("bs", 2), ("kz", 3.5)]


def test_times_in_the_options_hold_for_every_alarm() -> None:
    estimated = msgspec.structs.replace(ALARM, turn_out=240, travel=90)
    script = Timing(turn_out=1, travel=0).script(estimated)
    assert script == ((Status.UT, 1), (Status.TP, 1))


async def test_a_warning_is_taken_in_and_nothing_is_reported(air: Air) -> None:
    warning = SceneWarning(party="police", scene=Scene.UNSAFE)
    await air.radio.send("e-1", AT, CrewWarning(unit=ALARM.unit, incident="i-1", warning=warning))
    await air.radio.send("e-2", AT, ALARM)
    assert [id_ for id_, _ in await air.hear(2)] == ["e-2-ut", "e-2-tp"]


async def test_a_repeated_effect_is_dropped(air: Air) -> None:
    other = msgspec.structs.replace(ALARM, unit="fire-15-0432")
    for effect, alarm in (("e-1", ALARM), ("e-1", ALARM), ("e-2", other)):
        await air.radio.send(effect, AT, alarm)
    ids = sorted(id_ for id_, _ in await air.hear(4))
    assert ids == ["e-1-tp", "e-1-ut", "e-2-tp", "e-2-ut"]
    assert air.heard.empty()


async def test_a_release_ends_what_the_vehicle_was_doing(air: Air) -> None:
    await air.radio.send("e-1", AT, ALARM)
    await air.radio.send("e-2", AT, RELEASE)
    assert [status for status, _ in minutes(await air.hear(3))] == ["ir", "bs", "kz"]
    assert air.heard.empty()


@pytest.mark.parametrize(
    "options", [{"pace": "fast"}, {"pace": "-1"}, {"travel": "nan"}, {"turn_out": "inf"}]
)
def test_fire_007_a_time_that_cannot_be_kept(options: dict[str, str]) -> None:
    with pytest.raises(Refused, match=r"^FIRE-007"):
        timing(options)


def test_the_options_set_the_times_and_other_options_are_not_its_own() -> None:
    assert timing({"pace": "0.5", "travel": "4", "region": "15"}) == Timing(pace=0.5, travel=4)


async def test_a_release_from_elsewhere_leaves_the_vehicle_where_it_is(air: Air) -> None:
    await air.radio.send("e-1", AT, msgspec.structs.replace(ALARM, incident="i-2"))
    await air.radio.send("e-2", AT, RELEASE)
    assert [each.incident for _, each in await air.hear(2)] == ["i-2", "i-2"]
    assert air.heard.empty()
