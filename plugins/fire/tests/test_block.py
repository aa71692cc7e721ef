"""What the block does on its own: its fleet, its vehicles, its crews' safety, its manifest."""

import datetime as dt
from typing import Any

import msgspec
from abs_contracts.catalogue import CORE
from abs_contracts.manifest import find_manifest
from abs_contracts.messages import incident as inc
from abs_contracts.messages.unit import RegisterUnit, ReportStatus, UnitRegistered
from abs_contracts.messages.values import CallSource, Escalation, Hazard, Scene, StatusSource
from abs_contracts.negotiate import agree
from abs_fire import contracts as fire
from abs_fire import plugin
from abs_fire.contracts import Status
from abs_fire.fleet import load_fleet

from abs_core.sdk import (
    Fed,
    Inbound,
    Order,
    Settings,
    Started,
    TimerFired,
)

START = dt.datetime(2026, 1, 1, 2, 42, 59, tzinfo=dt.UTC)
MIDDEL = Escalation(scale="ops-br", level="middel")
NEAR, NEXT = "fire-15-0431", "fire-15-0432"


STAGING = "parking of the swimming pool"


def unsafe(party: str = "police") -> inc.SafetyStated:
    return inc.SafetyStated(
        party=party, scene=Scene.UNSAFE, hazards=(Hazard.WEAPON,), staging=STAGING
    )


WARNING = fire.SceneWarning(
    party="police", scene=Scene.UNSAFE, hazards=(Hazard.WEAPON,), staging=STAGING
)


def test_a_start_registers_the_fleet_once(dialogue: Any) -> None:
    fresh = type(dialogue)()
    effects = fresh.take(Started("s-1", fresh.now, 1))
    assert {order.subject: order.payload for order in dialogue.orders(effects)} == fresh.fleet
    assert len({order.key for order in dialogue.orders(effects)}) == len(fresh.fleet)
    assert dialogue.take(Started("s-2", dialogue.now, 2)) == []


def test_a_start_registers_again_what_changed_in_the_fleet(dialogue: Any) -> None:
    moved = UnitRegistered(party="fire", call_sign="15-0431", kind="TS-6", station="Delft")
    dialogue.feed(NEAR, moved)
    (order,) = dialogue.take(Started("s-2", dialogue.now, 2))
    expected = RegisterUnit(call_sign="15-0431", kind="TS-6", station="Zoetermeer")
    assert (order.subject, order.payload) == (NEAR, expected)


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
    answer = dialogue.response(effects)
    assert isinstance(answer, fire.Dispatched)
    assert answer.warnings == (WARNING,)
    (alarm,) = dialogue.assigned("i-1", NEAR)
    assert alarm.payload.warnings == (WARNING,)


def test_crews_that_wait_are_told_that_the_scene_is_safe(dialogue: Any) -> None:
    dialogue.opened("i-1", "Ongeval", "Wegvervoer", "Letsel")
    dialogue.assigned("i-1", NEAR)
    dialogue.feed("i-1", unsafe())
    _, told = dialogue.feed("i-1", inc.SafetyStated(party="police", scene=Scene.SAFE))
    assert told.payload.warning == fire.SceneWarning(party="police", scene=Scene.SAFE)
    assert dialogue.ask(fire.Proposal(incident="i-1")).warnings == ()


def test_our_own_word_on_safety_is_no_news_to_our_crews(dialogue: Any) -> None:
    dialogue.opened("i-1", "Ongeval", "Wegvervoer", "Letsel")
    dialogue.assigned("i-1", NEAR)
    assert dialogue.feed("i-1", unsafe("fire")) == []
    assert dialogue.ask(fire.Proposal(incident="i-1")).warnings == ()


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


def test_a_timer_it_never_set_leads_to_nothing(dialogue: Any) -> None:
    before = dialogue.state
    assert dialogue.take(TimerFired("t-1", dialogue.now, "nothing")) == []
    assert dialogue.state == before


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
    ordered = {CORE.of(order.payload).type for order in dialogue.orders(effects)}
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
        (
            "i-1",
            inc.EscalationChanged(
                escalation=Escalation(scale="ops-br", level="middel"), decided_by="OvD-B"
            ),
        ),
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
