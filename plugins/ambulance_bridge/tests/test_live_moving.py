"""The bridge takes over from a block, and comes back: what it tells then, and what it does not."""

from collections.abc import Callable
from typing import Any

from abs_contracts.messages import incident as m
from abs_contracts.messages import unit as u
from abs_contracts.messages.values import CallSource, Location, StatusSource

from abs_core.sdk import Inbound

OURS, THEIRS = "nl.meldkamer.dh", "nl.ambulance.rav15"
UNIT = "ambulance-15101"
Shared = Callable[..., dict[str, Any]]


def in_the_shadow(dialogue: Any, incident: str, *events: Any, party: str = "police") -> None:
    for event in events:
        dialogue.fed(incident, event, party=party, shadow=True)


def opened(dialogue: Any, incident: str = "i-1", street: str = "Spui 70") -> None:
    """An incident that was opened while another block acted for the party."""
    located = m.IncidentLocated(location=Location(municipality="Den Haag", street=street))
    attached = m.PartyAttached(party="ambulance")
    opening = m.IncidentOpened(room="dh", lead="police", source=CallSource.EMERGENCY)
    in_the_shadow(dialogue, incident, opening, located, attached)


def on_scene(dialogue: Any, incident: str = "i-1") -> None:
    """A vehicle that the block registered and sent."""
    registered = u.UnitRegistered(party="ambulance", call_sign="15101", kind="ALS")
    dialogue.fed(UNIT, registered, party="ambulance", shadow=True)
    assigned = m.UnitAssigned(unit=UNIT, party="ambulance", call_sign="15101", kind="ALS")
    in_the_shadow(dialogue, incident, assigned, party="ambulance")
    status = u.UnitStatusChanged(
        party="ambulance", status="tp", source=StatusSource.RADIO, since=dialogue.now
    )
    dialogue.fed(UNIT, status, party="ambulance", shadow=True)


def sends(dialogue: Any, case: str, word: str = "DECLENCHE", minute: int = 5) -> None:
    """The other side says that its 15-101 is on the case."""
    at = f"2026-01-01T12:{minute:02}:00-00:00"
    vehicle = {
        "datetime": at,
        "resourceId": f"{THEIRS}.resource.15-101",
        "vehicleType": "TSU.AMB",
        "name": "15-101",
        "state": [{"datetime": at, "status": word}],
    }
    dialogue.come("RS-RI", {"caseId": case, "resource": [vehicle]})


def vehicles(content: dict[str, Any]) -> list[tuple[str, str]]:
    return [(each["name"], each["state"]["status"]) for each in content["resource"]]


def test_every_open_incident_is_told_once_when_the_bridge_begins(dialogue: Any) -> None:
    opened(dialogue, "i-1", "Spui 70")
    opened(dialogue, "i-2", "Markt 1")
    assert dialogue.letters == []
    dialogue.begins()
    assert [each["distributionKind"] for each in dialogue.letters] == ["Report", "Report"]
    cases = [each["caseId"] for each in dialogue.said("RC-EDA")]
    assert cases == [f"{OURS}.i-1", f"{OURS}.i-2"]
    dialogue.begins(generation=3)
    assert len(dialogue.letters) == 2


def test_what_was_closed_or_left_before_is_not_told(dialogue: Any) -> None:
    for incident, end in (
        ("i-1", m.IncidentClosed()),
        ("i-2", m.IncidentClosedForParty(party="ambulance")),
        ("i-3", m.PartyDetached(party="ambulance")),
    ):
        opened(dialogue, incident)
        in_the_shadow(dialogue, incident, end)
    opened(dialogue, "i-4")
    in_the_shadow(dialogue, "i-4", m.IncidentClosed(), m.IncidentReopened(reason="again"))
    dialogue.begins()
    assert [each["caseId"] for each in dialogue.said("RC-EDA")] == [f"{OURS}.i-4"]


def test_vehicles_that_serve_already_are_named_to_the_other_side(dialogue: Any) -> None:
    opened(dialogue)
    on_scene(dialogue)
    dialogue.begins()
    assert [vehicles(each) for each in dialogue.said("RC-RI")] == [[("15101", "ARRIVEE")]]


def test_a_vehicle_of_the_other_side_is_the_unit_that_the_party_has(dialogue: Any) -> None:
    opened(dialogue)
    on_scene(dialogue)
    dialogue.begins()
    sends(dialogue, f"{OURS}.i-1", "TRANSP")
    assert dialogue.commands(u.RegisterUnit) == []
    assert dialogue.commands(m.AssignUnit) == []  # it is there
    reports = [order.subject for order in dialogue.orders]
    assert reports == [UNIT]
    assert dialogue.said("RC-REF")[-1]["step"] == "INTEGRE"
    dialogue.come(
        "RS-SR",
        {
            "caseId": f"{OURS}.i-1",
            "resourceId": f"{THEIRS}.resource.15-101",
            "state": {"datetime": "2026-01-01T12:09:00-00:00", "status": "ANNULE"},
        },
    )
    assert [each.unit for each in dialogue.commands(m.ReleaseUnit)] == [UNIT]


def test_a_vehicle_that_nobody_knew_is_registered_under_an_id_of_its_own(dialogue: Any) -> None:
    opened(dialogue)
    dialogue.begins()
    sends(dialogue, f"{OURS}.i-1")
    assert [each.call_sign for each in dialogue.commands(u.RegisterUnit)] == ["15-101"]
    [assigned] = dialogue.commands(m.AssignUnit)
    assert assigned.unit != UNIT


def test_closing_outside_releases_what_the_block_sent_and_not_what_is_gone(dialogue: Any) -> None:
    opened(dialogue)
    on_scene(dialogue)
    other = m.UnitAssigned(unit="ambulance-15102", party="ambulance", call_sign="15102", kind="ALS")
    gone = m.UnitReleased(unit="ambulance-15102", party="ambulance", reason="done")
    in_the_shadow(dialogue, "i-1", other, gone, party="ambulance")
    dialogue.begins()
    closed = {"details": {"status": "CLOTURE", "priority": "P2"}}
    dialogue.come("RS-EDA-MAJ", {"caseId": f"{OURS}.i-1", "qualification": closed})
    assert [each.unit for each in dialogue.commands(m.ReleaseUnit)] == [UNIT]
    assert len(dialogue.commands(m.CloseForParty)) == 1


def test_the_bridge_that_comes_back_tells_only_what_changed_meanwhile(
    dialogue: Any, shared_case: Shared
) -> None:
    dialogue.begins()
    dialogue.come("RC-EDA", shared_case("Spui 70"), distribution="Report")
    incident = dialogue.orders[0].subject
    same = m.IncidentLocated(location=Location(municipality="Den Haag", street="Spui 70"))
    in_the_shadow(dialogue, incident, same)
    dialogue.begins(generation=4)
    assert dialogue.said("RC-EDA") == []
    moved = m.IncidentLocated(location=Location(municipality="Den Haag", street="Markt 1"))
    in_the_shadow(dialogue, incident, moved)
    dialogue.begins(generation=6)
    assert [
        each["location"]["detailedAddress"]["complete"] for each in dialogue.said("RC-EDA")
    ] == ["Markt 1"]


def works_on_it(dialogue: Any) -> None:
    """The other side says that it has the case in hand, with a priority."""
    change = {"details": {"status": "ACTIF", "priority": "P1"}}
    dialogue.come("RS-EDA-MAJ", {"caseId": f"{OURS}.i-1", "qualification": change})


def test_what_was_parked_goes_on_once_the_bridge_begins_and_not_before(dialogue: Any) -> None:
    dialogue.begins()
    works_on_it(dialogue)
    assert dialogue.orders == []
    opened(dialogue)
    assert dialogue.orders == []
    dialogue.begins(generation=4)
    assert len(dialogue.commands(m.PrioritiseIncident)) == 1
    assert len(dialogue.commands(m.TakeUpIncident)) == 1


def test_what_is_taken_up_already_is_not_taken_up_again(dialogue: Any) -> None:
    opened(dialogue)
    in_the_shadow(dialogue, "i-1", m.IncidentTakenUp(party="ambulance"), party="ambulance")
    dialogue.begins()
    works_on_it(dialogue)
    assert len(dialogue.commands(m.PrioritiseIncident)) == 1
    assert dialogue.commands(m.TakeUpIncident) == []


def test_a_rebuild_is_what_was_built(dialogue: Any) -> None:
    opened(dialogue)
    on_scene(dialogue)
    dialogue.begins()
    sends(dialogue, f"{OURS}.i-1")
    assert any(isinstance(entry, Inbound) for entry in dialogue.entries)
    state = dialogue.bridge.initial()
    for entry in dialogue.entries:
        state = dialogue.bridge.evolve(state, entry)
    assert state == dialogue.state
