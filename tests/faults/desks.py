"""The load: desks of several parties at work, and a ledger of what they were told.

A desk repeats a request to its block under the same id until it is taken; the
client repeats a command by itself while its outcome is unknown.
"""

import asyncio
import random
from typing import NamedTuple, TypeVar

import msgspec
from abs_contracts import protocol
from abs_contracts.codec import encode
from abs_contracts.messages import incident as m
from abs_contracts.messages.values import CallSource, Classification, NoteAudience
from abs_fire import contracts as fire

from abs_core.clients import Desk
from abs_core.config import default_parties
from abs_core.ports import Bus, Clock, Ids, Unknown, Unreachable

PARTIES = {
    name: party if name == "fire" else party.model_copy(update={"block": None})
    for name, party in default_parties().items()
}
"""Those of a room by itself; desks work for all, and fire alone has its block."""
ACTOR, ROLE = "desk-1", "dispatcher"
HOUSE_FIRE = Classification(table="1.0", mc1="Brand", mc2="Gebouw")
OTHERS = ("police", "ambulance", "kmar")
KINDS = {fire.Dispatch: "dispatch", fire.StandDown: "stand_down"}
STAND_DOWNS = 200
A = TypeVar("A", bound=msgspec.Struct)
_answers: msgspec.json.Decoder[protocol.AnswerReply] = msgspec.json.Decoder(protocol.AnswerReply)
_taken: msgspec.json.Decoder[protocol.DeskReply] = msgspec.json.Decoder(protocol.DeskReply)


class Told(NamedTuple):
    """What a desk was told about one command."""

    command: str
    reply: protocol.Reply


class Ledger:
    """Everything that desks were told, and how far the work is."""

    def __init__(self) -> None:
        self.told: list[Told] = []
        self._changed = asyncio.Event()

    def enter(self, reply: protocol.Reply) -> protocol.Reply:
        self.told.append(Told(reply.command, reply))
        self._changed.set()
        return reply

    async def reaches(self, count: int) -> None:
        """Return when so many commands have an outcome."""
        while len(self.told) < count:
            self._changed.clear()
            await self._changed.wait()


class Work:
    """One incident after the other, each from opening to closing."""

    def __init__(
        self,
        bus: Bus,
        desks: dict[str, Desk],
        ids: Ids,
        clock: Clock,
        ledger: Ledger,
        draw: random.Random,
    ) -> None:
        self._bus = bus
        self._desks = desks
        self._ids = ids
        self._clock = clock
        self._ledger = ledger
        self._draw = draw

    async def incident(self, notes: int) -> None:
        """Handle one incident: its lead and its notes are drawn, fire sends units."""
        lead = self._draw.choice(OTHERS)
        id_ = self._ids.new()
        await self._tell(lead, m.OpenIncident(source=CallSource.EMERGENCY), id_)
        await self._tell(lead, m.ClassifyIncident(classification=HOUSE_FIRE), id_)
        others = [party for party in ("fire", *OTHERS) if party != lead]
        await asyncio.gather(*(self._tell(lead, m.AttachParty(party=p), id_) for p in others))
        writers = [self._draw.choice(("fire", *OTHERS)) for _ in range(notes)]
        await asyncio.gather(self._units(id_), *(self._note(p, id_) for p in writers))
        await self._tell(lead, m.DetachParty(party=next(p for p in OTHERS if p != lead)), id_)
        await self._note(lead, id_)

    async def _units(self, id_: str) -> None:
        """Ask fire for its proposal and accept it; one unit more by the desk's own hand."""
        proposal = await self._proposal(id_)
        units = tuple(unit.unit for unit in proposal.units)
        if units:
            await self._request(fire.Dispatch(incident=id_, units=units), fire.Dispatched)
        for _ in range(STAND_DOWNS if units else 0):
            back = await self._request(fire.StandDown(incident=id_), fire.StoodDown)
            if set(back.units) >= set(units):
                return
            await asyncio.sleep(0.02)  # the block has not read of the assignment yet

    async def _tell(self, party: str, payload: msgspec.Struct, incident: str) -> protocol.Reply:
        desk = self._desks[party]
        return self._ledger.enter(await desk.command(payload, incident, actor=ACTOR, role=ROLE))

    async def _note(self, party: str, incident: str) -> None:
        note = m.AddNote(text=f"seen by {party}", audience=NoteAudience.ALL)
        await self._tell(party, note, incident)

    async def _proposal(self, incident: str) -> fire.ProposalMade:
        asked = _private("proposal", fire.Proposal(incident=incident))
        question = encode(protocol.Question(type=asked[0], data=asked[1]))
        while True:
            raw = await self._insist(protocol.questions(self._desks["fire"].room, "fire"), question)
            answer = _answers.decode(raw)
            if isinstance(answer, protocol.Answer):
                return msgspec.json.decode(answer.data, type=fire.ProposalMade)
            await asyncio.sleep(0.02)  # the block has not read of the incident yet

    async def _request(self, payload: fire.Dispatch | fire.StandDown, answer: type[A]) -> A:
        name, data = _private(KINDS[type(payload)], payload)
        request = protocol.DeskRequest(
            id=self._ids.new(), type=name, time=self._clock.now(), data=data, actor=ACTOR, role=ROLE
        )
        where = protocol.desk(self._desks["fire"].room, "fire")
        said = _taken.decode(await self._insist(where, encode(request)))
        if isinstance(said, protocol.Rejected):
            raise AssertionError(f"fire refused: {said.refusal}")
        return msgspec.json.decode(said.data, type=answer)

    async def _insist(self, where: str, data: bytes) -> bytes:
        while True:
            try:
                return await self._bus.request(where, data, within=2.0)
            except (Unknown, Unreachable):
                await asyncio.sleep(0.02)


def _private(kind: str, payload: msgspec.Struct) -> tuple[str, msgspec.Raw]:
    return f"abs.fire.{kind}.v1", msgspec.Raw(encode(payload))


async def handle(work: Work, incidents: int, notes: int, desks: int) -> None:
    """So many incidents, so many at a time."""
    remaining = iter(range(incidents))

    async def one_after_another() -> None:
        for _ in remaining:
            await work.incident(notes)

    async with asyncio.TaskGroup() as group:
        for _ in range(desks):
            group.create_task(one_after_another())
