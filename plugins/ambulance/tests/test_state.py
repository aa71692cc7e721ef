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


def free(room: Dialogue) -> set[str]:
    return {unit.id for unit in room.state.free()}


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
def test_a_unit_is_free_by_its_status(room: Dialogue, status: str, is_free: bool) -> None:
    room.status(NEAR, status)
    assert (NEAR in free(room)) is is_free


def test_a_request_to_speak_does_not_free_a_unit(room: Dialogue) -> None:
    room.status(NEAR, "tp")
    room.status(NEAR, "spraak")
    assert NEAR not in free(room)


def test_a_late_status_does_not_undo_a_newer_one(room: Dialogue) -> None:
    room.status(NEAR, "op")
    room.status(NEAR, "tp", since=room.now - dt.timedelta(hours=1))
    assert room.state.units[NEAR].status == "op"


def test_an_assigned_unit_is_not_free_whatever_it_says(room: Dialogue) -> None:
    room.opened("i-1")
    room.assigned("i-1", NEAR)
    room.status(NEAR, "vr")
    assert NEAR not in free(room)
    room.released("i-1", NEAR)
    assert NEAR in free(room)


def test_units_of_others_are_not_ours(room: Dialogue) -> None:
    other = UnitRegistered(party="ambulance-south", call_sign="17101", kind="Ambu")
    room.feed("ambulance-17101", other)
    assert "ambulance-17101" not in room.state.units


def test_a_unit_that_changes_keeps_its_status(room: Dialogue) -> None:
    room.status(NEAR, "nb")
    moved = UnitRegistered(party="ambulance", call_sign="15121", kind="Ambu", station="Rijswijk")
    room.feed(NEAR, moved)
    assert (room.state.units[NEAR].station, room.state.units[NEAR].status) == ("Rijswijk", "nb")


def test_a_status_of_a_unit_that_was_never_registered_is_nobodys() -> None:
    fresh = Dialogue()
    assert fresh.status("ambulance-15121", "tp") == []
    assert fresh.state.units == {}


def test_a_closed_incident_that_is_reopened_is_as_it_was(room: Dialogue) -> None:
    room.opened("i-1", "Gezondheid")
    room.request(medical.StateTriage(incident="i-1", priority=Priority.A1, complaint="pain"))
    before = room.state.incidents["i-1"]
    room.feed("i-1", inc.IncidentClosed())
    assert "i-1" not in room.state.incidents
    room.feed("i-1", inc.IncidentReopened(reason="caller calls again"))
    assert room.state.incidents["i-1"] == before


def test_what_happens_while_we_are_detached_is_known_once_we_are_back(room: Dialogue) -> None:
    room.opened("i-1", "Gezondheid")
    room.feed("i-1", inc.PartyDetached(party="police"))
    assert "i-1" in room.state.incidents
    room.feed("i-1", inc.PartyDetached(party="ambulance"))
    assert "i-1" not in room.state.incidents
    room.feed("i-1", inc.IncidentStub(room="dh", open=True))
    room.feed("i-1", inc.CharacteristicSet(name="T 1 Levensbedreigend", values=("2",)))
    room.feed("i-1", inc.PartyAttached(party="fire"))
    assert "i-1" not in room.state.incidents
    room.feed("i-1", inc.PartyAttached(party="ambulance"))
    assert room.state.incidents["i-1"].characteristics == {"T 1 Levensbedreigend": ("2",)}


def test_old_closed_incidents_are_forgotten_in_the_order_of_closing(
    room: Dialogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("abs_ambulance.state.CLOSED_KEPT", 2)
    for incident in ("i-1", "i-2", "i-3"):
        room.opened(incident)
    for incident in ("i-2", "i-1", "i-3"):
        room.feed(incident, inc.IncidentClosed())
    assert list(room.state.closed) == ["i-1", "i-3"]


def test_a_level_on_another_scale_is_not_ours(room: Dialogue) -> None:
    room.opened("i-1")
    grip = inc.EscalationChanged(escalation=Escalation(scale="grip", level="1"), decided_by="CaCo")
    room.feed("i-1", grip)
    assert room.state.incidents["i-1"].code is None


def test_a_priority_of_another_version_of_the_list_is_left_alone(room: Dialogue) -> None:
    room.opened("i-1")
    room.prioritised("i-1", "A1")
    room.prioritised("i-1", "A9")
    assert room.state.incidents["i-1"].priority is Priority.A1


def test_what_the_core_refused_is_shown_among_the_own_lines(room: Dialogue) -> None:
    room.opened("i-1")
    (order,) = orders(room.request(desk.Dispatch(incident="i-1", units=(NEAR,))))
    no = Refusal(rule="UNIT-003", what="15121 serves a real incident", where="/", fix="-")
    room.take(Settled("s-1", room.now, order.key, Rejected(command="c-1", refusal=no)))
    room.take(Settled("s-2", room.now, order.key, Accepted(command="c-1", after=3)))
    lines = room.ask(OwnLines(incident="i-1"), OwnLinesTold).lines
    assert [line.text for line in lines] == [
        f"Sent {NEAR}",
        f"The core refused: assign {NEAR} i-1 (UNIT-003: 15121 serves a real incident)",
    ]


def test_own_lines_are_the_newest(room: Dialogue, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("abs_ambulance.state.LINES_KEPT", 2)
    room.opened("i-1")
    for unit in (NEAR, NEXT, "ambulance-15131"):
        room.request(desk.Dispatch(incident="i-1", units=(unit,)))
    lines = room.ask(OwnLines(incident="i-1"), OwnLinesTold).lines
    assert [line.text for line in lines] == [
        f"Sent {NEXT}; proposed was {NEAR}",
        f"Sent ambulance-15131; proposed was {NEAR}",
    ]


def test_a_rebuild_from_the_same_entries_makes_the_same_state(room: Dialogue) -> None:
    room.opened("i-1", "Gezondheid")
    room.request(desk.DirectDispatch(incident="i-1", units=(NEAR,)))
    room.prioritised("i-1", "A2")
    room.assigned("i-1", NEAR)
    room.status(NEAR, "tp", incident="i-1")
    room.request(medical.StateTriage(incident="i-1", priority=Priority.A1, complaint="pain"))
    room.request(medical.ReadPatient(incident="i-1", ground=medical.Ground.TREATMENT))
    rebuilt = room.block.initial()
    for entry in room.entries:
        rebuilt = room.block.evolve(rebuilt, entry)
    assert rebuilt == room.state
    assert rebuilt.register
    assert rebuilt.incidents["i-1"].accesses


def test_a_timer_it_never_set_leads_to_nothing(room: Dialogue) -> None:
    before = room.state
    assert room.take(TimerFired("t-1", room.now, "nothing")) == []
    assert room.state == before


def test_a_status_of_a_closed_incident_still_belongs_to_its_ride(room: Dialogue) -> None:
    room.opened("i-1")
    room.assigned("i-1", NEAR)
    arrived = room.now
    room.now += dt.timedelta(minutes=5)
    room.released("i-1", NEAR)
    room.feed("i-1", inc.IncidentClosed())
    room.status(NEAR, "tp", incident="i-1", since=arrived)
    assert len(room.state.register) == 1
    assert commands(room.status(NEAR, "op")) == []
