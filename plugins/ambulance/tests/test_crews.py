"""What crews are told of a scene, and what they report."""

import datetime as dt

import pytest
from abs_ambulance import crew, desk, medical
from abs_ambulance.crew import Alarm
from abs_ambulance.values import Priority, Status
from abs_contracts.messages import incident as inc
from abs_contracts.messages.unit import ReportStatus
from abs_contracts.messages.values import Hazard, Location, Scene, StatusSource

from abs_core.sdk import Inbound, Order

from .dialogue import DELFT, Dialogue, sent

NEAR, NEXT = "ambulance-15121", "ambulance-15122"
UNSAFE = inc.SafetyStated(
    party="police", scene=Scene.UNSAFE, hazards=(Hazard.WEAPON,), staging="Marktplein"
)
SAFE = inc.SafetyStated(party="police", scene=Scene.SAFE)


def test_an_assigned_unit_is_alarmed_with_all_that_is_known(mka: Dialogue) -> None:
    mka.opened("i-1", "Gezondheid", "Onwel/Ziekte")
    mka.prioritised("i-1", "A1")
    assert sent(mka.assigned("i-1", NEAR), Alarm) == [
        Alarm(
            unit=NEAR,
            incident="i-1",
            kind="Ambu",
            priority=Priority.A1,
            location=Location(municipality="Delft", point=DELFT),
        )
    ]


def test_a_unit_that_is_sent_before_triage_is_told_so(mka: Dialogue) -> None:
    mka.opened("i-1")
    mka.request(desk.DirectDispatch(incident="i-1", units=(NEAR, NEXT)))
    mka.request(desk.Dispatch(incident="i-1", units=("ambulance-15131",)))
    (alarm,) = sent(mka.assigned("i-1", NEAR), Alarm)
    assert alarm.direct
    mka.request(medical.StateTriage(incident="i-1", priority=Priority.A1))
    (alarm,) = sent(mka.assigned("i-1", NEXT), Alarm)
    assert not alarm.direct


def test_a_note_of_triage_reaches_a_crew_that_is_sent_after_it(mka: Dialogue) -> None:
    mka.opened("i-1")
    mka.request(medical.RecordPatient(incident="i-1", patient="p-2", characteristics={}))
    mka.request(medical.StateTriage(incident="i-1", priority=Priority.A1, crew_note="second floor"))
    (alarm,) = sent(mka.assigned("i-1", NEAR), Alarm)
    assert (alarm.complaint, alarm.note) == (None, "second floor")


def test_an_accelerated_dispatch_is_no_direct_one(mka: Dialogue) -> None:
    mka.opened("i-1")
    mka.request(desk.AcceleratedDispatch(incident="i-1", units=(NEAR,), urgent=True))
    (alarm,) = sent(mka.assigned("i-1", NEAR), Alarm)
    assert not alarm.direct


def test_where_to_wait_goes_with_the_alarm_and_in_once_the_scene_is_safe(
    mka: Dialogue,
) -> None:
    mka.opened("i-1")
    mka.feed("i-1", UNSAFE)
    (alarm,) = sent(mka.assigned("i-1", NEAR), Alarm)
    assert (alarm.wait_at, alarm.hazards) == ("Marktplein", (Hazard.WEAPON,))
    (again,) = sent(mka.feed("i-1", SAFE), Alarm)
    assert (again.unit, again.wait_at, again.hazards) == (NEAR, None, ())


def test_every_unit_under_way_is_told_when_a_scene_becomes_unsafe(mka: Dialogue) -> None:
    mka.opened("i-1")
    for unit in (NEAR, NEXT):
        mka.assigned("i-1", unit)
    mka.released("i-1", NEXT)
    mka.assigned("i-1", "ambulance-15131")
    told = sent(mka.feed("i-1", UNSAFE), Alarm)
    assert [(a.unit, a.wait_at) for a in told] == [
        (NEAR, "Marktplein"),
        ("ambulance-15131", "Marktplein"),
    ]


STATEMENTS = [
    ((), None, ()),
    ((UNSAFE,), "Marktplein", (Hazard.WEAPON,)),
    ((UNSAFE, SAFE), None, ()),
    (
        (UNSAFE, inc.SafetyStated(party="fire", scene=Scene.SAFE)),
        "Marktplein",
        (Hazard.WEAPON,),
    ),
    (
        (
            inc.SafetyStated(party="fire", scene=Scene.UNSAFE, hazards=(Hazard.FIRE,)),
            UNSAFE,
            SAFE,
        ),
        "a safe distance",
        (Hazard.FIRE,),
    ),
    (
        (UNSAFE, inc.SafetyStated(party="fire", scene=Scene.UNSAFE, hazards=UNSAFE.hazards)),
        "Marktplein",
        (Hazard.WEAPON,),
    ),
    (
        (inc.SafetyStated(party="fire", scene=Scene.UNKNOWN, hazards=(Hazard.FIRE,)),),
        None,
        (Hazard.FIRE,),
    ),
    (
        (inc.SafetyStated(party="fire", scene=Scene.UNKNOWN, staging="Kade"),),
        "Kade",
        (),
    ),
]


@pytest.mark.parametrize(("statements", "wait_at", "hazards"), STATEMENTS)
def test_a_crew_waits_until_no_party_says_that_it_should(
    mka: Dialogue,
    statements: tuple[inc.SafetyStated, ...],
    wait_at: str | None,
    hazards: tuple[Hazard, ...],
) -> None:
    mka.opened("i-1")
    for statement in statements:
        mka.feed("i-1", statement)
    (alarm,) = sent(mka.assigned("i-1", NEAR), Alarm)
    assert (alarm.wait_at, alarm.hazards) == (wait_at, hazards)


def test_advice_of_every_party_goes_along_also_of_one_that_says_safe(mka: Dialogue) -> None:
    mka.opened("i-1")
    mka.feed("i-1", inc.SafetyStated(party="fire", scene=Scene.SAFE, advice="use the rear"))
    precaution = inc.SafetyStated(
        party="ambulance",
        scene=Scene.UNKNOWN,
        hazards=(Hazard.INFECTION_PRECAUTION,),
        advice="Protect yourself: mask",
    )
    mka.feed("i-1", precaution)
    (alarm,) = sent(mka.assigned("i-1", NEAR), Alarm)
    assert alarm.advice == ("use the rear", "Protect yourself: mask")


def test_a_corrected_place_and_a_new_priority_reach_the_crew(mka: Dialogue) -> None:
    mka.opened("i-1")
    mka.assigned("i-1", NEAR)
    place = Location(municipality="Rijswijk")
    (alarm,) = sent(mka.feed("i-1", inc.IncidentLocated(location=place)), Alarm)
    assert alarm.location == place
    (note,) = sent(mka.prioritised("i-1", "A0"), crew.CrewNote)
    assert note == crew.CrewNote(unit=NEAR, incident="i-1", priority=Priority.A0)


def test_a_released_unit_is_recalled(mka: Dialogue) -> None:
    mka.opened("i-1")
    mka.assigned("i-1", NEAR)
    assert sent(mka.released("i-1", NEAR), crew.Recall) == [crew.Recall(unit=NEAR, incident="i-1")]


def test_units_and_priorities_of_others_are_theirs(mka: Dialogue) -> None:
    mka.opened("i-1")
    mka.assigned("i-1", NEAR)
    theirs = inc.UnitAssigned(unit="fire-15-0431", party="fire", call_sign="15-0431", kind="TS-6")
    assert mka.feed("i-1", theirs) == []
    assert mka.feed("i-1", inc.UnitReleased(unit="fire-15-0431", party="fire")) == []
    for party, priority in (("fire", "1"), ("ambulance-south", "A0")):
        said = inc.IncidentPrioritised(party=party, priority=priority)
        assert mka.feed("i-1", said) == []
    assert mka.state.incidents["i-1"].priority is None
    assert [ride.unit for ride in mka.state.incidents["i-1"].running] == [NEAR]


def test_a_crew_is_told_nothing_of_what_nobody_knows(mka: Dialogue) -> None:
    assert mka.feed("i-9", UNSAFE) == []


def test_a_crew_reports_for_itself_as_of_its_own_time(mka: Dialogue) -> None:
    then = mka.now - dt.timedelta(minutes=3)
    status = crew.RadioStatus(unit=NEAR, status=Status.VP, at=then, incident="i-1")
    (order,) = mka.take(Inbound("radio-1", mka.now, "radio", status))
    assert order == Order(
        key=f"report vp of {NEAR} i-1",
        subject=NEAR,
        payload=ReportStatus(status="vp", source=StatusSource.RADIO, incident="i-1"),
        actor=NEAR,
        role="unit",
        occurred=then,
    )
