"""The timekeeper: a legal clock that runs out is said once, by whichever core looks first."""

import asyncio

from abs_contracts import protocol
from abs_contracts.codec import decode_event
from abs_contracts.messages import incident as m
from abs_contracts.messages.values import Escalation

from abs_core.adapters.clock import FixedClock
from abs_core.application.timekeeper import LOOK_SECONDS
from abs_core.testing.room import RoomUnderTest

from .world import OPEN, events, memory, send

GRIP_1 = m.ChangeEscalation(escalation=Escalation(scale="grip", level="1"), decided_by="CaCo")


async def minutes(room: RoomUnderTest, count: float) -> None:
    """Let so many minutes of the room's day pass, and give the cores a look at the time."""
    assert isinstance(room.clock, FixedClock)
    room.clock.move(60 * count)
    await asyncio.sleep(3 * LOOK_SECONDS)


async def breached(room: RoomUnderTest) -> list[str]:
    return [e.payload.clock for e in await events(room) if isinstance(e.payload, m.ClockBreached)]


async def test_what_is_not_there_in_time_is_a_breach_said_once(room: RoomUnderTest) -> None:
    await room.start_core(memory(room).client("second"))
    await send(room, "fire", OPEN, "i1", id_="a")
    await send(room, "fire", GRIP_1, "i1", id_="b")
    await minutes(room, 2)
    assert await breached(room) == []
    await minutes(room, 0.1)
    assert await breached(room) == ["alarming"]

    await send(room, "fire", m.MeetClock(clock="description"), "i1", id_="c")
    await minutes(room, 60)
    assert await breached(room) == ["alarming", "copi"]
    told = [decode_event(raw) for raw in await room.feed("fire")]
    (first, _) = [each for each in told if isinstance(each.payload, m.ClockBreached)]
    assert (first.envelope.authtype, first.envelope.authid) == ("system", "core")
    assert [c for c in (await room.operator.status()).incidents if c.incident == "i1"]


async def test_a_closed_incident_breaches_nothing(room: RoomUnderTest) -> None:
    for number, command in enumerate((OPEN, GRIP_1, m.CloseForParty(), m.CloseIncident())):
        await send(room, "fire", command, "i1", id_=f"a{number}")
    await minutes(room, 60)
    assert await breached(room) == []


async def test_only_the_core_says_that_a_clock_ran_out(room: RoomUnderTest) -> None:
    await send(room, "fire", OPEN, "i1", id_="a")
    said = await send(room, "fire", m.BreachClock(clock="copi"), "i1", id_="b")
    assert isinstance(said, protocol.Rejected)
    assert (said.refusal.rule, said.refusal.where) == ("TRUST-003", "/type")
