"""Parties whose ambulance, or whatever it is, stands outside: their desks' steps, done there.

The story stays as it is. What a desk of such a party does is an errand for the operators of a
system outside, or where that has no word for it, for the party's own desk in the room.
"""

import asyncio
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path

import msgspec
from abs_contracts.messages.values import Discipline
from abs_contracts.refusal import Refused

from abs_core.scenario.mistakes import catalogue_of, contract_type
from abs_core.scenario.model import Scenario, Step
from abs_core.scenario.recording import Recording
from abs_core.scenario.report import Compared
from abs_core.sdk import OUTSIDES, Errand, Outside, Seen, Stand, Way


class Outsides(msgspec.Struct, frozen=True, kw_only=True):
    """The systems outside by party, and the way of each step that is theirs, by its number."""

    systems: Mapping[str, Outside] = {}
    ways: Mapping[int, Way] = {}
    errands: Mapping[int, Errand] = {}


INSIDE = Outsides()
"""No party has its system outside."""


def bridges() -> dict[str, EntryPoint]:
    """The blocks that join a system outside which can be played, out of the metadata."""
    return {point.name: point for point in entry_points(group=OUTSIDES)}


def joined(scenario: Scenario, parties: Collection[str], block: str) -> Scenario:
    """The story with this bridge as the block of these parties.

    The statuses of their units (`ambulance-…`) are not held to the file: a system outside has
    steps of its own.
    """
    theirs = tuple(f"{scenario.parties[name].discipline}-" for name in parties)
    units = {id_: held for id_, held in scenario.units.items() if not id_.startswith(theirs)}
    changed = {
        name: msgspec.structs.replace(part, block=block) if name in parties else part
        for name, part in scenario.parties.items()
    }
    return msgspec.structs.replace(scenario, parties=changed, units=units)


def outside_of(scenario: Scenario) -> tuple[str, ...]:
    """The parties whose block is a bridge that can be played.

    One that has a `url` in the file has somebody of its own at the other end.
    """
    known = bridges()
    return tuple(
        name
        for name, part in scenario.parties.items()
        if part.block in known and "url" not in part.options
    )


def prepared(scenario: Scenario, folder: Path, speed: float) -> Outsides:
    """The systems outside, not started yet. Raises Refused where one is not installed."""
    minute = 60 / (scenario.pace * speed)
    disciplines = {name: str(part.discipline) for name, part in scenario.parties.items()}
    known, systems = bridges(), dict[str, Outside]()
    ways, all_errands = dict[int, Way](), dict[int, Errand]()
    for party in outside_of(scenario):
        part = scenario.parties[party]
        stand = Stand(
            room=scenario.room,
            party=party,
            parties=disciplines,
            options=part.options,
            folder=folder / "outside" / party,
            minute=minute,
        )
        systems[party] = known[part.block or ""].load()(stand)
        errands = errands_of(scenario, party)
        ways |= zip(errands, systems[party].ways([*errands.values()]), strict=True)
        all_errands |= errands
    return Outsides(systems=systems, ways=ways, errands=all_errands)


def with_options(scenario: Scenario, outsides: Outsides) -> Scenario:
    """The story with what each bridge has to know of its system outside."""
    changed = {
        name: msgspec.structs.replace(part, options=dict(outsides.systems[name].options))
        if name in outsides.systems
        else part
        for name, part in scenario.parties.items()
    }
    return msgspec.structs.replace(scenario, parties=changed)


@asynccontextmanager
async def running(outsides: Outsides) -> AsyncIterator[None]:
    """With every system outside at work; leaving it stops them, also when told to stop twice."""
    started: list[Outside] = []
    try:
        for system in outsides.systems.values():
            started.append(system)
            await system.start()
        yield
    finally:
        stopping = asyncio.gather(*(system.stop() for system in started))
        try:
            await asyncio.shield(stopping)
        except asyncio.CancelledError:
            await stopping
            raise


def errands_of(scenario: Scenario, party: str) -> dict[int, Errand]:
    """What this party's desks do, by the number of the step; waiting is nobody's errand.

    What the bridge itself takes from its desk is for the bridge.
    """
    catalogue = catalogue_of(scenario, party)
    found, placed = dict[int, Errand](), set[str]()
    for number, step in enumerate(scenario.steps):
        if step.do and (step.do.command == "incident.locate" or "location" in step.do.data):
            placed.add(step.do.about)
        if scenario.desks[step.by].party == party and not step.wait:
            found[number] = _errand(step, placed)
    return {
        number: errand
        for number, errand in found.items()
        if errand.is_command or contract_type(errand.type, catalogue) is None
    }


def _errand(step: Step, placed: Collection[str]) -> Errand:
    if step.do:
        do = step.do
        return Errand(
            type=do.command,
            is_command=True,
            about=do.about,
            is_placed=do.about in placed,
            data=do.data,
            expects=do.refused or do.warned,
        )
    part = step.ask or step.request
    assert part is not None, "the file was checked"
    incident = part.data.get("incident")
    about = incident.removeprefix("$") if isinstance(incident, str) else None
    return Errand(
        type=part.type,
        is_command=False,
        about=about,
        is_placed=about in placed,
        data=part.data,
        expects=part.refused,
    )


def compared(inside: Recording, outside: Recording, outsides: Outsides) -> dict[str, Compared]:
    """The feeds of every party that is not outside, beside those with everybody inside."""
    judge, away = next(iter(outsides.systems.values())), tuple(outsides.systems)
    found = {}
    for party in outside.feeds:
        if party not in away:
            before, after = (_seen(each, party) for each in (inside, outside))
            found[party] = Compared(
                inside=len(before.feed),
                outside=len(after.feed),
                differences=tuple(judge.differences(before, after, away)),
            )
    return found


def _seen(recording: Recording, party: str) -> Seen:
    incidents = {id_: alias for alias, id_ in recording.incidents.items()}
    return Seen(feed=recording.feeds[party], incidents=incidents)


# -- what is asked for ---------------------------------------------------------------------


def named(scenario: Scenario, discipline: Discipline, parties: Sequence[str]) -> tuple[str, ...]:
    """The parties of this discipline. Raises Refused where there is none, or none so named."""
    there = [name for name, part in scenario.parties.items() if part.discipline is discipline]
    for party in parties:
        if party not in there:
            raise Refused(
                rule="DEMO-003",
                what=f"the story has no {discipline} party {party}",
                where=f"--{discipline}",
                fix=f"name one of: {', '.join(there) or 'none; play another story'}",
            )
    if not there:
        raise Refused(
            rule="DEMO-003",
            what=f"the story has no {discipline} party",
            where=f"--{discipline}",
            fix="play a story that has one: abs scenario list",
        )
    return tuple(there)
