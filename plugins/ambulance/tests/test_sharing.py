"""What others are told of patients: counts, and what to put on. Nothing else."""

import pytest
from abs_ambulance import desk
from abs_ambulance.desk import Protection
from abs_ambulance.sharing import COUNTED
from abs_contracts.codelists import CHARACTERISTICS
from abs_contracts.messages import incident as inc
from abs_contracts.messages.values import Hazard, Scene
from abs_contracts.refusal import Refused

from .dialogue import Dialogue, commands, orders, response

MASK = desk.WarnInfection(incident="i-1", protection=(Protection.MASK, Protection.GLOVES))


def test_the_counts_that_are_given_become_shared_characteristics(mka: Dialogue) -> None:
    mka.opened("i-1")
    effects = mka.request(desk.CountCasualties(incident="i-1", t1=2, t3=0))
    assert commands(effects) == [
        inc.SetCharacteristic(name="T 1 Levensbedreigend", values=("2",)),
        inc.SetCharacteristic(name="T 3 Licht gewond", values=("0",)),
    ]
    assert response(effects) == desk.Stated(incident="i-1")


def test_the_counts_are_characteristics_that_everybody_may_set() -> None:
    rows = [CHARACTERISTICS.get(name) for name in COUNTED.values()]
    assert [row.owner for row in rows if row] == [None] * 4
    assert [row.problem(("3",)) for row in rows if row] == [None] * 4


def test_an_infection_is_a_precaution_and_what_to_put_on(mka: Dialogue) -> None:
    mka.opened("i-1")
    effects = mka.request(MASK)
    assert commands(effects) == [
        inc.StateSafety(
            scene=Scene.UNKNOWN,
            hazards=(Hazard.INFECTION_PRECAUTION,),
            advice="Protect yourself: mask, gloves",
        )
    ]
    assert [(o.actor, o.role) for o in orders(effects)] == [("desk-mka-1", "dispatcher")]


def test_it_is_added_to_what_we_stated_before(mka: Dialogue) -> None:
    mka.opened("i-1")
    unsafe = inc.SafetyStated(
        party="ambulance",
        scene=Scene.UNSAFE,
        hazards=(Hazard.AGGRESSION,),
        staging="Marktplein",
    )
    mka.feed("i-1", unsafe)
    (said,) = commands(mka.request(MASK))
    assert isinstance(said, inc.StateSafety)
    assert (said.scene, said.staging) == (Scene.UNSAFE, "Marktplein")
    assert said.hazards == (Hazard.AGGRESSION, Hazard.INFECTION_PRECAUTION)


def test_what_others_stated_and_a_scene_that_was_safe_are_not_repeated(mka: Dialogue) -> None:
    mka.opened("i-1")
    theirs = inc.SafetyStated(party="police", scene=Scene.UNSAFE, hazards=(Hazard.WEAPON,))
    mka.feed("i-1", theirs)
    mka.feed("i-1", inc.SafetyStated(party="ambulance", scene=Scene.SAFE))
    (said,) = commands(mka.request(MASK))
    assert isinstance(said, inc.StateSafety)
    assert (said.scene, said.hazards) == (Scene.UNKNOWN, (Hazard.INFECTION_PRECAUTION,))


def test_ambu_001_nothing_to_state_about(mka: Dialogue) -> None:
    with pytest.raises(Refused, match=r"^AMBU-001"):
        mka.request(desk.CountCasualties(incident="i-9", t1=1))
    with pytest.raises(Refused, match=r"^AMBU-001"):
        mka.request(desk.WarnInfection(incident="i-9", protection=(Protection.MASK,)))
