"""What each entry makes of the state."""

import datetime as dt
from typing import Any

import pytest
from abs_contracts.messages import incident as inc
from abs_contracts.refusal import Refused
from abs_fire import contracts as fire
from abs_fire.contracts import Need

NEAR, NEXT = "fire-15-0431", "fire-15-0432"


def test_what_is_ordered_counts_before_the_feed_has_it(dialogue: Any) -> None:
    """The desk goes on at once; the core's answer and the feed take their time."""
    dialogue.opened("i-1", "Brand", "Gebouw")
    dialogue.opened("i-2", "Brand", "Gebouw")
    first = dialogue.ask(fire.Proposal(incident="i-1"))
    dialogue.request(fire.Dispatch(incident="i-1", units=dialogue.units(first)))
    assert dialogue.ask(fire.Proposal(incident="i-1")).units == ()
    assert dialogue.units(dialogue.ask(fire.Proposal(incident="i-2"))) == [NEXT]
    dialogue.request(fire.ScaleUp(incident="i-1", level="middel"))
    more = dialogue.ask(fire.Proposal(incident="i-1"))
    assert (more.level, more.wanted[0]) == ("middel", Need(kind="TS", count=1))
    effects = dialogue.request(fire.StandDown(incident="i-1"))
    assert [order.payload for order in dialogue.orders(effects)] == [inc.ReleaseUnit(unit=NEAR)]


def test_the_level_that_the_feed_has_is_the_one_that_counts(dialogue: Any) -> None:
    """Somebody else decided between the order and its turn in the log."""
    dialogue.opened("i-1", "Brand", "Gebouw")
    dialogue.request(fire.ScaleUp(incident="i-1", level="middel"))
    dialogue.level("i-1", "ops-br", "groot")
    assert dialogue.ask(fire.Proposal(incident="i-1")).level == "groot"


def test_what_the_core_refuses_counts_no_longer(dialogue: Any) -> None:
    dialogue.opened("i-1", "Brand", "Gebouw")
    dialogue.request(fire.Dispatch(incident="i-1", units=(NEAR,)))
    dialogue.request(fire.ScaleUp(incident="i-1", level="middel"))
    dialogue.refused(f"unit/{NEAR}@i-1", "UNIT-003", "serves a real incident")
    dialogue.refused("scale/ops-br@i-1", "INCIDENT-022", "not yours to decide")
    dialogue.refused("take-up@i-1", "INCIDENT-003", "closed")
    again = dialogue.ask(fire.Proposal(incident="i-1"))
    assert (again.level, dialogue.units(again)) == ("klein", [NEAR])


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
    assert dialogue.units(dialogue.ask(fire.Proposal(incident="i-2"))) == [NEXT]
    dialogue.feed("i-1", inc.UnitReleased(unit=NEAR, party="fire"))
    assert dialogue.units(dialogue.ask(fire.Proposal(incident="i-2"))) == [NEAR]


def test_a_level_on_another_scale_is_not_fires_level(dialogue: Any) -> None:
    dialogue.opened("i-1", "Brand", "Gebouw")
    dialogue.level("i-1", "grip", "1")
    dialogue.level("i-1", "ops-hv", "groot")
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
    assert not before.taken_up


def test_a_part_is_taken_up_anew_after_fire_had_left(dialogue: Any) -> None:
    dialogue.opened("i-1", "Brand")
    dialogue.feed("i-1", inc.IncidentTakenUp(party="fire"))
    dialogue.feed("i-1", inc.PartyDetached(party="fire"))
    dialogue.feed("i-1", inc.PartyAttached(party="fire"))
    assert not dialogue.state.incidents["i-1"].taken_up


def test_a_rebuild_from_the_same_entries_makes_the_same_state(dialogue: Any) -> None:
    dialogue.opened("i-1", "Brand", "Gebouw")
    dialogue.assigned("i-1", NEAR)
    dialogue.status(NEAR, "tp")
    dialogue.request(fire.ScaleUp(incident="i-1", level="middel"))
    rebuilt = dialogue.block.initial()
    for entry in dialogue.entries:
        rebuilt = dialogue.block.evolve(rebuilt, entry)
    assert rebuilt == dialogue.state
