"""Whole dialogues between desk, core and vehicles, as entries and effects."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import msgspec
import pytest
from abs_contracts.catalogue import CORE
from abs_contracts.manifest import find_manifest
from abs_contracts.messages import incident as inc
from abs_contracts.messages.unit import RegisterUnit, ReportStatus, UnitRegistered
from abs_contracts.messages.values import CallSource, Escalation, Hazard, Scene, StatusSource
from abs_contracts.negotiate import agree
from abs_contracts.refusal import Refused
from abs_fire import contracts as fire
from abs_fire import plugin
from abs_fire.contracts import Need, Status
from abs_fire.fleet import load_fleet

from abs_core.sdk import (
    Effect,
    Fed,
    Inbound,
    Note,
    Order,
    Respond,
    Send,
    Settings,
    Started,
    TimerFired,
)

START = dt.datetime(2026, 1, 1, 2, 42, 59, tzinfo=dt.UTC)
NEAR, NEXT, THERE = "fire-15-0431", "fire-15-0432", "fire-15-0331"


def orders(effects: Sequence[Effect]) -> list[Order]:
    return [effect for effect in effects if isinstance(effect, Order)]


def response(effects: Sequence[Effect]) -> object:
    (only,) = [effect.payload for effect in effects if isinstance(effect, Respond)]
    return only


def level_set(escalation: Escalation) -> inc.EscalationChanged:
    return inc.EscalationChanged(escalation=escalation, decided_by="dispatcher")


def units(proposal: object) -> list[str]:
    assert isinstance(proposal, fire.ProposalMade)
    return [unit.unit for unit in proposal.units]


def test_a_start_registers_the_fleet_once(dialogue: Any) -> None:
    fresh = type(dialogue)()
    effects = fresh.take(Started("s-1", fresh.now, 1))
    assert {order.subject: order.payload for order in orders(effects)} == fresh.fleet
    assert len({order.key for order in orders(effects)}) == len(fresh.fleet)
    assert dialogue.take(Started("s-2", dialogue.now, 2)) == []


def test_a_start_registers_again_what_changed_in_the_fleet(dialogue: Any) -> None:
    moved = UnitRegistered(party="fire", call_sign="15-0431", kind="TS-6", station="Delft")
    dialogue.feed(NEAR, moved)
    (order,) = dialogue.take(Started("s-2", dialogue.now, 2))
    expected = RegisterUnit(call_sign="15-0431", kind="TS-6", station="Zoetermeer")
    assert (order.subject, order.payload) == (NEAR, expected)


def test_a_fire_from_alarm_to_very_large_and_back(dialogue: Any) -> None:
    dialogue.opened("i-1", "Brand", "Gebouw", "06 Kantoor")
    first = dialogue.ask(fire.Proposal(incident="i-1"))
    assert (first.level, units(first)) == ("klein", [NEAR])

    effects = dialogue.request(fire.Dispatch(incident="i-1", units=(NEAR,)))
    take_up, assign = orders(effects)
    assert take_up.payload == inc.TakeUpIncident()
    assert assign == Order(
        key=f"unit/{NEAR}@i-1",
        subject="i-1",
        payload=inc.AssignUnit(unit=NEAR),
        actor="desk-1",
        role="dispatcher",
    )
    assert response(effects) == fire.Dispatched(incident="i-1", units=(NEAR,))

    (alarm,) = dialogue.assigned("i-1", NEAR)
    expected = fire.Alarm(unit=NEAR, incident="i-1", priority="1")
    assert alarm == Send(key="alarm", connector="radio", payload=expected)

    effects = dialogue.request(fire.ScaleUp(incident="i-1", level="groot"))
    (change,) = orders(effects)
    large = Escalation(scale="ops-br", level="groot")
    assert change.payload == inc.ChangeEscalation(escalation=large)
    made = response(effects)
    assert isinstance(made, fire.ProposalMade)
    assert made.wanted == (
        Need(kind="TS", count=2),
        Need(kind="DV-OVD", count=1),
        Need(kind="DV-HOVD", count=1),
    )
    assert NEAR not in units(made)

    dialogue.feed("i-1", level_set(large))
    for unit in units(made):
        dialogue.assigned("i-1", unit)
    assert dialogue.ask(fire.Proposal(incident="i-1")).wanted == ()
    more = dialogue.ask(fire.Proposal(incident="i-1", level="zeer-groot"))
    assert more.wanted == (Need(kind="TS", count=1),)

    effects = dialogue.request(fire.StandDown(incident="i-1"))
    released = (NEAR, *units(made))
    expected_orders = [inc.ReleaseUnit(unit=unit) for unit in released]
    assert [order.payload for order in orders(effects)] == expected_orders
    assert response(effects) == fire.StoodDown(incident="i-1", units=released)
    (alarm,) = dialogue.feed("i-1", inc.UnitReleased(unit=NEAR, party="fire"))
    assert alarm.payload == fire.Alarm(unit=NEAR, incident="i-1", release=True)


def test_named_units_stand_down_and_the_others_stay(dialogue: Any) -> None:
    dialogue.opened("i-1", "Brand", "Gebouw")
    dialogue.assigned("i-1", NEAR)
    dialogue.assigned("i-1", NEXT)
    effects = dialogue.request(fire.StandDown(incident="i-1", units=(NEXT, NEXT)))
    assert [order.payload for order in orders(effects)] == [inc.ReleaseUnit(unit=NEXT)]
    assert response(effects) == fire.StoodDown(incident="i-1", units=(NEXT,))


def test_what_is_ordered_counts_before_the_feed_has_it(dialogue: Any) -> None:
    """The desk goes on at once; the core's answer and the feed take their time."""
    dialogue.opened("i-1", "Brand", "Gebouw")
    dialogue.opened("i-2", "Brand", "Gebouw")
    first = dialogue.ask(fire.Proposal(incident="i-1"))
    dialogue.request(fire.Dispatch(incident="i-1", units=units(first)))
    assert dialogue.ask(fire.Proposal(incident="i-1")).units == ()
    assert units(dialogue.ask(fire.Proposal(incident="i-2"))) == [NEXT]
    dialogue.request(fire.ScaleUp(incident="i-1", level="middel"))
    more = dialogue.ask(fire.Proposal(incident="i-1"))
    assert (more.level, more.wanted[0]) == ("middel", Need(kind="TS", count=1))
    effects = dialogue.request(fire.StandDown(incident="i-1"))
    assert [order.payload for order in orders(effects)] == [inc.ReleaseUnit(unit=NEAR)]


def test_the_level_that_the_feed_has_is_the_one_that_counts(dialogue: Any) -> None:
    """Somebody else decided between the order and its turn in the log."""
    dialogue.opened("i-1", "Brand", "Gebouw")
    dialogue.request(fire.ScaleUp(incident="i-1", level="middel"))
    dialogue.feed("i-1", level_set(Escalation(scale="ops-br", level="groot")))
    assert dialogue.ask(fire.Proposal(incident="i-1")).level == "groot"


def test_what_the_core_refuses_counts_no_longer(dialogue: Any) -> None:
    dialogue.opened("i-1", "Brand", "Gebouw")
    dialogue.request(fire.Dispatch(incident="i-1", units=(NEAR,)))
    dialogue.request(fire.ScaleUp(incident="i-1", level="middel"))
    dialogue.refused(f"unit/{NEAR}@i-1", "UNIT-003", "serves a real incident")
    dialogue.refused("scale/ops-br@i-1", "INCIDENT-022", "not yours to decide")
    dialogue.refused("take-up@i-1", "INCIDENT-003", "closed")
    again = dialogue.ask(fire.Proposal(incident="i-1"))
    assert (again.level, units(again)) == ("klein", [NEAR])


def test_a_level_goes_down_as_it_goes_up(dialogue: Any) -> None:
    dialogue.opened("i-1", "Ongeval", "Water", "Persoon te water")
    dialogue.feed("i-1", level_set(Escalation(scale="ops-wo", level="middel")))
    effects = dialogue.request(fire.ScaleUp(incident="i-1", level="klein"))
    (change,) = orders(effects)
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
    assert response(effects) == relief
    assert orders(effects)[-1].payload == inc.AssignUnit(unit=by)
    assert orders(dialogue.status(by, "ut")) == []
    dialogue.assigned("i-1", by)
    (release,) = orders(dialogue.status(by, "tp"))
    assert release.payload == inc.ReleaseUnit(unit=NEAR, reason="aflossing")
    dialogue.feed("i-1", inc.UnitReleased(unit=NEAR, party="fire"))
    assert orders(dialogue.status(by, "tp")) == []


def test_a_relief_that_the_core_refuses_relieves_nobody(dialogue: Any) -> None:
    dialogue.opened("i-1", "Brand", "Gebouw")
    dialogue.assigned("i-1", NEAR)
    dialogue.request(fire.Relieve(incident="i-1", unit=NEAR, by=NEXT))
    dialogue.refused(f"unit/{NEXT}@i-1", "UNIT-003", "serves a real incident")
    assert orders(dialogue.status(NEXT, "tp", incident="i-1")) == []


@pytest.mark.parametrize("gone", [NEAR, NEXT])
def test_a_relief_ends_when_either_unit_leaves_first(dialogue: Any, gone: str) -> None:
    dialogue.opened("i-1", "Brand", "Gebouw")
    dialogue.assigned("i-1", NEAR)
    dialogue.request(fire.Relieve(incident="i-1", unit=NEAR, by=NEXT))
    dialogue.assigned("i-1", NEXT)
    dialogue.feed("i-1", inc.UnitReleased(unit=gone, party="fire"))
    assert orders(dialogue.status(NEXT, "tp", incident="i-1")) == []


def test_a_part_is_taken_up_once_and_closed_when_nobody_is_there(dialogue: Any) -> None:
    dialogue.opened("i-1", "Brand")
    first = dialogue.request(fire.Dispatch(incident="i-1", units=(NEAR,)))
    assert orders(first)[0].payload == inc.TakeUpIncident()
    dialogue.feed("i-1", inc.IncidentTakenUp(party="fire"))
    more = dialogue.request(fire.Dispatch(incident="i-1", units=(NEXT,)))
    assert [order.payload for order in orders(more)] == [inc.AssignUnit(unit=NEXT)]
    for unit in (NEAR, NEXT):
        dialogue.assigned("i-1", unit)
        dialogue.feed("i-1", inc.UnitReleased(unit=unit, party="fire"))
    effects = dialogue.request(fire.Close(incident="i-1"))
    assert [order.payload for order in orders(effects)] == [inc.CloseForParty()]
    assert response(effects) == fire.Closed(incident="i-1")


# -- safety of the crews ----------------------------------------------------------


STAGING = "parking of the swimming pool"


def unsafe(party: str = "police") -> inc.SafetyStated:
    return inc.SafetyStated(
        party=party, scene=Scene.UNSAFE, hazards=(Hazard.WEAPON,), staging=STAGING
    )


WARNING = fire.SceneWarning(
    party="police", scene=Scene.UNSAFE, hazards=(Hazard.WEAPON,), staging=STAGING
)


def test_crews_under_way_are_warned_of_what_another_party_says(dialogue: Any) -> None:
    dialogue.opened("i-1", "Ongeval", "Wegvervoer", "Letsel")
    dialogue.assigned("i-1", NEAR)
    dialogue.assigned("i-1", NEXT)
    note, *sent = dialogue.feed("i-1", unsafe())
    assert note.payload == fire.Warned(incident="i-1", units=(NEAR, NEXT), warning=WARNING)
    assert [effect.payload for effect in sent] == [
        fire.CrewWarning(unit=unit, incident="i-1", warning=WARNING) for unit in (NEAR, NEXT)
    ]


def test_who_is_alarmed_later_and_the_desk_are_told_the_same(dialogue: Any) -> None:
    dialogue.opened("i-1", "Ongeval", "Wegvervoer", "Letsel")
    assert dialogue.feed("i-1", unsafe()) == [], "nobody is sent there yet"
    assert dialogue.ask(fire.Proposal(incident="i-1")).warnings == (WARNING,)
    effects = dialogue.request(fire.Dispatch(incident="i-1", units=(NEAR,)))
    answer = response(effects)
    assert isinstance(answer, fire.Dispatched)
    assert answer.warnings == (WARNING,)
    (alarm,) = dialogue.assigned("i-1", NEAR)
    assert alarm.payload.warnings == (WARNING,)


def test_a_scene_that_is_safe_again_warns_nobody(dialogue: Any) -> None:
    dialogue.opened("i-1", "Ongeval", "Wegvervoer", "Letsel")
    dialogue.assigned("i-1", NEAR)
    dialogue.feed("i-1", unsafe())
    assert dialogue.feed("i-1", inc.SafetyStated(party="police", scene=Scene.SAFE)) == []
    assert dialogue.ask(fire.Proposal(incident="i-1")).warnings == ()


def test_our_own_word_on_safety_is_no_news_to_our_crews(dialogue: Any) -> None:
    dialogue.opened("i-1", "Ongeval", "Wegvervoer", "Letsel")
    dialogue.assigned("i-1", NEAR)
    assert dialogue.feed("i-1", unsafe("fire")) == []
    assert dialogue.ask(fire.Proposal(incident="i-1")).warnings == ()


# -- decisions and statuses ----------------------------------------------------------


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
    assert [order.key for order in orders(effects)] == ["take-up@i-1", f"unit/{NEXT}@i-1"]


def test_a_vehicle_reports_for_itself_as_of_its_own_time(dialogue: Any) -> None:
    then = dialogue.now - dt.timedelta(minutes=3)
    status = fire.RadioStatus(unit=NEAR, status=Status.TP, at=then, incident="i-1")
    (order,) = dialogue.take(Inbound("radio-1", dialogue.now, "radio", status))
    assert order == Order(
        key="report",
        subject=NEAR,
        payload=ReportStatus(status="tp", source=StatusSource.RADIO, incident="i-1"),
        actor=NEAR,
        role="unit",
        occurred=then,
    )


@pytest.mark.parametrize(
    ("status", "free"),
    [
        ("ov", False),
        ("ut", False),
        ("tp", False),
        ("ir", False),
        ("bs", True),
        ("kz", True),
        ("bd", False),
        ("spraak", True),
        ("spraak-urgent", True),
    ],
)
def test_a_unit_is_free_by_its_status(dialogue: Any, status: str, free: bool) -> None:
    dialogue.status(NEAR, status)
    assert (NEAR in {unit.id for unit in dialogue.state.free()}) is free


def test_a_request_to_speak_does_not_free_a_unit(dialogue: Any) -> None:
    dialogue.status(NEAR, "tp")
    dialogue.status(NEAR, "spraak")
    assert NEAR not in {unit.id for unit in dialogue.state.free()}


def test_a_late_status_does_not_undo_a_newer_one(dialogue: Any) -> None:
    dialogue.status(NEAR, "kz")
    dialogue.status(NEAR, "tp", since=dialogue.now - dt.timedelta(hours=1))
    assert dialogue.state.units[NEAR].status == "kz"


def test_an_assigned_unit_is_proposed_to_nobody_else(dialogue: Any) -> None:
    dialogue.opened("i-1", "Brand", "Gebouw")
    dialogue.opened("i-2", "Brand", "Gebouw")
    dialogue.assigned("i-1", NEAR)
    assert units(dialogue.ask(fire.Proposal(incident="i-2"))) == [NEXT]
    dialogue.feed("i-1", inc.UnitReleased(unit=NEAR, party="fire"))
    assert units(dialogue.ask(fire.Proposal(incident="i-2"))) == [NEAR]


def test_units_and_alarms_of_others_are_not_ours(dialogue: Any) -> None:
    dialogue.opened("i-1", "Brand")
    other = UnitRegistered(party="ambulance", call_sign="15-101", kind="ambulance")
    dialogue.feed("amb-15-101", other)
    assert "amb-15-101" not in dialogue.state.units
    event = inc.UnitAssigned(
        unit="amb-15-101", party="ambulance", call_sign="15-101", kind="ambulance"
    )
    assert dialogue.feed("i-1", event) == []
    assert dialogue.state.incidents["i-1"].units == ()


@pytest.mark.parametrize("path", [(), ("Gezondheid",)])
def test_without_a_row_the_desk_still_decides(dialogue: Any, path: tuple[str, ...]) -> None:
    dialogue.opened("i-1", *path)
    made = dialogue.ask(fire.Proposal(incident="i-1"))
    assert (made.wanted, made.units, made.short) == ((), (), ())
    assert "choose units yourself" in made.why
    assert orders(dialogue.request(fire.Dispatch(incident="i-1", units=(NEAR,))))


def test_what_nobody_has_is_short(dialogue: Any) -> None:
    dialogue.opened("i-1", "Ongeval", "Overig", "Gevaarlijke stof")
    made = dialogue.ask(fire.Proposal(incident="i-1", level="zeer-groot"))
    assert made.short == (Need(kind="BOE", count=1),)


def test_a_level_on_another_scale_is_not_fires_level(dialogue: Any) -> None:
    dialogue.opened("i-1", "Brand", "Gebouw")
    dialogue.feed("i-1", level_set(Escalation(scale="grip", level="1")))
    dialogue.feed("i-1", level_set(Escalation(scale="ops-hv", level="groot")))
    assert dialogue.ask(fire.Proposal(incident="i-1")).level == "klein"


def test_a_closed_incident_that_is_reopened_is_as_it_was(dialogue: Any) -> None:
    dialogue.opened("i-1", "Brand", "Gebouw")
    before = dialogue.state.incidents["i-1"]
    dialogue.feed("i-1", inc.IncidentClosed())
    with pytest.raises(Refused, match=r"^FIRE-001"):
        dialogue.ask(fire.Proposal(incident="i-1"))
    dialogue.feed("i-1", inc.IncidentReopened(reason="smoke seen again"))
    assert dialogue.state.incidents["i-1"] == before


def test_old_closed_incidents_are_forgotten_in_the_order_of_closing(
    dialogue: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("abs_fire.state.ASIDE_KEPT", 2)
    for incident in ("i-1", "i-2", "i-3"):
        dialogue.opened(incident)
    for incident in ("i-2", "i-1", "i-3"):
        dialogue.feed(incident, inc.IncidentClosed())
    assert list(dialogue.state.aside) == ["i-1", "i-3"]


def test_what_fire_is_detached_from_is_set_aside_until_it_is_called_again(dialogue: Any) -> None:
    """The feed that follows holds only what fire missed meanwhile."""
    dialogue.opened("i-1", "Brand")
    dialogue.feed("i-1", inc.PartyDetached(party="police"))
    before = dialogue.state.incidents["i-1"]
    dialogue.feed("i-1", inc.PartyDetached(party="fire"))
    dialogue.feed("i-1", inc.IncidentStub(room="dh", open=True))
    assert "i-1" not in dialogue.state.incidents
    dialogue.feed("i-1", inc.PartyAttached(party="police"))
    assert "i-1" not in dialogue.state.incidents
    dialogue.feed("i-1", inc.PartyAttached(party="fire"))
    assert dialogue.state.incidents == {"i-1": before}


def test_a_rebuild_from_the_same_entries_makes_the_same_state(dialogue: Any) -> None:
    dialogue.opened("i-1", "Brand", "Gebouw")
    dialogue.assigned("i-1", NEAR)
    dialogue.status(NEAR, "tp")
    dialogue.request(fire.ScaleUp(incident="i-1", level="middel"))
    rebuilt = dialogue.block.initial()
    for entry in dialogue.entries:
        rebuilt = dialogue.block.evolve(rebuilt, entry)
    assert rebuilt == dialogue.state


def test_a_timer_it_never_set_leads_to_nothing(dialogue: Any) -> None:
    before = dialogue.state
    assert dialogue.take(TimerFired("t-1", dialogue.now, "nothing")) == []
    assert dialogue.state == before


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


def test_what_it_orders_is_what_its_manifest_says_and_what_the_core_serves(dialogue: Any) -> None:
    agreement = agree(find_manifest("abs-fire"), CORE, 1)
    dialogue.opened("i-1", "Brand", "Gebouw")
    status = fire.RadioStatus(unit=NEAR, status=Status.TP, at=dialogue.now)
    fresh = type(dialogue)()
    closing = dialogue.request(fire.Close(incident="i-1"))
    dialogue.assigned("i-1", NEAR)
    effects = [
        *closing,
        *fresh.take(Started("s-1", fresh.now, 1)),
        *dialogue.request(fire.Dispatch(incident="i-1", units=(NEXT,))),
        *dialogue.request(fire.ScaleUp(incident="i-1", level="middel")),
        *dialogue.request(fire.StandDown(incident="i-1")),
        *dialogue.take(Inbound("radio-1", dialogue.now, "radio", status)),
    ]
    ordered = {CORE.of(order.payload).type for order in orders(effects)}
    assert ordered == set(agreement.produces)


def test_all_that_changes_its_state_is_declared_in_its_manifest(dialogue: Any) -> None:
    declared = {need.type for need in find_manifest("fire").consumes}
    moved = UnitRegistered(party="fire", call_sign="15-0431", kind="TS-6", station="Delft")
    told: list[tuple[str, msgspec.Struct]] = [
        ("i-2", inc.IncidentOpened(room="dh", lead="fire", source=CallSource.EMERGENCY)),
        (NEAR, moved),
        ("i-1", inc.CallAdded(call="c-1", source=CallSource.EMERGENCY, received=START)),
        ("i-1", inc.CharacteristicSet(name="Etage", values=("4",))),
        ("i-1", inc.IncidentPrioritised(party="fire", priority="2")),
        ("i-1", inc.IncidentTakenUp(party="fire")),
        ("i-1", inc.SafetyStated(party="police", scene=Scene.UNSAFE)),
        ("i-1", inc.UnitReleased(unit=NEAR, party="fire")),
        ("i-1", level_set(Escalation(scale="ops-br", level="middel"))),
        ("i-1", inc.PartyDetached(party="fire")),
        ("i-1", inc.PartyAttached(party="fire")),
        ("i-1", inc.IncidentClosed()),
        ("i-1", inc.IncidentReopened(reason="smoke seen again")),
    ]
    dialogue.opened("i-1", "Brand", "Gebouw")
    dialogue.assigned("i-1", NEAR)
    dialogue.status(NEAR, "tp")
    for subject, payload in told:
        before = dialogue.state
        dialogue.feed(subject, payload)
        assert dialogue.state != before, payload
    fed = [entry for entry in dialogue.entries if isinstance(entry, Fed)]
    read = {CORE.of(entry.message.payload).name for entry in fed}
    assert read == declared


def test_the_hooks_give_block_radio_and_contracts_by_the_settings() -> None:
    settings = Settings(room="dh", party="fire-south", options={"region": "15", "pace": "1"})
    block = plugin.abs_block(settings)
    started = block.react(block.initial(), Started("s-1", START, 1))
    assert len(started) == len(load_fleet({}).units())
    assert [connector.name for connector in plugin.abs_connectors(settings)] == ["radio"]
    own = {contract.name for contract in plugin.abs_contracts()}
    assert {name.partition(".")[0] for name in own} == {"fire", "block"}
    assert len(CORE.extended(plugin.abs_contracts())) == len(CORE) + len(own)
