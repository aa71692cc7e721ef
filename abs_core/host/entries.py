"""Between a block's types and the journal's: the same way live and in a rebuild.

A live entry is first put into the journal's form and then read back from it, so
that a rebuild sees exactly what the block saw.
"""

import datetime as dt
import hashlib
from collections.abc import Collection, Sequence
from typing import NamedTuple
from uuid import UUID

import msgspec
from abs_contracts.catalogue import Catalogue, Contract, Kind
from abs_contracts.codec import decode_as, decode_command, decode_event, encode, seal
from abs_contracts.envelope import Envelope
from abs_contracts.refusal import Refused
from msgspec import UNSET, Raw, UnsetType

from abs_core.host import journal as kept
from abs_core.sdk import (
    CancelTimer,
    Effect,
    Entry,
    Fed,
    Inbound,
    Note,
    Noted,
    Order,
    Requested,
    Respond,
    Send,
    SetTimer,
    Settled,
    Started,
    TimerFired,
)

_NAMESPACE = UUID("5b1f2d0a-6c55-5f0e-9d1e-0a8f3c1e7b42").bytes


def derived(*parts: str) -> str:
    """An id out of names alone: the same names, the same id, in every process."""
    # What `str(uuid5(…))` gives, at a third of its price: every effect of a block has one.
    drawn = bytearray(hashlib.sha1(_NAMESPACE + encode(parts), usedforsecurity=False).digest()[:16])
    drawn[6] = drawn[6] & 0x0F | 0x50
    drawn[8] = drawn[8] & 0x3F | 0x80
    text = drawn.hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


class _Cause(NamedTuple):
    """What an entry hands on to the commands it leads to."""

    correlation: str | None = None
    causation: str | UnsetType = UNSET
    traceparent: str | UnsetType = UNSET


class Scribe:
    """Writes and reads the entries and effects of one block."""

    def __init__(
        self, room: str, party: str, catalogue: Catalogue, connectors: Collection[str]
    ) -> None:
        self._room = room
        self._party = party
        self._catalogue = catalogue
        self._connectors = connectors

    # -- private payloads -----------------------------------------------------

    def write(self, payload: msgspec.Struct) -> tuple[str, Raw]:
        """A payload's message type and JSON; a ValueError if nobody registered it."""
        try:
            contract = self._catalogue.of(payload)
        except KeyError:
            raise ValueError(f"{type(payload).__name__} is not a registered contract") from None
        return contract.type, Raw(encode(payload))

    def read(self, message_type: str, data: Raw, *, closed: bool = False) -> msgspec.Struct:
        """The payload of a private message; closed for what a desk sends now."""
        contract = self._catalogue.get(message_type)
        if contract is None or contract.kind is not Kind.PRIVATE:
            raise Refused(
                rule="HOST-005",
                what=f"{message_type} is not a message of this block",
                where="/type",
                fix="send a type that the block's own contracts declare, in its major",
            )
        return decode_as(bytes(data), contract.payload, pointer="/data", closed=closed)

    # -- entries --------------------------------------------------------------

    def inbound(
        self, connector: str, key: str, payload: msgspec.Struct, at: dt.datetime
    ) -> kept.KeptInbound:
        """Something a connector brought in; its id is derived from connector and key."""
        message_type, data = self.write(payload)
        entry_id = derived(self._room, self._party, connector, key)
        return kept.KeptInbound(
            id=entry_id, at=at, connector=connector, key=key, type=message_type, data=data
        )

    def entry(self, entry: kept.KeptEntry) -> Entry:
        """What the block gets to see. Raises Refused for what does not decode."""
        match entry:
            case kept.KeptStarted():
                return Started(entry.id, entry.at, entry.generation)
            case kept.KeptFed():
                message = decode_event(bytes(entry.raw), self._catalogue)
                return Fed(entry.id, entry.at, entry.position, message)
            case kept.KeptRequest():
                payload = self.read(entry.type, entry.data)
                return Requested(entry.id, entry.at, payload, entry.actor, entry.role)
            case kept.KeptTimer():
                return TimerFired(entry.id, entry.at, entry.name)
            case kept.KeptInbound():
                payload = self.read(entry.type, entry.data)
                return Inbound(entry.key, entry.at, entry.connector, payload)
            case kept.KeptSettled():
                return Settled(entry.id, entry.at, entry.key, entry.reply)
            case kept.KeptSent():
                raise TypeError("a block does not see that something was sent")

    def noted(self, note: kept.KeptNote, at: dt.datetime) -> Noted:
        """A private event, right after the entry of time `at` that it belongs to."""
        return Noted(note.id, at, self.read(note.type, note.data))

    # -- effects --------------------------------------------------------------

    def keep(
        self, effects: Sequence[Effect], source: kept.KeptEntry, entry: Entry
    ) -> tuple[kept.AnyKeptEffect, ...]:
        """The effects as the journal keeps them; ValueError for what no host can do."""
        if not effects:
            return ()
        keys = [effect.key for effect in effects]
        if len(set(keys)) < len(keys):
            raise ValueError(f"two effects of one entry share a key: {sorted(keys)}")
        if sum(isinstance(effect, Respond) for effect in effects) > isinstance(entry, Requested):
            raise ValueError("only a request can be responded to, and only once")
        return tuple(self._keep(effect, source, entry) for effect in effects)

    def _keep(self, effect: Effect, source: kept.KeptEntry, entry: Entry) -> kept.AnyKeptEffect:
        kind = str(source.__struct_config__.tag)
        effect_id = derived(self._room, self._party, kind, source.id, effect.key)
        match effect:
            case Order():
                return self._order(effect_id, effect, entry, _cause(source, entry))
            case Note():
                message_type, data = self.write(effect.payload)
                return kept.KeptNote(id=effect_id, type=message_type, data=data)
            case Send():
                if effect.connector not in self._connectors:
                    raise ValueError(f"there is no connector {effect.connector}")
                message_type, data = self.write(effect.payload)
                self.read(message_type, data)
                return kept.KeptSend(
                    id=effect_id,
                    connector=effect.connector,
                    about=effect.about,
                    at=source.at,
                    type=message_type,
                    data=data,
                )
            case SetTimer():
                if effect.due.tzinfo is None:
                    raise ValueError(f"the timer {effect.name} is due at a time without an offset")
                correlation = _cause(source, entry).correlation
                return kept.KeptSetTimer(
                    id=effect_id, name=effect.name, due=effect.due, correlation=correlation
                )
            case CancelTimer():
                return kept.KeptCancelTimer(id=effect_id, name=effect.name)
            case Respond():
                return kept.KeptResponse(id=effect_id, data=Raw(encode(effect.payload)))

    def _order(self, order_id: str, order: Order, entry: Entry, cause: _Cause) -> kept.KeptOrder:
        contract = self._command(order.payload)
        by_desk = isinstance(entry, Requested) and entry.actor == order.actor
        envelope = Envelope(
            specversion="1.0",
            id=order_id,
            source=f"urn:abs:{self._room}:{self._party}:block",
            type=contract.type,
            subject=order.subject,
            time=order.occurred or entry.at,
            correlationid=cause.correlation or UNSET,
            causationid=cause.causation,
            traceparent=cause.traceparent,
            authtype="user" if by_desk else "service_account",
            authid=order.actor,
            party=self._party,
            role=order.role,
            data=Raw(b"{}"),
        )
        raw = seal(envelope, order.payload)
        decode_command(raw, self._catalogue)
        return kept.KeptOrder(
            id=order_id,
            key=order.key,
            subject=order.subject,
            raw=Raw(raw),
            correlation=cause.correlation,
        )

    def _command(self, payload: msgspec.Struct) -> Contract:
        contract = self._catalogue[self.write(payload)[0]]
        if contract.kind is not Kind.COMMAND:
            raise ValueError(f"{contract.type} is not a command")
        return contract


def _cause(source: kept.KeptEntry, entry: Entry) -> _Cause:
    """Correlation runs on through timers and outcomes; causation is a feed event's id."""
    match source:
        case kept.KeptFed():
            assert isinstance(entry, Fed)
            envelope = entry.message.envelope
            chain = envelope.correlationid
            correlation = envelope.id if isinstance(chain, UnsetType) else chain
            return _Cause(correlation, envelope.id, envelope.traceparent)
        case kept.KeptTimer() | kept.KeptSettled():
            return _Cause(source.correlation)
        case kept.KeptRequest() | kept.KeptInbound():
            return _Cause(source.id)
        case _:
            return _Cause()
