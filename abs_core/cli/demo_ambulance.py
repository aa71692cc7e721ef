"""`--ambulance`: where the ambulance side of a story stands, and what comes of asking for it."""

from collections.abc import Mapping, Sequence
from typing import Annotated

import typer
from abs_contracts.manifest import find_manifest
from abs_contracts.messages.values import Discipline
from abs_contracts.refusal import Refused

from abs_core.scenario import outside
from abs_core.scenario.model import Scenario
from abs_core.sdk import OUTSIDES

BLOCK, BRIDGE, PILOT = "block", "bridge", "pilot"
MODES = (BLOCK, BRIDGE, PILOT)
STORY = "pilot"
"""The story that mode `pilot` plays."""
Ambulance = Annotated[
    list[str] | None,
    typer.Option(
        metavar="[PARTY=]MODE",
        help="Where ambulance care stands: block (as the file has it), bridge (in a standalone "
        "system outside), pilot (it takes the calls itself). With PARTY= of one; repeatable.",
    ),
]
Compare = Annotated[
    bool,
    typer.Option("--compare", help="Also play it with the block, and compare the others' feeds."),
]


def scenario_of(chosen: str | None, modes: Sequence[str], default: str) -> str:
    """The scenario to play: the pilot has its own."""
    return chosen or (STORY if PILOT in modes else default)


def cast(story: Scenario, modes: Sequence[str]) -> Scenario:
    """The story with its ambulance parties where they were asked to stand. Raises Refused."""
    asked = _asked(modes)
    if not asked:
        return story
    there = outside.named(story, Discipline.AMBULANCE, [party for party in asked if party])
    if asked.get("") == PILOT and not outside.outside_of(story):
        raise Refused(
            rule="DEMO-004",
            what="in this story nobody outside takes calls: it was written for a block",
            where="--ambulance",
            fix=f"leave --scenario out, or play it with --ambulance {BRIDGE}",
        )
    chosen = [party for party in there if asked.get(party, asked.get("")) == BRIDGE]
    return outside.joined(story, chosen, _bridge()) if chosen else story


def comparable(story: Scenario, there: Scenario) -> None:
    """Raises Refused where there is nothing to compare with."""
    if outside.outside_of(story) or not outside.outside_of(there):
        raise Refused(
            rule="DEMO-006",
            what="nothing stands outside that the file has inside, so there is nothing to compare",
            where="--compare",
            fix=f"play a story that has an ambulance block, with --ambulance {BRIDGE}",
        )


def _asked(modes: Sequence[str]) -> Mapping[str, str]:
    """The mode by party; of all that are not named under an empty name."""
    asked: dict[str, str] = {}
    for each in modes:
        party, _, mode = each.rpartition("=")
        if mode not in MODES or (party and mode == PILOT):
            raise Refused(
                rule="DEMO-002",
                what=f"there is no such way to play the ambulance side: {each}",
                where="--ambulance",
                fix=f"give {', '.join(MODES)}, or PARTY={BLOCK} or PARTY={BRIDGE}",
            )
        asked[party] = mode
    return asked


def _bridge() -> str:
    """The block that joins ambulance care outside. Raises Refused when none is installed."""
    for name in outside.bridges():
        if find_manifest(name).discipline is Discipline.AMBULANCE:
            return name
    raise Refused(
        rule="DEMO-005",
        what="no bridge is installed that joins a standalone ambulance system",
        where=f"entry-point group {OUTSIDES}",
        fix="install abs-ambulance-bridge and abs-example-standalone-ambulance beside this core",
    )
