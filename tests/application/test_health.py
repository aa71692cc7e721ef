"""Health: a silent block or one far behind degrades its party, and everybody is told."""

import asyncio

import msgspec
import pytest
from abs_contracts import protocol
from abs_contracts.codec import decode_event, encode
from abs_contracts.messages import party as p
from abs_contracts.messages.values import Discipline

from abs_core.adapters.memory import MemoryBus
from abs_core.application.health import BEAT_SECONDS, LAG_LIMIT, SILENT_BEATS, Health
from abs_core.application.log import RoomLog
from abs_core.application.projection import Projection
from abs_core.domain.party import Party
from abs_core.testing.room import RoomUnderTest, desk_token

from .world import Plan, agree, block_token, events, memory

SILENCE = BEAT_SECONDS * SILENT_BEATS
"""Seconds of the loop's own time: nothing here waits for the machine's."""


async def beat(room: RoomUnderTest, token: str, seconds: float, position: int = 0) -> None:
    """Let so many seconds pass with heartbeats in them."""
    said = encode(protocol.Beat(generation=1, position=position, pending=0))
    for _ in range(round(seconds / BEAT_SECONDS)):
        await room.bus.publish(protocol.beats("dh", "fire", token), said)
        await asyncio.sleep(BEAT_SECONDS)


async def told(room: RoomUnderTest) -> list[str]:
    """What the log says about the health of parties."""
    names = [event.contract.name for event in await events(room)]
    return [name for name in names if name in ("party.degraded", "party.recovered")]


async def test_a_block_that_beats_is_well_and_one_that_stops_is_not(room: RoomUnderTest) -> None:
    await agree(room, 1)
    await beat(room, block_token(1), 3 * SILENCE)
    assert await told(room) == []

    await asyncio.sleep(SILENCE / 2)
    assert await told(room) == []
    await asyncio.sleep(SILENCE)
    assert await told(room) == ["party.degraded"]
    await asyncio.sleep(10 * SILENCE)
    assert await told(room) == ["party.degraded"], "said once"
    assert (await room.settled()).parties[0].degraded

    await beat(room, block_token(1), 2 * BEAT_SECONDS)
    assert await told(room) == ["party.degraded", "party.recovered"]
    assert not (await room.settled()).parties[0].degraded


async def test_a_party_without_a_block_is_not_judged(room: RoomUnderTest) -> None:
    await asyncio.sleep(10 * SILENCE)
    assert await told(room) == []


async def test_every_party_is_told_and_why(room: RoomUnderTest) -> None:
    await agree(room, 1)
    await asyncio.sleep(2 * SILENCE)

    for party in room.parties:
        (message,) = [decode_event(raw) for raw in await room.feed(party)]
        assert message.payload == p.PartyDegraded(reason="no heartbeat")
        assert message.envelope.subject == "fire"
        assert (message.envelope.authid, message.envelope.role) == ("core", "observer")


@pytest.mark.parametrize("token", [desk_token("fire"), "guessed", block_token(1)])
async def test_only_the_block_in_force_keeps_its_party_well(
    room: RoomUnderTest, token: str
) -> None:
    await agree(room, 1)
    await beat(room, block_token(1), BEAT_SECONDS)
    await agree(room, 2)

    await beat(room, token, 3 * SILENCE)

    assert await told(room) == ["party.degraded"]


async def test_two_cores_say_it_once(room: RoomUnderTest) -> None:
    await room.start_core(memory(room).client("second"))
    await agree(room, 1)
    await asyncio.sleep(3 * SILENCE)
    await beat(room, block_token(1), SILENCE)

    assert await told(room) == ["party.degraded", "party.recovered"]


async def test_a_core_that_starts_waits_before_it_judges(room: RoomUnderTest) -> None:
    await agree(room, 1)
    await beat(room, block_token(1), SILENCE)
    second = await room.start_core(memory(room).client("second"))
    await beat(room, block_token(1), 2 * SILENCE)

    assert await told(room) == []
    await room.stop_core(second)


async def test_a_lost_heartbeat_is_no_reason_yet(room: RoomUnderTest, plan: Plan) -> None:
    await agree(room, 1)
    for _ in range(5):
        plan.lose(r"local>local:beat\..*", SILENT_BEATS - 1)
        await beat(room, block_token(1), SILENCE)
        assert not plan.armed

    assert await told(room) == []


# -- lag: without a room, since it takes a thousand messages ------------------------


class Said:
    """What the core would say, and what comes of it for the projection."""

    def __init__(self, bus: MemoryBus) -> None:
        self.heard: list[msgspec.Struct] = []
        self.projection = Projection(RoomLog(None, "dh"))  # type: ignore[arg-type]  # never read
        self.projection.parties["fire"] = Party(discipline=Discipline.FIRE, generation=1)
        self.health = Health(bus, self.projection, self._say)

    async def _say(self, party: str, payload: msgspec.Struct) -> None:
        self.heard.append(payload)
        before = self.projection.parties[party]
        degraded = isinstance(payload, p.DegradeParty)
        self.projection.parties[party] = msgspec.structs.replace(before, degraded=degraded)

    async def after(self, seconds: float, *, feed: int, position: int | None) -> None:
        self.projection.settle({"fire": feed})
        for _ in range(round(seconds / BEAT_SECONDS)):
            if position is not None:
                self.health.hear("fire", protocol.Beat(generation=1, position=position, pending=0))
            await asyncio.sleep(BEAT_SECONDS)


async def test_a_block_too_far_behind_is_degraded_though_it_beats() -> None:
    said = Said(MemoryBus())
    running = asyncio.create_task(said.health.run())

    await said.after(SILENCE, feed=LAG_LIMIT, position=0)
    assert said.heard == []
    await said.after(SILENCE, feed=LAG_LIMIT + 1, position=0)
    assert said.heard == [p.DegradeParty(reason="too far behind in its feed")]
    await said.after(SILENCE, feed=LAG_LIMIT + 1, position=1)
    assert said.heard[1:] == [p.RecoverParty()]
    running.cancel()


async def test_without_a_broker_nobody_can_be_heard_and_nobody_is_judged() -> None:
    bus = MemoryBus()
    said = Said(bus)
    running = asyncio.create_task(said.health.run())
    await said.after(BEAT_SECONDS, feed=0, position=0)
    await bus.close()

    await said.after(10 * SILENCE, feed=0, position=None)
    assert said.heard == []
    running.cancel()
