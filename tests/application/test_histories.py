"""Any history, over two cores and with deliveries lost, ends as the rules alone say."""

import asyncio

from abs_contracts import protocol
from abs_contracts.messages import incident as m
from hypothesis import given, settings
from hypothesis import strategies as st

from abs_core.adapters.clock import FixedClock
from abs_core.adapters.ids import SequentialIds
from abs_core.adapters.memory import MemoryBus
from abs_core.testing.room import RoomUnderTest

from ..domain.played import NOON, Played, Step, render
from ..domain.strategies import histories
from .virtual import VirtualLoop
from .world import Plan, commands, events, memory, send


@settings(max_examples=40, deadline=None)
@given(histories, st.sets(st.integers(0, 1500), max_size=60))
def test_any_history_is_decided_once_and_fed_exactly(history: list[Step], lost: set[int]) -> None:
    """With one loop, one bus and one plan of its own for each history."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        runner.run(_live(history, lost))


async def _live(history: list[Step], lost: set[int]) -> None:
    plan = Plan()
    bus = MemoryBus(plan, patience=0.5)
    async with RoomUnderTest(bus, FixedClock(NOON), SequentialIds("t")) as room:
        await room.start_core(memory(room).client("second"))
        played, accepted = Played(), []
        plan.unlucky(lost)
        for number, step in enumerate(history):
            if not isinstance(step.payload, m.Command):
                continue  # what the core says of itself
            said = await send(room, step.party, step.payload, step.subject, id_=f"s{number}")
            assert isinstance(said, protocol.Accepted) == played.take(step), (number, said)
            if isinstance(said, protocol.Accepted):
                accepted.append(said.command)
        plan.unlucky(())

        log = await events(room)
        assert [e.payload for e in log if e.contract.name.startswith("incident.")] == [
            e.payload for e in played.log if e.contract.name.startswith("incident.")
        ]
        written = [id_ for id_ in await commands(room) if id_.startswith("s")]
        assert len(written) == len(set(written))
        assert set(written) <= set(accepted)
        for party in room.parties:
            assert await room.feed(party) == render(log, party)
