"""Requests and messages, sentence by sentence of the port, over both adapters."""

import asyncio

import pytest

from abs_core.ports import Bus, Message, Unknown, Unreachable

BOUND = 20.0  # seconds until a test that waits for something is given up


async def test_the_answer_is_what_the_handler_returns(buses: tuple[Bus, Bus]) -> None:
    client, server = buses

    async def shout(message: Message) -> bytes:
        return message.data.upper() + b" on " + message.subject.encode()

    await server.serve("say.*", shout)

    assert await client.request("say.it", b"help", within=5) == b"HELP on say.it"


async def test_nobody_there_is_unreachable(bus: Bus) -> None:
    with pytest.raises(Unreachable):
        await bus.request("nobody", b"", within=5)


async def test_no_answer_in_time_is_unknown(bus: Bus) -> None:
    called = asyncio.Event()

    async def silent(_: Message) -> None:
        called.set()

    await bus.serve("silent", silent)

    with pytest.raises(Unknown):
        await bus.request("silent", b"", within=0.2)
    assert called.is_set()


async def test_a_published_message_has_no_reply_and_a_request_has_one(
    buses: tuple[Bus, Bus],
) -> None:
    client, server = buses
    seen: asyncio.Queue[Message] = asyncio.Queue()

    async def take(message: Message) -> bytes:
        seen.put_nowait(message)
        return b"ok"

    await server.serve("news", take)
    await client.publish("news", b"1")
    await client.request("news", b"2", within=5)

    first, second = await seen.get(), await seen.get()
    assert first == Message("news", b"1", None)
    assert second.data == b"2"
    assert second.reply


async def test_an_answer_may_be_sent_later_to_the_reply_subject(buses: tuple[Bus, Bus]) -> None:
    client, server = buses

    async def later(message: Message) -> None:
        assert message.reply is not None
        await server.publish(message.reply, b"later")

    await server.serve("slow", later)

    assert await client.request("slow", b"", within=5) == b"later"


async def test_a_failing_handler_ends_neither_itself_nor_the_others(buses: tuple[Bus, Bus]) -> None:
    client, server = buses

    async def divide(message: Message) -> bytes:
        return str(10 // int(message.data)).encode()

    await server.serve("divide", divide)

    with pytest.raises(Unknown):
        await client.request("divide", b"0", within=0.2)
    assert await client.request("divide", b"5", within=5) == b"2"


async def test_handlers_run_side_by_side(buses: tuple[Bus, Bus]) -> None:
    client, server = buses
    together = asyncio.Barrier(3)

    async def meet(_: Message) -> bytes:
        await together.wait()
        return b"met"

    await server.serve("meet", meet)
    async with asyncio.timeout(BOUND):
        answers = await asyncio.gather(
            *(client.request("meet", b"", within=BOUND) for _ in range(3))
        )

    assert answers == [b"met"] * 3


async def test_handlers_begin_in_order_of_arrival(buses: tuple[Bus, Bus]) -> None:
    client, server = buses
    begun: list[int] = []
    done = asyncio.Event()

    async def note(message: Message) -> None:
        begun.append(int(message.data))
        if len(begun) == 200:
            done.set()
        await asyncio.sleep(0)

    await server.serve("order.*", note)
    for number in range(200):
        await client.publish(f"order.{number % 7}", str(number).encode())
    async with asyncio.timeout(BOUND):
        await done.wait()

    assert begun == list(range(200))


async def test_one_server_of_a_queue_gets_each_message(buses: tuple[Bus, Bus]) -> None:
    client, server = buses
    taken: dict[str, list[bytes]] = {"a": [], "b": [], "all": []}

    def take(name: str) -> object:
        async def handler(message: Message) -> bytes | None:
            taken[name].append(message.data)
            return b"" if name != "all" else None

        return handler

    await server.serve("work", take("a"), queue="workers")  # type: ignore[arg-type]  # built above
    await client.serve("work", take("b"), queue="workers")  # type: ignore[arg-type]  # built above
    await client.serve("work", take("all"))  # type: ignore[arg-type]  # built above
    sent = [str(number).encode() for number in range(40)]
    for data in sent:
        await client.request("work", data, within=5)

    assert sorted(taken["a"] + taken["b"]) == sorted(sent)
    assert taken["a"]
    assert taken["b"]
    assert taken["all"] == sent


async def test_a_closed_subscription_gets_nothing_more(buses: tuple[Bus, Bus]) -> None:
    client, server = buses

    async def answer(_: Message) -> bytes:
        return b"here"

    served = await server.serve("once", answer)
    assert await client.request("once", b"", within=5) == b"here"
    await served.close()
    # The broker has handled the end when the next subscription answers.
    await server.serve("after", answer)
    await client.request("after", b"", within=5)

    with pytest.raises(Unreachable):
        await client.request("once", b"", within=5)


@pytest.mark.parametrize(
    ("pattern", "subject", "arrives"),
    [
        ("a.*.c", "a.b.c", True),
        ("a.*.c", "a.b.b.c", False),
        ("a.*", "a", False),
        ("a.>", "a.b.c", True),
        ("a.>", "a", False),
        ("a.b", "a.b", True),
        ("a.b", "a.b.c", False),
    ],
)
async def test_patterns(bus: Bus, pattern: str, subject: str, arrives: bool) -> None:
    async def answer(_: Message) -> bytes:
        return b""

    await bus.serve(pattern, answer)

    if arrives:
        assert await bus.request(subject, b"", within=5) == b""
    else:
        with pytest.raises(Unreachable):
            await bus.request(subject, b"", within=5)


async def test_closing_ends_the_connection(buses: tuple[Bus, Bus]) -> None:
    client, server = buses

    async def answer(_: Message) -> bytes:
        return b""

    await server.serve("here", answer)
    assert server.connected
    await server.close()

    assert not server.connected
    with pytest.raises((Unreachable, Unknown)):
        await client.request("here", b"", within=0.5)
