"""What the desk decides, as orders, notes and answers; every refusal it can meet."""

from typing import Any

import msgspec
import pytest
from abs_contracts.messages import incident as inc
from abs_contracts.messages.values import CallSource, Escalation
from abs_contracts.refusal import Refused
from abs_fire import contracts as fire
from abs_fire.contracts import Need

from abs_core.sdk import (
    Note,
    Order,
    Send,
)

NEAR, NEXT, THERE = "fire-15-0431", "fire-15-0432", "fire-15-0331"


def test_a_fire_from_alarm_to_very_large_and_back(dialogue: Any) -> None:
    dialogue.opened("i-1", "Brand", "Gebouw", "06 Kantoor")
    first = dialogue.ask(fire.Proposal(incident="i-1"))
    assert (first.level, dialogue.units(first)) == ("klein", [NEAR])

    effects = dialogue.request(fire.Dispatch(incident="i-1", units=(NEAR,)))
    take_up, assign = dialogue.orders(effects)
    assert take_up.payload == inc.TakeUpIncident()
    assert assign == Order(
        key=f"unit/{NEAR}@i-1",
        subject="i-1",
        payload=inc.AssignUnit(unit=NEAR),
        actor="desk-1",
        role="dispatcher",
    )
    assert dialogue.response(effects) == fire.Dispatched(incident="i-1", units=(NEAR,))

    (alarm,) = dialogue.assigned("i-1", NEAR)
    expected = fire.Alarm(unit=NEAR, incident="i-1", priority="1")
    assert alarm == Send(key="alarm", connector="radio", payload=expected)

    effects = dialogue.request(fire.ScaleUp(incident="i-1", level="groot"))
    (change,) = dialogue.orders(effects)
    large = Escalation(scale="ops-br", level="groot")
    assert change.payload == inc.ChangeEscalation(escalation=large)
    made = dialogue.response(effects)
    assert isinstance(made, fire.ProposalMade)
    assert made.wanted == (
        Need(kind="TS", count=2),
        Need(kind="DV-OVD", count=1),
        Need(kind="DV-HOVD", count=1),
    )
    assert NEAR not in dialogue.units(made)

    dialogue.level("i-1", "ops-br", "groot")
    for unit in dialogue.units(made):
        dialogue.assigned("i-1", unit)
    assert dialogue.ask(fire.Proposal(incident="i-1")).wanted == ()
    more = dialogue.ask(fire.Proposal(incident="i-1", level="zeer-groot"))
    assert more.wanted == (Need(kind="TS", count=1),)

    effects = dialogue.request(fire.StandDown(incident="i-1"))
    released = (NEAR, *dialogue.units(made))
    expected_orders = [inc.ReleaseUnit(unit=unit) for unit in released]
    assert [order.payload for order in dialogue.orders(effects)] == expected_orders
    assert dialogue.response(effects) == fire.StoodDown(incident="i-1", units=released)
    (alarm,) = dialogue.feed("i-1", inc.UnitReleased(unit=NEAR, party="fire"))
    assert alarm.payload == fire.Alarm(unit=NEAR, incident="i-1", release=True)


def test_named_units_stand_down_and_the_others_stay(dialogue: Any) -> None:
    dialogue.opened("i-1", "Brand", "Gebouw")
    dialogue.assigned("i-1", NEAR)
    dialogue.assigned("i-1", NEXT)
    effects = dialogue.request(fire.StandDown(incident="i-1", units=(NEXT, NEXT)))
    assert [order.payload for order in dialogue.orders(effects)] == [inc.ReleaseUnit(unit=NEXT)]
    assert dialogue.response(effects) == fire.StoodDown(incident="i-1", units=(NEXT,))


def test_a_level_goes_down_as_it_goes_up(dialogue: Any) -> None:
    dialogue.opened("i-1", "Ongeval", "Water", "Persoon te water")
    dialogue.level("i-1", "ops-wo", "middel")
    effects = dialogue.request(fire.ScaleUp(incident="i-1", level="klein"))
    (change,) = dialogue.orders(effects)
    small = Escalation(scale="ops-wo", level="klein")
    assert change.payload == inc.ChangeEscalation(escalation=small)


def test_a_unit_is_relieved_once_its_relief_is_there(dialogue: Any) -> None:
    dialogue.opened("i-1", "Brand", "Gebouw")
    dialogue.assigned("i-1", NEAR)
    who = dialogue.ask(fire.Proposal(incident="i-1", relieves=NEAR))
    assert [unit.kind for unit in who.units] == ["TS-6"]
    by = who.units[0].unit
    effects = dialogue.request(fire.Relieve(incident="i-1", unit=NEAR, by=by))
    relief = fire.Relief(incident="i-1", unit=NEAR, by=by, actor="desk-1", role="dispatcher")
    assert dialogue.response(effects) == relief
    assert dialogue.orders(effects)[-1].payload == inc.AssignUnit(unit=by)
    assert dialogue.orders(dialogue.status(by, "ut")) == []
    dialogue.assigned("i-1", by)
    (release,) = dialogue.orders(dialogue.status(by, "tp"))
    assert release.payload == inc.ReleaseUnit(unit=NEAR, reason="aflossing")
    dialogue.feed("i-1", inc.UnitReleased(unit=NEAR, party="fire"))
    assert dialogue.orders(dialogue.status(by, "tp")) == []


def test_a_relief_that_the_core_refuses_relieves_nobody(dialogue: Any) -> None:
    dialogue.opened("i-1", "Brand", "Gebouw")
    dialogue.assigned("i-1", NEAR)
    dialogue.request(fire.Relieve(incident="i-1", unit=NEAR, by=NEXT))
    dialogue.refused(f"unit/{NEXT}@i-1", "UNIT-003", "serves a real incident")
    assert dialogue.orders(dialogue.status(NEXT, "tp", incident="i-1")) == []


@pytest.mark.parametrize("gone", [NEAR, NEXT])
def test_a_relief_ends_when_either_unit_leaves_first(dialogue: Any, gone: str) -> None:
    dialogue.opened("i-1", "Brand", "Gebouw")
    dialogue.assigned("i-1", NEAR)
    dialogue.request(fire.Relieve(incident="i-1", unit=NEAR, by=NEXT))
    dialogue.assigned("i-1", NEXT)
    dialogue.feed("i-1", inc.UnitReleased(unit=gone, party="fire"))
    assert dialogue.orders(dialogue.status(NEXT, "tp", incident="i-1")) == []


def test_a_part_is_taken_up_once_and_closed_when_nobody_is_there(dialogue: Any) -> None:
    dialogue.opened("i-1", "Brand")
    first = dialogue.request(fire.Dispatch(incident="i-1", units=(NEAR,)))
    assert dialogue.orders(first)[0].payload == inc.TakeUpIncident()
    dialogue.feed("i-1", inc.IncidentTakenUp(party="fire"))
    more = dialogue.request(fire.Dispatch(incident="i-1", units=(NEXT,)))
    assert [order.payload for order in dialogue.orders(more)] == [inc.AssignUnit(unit=NEXT)]
    for unit in (NEAR, NEXT):
        dialogue.assigned("i-1", unit)
        dialogue.feed("i-1", inc.UnitReleased(unit=unit, party="fire"))
    effects = dialogue.request(fire.Close(incident="i-1"))
    assert [order.payload for order in dialogue.orders(effects)] == [inc.CloseForParty()]
    assert dialogue.response(effects) == fire.Closed(incident="i-1")


def test_a_decision_is_kept_beside_the_proposal_it_departed_from(dialogue: Any) -> None:
    dialogue.opened("i-1", "Brand", "Gebouw")
    effects = dialogue.request(fire.Dispatch(incident="i-1", units=(NEXT, NEXT)))
    (note,) = [effect for effect in effects if isinstance(effect, Note)]
    assert note.payload == fire.Decided(
        incident="i-1",
        level="klein",
        proposed=(NEAR,),
        taken=(NEXT,),
        actor="desk-1",
        role="dispatcher",
    )
    assert [order.key for order in dialogue.orders(effects)] == ["take-up@i-1", f"unit/{NEXT}@i-1"]


@pytest.mark.parametrize("path", [(), ("Gezondheid",)])
def test_without_a_row_the_desk_still_decides(dialogue: Any, path: tuple[str, ...]) -> None:
    dialogue.opened("i-1", *path)
    made = dialogue.ask(fire.Proposal(incident="i-1"))
    assert (made.wanted, made.units, made.short) == ((), (), ())
    assert "choose units yourself" in made.why
    assert dialogue.orders(dialogue.request(fire.Dispatch(incident="i-1", units=(NEAR,))))


def test_what_nobody_has_is_short(dialogue: Any) -> None:
    dialogue.opened("i-1", "Ongeval", "Overig", "Gevaarlijke stof")
    made = dialogue.ask(fire.Proposal(incident="i-1", level="zeer-groot"))
    assert made.short == (Need(kind="BOE", count=1),)


@pytest.mark.parametrize(
    ("rule", "request_"),
    [
        ("FIRE-001", fire.Dispatch(incident="i-9", units=(NEAR,))),
        ("FIRE-001", fire.ScaleUp(incident="i-9", level="groot")),
        ("FIRE-001", fire.StandDown(incident="i-9")),
        ("FIRE-002", fire.Dispatch(incident="i-1", units=(NEAR, "fire-15-9999"))),
        ("FIRE-003", fire.ScaleUp(incident="i-1", level="enorm")),
        ("FIRE-006", fire.Proposal(incident="i-1")),
        ("FIRE-001", fire.Relieve(incident="i-9", unit=NEAR, by=NEXT)),
        ("FIRE-001", fire.Motivate(incident="i-9", motive="-")),
        ("FIRE-001", fire.Close(incident="i-9")),
        ("FIRE-002", fire.Relieve(incident="i-1", unit=THERE, by="fire-15-9999")),
        ("FIRE-008", fire.Motivate(incident="i-1", motive="-")),
        ("FIRE-009", fire.StandDown(incident="i-1", units=(THERE, NEAR))),
        ("FIRE-009", fire.Relieve(incident="i-1", unit=NEAR, by=NEXT)),
        ("FIRE-010", fire.Relieve(incident="i-1", unit=THERE, by=THERE)),
        ("FIRE-011", fire.Close(incident="i-1")),
    ],
)
def test_a_request_about_what_fire_does_not_know_is_refused(
    dialogue: Any, rule: str, request_: msgspec.Struct
) -> None:
    dialogue.opened("i-1", "Brand")
    dialogue.assigned("i-1", THERE)
    with pytest.raises(Refused, match=f"^{rule}"):
        dialogue.request(request_)


@pytest.mark.parametrize(
    ("rule", "question"),
    [
        ("FIRE-001", fire.Proposal(incident="i-9")),
        ("FIRE-003", fire.Proposal(incident="i-1", level="enorm")),
        ("FIRE-001", fire.Response(incident="i-9")),
        ("FIRE-009", fire.Proposal(incident="i-1", relieves=NEAR)),
        ("FIRE-006", fire.StandDown(incident="i-1")),
        ("FIRE-006", inc.OpenIncident(source=CallSource.ROOM)),
    ],
)
def test_a_question_about_what_fire_does_not_know_is_refused(
    dialogue: Any, rule: str, question: msgspec.Struct
) -> None:
    dialogue.opened("i-1", "Brand")
    with pytest.raises(Refused, match=f"^{rule}"):
        dialogue.ask(question)
