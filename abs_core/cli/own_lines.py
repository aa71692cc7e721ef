"""What a party's own block adds to a story: asked of the block, or out of its journal."""

from collections.abc import Awaitable, Callable
from typing import NamedTuple

import msgspec
from abs_contracts import protocol
from abs_contracts.catalogue import CORE
from abs_contracts.codec import encode
from abs_contracts.refusal import Refused

from abs_core.application.registry import Registry
from abs_core.clients import Operator
from abs_core.host.books import Books
from abs_core.host.entries import Scribe
from abs_core.host.journal import Journal
from abs_core.host.loader import load
from abs_core.host.rebuild import read_on
from abs_core.host.steps import Steps
from abs_core.ports import Bus, Unknown, Unreachable
from abs_core.sdk import OWN_LINES, OwnLine, OwnLines, OwnLinesTold, Settings

WITHIN = 2.0  # seconds for a block's answer
NOT_ITS = "HOST-005"
"""The rule by which a host refuses a question that its block does not declare."""


class Own(NamedTuple):
    """The lines, and why there may be more."""

    lines: tuple[OwnLine, ...] = ()
    missing: str = ""


OwnLinesOf = Callable[[str, str], Awaitable[Own]]
"""What a block keeps, by incident and party; raises nothing, for a story stands without it."""


def asking(bus: Bus, operator: Operator) -> OwnLinesOf:
    """Of the running block."""

    async def own(incident: str, party: str) -> Own:
        known = {each.party: each.block for each in (await operator.status()).parties}
        if not known.get(party):
            return Own()
        question = protocol.Question(
            type=OWN_LINES[0].type, data=msgspec.Raw(encode(OwnLines(incident=incident)))
        )
        where = protocol.questions(operator.room, party)
        raw = await bus.request(where, encode(question), within=WITHIN)
        answer: protocol.AnswerReply = msgspec.json.decode(raw, type=protocol.AnswerReply)
        if isinstance(answer, protocol.Rejected):
            no = answer.refusal
            raise Refused(rule=no.rule, what=no.what, where=no.where, fix=no.fix)
        return _own(bytes(answer.data))

    return _unfailing(own)


def replaying(bus: Bus, room: str, registry: Registry) -> OwnLinesOf:
    """Out of the journal, by the installed block, where nothing runs.

    The block gets no options: its state must not need any.
    """

    async def own(incident: str, party: str) -> Own:
        await registry.refresh_one(party)
        agreement = registry.parties[party].agreement
        if agreement is None:
            return Own()
        loaded = load(agreement.block, Settings(room=room, party=party))
        scribe = Scribe(room, party, CORE.extended(loaded.contracts), ())
        question = scribe.read(OWN_LINES[0].type, msgspec.Raw(encode(OwnLines(incident=incident))))
        stream = await bus.open(protocol.stream("journal", room, party))
        subject = protocol.journal(room, party)
        journal = Journal(stream, subject, agreement.generation, agreement.block)
        steps = Steps(loaded.block, scribe)
        state = await read_on(journal, steps, Books(), loaded.block.initial())
        return _own(encode(loaded.block.answer(state, question)))

    return _unfailing(own)


def _own(answer: bytes) -> Own:
    return Own(msgspec.json.decode(answer, type=OwnLinesTold).lines)


def _unfailing(own: OwnLinesOf) -> OwnLinesOf:
    async def tried(incident: str, party: str) -> Own:
        try:
            return await own(incident, party)
        except Refused as no:
            return Own() if no.refusal.rule == NOT_ITS else Own(missing=str(no))
        except (Unknown, Unreachable):
            return Own(missing="it does not answer")
        except Exception as error:  # a vendor's code, here or there: the story stands without it
            return Own(missing=f"it fails on the question: {type(error).__name__}")

    return tried
