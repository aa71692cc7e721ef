"""The steps of a block: live with its reaction, in a rebuild with `evolve` alone."""

from typing import Generic, TypeVar

import msgspec
import structlog
from abs_contracts.envelope import Envelope
from abs_contracts.refusal import Refused
from msgspec import Raw, UnsetType
from msgspec.structs import replace

from abs_core.host.entries import Scribe
from abs_core.host.journal import (
    AnyKeptEffect,
    KeptEntry,
    KeptFed,
    KeptNote,
    KeptRequest,
    KeptSent,
    KeptSettled,
    KeptTimer,
    Line,
)
from abs_core.sdk import Block, Fed

S = TypeVar("S")

log = structlog.get_logger(__name__)


class Steps(Generic[S]):
    """One block taking entries, one after the other."""

    def __init__(self, block: Block[S], scribe: Scribe) -> None:
        self._block = block
        self._scribe = scribe

    def take(self, state: S, entry: KeptEntry) -> tuple[S, Line]:
        """The state after a new entry, and the line to journal.

        A refused request and a poisoned entry leave the state as it was.
        """
        if isinstance(entry, KeptSent):
            return state, Line(entry=entry)
        try:
            return self._take(state, entry)
        except Refused as no:
            if isinstance(entry, KeptRequest):
                log.info("request refused", request=entry.id, refusal=str(no))
                return state, Line(entry=entry, refusal=no.refusal)
            reason = str(no)
        except Exception as error:  # a block's code: whatever it raises, the host goes on
            log.exception("poison", entry=entry.id, **_about(entry))
            reason = f"{type(error).__name__}: {error}"
        if isinstance(entry, KeptFed) and not _is_json(entry.raw):
            entry = replace(entry, raw=Raw(b"null"))  # the dead letter has it word for word
        return state, Line(entry=entry, poison=reason)

    def again(self, state: S, line: Line) -> S:
        """The state after a journaled line, and nothing else."""
        if not line.evolves:
            return state
        state = self._block.evolve(state, self._scribe.entry(line.entry))
        return self._note(state, line.entry, line.effects)

    def alongside(self, state: S, entry: KeptEntry) -> S:
        """The state after an entry on which another block of the party acted: of all that
        reached that block, the feed alone is this one's too. What fails here is passed over.
        """
        if not isinstance(entry, KeptFed):
            return state
        try:
            seen = self._scribe.entry(entry)
            assert isinstance(seen, Fed)
            return self._block.evolve(state, seen._replace(shadow=True))
        except Exception as error:  # a block's code: nobody waits for this entry any more
            log.warning("not known in the shadow", entry=entry.id, why=repr(error))
            return state

    def _take(self, state: S, source: KeptEntry) -> tuple[S, Line]:
        entry = self._scribe.entry(source)
        state = self._block.evolve(state, entry)
        effects = self._scribe.keep(self._block.react(state, entry), source, entry)
        return self._note(state, source, effects), Line(entry=source, effects=effects)

    def _note(self, state: S, source: KeptEntry, effects: tuple[AnyKeptEffect, ...]) -> S:
        for effect in effects:
            if isinstance(effect, KeptNote):
                state = self._block.evolve(state, self._scribe.noted(effect, source.at))
        return state


def _is_json(raw: Raw) -> bool:
    try:
        msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return False
    return True


def _about(entry: KeptEntry) -> dict[str, str]:
    """Incident and correlation of an entry, where they can be known."""
    match entry:
        case KeptFed():
            try:
                envelope = msgspec.json.decode(bytes(entry.raw), type=Envelope)
            except (msgspec.DecodeError, UnicodeDecodeError):
                return {}
            about = {"incident": envelope.subject}
            if not isinstance(envelope.correlationid, UnsetType):
                about["correlation"] = envelope.correlationid
            return about
        case KeptTimer() | KeptSettled() if entry.correlation is not None:
            return {"correlation": entry.correlation}
        case _:
            return {}
