"""The simulated crews, at a pace of a millisecond per minute."""

import asyncio
import datetime as dt
from collections.abc import AsyncIterator

import msgspec
import pytest
from abs_contracts.messages.values import Point
from abs_contracts.refusal import Refused
from abs_police.messages.radio import Alarm, EmergencyButton, RadioStatus, Simulate, Simulated
from abs_police.radio import SimulatedRadio, Timing, timing

AT = dt.datetime(2026, 1, 1, 2, 43, tzinfo=dt.UTC)
MINUTE = dt.timedelta(milliseconds=1)
PLACE = Point(lat=52.06, lon=4.49)
ALARM = Alarm(unit="police-DH-41-01", incident="i-1", point=PLACE)
RELEASE = msgspec.structs.replace(ALARM, release=True)


class Air:
    """A running radio and what it delivered, in order."""

    def __init__(self, radio: SimulatedRadio) -> None:
        self.radio = radio
        self.heard: asyncio.Queue[tuple[str, msgspec.Struct]] = asyncio.Queue()

    async def deliver(self, id_: str, payload: msgspec.Struct) -> None:
        self.heard.put_nowait((id_, payload))

    async def statuses(self, count: int) -> list[RadioStatus]:
        heard = [payload for _, payload in [await self.heard.get() for _ in range(count)]]
        return [each for each in heard if isinstance(each, RadioStatus)]


@pytest.fixture
async def air() -> AsyncIterator[Air]:
    on_air = Air(SimulatedRadio(Timing(pace=MINUTE.total_seconds())))
    running = asyncio.create_task(on_air.radio.run(on_air.deliver))
    yield on_air
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


def minutes(heard: list[RadioStatus]) -> list[tuple[str, float]]:
    """The statuses, each with the simulated minutes since `AT`."""
    return [(each.status.value, (each.at - AT) / MINUTE) for each in heard if each.at]


async def test_an_alarm_makes_a_crew_drive_and_arrive_where_it_was_sent(air: Air) -> None:
    await air.radio.send("e-1", AT, ALARM)
    heard = await air.statuses(2)
    assert minutes(heard) == [("ar", 1), ("tp", 7)]
    assert [each.point for each in heard] == [None, PLACE]
    assert {each.incident for each in heard} == {"i-1"}


async def test_a_release_makes_it_free_and_ends_what_it_was_doing(air: Air) -> None:
    await air.radio.send("e-1", AT, ALARM)
    await air.radio.send("e-2", AT, RELEASE)
    (free,) = await air.statuses(1)
    assert minutes([free]) == [("vr", 1)]
    assert free.incident is None
    await air.radio.send("e-3", AT, msgspec.structs.replace(ALARM, unit="another"))
    assert [each.unit for each in await air.statuses(2)] == ["another", "another"]


async def test_a_release_from_elsewhere_leaves_the_crew_where_it_is(air: Air) -> None:
    await air.radio.send("e-1", AT, msgspec.structs.replace(ALARM, incident="i-2"))
    await air.radio.send("e-2", AT, msgspec.structs.replace(ALARM, release=True))
    assert [each.incident for each in await air.statuses(2)] == ["i-2", "i-2"]
    assert air.heard.empty()


async def test_a_repeated_effect_is_dropped(air: Air) -> None:
    for effect in ("e-1", "e-1"):
        await air.radio.send(effect, AT, ALARM)
    await air.statuses(2)
    await air.radio.send("e-2", AT, RELEASE)
    assert minutes(await air.statuses(1)) == [("vr", 1)]
    assert air.heard.empty()


async def test_what_a_desk_has_a_crew_say_comes_in_as_if_said_now_or_when_it_says(
    air: Air,
) -> None:
    button = EmergencyButton(unit="u-1")
    before = msgspec.structs.replace(button, at=AT - MINUTE)
    await air.radio.send("e-1", AT, Simulate(say=button))
    await air.radio.send("e-2", AT, Simulate(say=before))
    await air.radio.send("e-3", AT, Simulated(unit="u-1"))  # nothing that a crew says
    assert await air.heard.get() == ("e-1", msgspec.structs.replace(button, at=AT))
    assert await air.heard.get() == ("e-2", before)


@pytest.mark.parametrize(
    "options", [{"pace": "fast"}, {"pace": "-1"}, {"travel": "nan"}, {"react": "inf"}]
)
def test_police_007_a_time_that_cannot_be_kept(options: dict[str, str]) -> None:
    with pytest.raises(Refused, match=r"^POLICE-007"):
        timing(options)


def test_the_options_set_the_times_and_other_options_are_not_its_own() -> None:
    assert timing({"pace": "0.5", "travel": "4", "fleet": "x"}) == Timing(pace=0.5, travel=4)
