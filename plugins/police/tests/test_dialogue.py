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
from abs_contracts.messages.values import (
    CallSource,
    Classification,
    Hazard,
    Location,
    Point,
    Scene,
    StatusSource,
)
from abs_contracts.negotiate import agree
from abs_contracts.protocol import Accepted, Rejected
from abs_contracts.refusal import Refusal, Refused
from abs_police import plugin
from abs_police.messages import desk as say
from abs_police.messages import radio as air
from abs_police.messages import records as rec

from abs_core.sdk import (
    Effect,
    Inbound,
    Note,
    Order,
    OwnLines,
    OwnLinesTold,
    Requested,
    Respond,
    Send,
    Settings,
    Settled,
    Started,
    TimerFired,
)

ORDER, VIOLENCE = "Veiligheid en openbare orde", "Geweld"
STABBING = (ORDER, VIOLENCE, "Steekpartij")
CAR, OTHER = "police-DH-41-01", "police-DH-41-02"
ZOETERMEER = Point(lat=52.0575, lon=4.4931)


def orders(effects: Sequence[Effect]) -> list[Order]:
    return [effect for effect in effects if isinstance(effect, Order)]


def notes(effects: Sequence[Effect]) -> list[msgspec.Struct]:
    return [effect.payload for effect in effects if isinstance(effect, Note)]


def response(effects: Sequence[Effect]) -> Any:
    (only,) = [effect.payload for effect in effects if isinstance(effect, Respond)]
    return only


def lines(talk: Any, incident: str) -> list[str]:
    told = talk.ask(OwnLines(incident=incident))
    assert isinstance(told, OwnLinesTold)
    return [line.text for line in told.lines]


def test_a_start_registers_the_fleet_once(talk: Any) -> None:
    fresh = type(talk)()
    effects = fresh.take(Started("s-1", fresh.now, 1))
    assert {order.subject: order.payload for order in orders(effects)} == fresh.fleet
    assert len({order.key for order in orders(effects)}) == len(fresh.fleet)
    assert talk.take(Started("s-2", talk.now, 2)) == []


def test_a_start_registers_again_what_changed_in_the_fleet(talk: Any) -> None:
    moved = UnitRegistered(party="police", call_sign="DH 41.01", kind="NH", station="Delft")
    talk.feed(CAR, moved)
    (order,) = talk.take(Started("s-2", talk.now, 2))
    expected = RegisterUnit(call_sign="DH 41.01", kind="NH", station="Zoetermeer")
    assert (order.subject, order.payload) == (CAR, expected)


def test_a_stabbing_from_call_to_release_of_the_scene(talk: Any) -> None:
    talk.opened("i-1", *STABBING)
    made = talk.ask(say.Proposal(incident="i-1"))
    assert [need.kind for need in made.wanted] == ["NH", "OVD-P"]
    assert [unit.unit for unit in made.units][:2] == [CAR, OTHER]
    assert Hazard.WEAPON in made.hazards

    effects = talk.request(say.Dispatch(incident="i-1", units=(CAR, CAR, OTHER)))
    assert [order.payload for order in orders(effects)] == [
        inc.AssignUnit(unit=CAR),
        inc.AssignUnit(unit=OTHER),
    ]
    assert response(effects) == say.Dispatched(incident="i-1", units=(CAR, OTHER))
    (decided,) = notes(effects)
    assert isinstance(decided, say.Decided)
    assert (decided.taken, decided.proposed) == ((CAR, OTHER), tuple(u.unit for u in made.units))

    unsafe = say.StateScene(
        incident="i-1", hazards=(Hazard.WEAPON,), staging="parkeerplaats", advice="wachten"
    )
    (stated,) = orders(talk.request(unsafe))
    assert stated.payload == inc.StateSafety(
        scene=Scene.UNSAFE, hazards=(Hazard.WEAPON,), staging="parkeerplaats", advice="wachten"
    )
    talk.feed("i-1", inc.SafetyStated(party="police", scene=Scene.UNSAFE))
    assert talk.state.incidents["i-1"].scenes == {"police": Scene.UNSAFE}

    effects = talk.request(say.ReleaseScene(incident="i-1"))
    assert [order.payload for order in orders(effects)] == [inc.StateSafety(scene=Scene.SAFE)]
    assert response(effects) == say.SceneStated(incident="i-1", scene=Scene.SAFE)

    (alarm,) = talk.assigned("i-1", CAR)
    assert alarm == Send(
        key="alarm", connector="radio", payload=air.Alarm(unit=CAR, incident="i-1")
    )
    effects = talk.request(say.StandDown(incident="i-1"))
    assert [order.payload for order in orders(effects)] == [inc.ReleaseUnit(unit=CAR)]
    (alarm,) = talk.feed("i-1", inc.UnitReleased(unit=CAR, party="police"))
    assert alarm.payload == air.Alarm(unit=CAR, incident="i-1", release=True)


def test_an_alarm_says_where_to_and_is_for_our_own_units_alone(talk: Any) -> None:
    talk.opened("i-1", *STABBING, point=ZOETERMEER)
    (alarm,) = talk.assigned("i-1", CAR)
    assert alarm.payload.point == ZOETERMEER
    other = inc.UnitAssigned(unit="fire-1", party="fire", call_sign="15-0131", kind="TS-6")
    assert talk.feed("i-1", other) == []
    assert talk.feed("i-1", inc.UnitReleased(unit="fire-1", party="fire")) == []


def test_a_unit_reports_for_itself_as_of_its_own_time_and_where_it_is(talk: Any) -> None:
    then = talk.now - dt.timedelta(minutes=3)
    said = air.RadioStatus(
        unit=CAR, status=air.Status.TP, at=then, incident="i-1", point=ZOETERMEER
    )
    (order,) = talk.heard(said)
    assert order == Order(
        key=f"report-{CAR}",
        subject=CAR,
        payload=ReportStatus(status="tp", source=StatusSource.RADIO, incident="i-1"),
        actor=CAR,
        role="unit",
        occurred=then,
    )
    assert talk.state.units[CAR].point == ZOETERMEER


@pytest.mark.parametrize(
    ("status", "free"),
    [
        ("ov", False),
        ("vr", True),
        ("ar", False),
        ("tp", False),
        ("nb", False),
        ("af", False),
        ("spraak", True),
        ("spraak-urgent", True),
        ("eigen-melding", True),
        ("info", True),
    ],
)
def test_a_unit_is_free_by_its_status(talk: Any, status: str, free: bool) -> None:
    talk.status(CAR, status)
    assert (CAR in {unit.id for unit in talk.state.free()}) is free


def test_a_request_to_speak_does_not_free_a_unit_and_a_late_status_undoes_no_newer_one(
    talk: Any,
) -> None:
    talk.status(CAR, "tp")
    talk.status(CAR, "spraak")
    talk.status(CAR, "vr", since=talk.now - dt.timedelta(hours=1))
    assert CAR not in {unit.id for unit in talk.state.free()}


def test_an_assigned_unit_is_proposed_to_nobody_else(talk: Any) -> None:
    talk.opened("i-1", *STABBING)
    talk.opened("i-2", *STABBING)
    talk.assigned("i-1", CAR)
    assert CAR not in [unit.unit for unit in talk.ask(say.Proposal(incident="i-2")).units]
    talk.feed("i-1", inc.UnitReleased(unit=CAR, party="police"))
    assert talk.ask(say.Proposal(incident="i-2")).units[0].unit == CAR


# -- what a unit comes upon -----------------------------------------------------------


REPORT = air.UnitReport(
    unit=CAR,
    municipality="Zoetermeer",
    street="Voorbeeldstraat",
    classification=("Verkeer", "Wegverkeer", "Onder invloed"),
    remark="SECRET",
)


def test_a_report_of_a_unit_opens_an_incident_with_that_unit_on_it(talk: Any) -> None:
    then = talk.now - dt.timedelta(seconds=30)
    effects = talk.heard(msgspec.structs.replace(REPORT, at=then))
    made = orders(effects)
    drunk = Classification(table="1.0", mc1="Verkeer", mc2="Wegverkeer", mc3="Onder invloed")
    assert [order.payload for order in made] == [
        inc.OpenIncident(source=CallSource.UNIT),
        inc.LocateIncident(location=Location(municipality="Zoetermeer", street="Voorbeeldstraat")),
        inc.ClassifyIncident(classification=drunk),
        inc.AssignUnit(unit=CAR),
    ]
    assert {(order.actor, order.role, order.occurred) for order in made} == {(CAR, "unit", then)}
    (subject,) = {order.subject for order in made}
    assert notes(effects) == [air.OpenedByUnit(incident=subject, unit=CAR, remark="SECRET")]
    assert "SECRET" not in repr(made)
    assert lines(talk, subject) == [f"opened for what {CAR} came upon"]


def test_the_same_report_leads_to_the_same_incident_and_another_to_another(talk: Any) -> None:
    once = Inbound("radio-7", talk.now, "radio", REPORT)
    again, other = once._replace(at=talk.now), once._replace(id="radio-8")
    typed = Requested("radio-7", talk.now, REPORT, "desk-1", "dispatcher")
    entries = (once, again, other, typed)
    subjects = [orders(talk.take(entry))[0].subject for entry in entries]
    assert subjects[0] == subjects[1]
    assert len(set(subjects)) == 3


def test_a_report_by_radio_of_a_unit_that_nobody_knows_opens_an_incident_all_the_same(
    talk: Any,
) -> None:
    effects = talk.heard(msgspec.structs.replace(REPORT, unit="unknown"))
    assert inc.OpenIncident(source=CallSource.UNIT) in [o.payload for o in orders(effects)]


def test_a_desk_types_what_a_unit_says_and_gets_the_incident(talk: Any) -> None:
    effects = talk.request(REPORT)
    opened = response(effects)
    assert {order.subject for order in orders(effects)} == {opened.incident}
    assert {order.actor for order in orders(effects)} == {"desk-1"}


def test_a_report_without_a_class_of_the_table_is_an_own_initiative(talk: Any) -> None:
    for path in (None, ("Verkeer", "Onbestaand")):
        effects = talk.heard(msgspec.structs.replace(REPORT, classification=path))
        (classified,) = [
            o.payload for o in orders(effects) if isinstance(o.payload, inc.ClassifyIncident)
        ]
        assert classified.classification.mc3 == "Eigen initiatief"


# -- the emergency button ---------------------------------------------------------------


def test_an_emergency_button_is_raised_at_once_and_shown_until_it_is_over(talk: Any) -> None:
    talk.opened("i-1", *STABBING)
    talk.assigned("i-1", CAR)
    then = talk.now
    (order,) = talk.heard(air.EmergencyButton(unit=CAR, at=then, point=ZOETERMEER))
    assert (order.subject, order.payload) == (CAR, RaiseEmergency(point=ZOETERMEER))
    assert (order.actor, order.occurred) == (CAR, then)

    talk.feed(CAR, EmergencyRaised(party="police", call_sign="DH 41.01", point=ZOETERMEER))
    talk.feed("fire-1", EmergencyRaised(party="fire", call_sign="15-0131"))
    shown = talk.ask(air.Emergencies()).emergencies
    assert [(each.unit, each.party) for each in shown] == [(CAR, "police"), ("fire-1", "fire")]
    assert lines(talk, "i-1") == ["EMERGENCY BUTTON of DH 41.01"]

    cleared = EmergencyCleared(party="police", call_sign="DH 41.01", reason="ploeg is veilig")
    talk.feed(CAR, cleared)
    assert [each.unit for each in talk.ask(air.Emergencies()).emergencies] == ["fire-1"]
    assert lines(talk, "i-1")[1:] == ["emergency of DH 41.01 over: ploeg is veilig"]


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


# -- the life of an incident --------------------------------------------------------------


def test_a_closed_incident_that_is_reopened_is_as_it_was(talk: Any) -> None:
    talk.opened("i-1", *STABBING)
    before = talk.state.incidents["i-1"]
    talk.feed("i-1", inc.IncidentClosed())
    with pytest.raises(Refused, match=r"^POLICE-001"):
        talk.ask(say.Proposal(incident="i-1"))
    talk.feed("i-1", inc.IncidentReopened(reason="again"))
    assert talk.state.incidents["i-1"] == before


def test_old_closed_incidents_are_forgotten_in_the_order_of_closing(
    talk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("abs_police.state.KEPT", 2)
    for incident in ("i-1", "i-2", "i-3"):
        talk.opened(incident)
    for incident in ("i-2", "i-1", "i-3"):
        talk.feed(incident, inc.IncidentClosed())
    assert list(talk.state.closed) == ["i-1", "i-3"]


def test_what_police_are_detached_from_they_forget(talk: Any) -> None:
    talk.opened("i-1", lead="fire")
    talk.attached("i-1", "ambulance")
    talk.feed("i-1", inc.PartyDetached(party="ambulance"))
    assert talk.state.incidents["i-1"].parties == ("fire", "police")
    talk.feed("i-1", inc.PartyDetached(party="police"))
    talk.feed("i-1", inc.IncidentStub(room="dh", open=True))
    assert "i-1" not in talk.state.incidents


def test_a_rebuild_from_the_same_entries_makes_the_same_state(talk: Any) -> None:
    talk.opened("i-1", *STABBING)
    talk.feed("i-1", inc.IncidentPrioritised(party="police", priority="1"))
    talk.request(say.Dispatch(incident="i-1", units=(CAR,)))
    talk.assigned("i-1", CAR)
    talk.status(CAR, "tp", of="i-1")
    talk.kept("i-1", "plate", "dark car", key="XX-000-X")
    talk.heard(REPORT)
    rebuilt = talk.block.initial()
    for entry in talk.entries:
        rebuilt = talk.block.evolve(rebuilt, entry)
    assert rebuilt == talk.state


@pytest.mark.parametrize(
    ("rule", "request_"),
    [
        ("POLICE-001", say.Dispatch(incident="i-9", units=(CAR,))),
        ("POLICE-001", say.StandDown(incident="i-9")),
        ("POLICE-001", say.StateScene(incident="i-9")),
        ("POLICE-001", say.ReleaseScene(incident="i-9")),
        ("POLICE-001", rec.HandOver(incident="i-9", to="kmar", reason="luchthaven")),
        ("POLICE-002", say.Dispatch(incident="i-1", units=(CAR, "police-DH-99-99"))),
        ("POLICE-002", air.UnitReport(unit="police-DH-99-99", municipality="Delft")),
        ("POLICE-002", air.Simulate(say=air.EmergencyButton(unit="police-DH-99-99"))),
        ("POLICE-006", say.Proposal(incident="i-1")),
    ],
)
def test_a_request_about_what_police_do_not_know_is_refused(
    talk: Any, rule: str, request_: msgspec.Struct
) -> None:
    talk.opened("i-1")
    with pytest.raises(Refused, match=f"^{rule}"):
        talk.request(request_)


@pytest.mark.parametrize(
    ("rule", "question"),
    [
        ("POLICE-001", say.Proposal(incident="i-9")),
        ("POLICE-006", say.StandDown(incident="i-1")),
        (
            "POLICE-006",
            rec.Consult(incident="i-1", kinds=(rec.Data.SUSPECT,), reason="aanrijden"),
        ),
    ],
)
def test_a_question_that_police_do_not_answer_is_refused(
    talk: Any, rule: str, question: msgspec.Struct
) -> None:
    talk.opened("i-1")
    with pytest.raises(Refused, match=f"^{rule}"):
        talk.ask(question)


def test_what_it_never_asked_for_leads_to_nothing(talk: Any) -> None:
    before = talk.state
    assert talk.take(TimerFired("t-1", talk.now, "response-i-9")) == []
    assert talk.heard(air.Simulated(unit=CAR)) == []
    assert talk.state == before


def test_what_it_orders_is_what_its_manifest_says_and_what_the_core_serves(talk: Any) -> None:
    agreement = agree(find_manifest("abs-police"), CORE, 1)
    talk.opened("i-1", *STABBING)
    talk.attached("i-1", "fire")
    talk.assigned("i-1", CAR)
    plate = talk.kept("i-1", "plate", "dark car", key="XX-000-X")
    fresh = type(talk)()
    asked: list[tuple[msgspec.Struct, str]] = [
        (say.Dispatch(incident="i-1", units=(OTHER,)), "dispatcher"),
        (say.StandDown(incident="i-1"), "dispatcher"),
        (say.ReleaseScene(incident="i-1"), "dispatcher"),
        (
            rec.SharePlate(incident="i-1", record=plate, ground="19", purpose="redding"),
            "dispatcher",
        ),
        (
            rec.HandOver(incident="i-1", to="kmar", reason="luchthaven", records=(plate,)),
            "OpCo",
        ),
    ]
    effects = [
        *fresh.take(Started("s-1", fresh.now, 1)),
        *talk.heard(REPORT),
        *talk.heard(air.EmergencyButton(unit=CAR)),
        *talk.heard(air.RadioStatus(unit=CAR, status=air.Status.TP)),
        *(effect for payload, role in asked for effect in talk.request(payload, role)),
    ]
    assert {CORE.of(order.payload).type for order in orders(effects)} == set(agreement.produces)


def test_every_event_that_does_something_is_declared_in_its_manifest(talk: Any) -> None:
    """Each event of the catalogue that a feed can bring, tried; what it reads it declares."""
    declared = {need.type for need in find_manifest("police").consumes}
    assert declared <= {contract.name for contract in CORE.values()}
    talk.opened("i-1", *STABBING)
    talk.assigned("i-1", CAR)
    told: list[tuple[str, msgspec.Struct]] = [
        ("i-1", inc.IncidentPrioritised(party="police", priority="1")),
        ("i-1", inc.PartyAttached(party="fire")),
        ("i-1", inc.LeadTransferred(previous="police", lead="fire")),
        ("i-1", inc.SafetyStated(party="fire", scene=Scene.UNSAFE)),
        (CAR, EmergencyRaised(party="police", call_sign="DH 41.01")),
        (CAR, EmergencyCleared(party="police", call_sign="DH 41.01", reason="veilig")),
        ("i-1", inc.UnitReleased(unit=CAR, party="police")),
        ("i-1", inc.IncidentClosed()),
        ("i-1", inc.IncidentReopened(reason="again")),
        ("i-1", inc.PartyDetached(party="police")),
    ]
    for subject, payload in told:
        before = talk.state
        talk.feed(subject, payload)
        assert talk.state != before, payload
    talk.opened("i-2")
    talk.status(CAR, "vr")
    assert talk.feed("i-2", inc.IncidentClosedForParty(party="police"))  # its clock stops
    read = {
        CORE.of(entry.message.payload).name for entry in talk.entries if hasattr(entry, "message")
    }
    assert read == declared


def test_the_hooks_give_block_radio_and_contracts_by_the_settings(talk: Any) -> None:
    settings = Settings(room="dh", party="police-west", options={"pace": "1"})
    block = plugin.abs_block(settings)
    started = block.react(block.initial(), Started("s-1", talk.now, 1))
    assert len(started) == len(talk.fleet)
    assert [connector.name for connector in plugin.abs_connectors(settings)] == ["radio"]
    contracts = list(plugin.abs_contracts())
    assert len(CORE.extended(contracts)) == len(CORE) + len(contracts)
    assert {c.name.partition(".")[0] for c in contracts} == {"police", "block"}
