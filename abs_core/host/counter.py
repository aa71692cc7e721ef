"""The desk's counter: its requests and its questions, decoded and answered."""

from collections.abc import Callable
from typing import Generic, TypeVar

import structlog
from abs_contracts import protocol
from abs_contracts.codec import MAX_BYTES, decode_as, encode
from abs_contracts.refusal import Refusal, Refused
from msgspec import Raw

from abs_core import ports
from abs_core.host.entries import Scribe
from abs_core.host.inbox import Inbox
from abs_core.host.journal import KeptRequest
from abs_core.sdk import Block

S = TypeVar("S")

log = structlog.get_logger(__name__)


class Counter(Generic[S]):
    """Takes requests into the inbox and answers questions from the state of the journal.

    `seen` gives the feed position and the state that the journal holds.
    """

    def __init__(
        self, block: Block[S], scribe: Scribe, inbox: Inbox, seen: Callable[[], tuple[int, S]]
    ) -> None:
        self._block = block
        self._scribe = scribe
        self._inbox = inbox
        self._seen = seen

    async def request(self, message: ports.Message) -> bytes | None:
        """The answer to a desk request; none when the host stops before it is known."""
        try:
            entry = self._entry(message.data)
        except Refused as no:
            return encode(protocol.Rejected(command="", refusal=no.refusal))
        try:
            return await self._inbox.submit(entry)
        except ports.Unknown:
            return None

    async def question(self, message: ports.Message) -> bytes:
        """The answer to a question; it changes nothing."""
        asked = ""
        try:
            question = decode_as(message.data, protocol.Question)
            asked = question.type
            payload = self._scribe.read(asked, question.data, closed=True)
            position, state = self._seen()
            data = Raw(encode(self._block.answer(state, payload)))
            return encode(protocol.Answer(position=position, data=data))
        except Refused as no:
            refusal = no.refusal
        except Exception:  # a block's code: whatever it raises, the desk gets an answer
            log.exception("question failed", question=asked)
            refusal = FAILED
        return encode(protocol.Rejected(command=asked, refusal=refusal))

    def _entry(self, raw: bytes) -> KeptRequest:
        if len(raw) > MAX_BYTES:
            raise Refused(
                rule="CONTRACT-001",
                what=f"the request has {len(raw)} bytes, the limit is {MAX_BYTES}",
                where="",
                fix="send less; attachments are referred to, not sent along",
            )
        request = decode_as(raw, protocol.DeskRequest)
        self._scribe.read(request.type, request.data, closed=True)
        return KeptRequest(
            id=request.id,
            at=request.time,
            type=request.type,
            actor=request.actor,
            role=request.role,
            data=request.data,
        )


FAILED = Refusal(
    rule="HOST-006",
    what="the block failed on this question",
    where="",
    fix="ask again later; if it stays so, tell who maintains the block",
)
