"""The core of one room: its subscriptions, and what runs behind them.

The party of a message is known from the subscription it came in on, one for
each party. Subject and reply are checked as well: a discipline can make the
broker deliver a message of its own under a subject that is not its own.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
import structlog
from abs_contracts import protocol
from abs_contracts.catalogue import CORE
from abs_contracts.codec import decode_as, encode, seal
from abs_contracts.envelope import Envelope
from abs_contracts.negotiate import agreement_hash
from abs_contracts.refusal import Refused

from abs_core.application.awake import Awake
from abs_core.application.commands import Channel, CommandHandler
from abs_core.application.feeder import MAJOR, Feeder
from abs_core.application.health import BEAT_SECONDS, Health
from abs_core.application.log import RoomLog
from abs_core.application.projection import Projection
from abs_core.application.queries import Queries
from abs_core.application.registry import BLOCK, Registry, digest
from abs_core.application.timekeeper import Timekeeper
from abs_core.ports import Bus, Clock, Ids, Message, Subscription, Unknown, Unreachable

REPLIES = ("_INBOX.", "_R_.")
"""Where an answer may go: a client's inbox, or a broker's service import."""

logger = structlog.get_logger(__name__)
PartyHandler = Callable[[str, str, bytes], Awaitable[Any]]


class Core:
    """One core process of a room; any number may run side by side."""

    def __init__(self, room: str, bus: Bus, clock: Clock, ids: Ids) -> None:
        self.room = room
        self._bus = bus
        self._clock = clock
        self._ids = ids
        self._serving: dict[str, list[Subscription]] = {}
        self.ready = asyncio.Event()

    async def run(self) -> None:
        """Serve until cancelled. Raises Refused when the log is not as it must be."""
        stream = await self._bus.stream(
            protocol.stream("log", self.room), RoomLog.subjects(self.room)
        )
        log = RoomLog(stream, self.room)
        self._registry = Registry(log)
        self._projection = Projection(log)
        self._handler = CommandHandler(log, self._registry, self._projection, self._clock)
        self._health = Health(self._bus, self._projection, self._say)
        self._awake = Awake(stream.last)
        timekeeper = Timekeeper(self._projection, self._clock, self._say)
        feeder = Feeder(log, self._projection, self._bus)
        self._queries = Queries(log, self._registry, self._projection, self._health, feeder.chains)
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(feeder.run())
                await feeder.ready.wait()
                await self._know_parties()
                operator = protocol.operator(self.room)
                await self._bus.serve(operator, self._operator, queue="core")
                group.create_task(self._serve_parties(feeder.joined))
                group.create_task(self._health.run())
                group.create_task(timekeeper.run())
                group.create_task(self._awake.run())
        except* Refused as refused:
            raise refused.exceptions[0] from None

    async def _know_parties(self) -> None:
        """Read who takes part, however often the log does not answer."""
        while True:
            try:
                return await self._registry.refresh()
            except (Unknown, Unreachable) as doubt:
                logger.warning("parties not known yet", why=repr(doubt))
                await asyncio.sleep(0.05)

    async def _serve_parties(self, joined: asyncio.Event) -> None:
        """Keep one subscription per party and kind; parties may come while running."""
        while True:
            joined.clear()
            try:
                for party in list(self._projection.parties):
                    if party not in self._serving:
                        self._serving[party] = await self._subscribe(party)
            except Unknown as unknown:
                logger.warning("party not served yet", why=str(unknown))
                continue
            self.ready.set()
            await joined.wait()

    async def _subscribe(self, party: str) -> list[Subscription]:
        kinds: list[tuple[Callable[..., str], PartyHandler, str]] = [
            (protocol.commands, self._command, "core"),
            (protocol.queries, self._query, "core"),
            (protocol.hello, self._hello, "core"),
            (protocol.beats, self._beat, ""),
        ]
        served: list[Subscription] = []
        try:
            for subject, handler, queue in kinds:
                where = subject(self.room, party)
                handle = self._checked(where, party, handler)
                served.append(await self._bus.serve(where, handle, queue=queue))
        except Unknown:
            for subscription in served:
                await subscription.close()
            raise
        return served

    def _checked(
        self, where: str, party: str, handler: PartyHandler
    ) -> Callable[[Message], Awaitable[bytes | None]]:
        async def handle(message: Message) -> bytes | None:
            token = last_token(message, where)
            if token is None or not self._awake.fresh:
                return None
            answer = await self._answered(handler(party, token, message.data))
            return None if answer is None or message.reply is None else encode(answer)

        return handle

    async def _answered(self, work: Awaitable[Any]) -> Any:
        """The answer, or the refusal that was raised, or that nobody can say."""
        try:
            return await work
        except Refused as refused:
            return protocol.Rejected(command="", refusal=refused.refusal)
        except Unknown as unknown:
            return protocol.Unknown(command="", what=str(unknown) or "the log did not answer")

    # -- what a party sends ------------------------------------------------

    async def _command(self, party: str, token: str, data: bytes) -> protocol.Reply:
        until = _given_up()
        holder = await self._registry.holder(party, token)
        return await self._handler.handle(data, Channel(party, holder, until))

    async def _query(self, party: str, token: str, data: bytes) -> protocol.Story:
        await self._registry.holder(party, token)
        query = decode_as(data, protocol.StoryQuery)
        return await self._queries.story(protocol.StoryQuery(incident=query.incident, party=party))

    async def _hello(self, party: str, token: str, data: bytes) -> protocol.Welcome:
        """Welcome the block of the Agreement in force, and make what it may not make."""
        await self._block_only(party, token)
        said = decode_as(data, protocol.Hello)
        state = self._registry.parties[party]
        agreed = (state.generation, agreement_hash(state.agreement)) if state.agreement else None
        if (said.generation, said.agreement) != agreed:
            raise Refused(
                rule="TRUST-005",
                what="this block was started with an Agreement that is not in force",
                where="/agreement",
                fix="start it with the credentials of the newest generation",
            )
        name = protocol.stream("feed", self.room, party, f"v{MAJOR}")
        feed = await self._bus.open(name)
        await feed.forget(f"g{said.generation - 1}")
        reader = await feed.durable(f"g{said.generation}", after=0)
        await reader.close()
        await self._bus.stream(
            protocol.stream("journal", self.room, party), [protocol.journal(self.room, party)]
        )
        dead = protocol.stream("dead", self.room)
        await self._bus.stream(dead, [protocol.dead_letters(self.room, "*")])
        return protocol.Welcome(
            stream=name,
            consumer=f"g{said.generation}",
            room=self.room,
            party=party,
            beat_seconds=BEAT_SECONDS,
        )

    async def _beat(self, party: str, token: str, data: bytes) -> None:
        known = self._projection.parties.get(party)
        if known is None or digest(token) != known.block_token:
            await self._block_only(party, token)
        self._health.hear(party, decode_as(data, protocol.Beat))

    async def _block_only(self, party: str, token: str) -> None:
        if await self._registry.holder(party, token) != BLOCK:
            raise Refused(
                rule="TRUST-006",
                what="this is for the party's block",
                where="the subject",
                fix="use the token of the block's Agreement",
            )

    # -- what the operator sends -------------------------------------------

    async def _operator(self, message: Message) -> bytes | None:
        verb = last_token(message, protocol.operator(self.room))
        if verb is None or not self._awake.fresh:
            return None
        answer = await self._answered(self._operate(verb, message.data))
        return None if message.reply is None else encode(answer)

    async def _operate(self, verb: str, data: bytes) -> Any:
        match verb:
            case "command":
                return await self._handler.handle(data, Channel(until=_given_up()))
            case "story":
                return await self._queries.story(decode_as(data, protocol.StoryQuery))
            case "status":
                return self._queries.status()
        raise Refused(
            rule="CONTRACT-004",
            what=f"the operator has no {verb!r}",
            where="the subject",
            fix="use command, story or status",
        )

    async def _say(self, subject: str, payload: msgspec.Struct) -> None:
        """A command of the core's own, about what it observes."""
        now = self._clock.now()
        envelope = Envelope(
            specversion="1.0",
            id=self._ids.new(),
            source=f"/rooms/{self.room}/core",
            type=CORE.of(payload).type,
            subject=subject,
            time=now,
            authid="core",
            role="observer",
            data=msgspec.Raw(b"{}"),
        )
        reply = await self._handler.handle(seal(envelope, payload), Channel(holder="core"))
        said, outcome = type(payload).__name__, type(reply).__name__
        logger.info("observed", about=subject, said=said, reply=outcome)


def _given_up() -> float:
    """When who asked just now stops waiting, by the running loop's time."""
    return asyncio.get_running_loop().time() + protocol.ANSWER_SECONDS


def last_token(message: Message, where: str) -> str | None:
    """The token that stands for the `*` of a subscription; None for a forged message."""
    fixed = where.removesuffix("*")
    token = message.subject.removeprefix(fixed)
    if fixed + token != message.subject or not token or "." in token:
        logger.warning("forged subject", subscription=where, subject=message.subject)
        return None
    if message.reply is not None and not message.reply.startswith(REPLIES):
        logger.warning("forged reply", subscription=where, reply=message.reply)
        return None
    return token
