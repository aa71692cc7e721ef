"""Taking a journal over: the state out of its pages, then a page that makes it ours."""

import asyncio
from typing import TypeVar

import structlog
from abs_contracts.refusal import Refused

from abs_core import ports
from abs_core.host.books import Books
from abs_core.host.journal import Journal, Line, Page
from abs_core.host.steps import Steps
from abs_core.sdk import pauses

S = TypeVar("S")

log = structlog.get_logger(__name__)


async def take_over(journal: Journal, steps: Steps[S], books: Books, state: S) -> S:
    """The state that the journal holds, once nobody else can write to it.

    Raises Refused (HOST-002, HOST-003), and then has written nothing.
    """
    for pause in pauses():
        state = await read_on(journal, steps, books, state)
        try:
            await journal.take()
            return state
        except ports.Conflict:
            log.info("the journal moved while it was read", journal=journal.subject)
            continue
        except (ports.Full, ports.Unknown, ports.Unreachable) as doubt:
            log.warning("journal not taken", journal=journal.subject, doubt=repr(doubt))
        await asyncio.sleep(pause)
    raise AssertionError("pauses never end")


async def read_on(journal: Journal, steps: Steps[S], books: Books, state: S) -> S:
    """The state and the books after what was written since; writes nothing.

    Raises Refused (HOST-002, HOST-003).
    """
    for page in await journal.read():
        _check(page, journal)
        for line in page.lines:
            mine = books.is_mine(line.entry, page.block == journal.block)
            books.apply(line, mine=mine)
            if mine:
                state = _again(steps, state, line, journal)
            else:
                state = steps.alongside(state, line.entry)
    return state


def _check(page: Page, journal: Journal) -> None:
    if page.generation > journal.generation:
        raise Refused(
            rule="HOST-002",
            what=f"generation {page.generation} holds this journal already",
            where=journal.subject,
            fix="start the generation that the newest Agreement names",
        )


def _again(steps: Steps[S], state: S, line: Line, journal: Journal) -> S:
    try:
        return steps.again(state, line)
    except Exception as error:  # a block's code, another version of it than wrote this
        raise Refused(
            rule="HOST-003",
            what=f"entry {line.entry.id} of {line.entry.at.isoformat()} no longer goes in: {error}",
            where=journal.subject,
            fix="install a version of the block that reads what the earlier one accepted",
        ) from error
