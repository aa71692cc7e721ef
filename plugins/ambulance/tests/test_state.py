"""What the block knows, entry by entry; a rebuild knows the same."""

import datetime as dt

import pytest
from abs_ambulance import desk, medical
from abs_ambulance.values import Priority
from abs_contracts.messages import incident as inc
from abs_contracts.messages.unit import UnitRegistered
from abs_contracts.messages.values import Escalation
from abs_contracts.protocol import Accepted, Rejected
from abs_contracts.refusal import Refusal

from abs_core.sdk import OwnLines, OwnLinesTold, Settled, TimerFired

from .dialogue import Dialogue, commands, orders

NEAR, NEXT = "ambulance-15121", "ambulance-15122"


def free(mka: Dialogue) -> set[str]:
    return {unit.id for unit in mka.state.free()}


@pytest.mark.parametrize(
    ("status", "is_free"),
    [
        ("ov", False),
        ("vt", False),
        ("tp", False),
        ("vp", False),
        ("az", False),
        ("vr", True),
        ("op", True),
        ("nb", False),
        ("spraak", True),
        ("spraak-urgent", True),
    ],
)
def test_a_unit_is_free_by_its_status(mka: Dialogue, status: str, is_free: bool) -> None:
    mka.status(NEAR, status)
    assert (NEAR in free(mka)) is is_free


def test_a_request_to_speak_does_not_free_a_unit(mka: Dialogue) -> None:
    mka.status(NEAR, "tp")
    mka.status(NEAR, "spraak")
    assert NEAR not in free(mka)


def test_a_late_status_does_not_undo_a_newer_one(mka: Dialogue) -> None:
    mka.status(NEAR, "op")
    mka.status(NEAR, "tp", since=mka.now - dt.timedelta(hours=1))
    assert mka.state.units[NEAR].status == "op"


def test_an_assigned_unit_is_not_free_whatever_it_says(mka: Dialogue) -> None:
    mka.opened("i-1")
    mka.assigned("i-1", NEAR)
    mka.status(NEAR, "vr")
    assert NEAR not in free(mka)
    mka.released("i-1", NEAR)
    assert NEAR in free(mka)


def test_a_unit_has_one_running_ride_to_an_incident(mka: Dialogue) -> None:
    mka.opened("i-1")
    for _ in range(2):
        mka.assigned("i-1", NEAR)
    assert len(mka.state.incidents["i-1"].rides) == 1


def test_units_of_others_are_not_ours(mka: Dialogue) -> None:
    other = UnitRegistered(party="ambulance-south", call_sign="17101", kind="Ambu")
    mka.feed("ambulance-17101", other)
    assert "ambulance-17101" not in mka.state.units


def test_a_unit_that_changes_keeps_its_status(mka: Dialogue) -> None:
    mka.status(NEAR, "nb")
    moved = UnitRegistered(party="ambulance", call_sign="15121", kind="Ambu", station="Rijswijk")
    mka.feed(NEAR, moved)
    assert (mka.state.units[NEAR].station, mka.state.units[NEAR].status) == ("Rijswijk", "nb")


def test_a_status_of_a_unit_that_was_never_registered_is_nobodys() -> None:
    fresh = Dialogue()
    assert fresh.status("ambulance-15121", "tp") == []
    assert fresh.state.units == {}


def test_a_closed_incident_that_is_reopened_is_as_it_was(mka: Dialogue) -> None:
    mka.opened("i-1", "Gezondheid")
    mka.request(medical.StateTriage(incident="i-1", priority=Priority.A1, complaint="pain"))
    before = mka.state.incidents["i-1"]
    mka.feed("i-1", inc.IncidentClosed())
    assert "i-1" not in mka.state.incidents
    mka.feed("i-1", inc.IncidentReopened(reason="caller calls again"))
    assert mka.state.incidents["i-1"] == before


def test_what_happens_while_we_are_detached_is_known_once_we_are_back(mka: Dialogue) -> None:
    mka.opened("i-1", "Gezondheid")
    mka.feed("i-1", inc.PartyDetached(party="police"))
    assert "i-1" in mka.state.incidents
    mka.feed("i-1", inc.PartyDetached(party="ambulance"))
    assert "i-1" not in mka.state.incidents
    mka.feed("i-1", inc.IncidentStub(room="dh", open=True))
    mka.feed("i-1", inc.CharacteristicSet(name="T 1 Levensbedreigend", values=("2",)))
    mka.feed("i-1", inc.PartyAttached(party="fire"))
    assert "i-1" not in mka.state.incidents
    mka.feed("i-1", inc.PartyAttached(party="ambulance"))
    assert mka.state.incidents["i-1"].characteristics == {"T 1 Levensbedreigend": ("2",)}


def test_old_closed_incidents_are_forgotten_in_the_order_of_closing(
    mka: Dialogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("abs_ambulance.state.CLOSED_KEPT", 2)
    for incident in ("i-1", "i-2", "i-3"):
        mka.opened(incident)
    for incident in ("i-2", "i-1", "i-3"):
        mka.feed(incident, inc.IncidentClosed())
    assert list(mka.state.closed) == ["i-1", "i-3"]


def test_a_level_on_another_scale_is_not_ours(mka: Dialogue) -> None:
    mka.opened("i-1")
    grip = inc.EscalationChanged(escalation=Escalation(scale="grip", level="1"), decided_by="CaCo")
    mka.feed("i-1", grip)
    assert mka.state.incidents["i-1"].code is None


def test_a_priority_of_another_version_of_the_list_is_left_alone(mka: Dialogue) -> None:
    mka.opened("i-1")
    mka.prioritised("i-1", "A1")
    mka.prioritised("i-1", "A9")
    assert mka.state.incidents["i-1"].priority is Priority.A1


def test_what_the_core_refused_is_shown_among_the_own_lines(mka: Dialogue) -> None:
    mka.opened("i-1")
    *_, order = orders(mka.request(desk.Dispatch(incident="i-1", units=(NEAR,))))
    no = Refusal(rule="UNIT-003", what="15121 serves a real incident", where="/", fix="-")
    mka.take(Settled("s-1", mka.now, order.key, Rejected(command="c-1", refusal=no)))
    mka.take(Settled("s-2", mka.now, order.key, Accepted(command="c-1", after=3)))
    lines = mka.ask(OwnLines(incident="i-1"), OwnLinesTold).lines
    assert [line.text for line in lines] == [
        f"Sent {NEAR}",
        f"The core refused: assign {NEAR} i-1 (UNIT-003: 15121 serves a real incident)",
    ]


def test_what_one_desk_ordered_is_proposed_to_no_other(mka: Dialogue) -> None:
    for incident in ("i-1", "i-2"):
        mka.opened(incident)
        mka.prioritised(incident, "A1")
    *_, order = orders(mka.request(desk.Dispatch(incident="i-1", units=(NEAR,))))
    other = mka.ask(desk.Proposal(incident="i-2"), desk.ProposalMade)
    assert [unit.unit for unit in other.units] == [NEXT]
    assert mka.ask(desk.Proposal(incident="i-1"), desk.ProposalMade).wanted == ()
    no = Refusal(rule="INCIDENT-003", what="the incident is closed", where="/", fix="-")
    mka.take(Settled("s-1", mka.now, order.key, Rejected(command="c-1", refusal=no)))
    assert NEAR in free(mka)
    assert mka.ask(desk.Proposal(incident="i-1"), desk.ProposalMade).wanted != ()


def test_an_ordered_unit_is_free_again_once_it_was_assigned_and_released(mka: Dialogue) -> None:
    mka.opened("i-1")
    mka.request(desk.Dispatch(incident="i-1", units=(NEAR,)))
    assert NEAR not in free(mka)
    mka.assigned("i-1", NEAR)
    mka.released("i-1", NEAR)
    assert NEAR in free(mka)


def test_own_lines_are_the_newest(mka: Dialogue, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("abs_ambulance.state.LINES_KEPT", 2)
    mka.opened("i-1")
    for unit in (NEAR, NEXT, "ambulance-15131"):
        mka.request(desk.Dispatch(incident="i-1", units=(unit,)))
    lines = mka.ask(OwnLines(incident="i-1"), OwnLinesTold).lines
    assert [line.text for line in lines] == [
        f"Sent {NEXT}; proposed was nothing",
        "Sent ambulance-15131; proposed was nothing",
    ]


def test_a_rebuild_from_the_same_entries_makes_the_same_state(mka: Dialogue) -> None:
    mka.opened("i-1", "Gezondheid")
    mka.request(desk.DirectDispatch(incident="i-1", units=(NEAR,)))
    mka.prioritised("i-1", "A2")
    mka.assigned("i-1", NEAR)
    mka.status(NEAR, "tp", incident="i-1")
    mka.request(medical.StateTriage(incident="i-1", priority=Priority.A1, complaint="pain"))
    mka.request(medical.ReadPatient(incident="i-1", ground=medical.Ground.TREATMENT))
    rebuilt = mka.block.initial()
    for entry in mka.entries:
        rebuilt = mka.block.evolve(rebuilt, entry)
    assert rebuilt == mka.state
    assert rebuilt.register
    assert rebuilt.incidents["i-1"].accesses


def test_a_timer_it_never_set_leads_to_nothing(mka: Dialogue) -> None:
    before = mka.state
    assert mka.take(TimerFired("t-1", mka.now, "nothing")) == []
    assert mka.state == before


def test_a_status_of_a_closed_incident_still_belongs_to_its_ride(mka: Dialogue) -> None:
    mka.opened("i-1")
    mka.assigned("i-1", NEAR)
    arrived = mka.now
    mka.now += dt.timedelta(minutes=5)
    mka.released("i-1", NEAR)
    mka.feed("i-1", inc.IncidentClosed())
    mka.status(NEAR, "tp", incident="i-1", since=arrived)
    assert len(mka.state.register) == 1
    assert commands(mka.status(NEAR, "op")) == []
