"""The sieve in front of the client library, held against the library's own parser."""

import asyncio
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nats.aio.client import Client as LibraryClient
from nats.protocol.parser import Parser

from abs_core.adapters.nats import NatsBus
from abs_core.adapters.nats.frames import END, Arrived, Client, Sieve, Sink, subscribe
from abs_core.ports import Message
from abs_core.testing.server import ServerUnderTest

BOUND = 20.0  # seconds until a test that waits for something is given up
OURS, THEIRS, GONE = 1, 2, 3
"""Ids of subscriptions: one of ours, one of the library's, one that is there no more."""


class Read(NamedTuple):
    """What a message is, whoever read it."""

    sid: int
    subject: str
    reply: str
    data: bytes
    headers: dict[str, str]


class Subscribed:
    def __init__(self, future: object) -> None:
        self._future = future


class Stand:
    """In place of a client: what it is subscribed to, and what reaches it through the library."""

    is_connected = True

    def __init__(self) -> None:
        self.read: list[Read] = []
        self.lines: list[str] = []
        self._subs = {OURS: Subscribed(Sink(self.take)), THEIRS: Subscribed(None)}

    def take(self, message: Arrived) -> None:
        self.read.append(Read(OURS, message.subject, message.reply, message.data, message.headers))

    async def _process_msg(
        self, sid: int, subject: bytes, reply: bytes, data: bytes, head: bytes | None
    ) -> None:
        library = LibraryClient()
        headers = await library._process_headers(head)
        if sid != GONE:
            self.read.append(Read(sid, subject.decode(), reply.decode(), data, headers or {}))

    def flush_soon(self) -> None: ...

    async def _process_ping(self) -> None:
        self.lines.append("PING")

    async def _process_pong(self) -> None:
        self.lines.append("PONG")

    async def _process_err(self, what: str) -> None:
        self.lines.append(what)

    async def _process_info(self, info: dict[str, Any]) -> None:
        self.lines.append(str(info))


SUBJECTS = st.sampled_from(["a", "inc.dh.1", "_INBOX.abc.12", "MSG", "PING"])
VALUES = st.text("abc: é-/0", max_size=8).map(str.strip)
NAMES = st.sampled_from(["Nats-Sequence", "Abs-Chain", "Abs-Command"])
BODIES = st.one_of(
    st.binary(max_size=40), st.sampled_from([b"MSG a 1 3\r\nabc\r\n", b"\r\n", b"PING\r\n"])
)
STATUSES = st.sampled_from(["", " 100 Idle Heartbeat", " 404 Message Not Found", " 503"])
LINES = st.sampled_from([b"PING", b"PONG", b"+OK", b"-ERR 'no'", b'INFO {"a":1}'])


@st.composite
def messages(draw: st.DrawFn) -> bytes:
    words = [draw(SUBJECTS), str(draw(st.sampled_from([OURS, THEIRS, GONE])))]
    words += [draw(SUBJECTS)] if draw(st.booleans()) else []
    body = draw(BODIES)
    if draw(st.booleans()):
        return f"MSG {' '.join(words)} {len(body)}\r\n".encode() + body + b"\r\n"
    status = draw(STATUSES)
    # Of a status without words that headers follow the library makes words of the headers.
    named = {} if status == " 503" else draw(st.dictionaries(NAMES, VALUES))
    lines = "".join(f"{name}: {value}\r\n" for name, value in named.items())
    head = f"NATS/1.0{status}\r\n{lines}\r\n".encode()
    sizes = f"{len(head)} {len(head) + len(body)}"
    return f"HMSG {' '.join(words)} {sizes}\r\n".encode() + head + body + b"\r\n"


@given(
    frames=st.lists(st.one_of(messages(), LINES.map(lambda line: line + END)), max_size=8),
    data=st.data(),
)
def test_it_reads_what_the_library_reads_however_it_is_cut(
    frames: list[bytes], data: st.DataObject
) -> None:
    stream = b"".join(frames)
    cuts = data.draw(st.lists(st.integers(0, len(stream)), max_size=6).map(sorted))
    pieces = [stream[a:b] for a, b in zip([0, *cuts], [*cuts, len(stream)], strict=True)]

    async def whole() -> tuple[Stand, Stand]:
        library, ours = Stand(), Stand()
        await Parser(library).parse(stream)
        behind, onward = Parser(ours), list[bytes]()
        sieve = Sieve(ours, onward.append)  # type: ignore[arg-type]  # a stand-in
        for piece in pieces:
            sieve.feed(piece)
            while onward:
                await behind.parse(onward.pop(0))
        return library, ours

    library, ours = asyncio.run(whole())
    assert ours.lines == library.lines
    for sid in (OURS, THEIRS):
        assert [r for r in ours.read if r.sid == sid] == [r for r in library.read if r.sid == sid]


def test_of_a_connection_that_is_given_up_nothing_more_is_taken() -> None:
    stand, onward = Stand(), list[bytes]()
    sieve = Sieve(stand, onward.append)  # type: ignore[arg-type]  # a stand-in
    stand.is_connected = False
    sieve.feed(b"MSG a 1 1\r\nx\r\nPING\r\n")
    assert not stand.read
    assert not onward


async def test_every_connection_has_one(server: ServerUnderTest, nats_bus: NatsBus) -> None:
    """Messages reach the library's own parser neither at first nor after a reconnect."""
    parsed: list[bytes] = []
    client = nats_bus._client
    own = client._process_msg

    async def process(sid: int, *message: Any) -> None:
        parsed.append(message[0])
        await own(sid, *message)

    client._process_msg = process  # type: ignore[method-assign,assignment]  # to see what comes so far
    log = await nats_bus.stream("LOG", ["inc.*"])
    await log.append("inc.a", b"1", expect=0)
    await server.restart()
    async with asyncio.timeout(BOUND):
        while not nats_bus.connected:
            await asyncio.sleep(0.01)
        assert [r.data for r in await log.read("inc.a")] == [b"1"]
    assert isinstance(client, Client)
    assert not parsed


async def test_what_a_taker_raises_stays_with_it(
    nats_bus: NatsBus, capsys: pytest.CaptureFixture[str]
) -> None:
    taken: list[bytes] = []
    whole = asyncio.Event()

    def take(message: Arrived) -> None:
        taken.append(message.data)
        if message.data == b"1":
            raise RuntimeError("not this one")
        whole.set()

    await subscribe(nats_bus._client, "here", take)
    for data in (b"1", b"2"):
        await nats_bus.publish("here", data)
    async with asyncio.timeout(BOUND):
        await whole.wait()
    assert taken == [b"1", b"2"]
    assert "a message was not taken" in capsys.readouterr().out


async def test_a_message_larger_than_one_read_arrives_whole(nats_bus: NatsBus) -> None:
    data = bytes(range(256)) * 3_500  # line ends among them

    async def echo(message: Message) -> bytes:
        return message.data

    await nats_bus.serve("echo", echo)
    assert await nats_bus.request("echo", data, within=BOUND) == data


async def test_what_is_sent_in_one_turn_and_by_what_a_read_woke_is_one_write(
    server: ServerUnderTest, nats_bus: NatsBus
) -> None:
    """A handler's three words and its answer; the turn after the handler's comes too late."""
    writes, by_the_next_turn = list[int](), list[int]()

    async def handler(message: Message) -> bytes:
        asyncio.get_running_loop().call_soon(lambda: by_the_next_turn.extend(writes))
        for _ in range(3):
            await nats_bus.publish("to.nobody", message.data)
        return b"answer"

    await nats_bus.serve("asked", handler)
    transport: Any = nats_bus._client._transport
    write = transport.writelines

    def counted(frames: list[bytes]) -> None:
        writes.append(len(frames))
        write(frames)

    transport.writelines = counted
    other = await NatsBus.connect(server.url, name="other")
    assert await other.request("asked", b"", within=BOUND) == b"answer"
    await other.close()
    assert by_the_next_turn == writes == [4]
