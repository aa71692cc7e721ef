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
from abs_contracts.messages.values import CallSource, Escalation, StatusSource
from abs_contracts.negotiate import agree
from abs_contracts.refusal import Refused
from abs_fire import contracts as fire
from abs_fire import plugin
from abs_fire.contracts import Need, Status
from abs_fire.fleet import load_fleet

from abs_core.sdk import Effect, Inbound, Note, Order, Respond, Send, Settings, Started, TimerFired

START = dt.datetime(2026, 1, 1, 2, 42, 59, tzinfo=dt.UTC)
NEAR, NEXT = "fire-15-0431", "fire-15-0432"


def orders(effects: Sequence[Effect]) -> list[Order]:
    return [effect for effect in effects if isinstance(effect, Order)]


def response(effects: Sequence[Effect]) -> object:
    (only,) = [effect.payload for effect in effects if isinstance(effect, Respond)]
    return only


def units(proposal: object) -> list[str]:
    assert isinstance(proposal, fire.ProposalMade)
    return [unit.unit for unit in proposal.units]


def test_a_start_registers_the_fleet_once(room: Any) -> None:
    fresh = type(room)()
    effects = fresh.take(Started("s-1", fresh.now, 1))
    assert {order.subject: order.payload for order in orders(effects)} == fresh.fleet
    assert len({order.key for order in orders(effects)}) == len(fresh.fleet)
    assert room.take(Started("s-2", room.now, 2)) == []


def test_a_start_registers_again_what_changed_in_the_fleet(room: Any) -> None:
    moved = UnitRegistered(party="fire", call_sign="15-0431", kind="TS-6", station="Delft")
    room.feed(NEAR, moved)
    (order,) = room.take(Started("s-2", room.now, 2))
    expected = RegisterUnit(call_sign="15-0431", kind="TS-6", station="Zoetermeer")
    assert (order.subject, order.payload) == (NEAR, expected)


def test_a_fire_from_alarm_to_very_large_and_back(room: Any) -> None:
    room.opened("i-1", "Brand", "Gebouw", "06 Kantoor")
    first = room.ask(fire.Proposal(incident="i-1"))
    assert (first.level, units(first)) == ("klein", [NEAR])

    effects = room.request(fire.Dispatch(incident="i-1", units=(NEAR,)))
    (assign,) = orders(effects)
    assert assign == Order(
        key=f"assign-{NEAR}",
        subject="i-1",
        payload=inc.AssignUnit(unit=NEAR),
        actor="desk-1",
        role="dispatcher",
    )
    assert response(effects) == fire.Dispatched(incident="i-1", units=(NEAR,))

    (alarm,) = room.assigned("i-1", NEAR)
    expected = fire.Alarm(unit=NEAR, incident="i-1")
    assert alarm == Send(key="alarm", connector="radio", payload=expected)

    effects = room.request(fire.ScaleUp(incident="i-1", level="groot"))
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

    room.feed("i-1", inc.EscalationChanged(escalation=large, decided_by="OvD-B"))
    for unit in units(made):
        room.assigned("i-1", unit)
    assert room.ask(fire.Proposal(incident="i-1")).wanted == ()
    more = room.ask(fire.Proposal(incident="i-1", level="zeer-groot"))
    assert more.wanted == (Need(kind="TS", count=1),)

    effects = room.request(fire.StandDown(incident="i-1"))
    released = (NEAR, *units(made))
    expected_orders = [inc.ReleaseUnit(unit=unit) for unit in released]
    assert [order.payload for order in orders(effects)] == expected_orders
    assert response(effects) == fire.StoodDown(incident="i-1", units=released)
    (alarm,) = room.feed("i-1", inc.UnitReleased(unit=NEAR, party="fire"))
    assert alarm.payload == fire.Alarm(unit=NEAR, incident="i-1", release=True)


def test_a_decision_is_kept_beside_the_proposal_it_departed_from(room: Any) -> None:
    room.opened("i-1", "Brand", "Gebouw")
    effects = room.request(fire.Dispatch(incident="i-1", units=(NEXT, NEXT)))
    (note,) = [effect for effect in effects if isinstance(effect, Note)]
    assert note.payload == fire.Decided(
        incident="i-1",
        level="klein",
        proposed=(NEAR,),
        taken=(NEXT,),
        actor="desk-1",
        role="dispatcher",
    )
    assert len(orders(effects)) == 1


def test_a_vehicle_reports_for_itself_as_of_its_own_time(room: Any) -> None:
    then = room.now - dt.timedelta(minutes=3)
    status = fire.RadioStatus(unit=NEAR, status=Status.TP, at=then, incident="i-1")
    (order,) = room.take(Inbound("radio-1", room.now, "radio", status))
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
def test_a_unit_is_free_by_its_status(room: Any, status: str, free: bool) -> None:
    room.status(NEAR, status)
    assert (NEAR in {unit.id for unit in room.state.free()}) is free


def test_a_request_to_speak_does_not_free_a_unit(room: Any) -> None:
    room.status(NEAR, "tp")
    room.status(NEAR, "spraak")
    assert NEAR not in {unit.id for unit in room.state.free()}


def test_a_late_status_does_not_undo_a_newer_one(room: Any) -> None:
    room.status(NEAR, "kz")
    room.status(NEAR, "tp", since=room.now - dt.timedelta(hours=1))
    assert room.state.units[NEAR].status == "kz"


def test_an_assigned_unit_is_proposed_to_nobody_else(room: Any) -> None:
    room.opened("i-1", "Brand", "Gebouw")
    room.opened("i-2", "Brand", "Gebouw")
    room.assigned("i-1", NEAR)
    assert units(room.ask(fire.Proposal(incident="i-2"))) == [NEXT]
    room.feed("i-1", inc.UnitReleased(unit=NEAR, party="fire"))
    assert units(room.ask(fire.Proposal(incident="i-2"))) == [NEAR]


def test_units_and_alarms_of_others_are_not_ours(room: Any) -> None:
    room.opened("i-1", "Brand")
    other = UnitRegistered(party="ambulance", call_sign="15-101", kind="ambulance")
    room.feed("amb-15-101", other)
    assert "amb-15-101" not in room.state.units
    event = inc.UnitAssigned(
        unit="amb-15-101", party="ambulance", call_sign="15-101", kind="ambulance"
    )
    assert room.feed("i-1", event) == []
    assert room.state.incidents["i-1"].units == ()


@pytest.mark.parametrize("path", [(), ("Gezondheid",)])
def test_without_a_row_the_desk_still_decides(room: Any, path: tuple[str, ...]) -> None:
    room.opened("i-1", *path)
    made = room.ask(fire.Proposal(incident="i-1"))
    assert (made.wanted, made.units, made.short) == ((), (), ())
    assert "choose units yourself" in made.why
    assert orders(room.request(fire.Dispatch(incident="i-1", units=(NEAR,))))


def test_what_nobody_has_is_short(room: Any) -> None:
    room.opened("i-1", "Ongeval", "Overig", "Gevaarlijke stof")
    made = room.ask(fire.Proposal(incident="i-1", level="zeer-groot"))
    assert made.short == (Need(kind="BOE", count=1),)


def test_a_level_on_another_scale_is_not_fires_level(room: Any) -> None:
    room.opened("i-1", "Brand", "Gebouw")
    room.feed(
        "i-1",
        inc.EscalationChanged(escalation=Escalation(scale="grip", level="1"), decided_by="OvD-B"),
    )
    room.feed(
        "i-1",
        inc.EscalationChanged(
            escalation=Escalation(scale="ops-hv", level="groot"), decided_by="OvD-B"
        ),
    )
    assert room.ask(fire.Proposal(incident="i-1")).level == "klein"


def test_a_closed_incident_that_is_reopened_is_as_it_was(room: Any) -> None:
    room.opened("i-1", "Brand", "Gebouw")
    before = room.state.incidents["i-1"]
    room.feed("i-1", inc.IncidentClosed())
    with pytest.raises(Refused, match=r"^FIRE-001"):
        room.ask(fire.Proposal(incident="i-1"))
    room.feed("i-1", inc.IncidentReopened(reason="smoke seen again"))
    assert room.state.incidents["i-1"] == before


def test_old_closed_incidents_are_forgotten_in_the_order_of_closing(
    room: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("abs_fire.state.CLOSED_KEPT", 2)
    for incident in ("i-1", "i-2", "i-3"):
        room.opened(incident)
    for incident in ("i-2", "i-1", "i-3"):
        room.feed(incident, inc.IncidentClosed())
    assert list(room.state.closed) == ["i-1", "i-3"]


def test_what_fire_is_detached_from_it_forgets(room: Any) -> None:
    room.opened("i-1", "Brand")
    room.feed("i-1", inc.PartyDetached(party="police"))
    assert "i-1" in room.state.incidents
    room.feed("i-1", inc.PartyDetached(party="fire"))
    room.feed("i-1", inc.IncidentStub(room="dh", open=True))
    assert "i-1" not in room.state.incidents


def test_a_rebuild_from_the_same_entries_makes_the_same_state(room: Any) -> None:
    room.opened("i-1", "Brand", "Gebouw")
    room.assigned("i-1", NEAR)
    room.status(NEAR, "tp")
    room.request(fire.ScaleUp(incident="i-1", level="middel"))
    rebuilt = room.block.initial()
    for entry in room.entries:
        rebuilt = room.block.evolve(rebuilt, entry)
    assert rebuilt == room.state


def test_a_timer_it_never_set_leads_to_nothing(room: Any) -> None:
    before = room.state
    assert room.take(TimerFired("t-1", room.now, "nothing")) == []
    assert room.state == before


@pytest.mark.parametrize(
    ("rule", "request_"),
    [
        ("FIRE-001", fire.Dispatch(incident="i-9", units=(NEAR,))),
        ("FIRE-001", fire.ScaleUp(incident="i-9", level="groot")),
        ("FIRE-001", fire.StandDown(incident="i-9")),
        ("FIRE-002", fire.Dispatch(incident="i-1", units=(NEAR, "fire-15-9999"))),
        ("FIRE-003", fire.ScaleUp(incident="i-1", level="enorm")),
        ("FIRE-006", fire.Proposal(incident="i-1")),
    ],
)
def test_a_request_about_what_fire_does_not_know_is_refused(
    room: Any, rule: str, request_: msgspec.Struct
) -> None:
    room.opened("i-1", "Brand")
    with pytest.raises(Refused, match=f"^{rule}"):
        room.request(request_)


@pytest.mark.parametrize(
    ("rule", "question"),
    [
        ("FIRE-001", fire.Proposal(incident="i-9")),
        ("FIRE-003", fire.Proposal(incident="i-1", level="enorm")),
        ("FIRE-006", fire.StandDown(incident="i-1")),
        ("FIRE-006", inc.OpenIncident(source=CallSource.ROOM)),
    ],
)
def test_a_question_about_what_fire_does_not_know_is_refused(
    room: Any, rule: str, question: msgspec.Struct
) -> None:
    room.opened("i-1", "Brand")
    with pytest.raises(Refused, match=f"^{rule}"):
        room.ask(question)


def test_what_it_orders_is_what_its_manifest_says_and_what_the_core_serves(room: Any) -> None:
    agreement = agree(find_manifest("abs-fire"), CORE, 1)
    room.opened("i-1", "Brand", "Gebouw")
    room.assigned("i-1", NEAR)
    status = fire.RadioStatus(unit=NEAR, status=Status.TP, at=room.now)
    fresh = type(room)()
    effects = [
        *fresh.take(Started("s-1", fresh.now, 1)),
        *room.request(fire.Dispatch(incident="i-1", units=(NEXT,))),
        *room.request(fire.ScaleUp(incident="i-1", level="middel")),
        *room.request(fire.StandDown(incident="i-1")),
        *room.take(Inbound("radio-1", room.now, "radio", status)),
    ]
    ordered = {CORE.of(order.payload).type for order in orders(effects)}
    assert ordered == set(agreement.produces)


def test_all_that_changes_its_state_is_declared_in_its_manifest(room: Any) -> None:
    declared = {need.type for need in find_manifest("fire").consumes}
    moved = UnitRegistered(party="fire", call_sign="15-0431", kind="TS-6", station="Delft")
    told: list[tuple[str, msgspec.Struct]] = [
        ("i-2", inc.IncidentOpened(room="dh", lead="fire", source=CallSource.EMERGENCY)),
        (NEAR, moved),
        ("i-1", inc.UnitReleased(unit=NEAR, party="fire")),
        (
            "i-1",
            inc.EscalationChanged(
                escalation=Escalation(scale="ops-br", level="middel"), decided_by="OvD-B"
            ),
        ),
        ("i-1", inc.IncidentClosed()),
        ("i-1", inc.IncidentReopened(reason="smoke seen again")),
        ("i-1", inc.PartyDetached(party="fire")),
    ]
    room.opened("i-1", "Brand", "Gebouw")
    room.assigned("i-1", NEAR)
    room.status(NEAR, "tp")
    for subject, payload in told:
        before = room.state
        room.feed(subject, payload)
        assert room.state != before
    read = {CORE.of(entry.message.payload).name for entry in room.entries}
    assert read == declared


def test_the_hooks_give_block_radio_and_contracts_by_the_settings() -> None:
    settings = Settings(room="dh", party="fire-south", options={"region": "15", "pace": "1"})
    block = plugin.abs_block(settings)
    started = block.react(block.initial(), Started("s-1", START, 1))
    assert len(started) == len(load_fleet({}).units())
    assert [connector.name for connector in plugin.abs_connectors(settings)] == ["radio"]
    assert all(c.name.startswith("fire.") for c in plugin.abs_contracts())
    assert len(CORE.extended(plugin.abs_contracts())) == len(CORE) + 10
