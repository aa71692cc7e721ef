"""Those who speak to a room: a party's desk, and the operator.

Both repeat a command with the same id while its outcome is unknown, which is
harmless: the core knows a command again by its id.
"""

import asyncio
import datetime as dt
from typing import TypeVar

import msgspec
from abs_contracts import protocol
from abs_contracts.catalogue import CORE, Catalogue
from abs_contracts.codec import encode, seal
from abs_contracts.envelope import Envelope
from abs_contracts.refusal import Refused

from abs_core.ports import Bus, Clock, Ids, Unknown, Unreachable

PATIENCE = 30.0
"""Seconds that a client keeps asking about a command whose outcome is unknown."""

R = TypeVar("R")


class _Client:
    def __init__(self, bus: Bus, room: str, clock: Clock, ids: Ids, source: str) -> None:
        self._bus = bus
        self.room = room
        self._clock = clock
        self._ids = ids
        self._source = source

    def _envelope(self, payload: msgspec.Struct, subject: str, actor: str, role: str) -> Envelope:
        return Envelope(
            specversion="1.0",
            id=self._ids.new(),
            source=self._source,
            type=CORE.of(payload).type,
            subject=subject,
            time=self._clock.now(),
            authid=actor,
            role=role,
            data=msgspec.Raw(b"{}"),
        )

    async def _send(self, where: str, raw: bytes, command: str) -> protocol.Reply:
        """The reply; Unknown only when patience ran out."""
        wait, spent = 0.02, 0.0
        while True:
            try:
                data = await self._bus.request(where, raw, within=protocol.ANSWER_SECONDS)
                reply = protocol.decode_reply(data)
            except (Unknown, Unreachable) as why:
                reply = protocol.Unknown(command=command, what=str(why) or "no answer")
            if not isinstance(reply, protocol.Unknown) or spent > PATIENCE:
                return reply
            await asyncio.sleep(wait)
            spent += wait
            wait = min(wait * 2, 1.0)

    async def _ask(self, where: str, data: bytes, answer: type[R]) -> R:
        reply = msgspec.json.decode(
            await self._bus.request(where, data, within=protocol.ANSWER_SECONDS),
            type=answer | protocol.Rejected | protocol.Unknown,
        )
        if isinstance(reply, protocol.Rejected | protocol.Unknown):
            checked(reply)
        if not isinstance(reply, answer):
            raise TypeError(f"asked for {answer.__name__}")
        return reply


class Desk(_Client):
    """A party's desk: commands to the core, questions and requests to its own block."""

    def __init__(self, bus: Bus, room: str, party: str, token: str, clock: Clock, ids: Ids) -> None:
        super().__init__(bus, room, clock, ids, f"/rooms/{room}/parties/{party}/desk")
        self.party = party
        self._token = token

    async def command(
        self,
        payload: msgspec.Struct,
        subject: str,
        *,
        actor: str,
        role: str,
        occurred: dt.datetime | None = None,
        command: str | None = None,
    ) -> protocol.Reply:
        """Ask the core for something; the reply says accepted, refused or unknown.

        `command` is an id that is the same when the sender asks for the same again.
        """
        envelope = self._envelope(payload, subject, actor, role)
        if occurred is not None:
            envelope = msgspec.structs.replace(envelope, time=occurred)
        if command is not None:
            envelope = msgspec.structs.replace(envelope, id=command)
        where = protocol.commands(self.room, self.party, self._token)
        return await self._send(where, seal(envelope, payload), envelope.id)

    async def story(self, incident: str) -> protocol.Story:
        """What this party sees of an incident. Raises Refused, Unknown or Unreachable."""
        query = encode(protocol.StoryQuery(incident=incident))
        where = protocol.queries(self.room, self.party, self._token)
        return await self._ask(where, query, protocol.Story)

    async def ask(self, catalogue: Catalogue, question: msgspec.Struct, answer: type[R]) -> R:
        """Ask the party's block something; nothing changes. Raises Refused."""
        asked = protocol.Question(
            type=catalogue.of(question).type, data=msgspec.Raw(encode(question))
        )
        where = protocol.questions(self.room, self.party)
        said = await self._ask(where, encode(asked), protocol.Answer)
        return msgspec.json.decode(said.data, type=answer)

    async def request(
        self,
        catalogue: Catalogue,
        payload: msgspec.Struct,
        answer: type[R],
        *,
        actor: str,
        role: str,
    ) -> R:
        """Have the party's block do something; it answers once it is journaled."""
        asked = protocol.DeskRequest(
            id=self._ids.new(),
            type=catalogue.of(payload).type,
            actor=actor,
            role=role,
            time=self._clock.now(),
            data=msgspec.Raw(encode(payload)),
        )
        said = await self._ask(protocol.desk(self.room, self.party), encode(asked), protocol.Taken)
        return msgspec.json.decode(said.data, type=answer)


class Operator(_Client):
    """Who runs a room: parties, Agreements, and a view of everything."""

    def __init__(self, bus: Bus, room: str, clock: Clock, ids: Ids) -> None:
        super().__init__(bus, room, clock, ids, f"/rooms/{room}/operator")

    async def command(
        self, payload: msgspec.Struct, party: str, *, command: str | None = None
    ) -> protocol.Accepted:
        """Register a party or put an Agreement in force. Raises Refused or Unknown.

        `command` is an id that is the same when the sender asks for the same again.
        """
        envelope = self._envelope(payload, party, "operator", "operator")
        if command is not None:
            envelope = msgspec.structs.replace(envelope, id=command)
        where = protocol.operator(self.room, "command")
        reply = await self._send(where, seal(envelope, payload), envelope.id)
        return checked(reply)

    async def status(self) -> protocol.RoomStatus:
        where = protocol.operator(self.room, "status")
        return await self._ask(where, b"", protocol.RoomStatus)

    async def story(self, incident: str, party: str | None = None) -> protocol.Story:
        """An incident's story: whole, or as one party sees it. Raises Refused."""
        query = encode(protocol.StoryQuery(incident=incident, party=party))
        return await self._ask(protocol.operator(self.room, "story"), query, protocol.Story)


def checked(reply: protocol.Reply) -> protocol.Accepted:
    """The acceptance, or the refusal raised. An unknown outcome raises Unknown."""
    if isinstance(reply, protocol.Accepted):
        return reply
    if isinstance(reply, protocol.Unknown):
        raise Unknown(reply.what)
    no = reply.refusal
    raise Refused(rule=no.rule, what=no.what, where=no.where, fix=no.fix)
