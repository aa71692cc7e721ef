"""Unattended baggage: steps in turn, and what the others get to know of each."""

from collections.abc import Sequence
from itertools import permutations
from typing import Any

import msgspec
import pytest
from abs_contracts.messages import incident as inc
from abs_contracts.messages.values import Hazard, NoteAudience, Scene
from abs_contracts.refusal import Refused
from abs_kmar.bag import load_procedure
from abs_kmar.messages.bag import Bag, Result, Step, StepTaken, TakeStep

from abs_core.sdk import Effect, Order, OwnLines

BAG = ("Veiligheid en openbare orde", "Beveiliging luchtvaart", "Onbeheerde bagage")
SECRET = "the owner is known to KMar"


def orders(effects: Sequence[Effect]) -> list[msgspec.Struct]:
    return [effect.payload for effect in effects if isinstance(effect, Order)]


@pytest.fixture
def hall(talk: Any) -> Any:
    """An unattended bag at Rotterdam The Hague Airport."""
    talk.opened("i-1", *BAG)
    return talk


def step(which: Step, **other: Any) -> TakeStep:
    return TakeStep(incident="i-1", step=which, **other)


def end(result: Result = Result.NO_THREAT) -> TakeStep:
    return step(Step.CLEAR, result=result)


def test_from_cordon_to_the_end(hall: Any) -> None:
    now = hall.ask(Bag(incident="i-1"))
    assert (now.taken, [each.step for each in now.next]) == ((), [Step.CORDON])

    (said,) = orders(hall.request(step(Step.CORDON, staging="deur 2")))
    assert said == inc.StateSafety(
        scene=Scene.UNSAFE,
        hazards=(Hazard.EXPLOSIVE,),
        staging="deur 2",
        advice="Onbeheerde bagage: 100 m afstand",
    )
    effects = hall.request(step(Step.OWNER, remark=SECRET))
    assert orders(effects) == []
    (asked,) = orders(hall.request(step(Step.EOD)))
    assert asked == inc.AddNote(text="EOD gevraagd", audience=NoteAudience.ALL)
    assert [each.step for each in hall.ask(Bag(incident="i-1")).next] == [Step.CLEAR]
    assert orders(hall.request(end(Result.OWNER_FOUND))) == [inc.StateSafety(scene=Scene.SAFE)]
    assert hall.ask(Bag(incident="i-1")).next == ()
    lines = [line.text for line in hall.ask(OwnLines(incident="i-1")).lines]
    assert lines == [
        "unattended baggage, cordon",
        "unattended baggage, owner",
        "unattended baggage, eod",
        "unattended baggage, clear: owner_found",
    ]


def test_the_remark_is_kept_and_goes_nowhere(hall: Any) -> None:
    hall.request(step(Step.CORDON, remark=SECRET))
    hall.request(step(Step.EOD, remark=SECRET))
    kept = [e.payload for e in hall.entries if isinstance(getattr(e, "payload", None), StepTaken)]
    assert {each.remark for each in kept} == {SECRET}
    assert SECRET not in repr(orders(hall.effects))
    assert SECRET not in repr(hall.ask(OwnLines(incident="i-1")))


def test_the_disposal_party_joins_where_there_is_one_and_is_not_there_yet(talk: Any) -> None:
    talk = type(talk)(eod="eod")
    for incident in ("i-1", "i-2"):
        talk.opened(incident, *BAG)
        talk.request(TakeStep(incident=incident, step=Step.CORDON))
    talk.attached("i-2", "eod")
    attach, note = orders(talk.request(TakeStep(incident="i-1", step=Step.EOD)))
    assert attach == inc.AttachParty(party="eod")
    assert isinstance(note, inc.AddNote)
    assert len(orders(talk.request(TakeStep(incident="i-2", step=Step.EOD)))) == 1


@pytest.mark.parametrize("order", list(permutations(Step)))
def test_each_step_comes_once_after_the_cordon_and_nothing_after_the_end(
    hall: Any, order: tuple[Step, ...]
) -> None:
    taken: list[Step] = []
    for which in (*order, *order):
        may = which is Step.CORDON if not taken else which not in taken
        may = may and Step.CLEAR not in taken
        request = end() if which is Step.CLEAR else step(which)
        if may:
            hall.request(request)
            taken.append(which)
        else:
            with pytest.raises(Refused, match=r"^KMAR-017"):
                hall.request(request)
    assert hall.state.bags["i-1"] == tuple(taken)


def test_the_end_and_it_alone_says_what_it_was(hall: Any) -> None:
    with pytest.raises(Refused, match=r"^KMAR-018"):
        hall.request(step(Step.CORDON, result=Result.NO_THREAT))
    hall.request(step(Step.CORDON))
    with pytest.raises(Refused, match=r"^KMAR-018"):
        hall.request(step(Step.CLEAR))
    assert hall.state.bags["i-1"] == (Step.CORDON,)


def test_every_step_is_in_the_procedure_once() -> None:
    assert sorted(row.step for row in load_procedure({}).steps) == sorted(Step)
