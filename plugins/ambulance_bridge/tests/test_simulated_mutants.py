"""Leaky mutants of the bridge: each is a real patch, and the simulator finds each of them."""

import itertools
import random
from typing import Any

import pytest
from abs_ambulance_bridge.hub_sante import answers, hub
from abs_ambulance_bridge.hub_sante.translation import cases
from abs_ambulance_bridge.live import (
    engaged,
    inward,
    link,
    parking,
    receipts,
    statements,
    telling,
)
from abs_ambulance_bridge.profile import Said
from abs_contracts.messages import incident as m
from abs_contracts.messages.values import NoteAudience

from abs_core.sim.desks import Load
from abs_core.sim.mutants import Mutant, Replaced, patched
from abs_core.sim.run import case, run

pytest.importorskip(
    "standalone_ambulance", reason="the standalone system (example 2) is not installed"
)

SMALL = Load(incidents=2, decisions=12)
SEEDS = 150
WRONG, HOURS = ("wrong outside",), ("cut of hours", "drop")


def _echo() -> list[Replaced]:
    """What stands is told whenever it was not told before, whoever said it first."""

    def news(found: Any, kind: str, content: Any, _told: Any) -> bool:
        return bool(content != found.sent_out.get(kind))

    return [(telling, "_is_news", news)]


def _lines_back() -> list[Replaced]:
    """The other side's own lines go back to it among those of others."""
    return [
        (telling, "_is_theirs", lambda *_: False),
        (telling, "_without_lines", lambda kept: kept),
    ]


def _repeat() -> list[Replaced]:
    """A message that comes again is taken for another one, and does again what it did."""
    count, bring = itertools.count(), link.PulledLink._bring
    is_repeat = inward._is_repeat

    async def anew(self: Any, deliver: Any, raw: Any) -> None:
        async def under_a_new_id(key: str, payload: Any) -> None:
            await deliver(f"{key}-{next(count)}", payload)

        await bring(self, under_a_new_id, raw)

    def forgetful(turn: Any, ident: str, text: str) -> bool:
        if is_repeat(turn, ident, text):
            for known in list(turn._cases.values()):
                turn.put(known, heard={})
        return False

    return [(link.PulledLink, "_bring", anew), (inward, "_is_repeat", forgetful)]


def _forgotten() -> list[Replaced]:
    """A message is acknowledged as integrated while others of its incident are under way."""
    take = inward.take

    def hasty(turn: Any, incident: str, work: Any, message: Any) -> None:
        known = turn.case(incident)
        if known is not None and known.work:
            turn.answer(answers.acknowledged(work.question, "INTEGRE", turn.answerer))
        else:
            take(turn, incident, work, message)

    return [(inward, "take", hasty)]


def _any_success() -> list[Replaced]:
    """A success of whoever answers is taken for the other side's own word."""
    return [(link, "has_taken", lambda answer, _letter: 200 <= answer.status < 300)]


def _skipped() -> list[Replaced]:
    """The cursor goes on although nobody has journaled what came."""

    async def lossy(self: Any, deliver: Any, raw: Any) -> None:
        if random.Random(bytes(raw)).random() > 0.02:
            await bring(self, deliver, raw)

    bring = link.PulledLink._bring
    return [(link.PulledLink, "_bring", lossy)]


def _held_up() -> list[Replaced]:
    """One message that cannot be read holds up the page that it stands in."""
    return [(link, "_taken_apart", lambda _page: None)]


def _unparked() -> list[Replaced]:
    """A message that came too early is acknowledged as received, and not kept."""
    return [(parking, "park", lambda *_: True)]


def _dropped() -> list[Replaced]:
    """Where two values stand against each other, the other side's is let go."""
    return [(statements, "_waits", lambda _t, found, _w, field, _v: field in found.stands)]


def _crossed() -> list[Replaced]:
    """Where messages crossed, nobody says once more what stands."""
    return [(receipts, "_sure_again", lambda *_: None)]


def _expired() -> list[Replaced]:
    """What expired on its way is not told anew."""
    return [(receipts, "EXPIRED", -1)]


def _impatient() -> list[Replaced]:
    """The feed is late, and its old picture is told."""
    return [(telling, "surely_coming", lambda _case: ())]


def _overtaken() -> list[Replaced]:
    """A later value is held against a picture that the feed has not caught up with."""
    return [(statements, "_stands", lambda found, field: found.stands.get(field))]


def _always_here() -> list[Replaced]:
    """The last vehicle of others is released, and that is not told."""
    return [(engaged, "_done", lambda _turn, resource: resource)]


def _talkative() -> list[Replaced]:
    """A medical note becomes a line of the room."""
    read = cases.health_case

    def all_of_it(content: Any, occasion: Any, setting: Any) -> Any:
        yield from read(content, occasion, setting)
        incident = cases.incident_of(content.case_id, setting.room)
        for note in cases.given(content.medical_note) or ():
            line = m.AddNote(text=note.freetext, audience=NoteAudience.OWN)
            yield Said(subject=incident, payload=line, at=occasion.sent)

    route = hub.Route(all_of_it, hub.ROUTES["RS-EDA"].write)
    return [(hub, "ROUTES", {**hub.ROUTES, "RS-EDA": route})]


def _silent() -> list[Replaced]:
    """Bad input is dropped without a word."""
    return [(inward, "_refuse", lambda *_: None)]


MUTANTS = (
    Mutant("an echo", "telling._is_news", _echo),
    Mutant("lines that are told back", "telling._content", _lines_back),
    Mutant("a repeat that is done twice", "inward._is_repeat", _repeat),
    Mutant("an acknowledged message that is forgotten", "inward.take", _forgotten),
    Mutant("a success that is anybody's", "link.has_taken", _any_success, WRONG),
    Mutant("a cursor that goes on too early", "PulledLink._bring", _skipped),
    Mutant("a page held up by one message", "link._taken_apart", _held_up, WRONG),
    Mutant("a parked message that is lost", "parking.park", _unparked, WRONG),
    Mutant("a conflicting value that is dropped", "statements._waits", _dropped),
    Mutant("messages that crossed and were left so", "receipts._sure_again", _crossed),
    Mutant("an expired letter that is not told anew", "receipts.EXPIRED", _expired, HOURS),
    Mutant("an old picture that is told", "telling.surely_coming", _impatient),
    Mutant("a later value that is lost", "statements._stands", _overtaken),
    Mutant("a vehicle that never goes", "engaged._done", _always_here),
    Mutant("a medical note that crosses", "hub.ROUTES", _talkative),
    Mutant("bad input without an answer", "inward._refuse", _silent, WRONG),
)


def caught(mutant: Mutant, seeds: int = SEEDS) -> tuple[int, str] | None:
    """The first seed that shows it, and by what."""
    for seed in range(seeds):
        with patched(mutant):
            wrong = run(case(seed, mutant.faults, SMALL, "bridge")).violations
        if wrong:
            return seed, wrong[0]
    return None


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_a_mutant_is_caught(mutant: Mutant) -> None:
    assert caught(mutant) is not None
