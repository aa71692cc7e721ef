"""What a read asks of the broker, which goes through a whole block of its store to count."""

import asyncio

import msgspec

from abs_core.adapters.nats import NatsBus
from abs_core.ports import Message
from abs_core.testing.server import ServerUnderTest

BOUND = 20.0  # seconds until a test that waits for something is given up


async def test_where_nothing_is_new_nothing_is_counted(
    server: ServerUnderTest, nats_bus: NatsBus
) -> None:
    """A look that finds nothing is what every command of a block begins with."""
    asked: list[set[str]] = []
    seen = asyncio.Condition()
    ear = await NatsBus.connect(server.url, name="ear")

    async def hear(message: Message) -> None:
        async with seen:
            asked.append(set(msgspec.json.decode(message.data)))
            seen.notify_all()

    await ear.serve("$JS.API.DIRECT.GET.*", hear)
    log = await nats_bus.stream("LOG", ["inc.*"])
    last = await log.append("inc.a", b"1", expect=0)
    await log.append("inc.b", b"1", expect=0)

    assert await log.read("inc.a", after=last) == []
    assert await log.read("inc.none", after=last) == []
    assert [r.seq for r in await log.read("inc.*", after=last)] == [last + 1]
    async with asyncio.timeout(BOUND), seen:
        await seen.wait_for(lambda: len(asked) >= 4)
    newest, batch = {"last_by_subj"}, {"seq", "next_by_subj", "batch"}
    assert asked == [newest, newest, newest, batch]
    await ear.close()
