"""What triage came to: raised, lowered, kept, set, or cancelled."""

import msgspec
import pytest
from abs_ambulance import crew, desk, medical
from abs_ambulance.medical import Change
from abs_ambulance.triage import change_of
from abs_ambulance.values import Priority
from abs_contracts.messages import incident as inc
from abs_contracts.messages.values import NoteAudience
from abs_contracts.refusal import Refused

from .dialogue import Dialogue, commands, kept, orders, response, sent

NEAR, NEXT = "ambulance-15121", "ambulance-15122"
COMPLAINT = "short of breath since this morning"

CHANGES = [
    (None, Priority.A1, Change.SET),
    (Priority.A2, Priority.A1, Change.RAISED),
    (Priority.A2, Priority.A0, Change.RAISED),
    (Priority.A2, Priority.B1, Change.LOWERED),
    (Priority.B1, Priority.B2, Change.LOWERED),
    (Priority.A2, Priority.A2, Change.KEPT),
    (Priority.A2, None, Change.CANCELLED),
    (None, None, Change.CANCELLED),
]


@pytest.mark.parametrize(("before", "after", "change"), CHANGES)
def test_the_change_is_by_urgency(
    before: Priority | None, after: Priority | None, change: Change
) -> None:
    assert change_of(before, after) is change


@pytest.fixture
def sent_directly(mka: Dialogue) -> Dialogue:
    """A unit was sent before triage, with A2, and is on its way."""
    mka.opened("i-1")
    mka.request(desk.DirectDispatch(incident="i-1", units=(NEAR,)))
    mka.prioritised("i-1", "A2")
    mka.assigned("i-1", NEAR)
    mka.status(NEAR, "vt", incident="i-1")
    return mka


@pytest.mark.parametrize(
    ("priority", "change", "said"),
    [(Priority.A1, Change.RAISED, "raised"), (Priority.B1, Change.LOWERED, "lowered")],
)
def test_triage_changes_the_priority_by_command_of_the_desk_and_tells_the_crew(
    sent_directly: Dialogue, priority: Priority, change: Change, said: str
) -> None:
    asked = medical.StateTriage(
        incident="i-1", priority=priority, complaint=COMPLAINT, crew_note="second floor"
    )
    effects = sent_directly.request(asked)
    assert commands(effects) == [
        inc.PrioritiseIncident(priority=priority),
        inc.AddNote(
            text=f"Triage finished: priority {said} from A2 to {priority}",
            audience=NoteAudience.OWN,
        ),
    ]
    assert {(order.actor, order.role) for order in orders(effects)} == {
        ("desk-mka-1", "dispatcher")
    }
    assert sent(effects, crew.CrewNote) == [
        crew.CrewNote(
            unit=NEAR,
            incident="i-1",
            priority=priority,
            complaint=COMPLAINT,
            note="second floor",
        )
    ]
    assert response(effects) == medical.TriageStated(incident="i-1", change=change)
    outcome = kept(effects, medical.Triaged)
    assert (outcome.before, outcome.priority, outcome.complaint) == (
        Priority.A2,
        priority,
        COMPLAINT,
    )
    assert sent_directly.state.incidents["i-1"].triaged


def test_triage_that_keeps_the_priority_commands_nothing_and_tells_the_crew(
    sent_directly: Dialogue,
) -> None:
    asked = medical.StateTriage(incident="i-1", priority=Priority.A2, complaint=COMPLAINT)
    effects = sent_directly.request(asked)
    assert commands(effects) == []
    assert len(sent(effects, crew.CrewNote)) == 1
    assert response(effects) == medical.TriageStated(incident="i-1", change=Change.KEPT)


def test_triage_that_needs_no_ambulance_releases_every_unit(sent_directly: Dialogue) -> None:
    sent_directly.assigned("i-1", NEXT)
    effects = sent_directly.request(medical.StateTriage(incident="i-1", complaint=COMPLAINT))
    assert commands(effects) == [
        inc.ReleaseUnit(unit=NEAR, reason="cancelled"),
        inc.ReleaseUnit(unit=NEXT, reason="cancelled"),
        inc.AddNote(text="Triage finished: no ambulance", audience=NoteAudience.OWN),
    ]
    assert sent(effects, crew.CrewNote) == []  # they are recalled when the core released them
    assert response(effects) == medical.TriageStated(
        incident="i-1", change=Change.CANCELLED, released=(NEAR, NEXT)
    )
    (recall,) = sent(sent_directly.released("i-1", NEAR), crew.Recall)
    assert recall == crew.Recall(unit=NEAR, incident="i-1")


def test_a_unit_that_was_ordered_a_moment_ago_is_called_off_as_well(mka: Dialogue) -> None:
    mka.opened("i-1")
    mka.request(desk.DirectDispatch(incident="i-1", units=(NEAR,)))
    effects = mka.request(medical.StateTriage(incident="i-1"))
    assert commands(effects)[0] == inc.ReleaseUnit(unit=NEAR, reason="cancelled")
    effects = mka.request(desk.StandDown(incident="i-1"))
    assert commands(effects) == [inc.ReleaseUnit(unit=NEAR)]


def test_triage_first_and_units_after_it(mka: Dialogue) -> None:
    mka.opened("i-1")
    asked = medical.StateTriage(
        incident="i-1", priority=Priority.A1, complaint=COMPLAINT, crew_note="second floor"
    )
    effects = mka.request(asked)
    assert commands(effects)[0] == inc.PrioritiseIncident(priority="A1")
    assert sent(effects, crew.CrewNote) == []
    mka.prioritised("i-1", "A1")
    (alarm,) = sent(mka.assigned("i-1", NEAR), crew.Alarm)
    assert (alarm.complaint, alarm.note) == (COMPLAINT, "second floor")
    assert (alarm.priority, alarm.direct) == (Priority.A1, False)


def test_a_second_outcome_without_words_keeps_the_first_ones(mka: Dialogue) -> None:
    mka.opened("i-1")
    first = medical.StateTriage(
        incident="i-1", priority=Priority.A2, complaint=COMPLAINT, crew_note="second floor"
    )
    mka.request(first)
    mka.request(medical.StateTriage(incident="i-1", priority=Priority.A1))
    patient = mka.state.incidents["i-1"].patients["p-1"]
    assert (patient.complaint, patient.crew_note) == (COMPLAINT, "second floor")


@pytest.mark.parametrize(
    "asked",
    [
        desk.DirectDispatch(incident="i-1", units=(NEXT,)),
        desk.AcceleratedDispatch(incident="i-1", units=(NEXT,), urgent=True),
    ],
)
def test_ambu_008_no_direct_dispatch_once_triage_is_finished(
    sent_directly: Dialogue, asked: msgspec.Struct
) -> None:
    sent_directly.request(medical.StateTriage(incident="i-1", priority=Priority.A1))
    with pytest.raises(Refused, match=r"^AMBU-008"):
        sent_directly.request(asked)


def test_ambu_001_triage_of_nothing(mka: Dialogue) -> None:
    with pytest.raises(Refused, match=r"^AMBU-001"):
        mka.request(medical.StateTriage(incident="i-9", priority=Priority.A1))
