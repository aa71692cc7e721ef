"""The simulated desks of a scenario: each takes its steps, one at a time."""

import asyncio
from collections.abc import Mapping

import msgspec
from abs_contracts import protocol
from abs_contracts.catalogue import CORE, Catalogue
from abs_contracts.codec import Message, decode_as, encode
from abs_contracts.messages.unit import UnitStatusChanged
from abs_contracts.refusal import Refused

from abs_core.clients import Desk
from abs_core.ports import Clock, Ids, Unknown, Unreachable
from abs_core.scenario.clock import StoryClock
from abs_core.scenario.mistakes import catalogue_of, contract_type
from abs_core.scenario.model import Consult, DeskPart, Do, Scenario, Step, Wait, seconds
from abs_core.scenario.observer import Observer
from abs_core.scenario.outside import Outsides
from abs_core.scenario.recording import Outcome, Result
from abs_core.scenario.references import Unresolved, filled
from abs_core.sdk import Way, Where

PATIENCE = 20.0
"""Seconds that a step waits for what the story says will come."""


class Desks:
    """All desks of a story; they share the ids of its incidents and the answers they keep."""

    def __init__(
        self,
        scenario: Scenario,
        desks: Mapping[str, Desk],
        observer: Observer,
        story: StoryClock,
        clock: Clock,
        ids: Ids,
        outsides: Outsides,
    ) -> None:
        self._scenario = scenario
        self._desks = desks
        self._observer = observer
        self._story = story
        self._clock = clock
        self._ids = ids
        self._outsides = outsides
        self._catalogues = {party: catalogue_of(scenario, party) for party in scenario.parties}
        self._kept: dict[str, object] = {}
        self._seen = {party: len(feed) for party, feed in observer.feeds.items()}
        self.incidents = {alias: ids.new() for alias in scenario.incidents}

    async def take(self, number: int, step: Step) -> Outcome:
        """Take one step. Raises Refused for a reference that leads nowhere."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        try:
            way = self._outsides.ways.get(number)
            outcome = await (self._away(number, step, way) if way else self._take(step))
        except Refused as no:
            outcome = Outcome(result=Result.REFUSED, refusal=no.refusal)
        except (Unknown, Unreachable, TimeoutError):
            outcome = Outcome(result=Result.UNKNOWN)
        except Unresolved as why:
            raise Refused(
                rule="SCENARIO-007",
                what=str(why),
                where=f"/steps/{number}",
                fix="refer to what the answer that was kept really holds",
            ) from None
        return msgspec.structs.replace(outcome, step=number, seconds=loop.time() - began)

    async def _away(self, number: int, step: Step, way: Way) -> Outcome:
        """A step of a party that has its system outside."""
        if way.where is Where.NOWHERE:
            return Outcome(result=Result.LEFT_OUT, way=way)
        if way.where is Where.OUTSIDE:
            return await self._outside(number, step, way)
        if step.do:
            return msgspec.structs.replace(await self._take(step), way=way)
        about = self._outsides.errands[number].about or ""
        outcome = Outcome(result=Result.LEFT_OUT)
        for command, data in way.commands:
            do = Do(command=command, about=about, data=dict(data))
            outcome = await self._command(self._scenario.desks[step.by], do)
            if outcome.result is not Result.ACCEPTED:
                break
        return msgspec.structs.replace(outcome, way=way)

    async def _outside(self, number: int, step: Step, way: Way) -> Outcome:
        party, errand = self._scenario.desks[step.by].party, self._outsides.errands[number]
        data = filled(errand.data, self._names())
        assert isinstance(data, dict)
        incident = self.incidents.get(errand.about or "")
        deed = await self._outsides.systems[party].take(errand, incident, data)
        if deed.incident and errand.about:
            self.incidents[errand.about] = deed.incident
        consult = step.ask or step.request
        if consult and consult.keep:
            self._kept[consult.keep] = deed.answer
        return Outcome(
            result=Result.OUTSIDE,
            way=way,
            did=tuple(deed.did),
            party=party,
            units=tuple(deed.units),
            answer=deed.answer,
        )

    async def _take(self, step: Step) -> Outcome:
        part = self._scenario.desks[step.by]
        if step.do:
            return await self._command(part, step.do)
        if step.ask:
            return await self._consult(part, step.ask, changes=False)
        if step.request:
            return await self._consult(part, step.request, changes=True)
        assert step.wait is not None, "the file was checked"
        return await self._wait(step.wait)

    async def _command(self, part: DeskPart, do: Do) -> Outcome:
        payload = self._payload(do.command, do.data, CORE)
        subject = self.incidents.get(do.about, do.about)
        occurred = self._story.moment(seconds(do.occurred)) if do.occurred else None
        reply = await self._desks[part.party].command(
            payload, subject, actor=part.actor, role=part.role, occurred=occurred
        )
        match reply:
            case protocol.Accepted(command=command, warnings=warnings):
                return Outcome(result=Result.ACCEPTED, command=command, warnings=warnings)
            case protocol.Rejected(command=command, refusal=refusal):
                return Outcome(result=Result.REFUSED, command=command, refusal=refusal)
            case protocol.Unknown(command=command):
                return Outcome(result=Result.UNKNOWN, command=command)

    async def _consult(self, part: DeskPart, consult: Consult, *, changes: bool) -> Outcome:
        """A request to the party's own block, or a question, which changes nothing."""
        desk, catalogue = self._desks[part.party], self._catalogues[part.party]
        payload = self._payload(consult.type, consult.data, catalogue)
        answer: dict[str, object]
        if changes:
            who = {"actor": part.actor, "role": part.role}
            answer = await desk.request(catalogue, payload, dict[str, object], **who)
        else:
            answer = await desk.ask(catalogue, payload, dict[str, object])
        if consult.keep:
            self._kept[consult.keep] = answer
        return Outcome(result=Result.ANSWERED, answer=answer)

    async def _wait(self, wait: Wait) -> Outcome:
        incident = self.incidents[wait.about] if wait.about else None

        def there() -> bool:
            fresh = self._observer.feeds[wait.party][self._seen[wait.party] :]
            return sum(matches(wait, message, incident) for message in fresh) >= wait.count

        arrived = await self._observer.until(there, within=PATIENCE)
        return Outcome(result=Result.ARRIVED if arrived else Result.MISSING)

    def _payload(
        self, name: str, data: Mapping[str, object], catalogue: Catalogue
    ) -> msgspec.Struct:
        """The message with its references filled in. Raises Refused or Unresolved."""
        message_type = contract_type(name, catalogue)
        if message_type is None:
            raise Refused(
                rule="SCENARIO-004",
                what=f"the block has no message {name}",
                where="/type",
                fix="use a name of the block's own contracts",
            )
        raw = encode(filled(data, self._names()))
        return decode_as(raw, catalogue[message_type].payload, pointer="/data")

    def _names(self) -> dict[str, object]:
        own = {"now": self._clock.now(), "id": self._ids.new()}
        return {**self.incidents, **self._kept, **own}


def matches(wait: Wait, message: Message[msgspec.Struct], incident: str | None) -> bool:
    """Whether this message of a feed is one that is waited for."""
    if message.contract.name != wait.type:
        return False
    payload = message.payload
    of = payload.incident if isinstance(payload, UnitStatusChanged) else message.envelope.subject
    if incident is not None and of != incident:
        return False
    fields = msgspec.to_builtins(payload)
    return all(fields.get(name) == value for name, value in wait.data.items())
