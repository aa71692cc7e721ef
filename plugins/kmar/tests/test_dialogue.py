"""Dialogues between desk, core and crews, as entries and effects."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import msgspec
import pytest
from abs_contracts.catalogue import CORE
from abs_contracts.manifest import find_manifest
from abs_contracts.messages import incident as inc
from abs_contracts.messages.unit import (
    EmergencyCleared,
    EmergencyRaised,
    RaiseEmergency,
    RegisterUnit,
    ReportStatus,
    UnitRegistered,
)
from abs_contracts.messages.values import Hazard, Point, Scene, StatusSource
from abs_contracts.negotiate import agree
from abs_contracts.protocol import Accepted, Rejected
from abs_contracts.refusal import Refusal, Refused
from abs_kmar import plugin
from abs_kmar.messages import bag
from abs_kmar.messages import desk as say
from abs_kmar.messages import radio as air
from abs_kmar.messages import records as rec

from abs_core.sdk import (
    Effect,
    Note,
    Order,
    OwnLines,
    Respond,
    Send,
    Settings,
    Settled,
    Started,
    TimerFired,
)

CAR, OTHER = "kmar-RA-01", "kmar-RA-02"
AIRPORT = Point(lat=51.955, lon=4.44)
INCIDENT = ("Veiligheid en openbare orde", "Beveiliging luchtvaart", "Security incident")


def orders(effects: Sequence[Effect]) -> list[Order]:
    return [effect for effect in effects if isinstance(effect, Order)]


def response(effects: Sequence[Effect]) -> Any:
    (only,) = [effect.payload for effect in effects if isinstance(effect, Respond)]
    return only


def test_a_start_registers_the_posts_once_and_again_what_changed(talk: Any) -> None:
    fresh = type(talk)()
    effects = fresh.take(Started("s-1", fresh.now, 1))
    assert {order.subject: order.payload for order in orders(effects)} == fresh.fleet
    assert talk.take(Started("s-2", talk.now, 2)) == []
    moved = UnitRegistered(party="kmar", call_sign="KM RA.01", kind="SURV", station="Schiphol")
    talk.feed(CAR, moved)
    (order,) = talk.take(Started("s-3", talk.now, 3))
    expected = RegisterUnit(
        call_sign="KM RA.01", kind="SURV", station="Rotterdam The Hague Airport"
    )
    assert (order.subject, order.payload) == (CAR, expected)


def test_a_security_incident_from_proposal_to_stand_down(talk: Any) -> None:
    talk.opened("i-1", *INCIDENT, point=AIRPORT)
    made = talk.ask(say.Proposal(incident="i-1"))
    assert made.site == "Rotterdam The Hague Airport"
    assert [unit.unit for unit in made.units][:2] == [CAR, OTHER]

    effects = talk.request(say.Dispatch(incident="i-1", units=(CAR, CAR)))
    assert [order.payload for order in orders(effects)] == [inc.AssignUnit(unit=CAR)]
    assert response(effects) == say.Dispatched(incident="i-1", units=(CAR,))
    decided = next(e.payload for e in effects if isinstance(e, Note))
    assert isinstance(decided, say.Decided)
    assert (decided.taken, decided.actor) == ((CAR,), "desk-1")

    (alarm,) = talk.assigned("i-1", CAR)
    expected = air.Alarm(unit=CAR, incident="i-1", point=AIRPORT)
    assert alarm == Send(key="alarm", connector="radio", payload=expected)
    effects = talk.request(say.StandDown(incident="i-1"))
    assert [order.payload for order in orders(effects)] == [inc.ReleaseUnit(unit=CAR)]
    (alarm,) = talk.feed("i-1", inc.UnitReleased(unit=CAR, party="kmar"))
    assert alarm.payload.release
    assert talk.feed("i-1", inc.UnitReleased(unit="x", party="police")) == []
    (line,) = talk.ask(OwnLines(incident="i-1")).lines
    assert line.text.startswith(f"KMar sends {CAR}; proposed were {CAR}, {OTHER}")
    assert (line.actor, line.role) == ("desk-1", "dispatcher")


def test_what_kmar_says_of_the_scene_and_whom_it_calls_in(talk: Any) -> None:
    talk.opened("i-1", *INCIDENT)
    unsafe = say.StateScene(incident="i-1", hazards=(Hazard.AGGRESSION,), staging="poort 3")
    (stated,) = orders(talk.request(unsafe))
    assert stated.payload == inc.StateSafety(
        scene=Scene.UNSAFE, hazards=(Hazard.AGGRESSION,), staging="poort 3"
    )
    effects = talk.request(say.ReleaseScene(incident="i-1"))
    assert [order.payload for order in orders(effects)] == [inc.StateSafety(scene=Scene.SAFE)]
    effects = talk.request(say.CallIn(incident="i-1", party="police"))
    assert [order.payload for order in orders(effects)] == [inc.AttachParty(party="police")]
    assert response(effects) == say.CalledIn(incident="i-1", party="police")


def test_a_unit_reports_for_itself_as_of_its_own_time_and_where_it_is(talk: Any) -> None:
    then = talk.now - dt.timedelta(minutes=3)
    said = air.RadioStatus(unit=CAR, status=air.Status.TP, at=then, incident="i-1", point=AIRPORT)
    (order,) = talk.heard(said)
    assert order == Order(
        key=f"report-{CAR}",
        subject=CAR,
        payload=ReportStatus(status="tp", source=StatusSource.RADIO, incident="i-1"),
        actor=CAR,
        role="unit",
        occurred=then,
    )
    assert talk.state.units[CAR].point == AIRPORT


def test_a_unit_is_free_by_its_newest_status_and_no_request_to_speak_changes_it(
    talk: Any,
) -> None:
    def free() -> bool:
        return CAR in {unit.id for unit in talk.state.free()}

    assert free()
    talk.status(CAR, "tp")
    talk.status(CAR, "spraak")
    talk.status(CAR, "vr", since=talk.now - dt.timedelta(hours=1))
    assert not free()
    talk.status(CAR, "vr")
    assert free()
    talk.opened("i-1", *INCIDENT)
    talk.assigned("i-1", CAR)
    assert not free()


def test_an_emergency_button_is_raised_at_once_and_shown_until_it_is_over(talk: Any) -> None:
    talk.opened("i-1", *INCIDENT)
    talk.assigned("i-1", CAR)
    (order,) = talk.heard(air.EmergencyButton(unit=CAR, at=talk.now, point=AIRPORT))
    assert (order.subject, order.payload) == (CAR, RaiseEmergency(point=AIRPORT))
    talk.feed(CAR, EmergencyRaised(party="kmar", call_sign="KM RA.01"))
    (shown,) = talk.ask(air.Emergencies()).emergencies
    assert (shown.unit, shown.party) == (CAR, "kmar")
    talk.feed(CAR, EmergencyCleared(party="kmar", call_sign="KM RA.01", reason="veilig"))
    assert talk.ask(air.Emergencies()).emergencies == ()
    lines = [line.text for line in talk.ask(OwnLines(incident="i-1")).lines]
    assert lines == ["EMERGENCY BUTTON of KM RA.01", "emergency of KM RA.01 over: veilig"]


def test_an_alarm_that_the_core_refuses_does_not_die_in_silence(talk: Any) -> None:
    (order,) = talk.heard(air.EmergencyButton(unit="unknown"))
    no = Refusal(rule="UNIT-001", what="no such unit", where="/subject", fix="register it")
    talk.take(Settled("s-1", talk.now, order.key, Accepted(command="c", after=1)))
    assert talk.ask(say.Undone()).orders == ()
    talk.take(Settled("s-2", talk.now, order.key, Rejected(command="c", refusal=no)))
    (undone,) = talk.ask(say.Undone()).orders
    assert (undone.effect, undone.rule) == ("emergency-unknown", "UNIT-001")


def test_a_crew_of_the_simulation_says_what_the_desk_has_it_say(talk: Any) -> None:
    simulate = air.Simulate(say=air.EmergencyButton(unit=CAR))
    effects = talk.request(simulate)
    assert effects[0] == Send(key="say", connector="radio", payload=simulate)
    assert response(effects) == air.Simulated(unit=CAR)


def test_a_closed_incident_that_is_reopened_is_as_it_was(talk: Any) -> None:
    talk.opened("i-1", *INCIDENT)
    before = talk.state.incidents["i-1"]
    talk.feed("i-1", inc.IncidentClosed())
    with pytest.raises(Refused, match=r"^KMAR-001"):
        talk.ask(say.Proposal(incident="i-1"))
    talk.feed("i-1", inc.IncidentReopened(reason="again"))
    assert talk.state.incidents["i-1"] == before
    talk.feed("i-1", inc.PartyDetached(party="kmar"))
    talk.feed("i-1", inc.IncidentStub(room="dh", open=True))
    assert "i-1" not in talk.state.incidents


def test_a_rebuild_from_the_same_entries_makes_the_same_state(talk: Any) -> None:
    talk.opened("i-1", *INCIDENT)
    talk.request(say.Dispatch(incident="i-1", units=(CAR,)))
    talk.assigned("i-1", CAR)
    talk.status(CAR, "tp")
    talk.kept("i-1", "document", "reported lost")
    talk.request(bag.TakeStep(incident="i-1", step=bag.Step.CORDON))
    rebuilt = talk.block.initial()
    for entry in talk.entries:
        rebuilt = talk.block.evolve(rebuilt, entry)
    assert rebuilt == talk.state


@pytest.mark.parametrize(
    ("rule", "request_"),
    [
        ("KMAR-001", say.Dispatch(incident="i-9", units=(CAR,))),
        ("KMAR-001", say.StandDown(incident="i-9")),
        ("KMAR-001", say.CallIn(incident="i-9", party="police")),
        ("KMAR-001", bag.TakeStep(incident="i-9", step=bag.Step.CORDON)),
        ("KMAR-001", rec.HandOver(incident="i-9", to="police", reason="x")),
        ("KMAR-002", say.Dispatch(incident="i-1", units=(CAR, "kmar-RA-99"))),
        ("KMAR-002", air.Simulate(say=air.EmergencyButton(unit="kmar-RA-99"))),
        ("KMAR-006", say.Proposal(incident="i-1")),
    ],
)
def test_a_request_about_what_kmar_does_not_know_is_refused(
    talk: Any, rule: str, request_: msgspec.Struct
) -> None:
    talk.opened("i-1")
    with pytest.raises(Refused, match=f"^{rule}"):
        talk.request(request_)


@pytest.mark.parametrize(
    ("rule", "question"),
    [
        ("KMAR-001", say.Proposal(incident="i-9")),
        ("KMAR-001", bag.Bag(incident="i-9")),
        ("KMAR-006", say.StandDown(incident="i-1")),
        ("KMAR-006", rec.Consult(incident="i-1", kinds=(rec.Data.SUSPECT,), reason="x")),
    ],
)
def test_a_question_that_kmar_does_not_answer_is_refused(
    talk: Any, rule: str, question: msgspec.Struct
) -> None:
    talk.opened("i-1")
    with pytest.raises(Refused, match=f"^{rule}"):
        talk.ask(question)


def test_what_it_never_asked_for_leads_to_nothing(talk: Any) -> None:
    before = talk.state
    assert talk.take(TimerFired("t-1", talk.now, "nothing")) == []
    assert talk.heard(air.Simulated(unit=CAR)) == []
    assert talk.state == before


def test_what_it_orders_is_what_its_manifest_says_and_what_the_core_serves(talk: Any) -> None:
    agreement = agree(find_manifest("abs-kmar"), CORE, 1)
    talk.opened("i-1", *INCIDENT)
    talk.assigned("i-1", CAR)
    warning = talk.kept("i-1", "warning", "armed")
    fresh = type(talk)()
    asked: list[msgspec.Struct] = [
        say.Dispatch(incident="i-1", units=(OTHER,)),
        say.StandDown(incident="i-1"),
        say.ReleaseScene(incident="i-1"),
        rec.HandOver(incident="i-1", to="police", reason="x", records=(warning,)),
    ]
    effects = [
        *fresh.take(Started("s-1", fresh.now, 1)),
        *talk.heard(air.EmergencyButton(unit=CAR)),
        *talk.heard(air.RadioStatus(unit=CAR, status=air.Status.TP)),
        *(effect for payload in asked for effect in talk.request(payload)),
    ]
    assert {CORE.of(order.payload).type for order in orders(effects)} == set(agreement.produces)


def test_all_that_changes_its_state_is_declared_in_its_manifest(talk: Any) -> None:
    declared = {need.type for need in find_manifest("kmar").consumes}
    talk.opened("i-1", *INCIDENT)
    talk.assigned("i-1", CAR)
    told: list[tuple[str, msgspec.Struct]] = [
        ("i-1", inc.PartyAttached(party="fire")),
        ("i-1", inc.LeadTransferred(previous="kmar", lead="fire")),
        ("i-1", inc.SafetyStated(party="fire", scene=Scene.UNSAFE)),
        ("i-1", inc.PartyDetached(party="fire")),
        (CAR, EmergencyRaised(party="kmar", call_sign="KM RA.01")),
        (CAR, EmergencyCleared(party="kmar", call_sign="KM RA.01", reason="veilig")),
        ("i-1", inc.UnitReleased(unit=CAR, party="kmar")),
        ("i-1", inc.IncidentClosed()),
        ("i-1", inc.IncidentReopened(reason="again")),
        ("i-1", inc.PartyDetached(party="kmar")),
    ]
    for subject, payload in told:
        before = talk.state
        talk.feed(subject, payload)
        assert talk.state != before, payload
    talk.status(CAR, "tp")
    read = {CORE.of(e.message.payload).name for e in talk.entries if hasattr(e, "message")}
    assert read == declared


def test_the_hooks_give_block_radio_and_contracts_by_the_settings(talk: Any) -> None:
    settings = Settings(room="rt", party="kmar-zuid", options={"pace": "1", "eod": "eod"})
    block = plugin.abs_block(settings)
    started = block.react(block.initial(), Started("s-1", talk.now, 1))
    assert len(started) == len(talk.fleet)
    assert [connector.name for connector in plugin.abs_connectors(settings)] == ["radio"]
    contracts = list(plugin.abs_contracts())
    assert len(CORE.extended(contracts)) == len(CORE) + len(contracts)
    assert {c.name.partition(".")[0] for c in contracts} == {"kmar", "block"}
