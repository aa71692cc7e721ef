"""Command handling: decode, decide, append with the expected sequence, read back.

Any number of core processes do this side by side without locks between them.
A conflict or a time-out means unknown: the subject is read back, and if our
command stands there it succeeded, otherwise it is decided again. A repeat of a
command is known by its party and id in the aggregate's own history.
"""

import asyncio
import hashlib
from collections.abc import Mapping
from typing import Any, NamedTuple

import msgspec
import structlog
from abs_contracts import protocol
from abs_contracts.catalogue import CORE, Sender
from abs_contracts.codec import Message, decode_command, seal
from abs_contracts.envelope import AuthType, Envelope
from abs_contracts.messages.incident import (
    AddNote,
    AssignUnit,
    ClassifyIncident,
    LinkIncident,
    OpenIncident,
)
from abs_contracts.messages.values import Discipline
from abs_contracts.refusal import Refused
from abs_contracts.scalars import Id
from msgspec import UNSET

from abs_core.application.aggregates import Aggregate, Aggregates
from abs_core.application.log import RoomLog
from abs_core.application.projection import Projection
from abs_core.application.registry import Registry
from abs_core.domain import incident_rules, party, unit
from abs_core.domain.decision import By, Decision, Known
from abs_core.domain.terms import terms
from abs_core.ports import Clock, Conflict, Full, Unknown

logger = structlog.get_logger(__name__)

ATTEMPTS = 8
"""How often a command is decided anew before its outcome is called unknown."""

_KIND_OF = {"incident": "inc", "unit": "unit", "party": "party"}
_LOGGED_AS = {"inc": "incident", "unit": "unit", "party": "party"}

Command = Message[msgspec.Struct]


class _Named(msgspec.Struct):
    id: Id


class Channel(NamedTuple):
    """Where a command came in: the subscription of one party, the operator's, or the core.

    `until` is when its asker stops waiting, by the running loop's time.
    """

    party: str = ""
    holder: str = "operator"
    until: float = float("inf")

    @property
    def auth_type(self) -> AuthType:
        return {"desk": "user", "block": "service_account"}.get(self.holder, "system")  # type: ignore[return-value]  # the three literals

    @property
    def sender(self) -> Sender:
        return Sender.PARTY if self.party else Sender(self.holder)


class CommandHandler:
    """Handles the commands of a room; one handler per core process."""

    def __init__(
        self, log: RoomLog, registry: Registry, projection: Projection, clock: Clock
    ) -> None:
        self._log = log
        self._registry = registry
        self._projection = projection
        self._clock = clock
        self._aggregates = Aggregates(log)

    async def handle(self, raw: bytes, channel: Channel) -> protocol.Reply:
        """Accepted when the log has it, refused with the reason, or unknown; never raises
        for what a sender did."""
        try:
            command = decode_command(raw)
            kind = self._admit(command, channel)
        except Refused as refused:
            return protocol.Rejected(command=_command_id(raw), refusal=refused.refusal)
        about = command.envelope
        aggregate = self._aggregates.get(kind, about.subject)
        correlation = about.id if about.correlationid is UNSET else about.correlationid
        try:
            async with aggregate.lane:
                return await self._answer(command, aggregate, channel)
        except Exception:
            # Ours to mend. Whether it was written is not certain, so that is what is said.
            who = {_LOGGED_AS[kind]: about.subject, "correlation": correlation}
            logger.exception("command failed", command=about.id, **who)
            return protocol.Unknown(command=about.id, what="the core failed on it; see its log")

    def _admit(self, command: Command, channel: Channel) -> str:
        family = command.contract.name.split(".")[0]
        if command.contract.sender is not channel.sender:
            raise Refused(
                rule="TRUST-003",
                what=f"{command.contract.name} cannot be sent here",
                where="/type",
                fix=f"{channel.sender} cannot send it, {command.contract.sender} can",
            )
        stated = command.envelope.party
        if stated is not UNSET and stated != channel.party:
            raise Refused(
                rule="TRUST-004",
                what=f"the command says {stated}, and came in from {channel.party}",
                where="/party",
                fix="leave the party out: it is known from where the command came in",
            )
        return _KIND_OF[family]

    async def _answer(
        self, command: Command, aggregate: Aggregate, channel: Channel
    ) -> protocol.Reply:
        id_ = command.envelope.id
        try:
            return await self._decide_and_write(command, aggregate, channel)
        except Refused as refused:
            return protocol.Rejected(command=id_, refusal=refused.refusal)
        except Full:
            full = Refused(
                rule="LOG-001",
                what="the log is full; nothing was written",
                where="the server's file store",
                fix="make room for it, then send the same command again",
            )
            return protocol.Rejected(command=id_, refusal=full.refusal)
        except Unknown as unknown:
            return protocol.Unknown(command=id_, what=f"the log did not answer: {unknown}")

    async def _decide_and_write(
        self, command: Command, aggregate: Aggregate, channel: Channel
    ) -> protocol.Accepted:
        id_, reply = command.envelope.id, None
        after = self._projection.position(channel.party)
        fresh = aggregate.seq == 0 and not _creates(command) and await self._refresh(aggregate)
        for _ in range(ATTEMPTS):
            standing = aggregate.accepted.get((channel.party, id_))
            if standing is not None:
                return reply or standing
            try:
                decision = await self._decide(command, aggregate, channel)
            except Refused:
                if fresh:
                    raise
                fresh = await self._refresh(aggregate)  # never refuse on stale knowledge
                continue
            reply = protocol.Accepted(command=id_, after=after, warnings=decision.warnings)
            if not decision.events:
                if fresh:
                    return reply
                fresh = await self._refresh(aggregate)  # nor say that nothing needs doing:
                continue  # no append stands behind those words
            if asyncio.get_running_loop().time() > channel.until:
                raise Unknown("it took longer than its asker waits")
            if await self._write(command, aggregate, channel, decision, reply):
                return reply
            await self._aggregates.catch_up(aggregate)
        raise Unknown(f"others were first {ATTEMPTS} times")

    async def _refresh(self, aggregate: Aggregate) -> bool:
        await asyncio.gather(self._aggregates.catch_up(aggregate), self._registry.refresh())
        return True

    async def _decide(self, command: Command, aggregate: Aggregate, channel: Channel) -> Decision:
        envelope, payload = command.envelope, command.payload
        if aggregate.kind == "party":
            return Decision(party.decide(aggregate.state, payload))
        disciplines = self._registry.disciplines
        if channel.party not in disciplines:
            await self._registry.refresh()
            disciplines = self._registry.disciplines
        if aggregate.kind == "unit":
            events = unit.decide(
                aggregate.state,
                payload,
                party=channel.party,
                discipline=disciplines[channel.party],
                at=envelope.time,
            )
            return Decision(events)
        by = By(channel.party, _text(envelope.authid), _text(envelope.role))
        known = await self._known(command, aggregate, disciplines)
        return incident_rules.decide(aggregate.state, payload, by, known)

    async def _known(
        self, command: Command, aggregate: Aggregate, disciplines: Mapping[str, Discipline]
    ) -> Known:
        """What the decision may look up of others."""
        payload = command.payload
        known = Known(room=self._log.room, parties=disciplines, at=command.envelope.time)
        if _may_classify(payload):
            await self._registry.refresh()  # what parties are called for may have just changed
            called_for = {name: p.called_for for name, p in self._registry.parties.items()}
            added = self._registry.added_classes
            return known._replace(called_for=called_for, added_classes=added)
        if isinstance(payload, AssignUnit):
            elsewhere = self._projection.serves(payload.unit, besides=aggregate.id)
            return known._replace(unit=await self._of("unit", payload.unit), elsewhere=elsewhere)
        if isinstance(payload, LinkIncident) and payload.to != aggregate.id:
            return known._replace(target=await self._of("inc", payload.to))
        return known

    async def _of(self, kind: str, id_: str) -> Any:
        """Another aggregate's newest state: what is read of it goes into the log."""
        aggregate = self._aggregates.get(kind, id_)
        await self._aggregates.catch_up(aggregate)
        return aggregate.state

    async def _write(
        self,
        command: Command,
        aggregate: Aggregate,
        channel: Channel,
        decision: Decision,
        reply: protocol.Accepted,
    ) -> bool:
        """Whether it stands in the log for certain; if not, the caller reads back."""
        events = self._events(command, channel, decision)
        try:
            seq, chain = await self._log.append(aggregate, events, command=reply.command)
        except (Conflict, Unknown):
            return False
        aggregate.fold(decision.events, seq=seq, chain=chain, party=channel.party, reply=reply)
        return True

    def _events(self, command: Command, channel: Channel, decision: Decision) -> list[bytes]:
        """The events in their envelopes, with ids that a second try makes again."""
        cause = command.envelope
        return [
            seal(
                Envelope(
                    specversion="1.0",
                    id=_event_id(cause, channel.party, index),
                    source=f"/rooms/{self._log.room}/core",
                    type=CORE.of(payload).type,
                    subject=cause.subject,
                    time=cause.time,
                    recordedtime=self._clock.now(),
                    correlationid=cause.id if cause.correlationid is UNSET else cause.correlationid,
                    causationid=cause.id,
                    traceparent=cause.traceparent,
                    authtype=channel.auth_type,
                    authid=cause.authid,
                    party=channel.party or UNSET,
                    role=cause.role,
                    data=msgspec.Raw(b"{}"),
                ),
                payload,
            )
            for index, payload in enumerate(decision.events)
        ]


def _event_id(cause: Envelope, party: str, index: int) -> str:
    """128 bits of SHA-256 over what makes the event: a uuid5 costs 30 times as much."""
    made_of = f"{cause.subject}/{party}/{cause.id}/{index}"
    return hashlib.sha256(made_of.encode()).hexdigest()[:32]


def _may_classify(payload: msgspec.Struct) -> bool:
    """Whether it sets a class: an opening can, and so can the terms of a note."""
    match payload:
        case ClassifyIncident():
            return True
        case OpenIncident(classification=given):
            return given is not None
        case AddNote(text=text):
            return any(terms(text))
    return False


def _creates(command: Command) -> bool:
    return command.contract.name == "incident.open"


def _text(value: str | msgspec.UnsetType) -> str:
    return "" if value is UNSET else value


def _command_id(raw: bytes) -> str:
    """The id of a command that does not decode, as far as it can be read."""
    try:
        return msgspec.json.decode(raw, type=_Named).id
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return ""
