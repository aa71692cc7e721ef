"""Playing a scenario on a running room, with its desks simulated."""

import asyncio
from collections.abc import Awaitable, Callable, Collection
from typing import Protocol

import msgspec
from abs_contracts.refusal import Refused

from abs_core.clients import Desk
from abs_core.ports import Bus, Clock, Ids
from abs_core.scenario.checks import departure
from abs_core.scenario.clock import StoryClock
from abs_core.scenario.desks import Desks
from abs_core.scenario.journals import Journals
from abs_core.scenario.model import Chapter, PartyPart, Scenario, seconds
from abs_core.scenario.observer import Observer
from abs_core.scenario.outside import INSIDE, Outsides
from abs_core.scenario.recording import Outcome, Recording, Told
from abs_core.scenario.references import filled
from abs_core.scenario.telling import Teller
from abs_core.sdk import Where

PATIENCE = 20.0
"""Seconds for a room to become quiet; what it still owes then, the checks will say."""


class Stage(Protocol):
    """A running room with the parties of the scenario."""

    room: str
    bus: Bus

    def desk(self, party: str) -> Desk: ...


def parties(scenario: Scenario, speed: float) -> dict[str, PartyPart]:
    """The parties as a room is to run them at this speed."""
    names = {"minute": f"{60 / (scenario.pace * speed):.6f}"}
    return {
        name: msgspec.structs.replace(
            part, options={key: str(filled(value, names)) for key, value in part.options.items()}
        )
        for name, part in scenario.parties.items()
    }


def without(scenario: Scenario, left_out: Collection[str]) -> Scenario:
    """The story with these parties' blocks left out. Raises Refused where it speaks to one."""
    for number, step in enumerate(scenario.steps):
        party = scenario.desks[step.by].party
        if party in left_out and (step.ask or step.request):
            raise Refused(
                rule="SCENARIO-009",
                what=f"the desk of {party} speaks to its block: {step.say}",
                where=f"/steps/{number}",
                fix="leave out a block that the story does not speak to, or play another story",
            )
    unknown = [party for party in left_out if party not in scenario.parties]
    if unknown:
        raise Refused(
            rule="SCENARIO-004",
            what=f"the story has no party {', '.join(unknown)}",
            where="--without",
            fix=f"name one of: {', '.join(scenario.parties)}",
        )
    parties = {
        name: msgspec.structs.replace(part, block=None, options={}) if name in left_out else part
        for name, part in scenario.parties.items()
    }
    return msgspec.structs.replace(scenario, parties=parties)


async def play(
    scenario: Scenario,
    stage: Stage,
    *,
    clock: Clock,
    ids: Ids,
    speed: float,
    tell: Callable[[Told], None],
    outsides: Outsides = INSIDE,
) -> Recording:
    """Play to the end, or to the first step that comes out otherwise than written.

    `tell` hears of every step and of all that others write meanwhile. Raises Refused
    for a file that does not fit what the blocks really say.
    """
    blocks = [name for name, part in scenario.parties.items() if part.block]
    journals = Journals(stage.bus, stage.room, blocks)
    desks = {party: stage.desk(party) for party in scenario.parties}
    async with Observer(stage.bus, stage.room, scenario.parties) as observer:
        await _quiet(observer, journals)
        begin = observer.seq
        time = StoryClock(scenario.pace * speed, clock)
        story = Desks(scenario, desks, observer, time, clock, ids, outsides)
        teller = Teller(observer, time, tell)
        outcomes = await _steps(
            scenario, story, teller, time, outsides, quiet=lambda: _quiet(observer, journals)
        )
        await _quiet(observer, journals)
        teller.rest(observer.seq)
        return Recording(
            scenario=scenario,
            incidents=story.incidents,
            begin=begin,
            outcomes=tuple(outcomes),
            log=tuple(observer.log),
            log_at=tuple(observer.log_at),
            feeds={party: tuple(m.raw for m in feed) for party, feed in observer.feeds.items()},
            feed_at={party: tuple(times) for party, times in observer.feed_at.items()},
            journals=dict(journals.pages),
            outside={name: await each.kept() for name, each in outsides.systems.items()},
        )


async def _steps(
    scenario: Scenario,
    story: Desks,
    teller: Teller,
    time: StoryClock,
    outsides: Outsides,
    quiet: Callable[[], Awaitable[None]],
) -> list[Outcome]:
    """Take the steps; before a desk speaks to its block, that has read what there is.

    So has a system outside, and what its operators do is in every feed before the next step.
    """
    task = asyncio.current_task()
    outcomes: list[Outcome] = []
    ahead = list(scenario.chapters)
    time.set(seconds(scenario.steps[0].at))
    telling = asyncio.create_task(teller.run())
    try:
        for number, step in enumerate(scenario.steps):
            at = seconds(step.at)
            while ahead and seconds(ahead[0].at) <= at:
                _begin(ahead.pop(0), teller, time)
            way = outsides.ways.get(number)
            if step.ask or step.request or way:
                await quiet()
            await time.until(at)
            if task and task.cancelling():  # wait_for of Python 3.11 can swallow it
                raise asyncio.CancelledError
            began = time.now()
            if way and way.where is Where.OUTSIDE:
                with teller.holding():
                    outcome = await story.take(number, step)
                    await quiet()
            else:
                outcome = await story.take(number, step)
            outcomes.append(outcome)
            await teller.step(time.now() if step.wait else began, step, outcome)
            if departure(step, outcome):
                break
    finally:
        telling.cancel()
        await asyncio.wait([telling])
    if not telling.cancelled():
        telling.result()
    return outcomes


def _begin(chapter: Chapter, teller: Teller, time: StoryClock) -> None:
    """A chapter begins at its time, whatever time the one before it came to."""
    teller.chapter(chapter)
    time.set(seconds(chapter.at))


async def _quiet(observer: Observer, journals: Journals) -> None:
    """Until the log stands still, the feeds have it and the blocks owe nothing; or give up."""
    loop = asyncio.get_running_loop()
    until = loop.time() + PATIENCE
    while loop.time() < until:
        end = await observer.stream.last()
        if await observer.reaches(end, within=1.0):
            feeds = {party: len(feed) for party, feed in observer.feeds.items()}
            if await journals.settled(feeds) and await observer.stream.last() == end:
                return
        await asyncio.sleep(0.02)
