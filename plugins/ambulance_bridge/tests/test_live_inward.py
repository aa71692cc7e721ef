"""What comes in over the bridge: judged, in order, once, parked, answered."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from abs_ambulance_bridge.hub_sante.translation.ids import incident_of, unit_of
from abs_ambulance_bridge.live import contracts as live
from abs_ambulance_bridge.live import inward, parking
from abs_contracts.messages import incident as m
from abs_contracts.messages import unit as u
from abs_contracts.messages.values import CallSource, Location, NoteAudience
from msgspec.structs import replace

THEIRS = "nl.ambulance.rav15"
CASE = f"{THEIRS}.case-1"
INCIDENT = incident_of(CASE, "dh")
VEHICLE = f"{THEIRS}.resource.15-101"
Shared = Callable[..., dict[str, Any]]


def opened(dialogue: Any, shared_case: Shared, **more: Any) -> None:
    dialogue.come("RC-EDA", shared_case(**more), distribution="Report")


def status(word: str, minute: int) -> dict[str, Any]:
    return {"datetime": f"2026-01-01T12:{minute:02}:00+00:00", "status": word}


def engaged(*states: dict[str, Any]) -> dict[str, Any]:
    resource = {
        "datetime": "2026-01-01T12:01:00+00:00",
        "resourceId": VEHICLE,
        "vehicleType": "TSU.AMB",
        "name": "15-101",
        "state": [*states],
    }
    return {"caseId": CASE, "resource": [resource]}


def snapshot(state: dict[str, Any]) -> dict[str, Any]:
    """RC-RI: the same vehicle as every service is told of it."""
    (resource,) = engaged()["resource"]
    return {"caseId": CASE, "resource": [{**resource, "vehicleType": "SMUR", "state": state}]}


def health(priority: str) -> dict[str, Any]:
    return {
        "caseId": CASE,
        "creation": "2026-01-01T12:00:00+00:00",
        "qualification": {"details": {"status": "ACTIF", "priority": priority}},
        "location": {"city": {"name": "Den Haag"}},
        "owner": THEIRS,
    }


def alert(reporting: str, shared: dict[str, Any]) -> dict[str, Any]:
    contact = {"channel": "PERSONNE", "type": "TEL", "detail": "+31600000112"}
    return {
        "id": "alert-1",
        "reception": "2026-01-01T12:00:00+00:00",
        "reporting": reporting,
        "caller": {"callerContact": contact},
        "location": shared["location"],
        "qualification": shared["qualification"],
        "callTaker": {"organization": THEIRS, "controlRoom": THEIRS},
    }


def change(priority: str, status: str = "ACTIF", case: str = CASE) -> dict[str, Any]:
    details = {"status": status, "priority": priority}
    return {"caseId": case, "qualification": {"details": details}}


def test_a_case_of_theirs_becomes_an_incident_and_is_acknowledged(
    dialogue: Any, shared_case: Shared
) -> None:
    came = dialogue.come("RC-EDA", shared_case(), distribution="Report")
    assert dialogue.commands(m.OpenIncident) == [m.OpenIncident(source=CallSource.PARTNER)]
    assert dialogue.commands(m.LocateIncident)[0].location.street == "Spui 70"
    assert dialogue.said("RC-REF") == [
        {"distributionID": came["distributionID"], "step": "INTEGRE"}
    ]


def test_the_same_message_again_does_nothing_and_its_id_for_another_is_refused(
    dialogue: Any, shared_case: Shared
) -> None:
    came = dialogue.come("RC-EDA", shared_case(), distribution="Report")
    orders, letters = len(dialogue.orders), len(dialogue.letters)
    dialogue.arrive(msgspec.json.encode(came).decode())
    assert (len(dialogue.orders), len(dialogue.letters)) == (orders, letters)
    dialogue.come("RC-EDA", shared_case("Markt 1"), id="m-1")
    assert len(dialogue.orders) == orders
    assert dialogue.said("RS-ERROR")[-1]["errorCode"]["statusCode"] == 300


def test_what_is_told_again_of_a_whole_case_is_ordered_once(
    dialogue: Any, shared_case: Shared
) -> None:
    opened(dialogue, shared_case)
    orders = len(dialogue.orders)
    dialogue.come("RC-EDA", shared_case(freetext=["The stairs are narrow"]))
    assert [each.payload for each in dialogue.orders[orders:]] == dialogue.commands(m.AddNote)[-1:]


def test_a_second_report_of_a_case_is_refused(dialogue: Any, shared_case: Shared) -> None:
    opened(dialogue, shared_case)
    opened(dialogue, shared_case)
    assert dialogue.said("RS-ERROR")[-1]["errorCode"]["statusCode"] == 701


def test_messages_of_a_case_wait_for_each_other_and_those_of_another_do_not(
    dialogue: Any, shared_case: Shared
) -> None:
    dialogue.holds = True
    opened(dialogue, shared_case)
    dialogue.come("RS-EDA-MAJ", change("P0"))
    assert dialogue.commands(m.PrioritiseIncident) == []
    opened(dialogue, shared_case, case=f"{THEIRS}.case-2")
    assert len(dialogue.commands(m.OpenIncident)) == 2
    dialogue.settle()
    assert [each.priority for each in dialogue.commands(m.PrioritiseIncident)] == ["A0"]
    assert [each["step"] for each in dialogue.said("RC-REF")] == ["INTEGRE"] * 3


def test_a_vehicle_is_registered_before_it_is_assigned(dialogue: Any, shared_case: Shared) -> None:
    opened(dialogue, shared_case)
    dialogue.holds = True
    dialogue.come("RS-RI", engaged(status("DECLENCHE", 1)))
    assert isinstance(dialogue.orders[-1].payload, u.RegisterUnit)
    dialogue.settle()
    assert [type(each.payload) for each in dialogue.orders[-3:]] == [
        u.RegisterUnit,
        m.AssignUnit,
        u.ReportStatus,
    ]


def test_an_early_arrival_is_parked_and_taken_when_its_case_comes(
    dialogue: Any, shared_case: Shared
) -> None:
    dialogue.come("RS-SR", {"caseId": CASE, "resourceId": VEHICLE, "state": status("ARRIVEE", 5)})
    dialogue.come("RS-RI", engaged(status("DECLENCHE", 1)))
    assert dialogue.orders == []
    assert [each["step"] for each in dialogue.said("RC-REF")] == ["RECU", "RECU"]
    opened(dialogue, shared_case)
    assert dialogue.state.parked == ()
    assert [each.status for each in dialogue.commands(u.ReportStatus)] == ["ov", "tp"]


def test_what_is_parked_expires_with_a_coded_error(dialogue: Any) -> None:
    came = dialogue.come("RS-EDA-MAJ", change("P1"))
    assert dialogue.timers[parking.TIMER] - dialogue.now == parking.PATIENCE
    dialogue.fires(parking.TIMER)
    error = dialogue.said("RS-ERROR")[-1]
    assert error["errorCode"]["statusCode"] == 702
    assert error["referencedDistributionID"] == came["distributionID"]
    assert dialogue.state.parked == ()


def test_no_more_than_so_many_are_parked(dialogue: Any) -> None:
    for number in range(parking.MOST):
        dialogue.come("RS-EDA-MAJ", change("P1", case=f"{THEIRS}.x-{number}"))
    assert dialogue.said("RS-ERROR") == []
    dialogue.come("RS-EDA-MAJ", change("P1"))
    assert len(dialogue.state.parked) == parking.MOST
    assert dialogue.said("RS-ERROR")[-1]["errorCode"]["statusCode"] == 702


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda t: {**t, "dateTimeExpires": "2026-01-01T12:00:00+00:00"}, 400),
        (lambda t: {**t, "senderID": "nl.ambulance.other"}, 200),
        (lambda t: {**t, "distributionKind": "Ack"}, 300),
        (lambda t: {**t, "content": []}, 300),
    ],
)
def test_bad_input_gets_a_coded_error_and_the_bridge_goes_on(
    dialogue: Any, shared_case: Shared, spoil: Callable[[dict[str, Any]], dict[str, Any]], code: int
) -> None:
    other = type(dialogue)()
    good = other.come("RC-EDA", shared_case(), distribution="Report")
    dialogue.now = other.now
    bad = {**spoil(good), "distributionID": f"{THEIRS}_bad"}
    dialogue.arrive(msgspec.json.encode(bad).decode())
    if bad["distributionKind"] == "Ack":
        assert dialogue.letters == [], "an answer is never answered"
    else:
        error = dialogue.said("RS-ERROR")[-1]
        assert error["errorCode"]["statusCode"] == code
        assert error["referencedDistributionID"] == f"{THEIRS}_bad"
    assert dialogue.orders == []
    opened(dialogue, shared_case)
    assert len(dialogue.commands(m.OpenIncident)) == 1


@pytest.mark.parametrize("text", ["", "[]", "nul", '{"distributionID": 7}', "<a>"])
def test_what_nobody_can_be_told_of_is_taken_without_an_answer(dialogue: Any, text: str) -> None:
    dialogue.arrive(text)
    assert dialogue.letters == []


def test_a_private_message_is_acknowledged_and_goes_no_further(dialogue: Any) -> None:
    dialogue.come("GEO-REQ", {"resourceId": [VEHICLE]}, distribution="Report")
    assert [each["step"] for each in dialogue.said("RC-REF")] == ["RECU"]
    assert dialogue.orders == []


def test_what_the_core_refuses_is_a_coded_error_and_a_line(
    dialogue: Any, shared_case: Shared
) -> None:
    opened(dialogue, shared_case)
    dialogue.no = {m.PrioritiseIncident: "X-001"}
    dialogue.come("RS-EDA-MAJ", change("P0"))
    assert dialogue.said("RS-ERROR")[-1]["errorCode"]["statusCode"] == 700
    assert any("REFUSED by the core: RS-EDA-MAJ" in line for line in dialogue.lines(INCIDENT))


def test_closing_releases_the_vehicles_that_are_still_there(
    dialogue: Any, shared_case: Shared
) -> None:
    opened(dialogue, shared_case)
    dialogue.come("RS-RI", engaged(status("DECLENCHE", 1)))
    dialogue.come("RS-EDA-MAJ", change("P1", "CLOTURE"))
    assert [each.unit for each in dialogue.commands(m.ReleaseUnit)] == [unit_of(VEHICLE)]
    assert isinstance(dialogue.orders[-1].payload, m.CloseForParty)


@pytest.mark.parametrize(("step", "reason"), [("FINPEC", "free"), ("ANNULE", "cancelled")])
def test_a_vehicle_that_leaves_is_released_once_however_often_it_is_told(
    step: str, reason: str, dialogue: Any, shared_case: Shared
) -> None:
    """Told as its status, again in the list for everybody, and once more when the case closes."""
    opened(dialogue, shared_case)
    dialogue.come("RS-RI", engaged(status("DECLENCHE", 1)))
    left = {"caseId": CASE, "resourceId": VEHICLE, "state": status(step, 5)}
    dialogue.come("RS-SR", left)
    assert [each.reason for each in dialogue.commands(m.ReleaseUnit)] == [reason]
    assert dialogue.commands(u.ReportStatus)[-1].incident is None
    dialogue.come("RC-RI", snapshot(status(step, 5)))
    dialogue.come("RS-EDA-MAJ", change("P1", "CLOTURE"))
    assert len(dialogue.commands(m.ReleaseUnit)) == 1
    assert len(dialogue.commands(m.AssignUnit)) == 1


def test_what_a_vehicle_is_the_medical_message_says(dialogue: Any, shared_case: Shared) -> None:
    """The one for everybody has a single kind; it is heard where it is the only one."""
    opened(dialogue, shared_case)
    dialogue.come("RS-RI", engaged(status("DECLENCHE", 1)))
    dialogue.come("RC-RI", snapshot(status("DECLENCHE", 1)))
    assert [each.kind for each in dialogue.commands(u.RegisterUnit)] == ["TSU.AMB"]


def test_the_list_for_everybody_is_heard_where_it_is_the_only_one(
    dialogue: Any, shared_case: Shared
) -> None:
    opened(dialogue, shared_case)
    dialogue.come("RC-RI", snapshot(status("DECLENCHE", 1)))
    assert [each.kind for each in dialogue.commands(u.RegisterUnit)] == ["SMUR"]


def test_an_urgency_is_not_rounded_where_the_medical_message_says_it(
    dialogue: Any, shared_case: Shared
) -> None:
    """`ATTENTION` for everybody would be A1, and then A0 at once."""
    opened(dialogue, shared_case)
    dialogue.come("RS-EDA", health("P2"), distribution="Report")
    urgent = shared_case(initialAlert=alert("ATTENTION", shared_case()))
    dialogue.come("RC-EDA", urgent)
    dialogue.come("RS-EDA", health("P0"))
    assert [each.priority for each in dialogue.commands(m.PrioritiseIncident)] == ["A2", "A0"]


def test_what_comes_later_counts_although_the_clock_outside_was_put_back(
    dialogue: Any, shared_case: Shared
) -> None:
    opened(dialogue, shared_case)
    before = dialogue.now - dt.timedelta(minutes=30)
    dialogue.come("RC-EDA", shared_case("Markt 1", freetext=["News"]), at=before)
    streets = [each.location.street for each in dialogue.commands(m.LocateIncident)]
    assert streets == ["Spui 70", "Markt 1"]
    assert dialogue.said("RC-EDA") == []


def test_the_ids_that_are_remembered_are_bounded(
    dialogue: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inward, "SEEN", 3)
    monkeypatch.setattr(inward, "LATELY", 2)
    for number in range(5):
        dialogue.come("RS-EDA-MAJ", change("P1", case=f"{THEIRS}.x-{number}"))
    assert (len(dialogue.state.seen), len(dialogue.state.seen_lately)) == (3, 1)


def test_a_rebuild_without_options_comes_to_the_same_state(
    dialogue: Any, shared_case: Shared
) -> None:
    opened(dialogue, shared_case)
    dialogue.fed(INCIDENT, m.IncidentLocated(location=Location(municipality="Delft")))
    dialogue.acknowledge(dialogue.letters[-1])
    dialogue.come("RS-RI", engaged(status("DECLENCHE", 1)))
    dialogue.request(live.Ask(incident=INCIDENT, purpose="SAP"))
    again, state = dialogue.rebuilt(), dialogue.state
    assert replace(again, todo=()) == replace(state, todo=())


def released(dialogue: Any) -> list[str]:
    return [type(each).__name__ for each in (o.payload for o in dialogue.orders)][-2:]


def test_a_vehicle_that_was_cancelled_and_is_listed_once_more_stays_away(
    dialogue: Any, shared_case: Shared
) -> None:
    opened(dialogue, shared_case)
    dialogue.come("RS-RI", engaged(status("DECLENCHE", 1)))
    dialogue.come("RS-SR", {"caseId": CASE, "resourceId": VEHICLE, "state": status("ANNULE", 2)})
    assert released(dialogue) == ["ReportStatus", "ReleaseUnit"]
    dialogue.come("RS-RI", engaged(status("DECLENCHE", 1), status("ANNULE", 2)))
    assert len(dialogue.commands(m.AssignUnit)) == 1


def test_a_vehicle_is_released_there_before_it_is_assigned_here(
    dialogue: Any, shared_case: Shared
) -> None:
    """Incidents do not wait for each other, but for one vehicle they do."""
    opened(dialogue, shared_case)
    opened(dialogue, shared_case, case=f"{THEIRS}.case-2")
    dialogue.come("RS-RI", engaged(status("DECLENCHE", 1)))
    dialogue.holds = True
    dialogue.come("RS-SR", {"caseId": CASE, "resourceId": VEHICLE, "state": status("ANNULE", 2)})
    dialogue.come("RS-RI", {**engaged(status("DECLENCHE", 3)), "caseId": f"{THEIRS}.case-2"})
    assert dialogue.state.queues[unit_of(VEHICLE)] == (
        INCIDENT,
        incident_of(f"{THEIRS}.case-2", "dh"),
    )
    assert len(dialogue.commands(m.AssignUnit)) == 1
    dialogue.settle()
    order = [type(each.payload) for each in dialogue.orders]
    assert order[-4:] == [m.ReleaseUnit, u.RegisterUnit, m.AssignUnit, u.ReportStatus]
    assert dialogue.state.queues == {}


def test_a_first_report_that_was_overtaken_by_a_change_is_the_older_one(
    dialogue: Any, shared_case: Shared
) -> None:
    """No time tells it: they may be of one second, or of one that was put back."""
    whole = shared_case()
    street = {name: whole["location"][name] for name in ("detailedAddress", "city")}
    health = {"caseId": CASE, "creation": whole["creation"], "location": street, "owner": THEIRS}
    health["qualification"] = whole["qualification"]
    dialogue.come("RS-EDA", health, distribution="Report")
    dialogue.come("RC-EDA", shared_case("Markt 1"))
    opened(dialogue, shared_case)
    streets = [each.location.street for each in dialogue.commands(m.LocateIncident)]
    assert streets == ["Spui 70", "Markt 1"]
    assert dialogue.said("RC-EDA") == []


@pytest.mark.parametrize(
    "text",
    [
        '{"distributionID": "x-1", "a": ' + "[" * 5000 + "]" * 5000 + "}",
        '{"distributionID": "x-1", "distributionKind": "Report", "a": "\\ud800"}',
        '{"distributionID": "x-1", "cut off',
    ],
)
def test_what_cannot_be_read_is_refused_under_the_id_that_it_names(
    dialogue: Any, text: str
) -> None:
    dialogue.arrive(text)
    (error,) = dialogue.said("RS-ERROR")
    assert error["errorCode"]["statusCode"] == 102
    assert error["referencedDistributionID"] == "x-1"


def test_an_answer_that_cannot_be_read_is_not_answered(dialogue: Any) -> None:
    dialogue.arrive('{"distributionID": "x-1", "distributionKind": "Ack", "cut off')
    assert dialogue.letters == []


def test_a_later_value_counts_although_the_feed_is_late(dialogue: Any, shared_case: Shared) -> None:
    """The feed still shows the value that both of them change."""
    opened(dialogue, shared_case)
    late: list[Any] = []
    dialogue.fed, feed = lambda *said, **more: late.append((said, more)), dialogue.fed
    dialogue.come("RC-EDA", shared_case("Markt 1"))
    dialogue.come("RC-EDA", shared_case("Spui 70"))
    dialogue.fed = feed
    for said, more in late:
        dialogue.fed(*said, **more)
    streets = [each.location.street for each in dialogue.commands(m.LocateIncident)]
    assert streets == ["Spui 70", "Markt 1", "Spui 70"]


def test_a_day_after_both_sides_have_closed_an_incident_it_is_forgotten(
    dialogue: Any, shared_case: Shared
) -> None:
    opened(dialogue, shared_case)
    dialogue.come("RS-EDA-MAJ", change("P1"))
    assert f"forget {INCIDENT}" not in dialogue.timers
    dialogue.come("RS-EDA-MAJ", change("P1", status="CLOTURE"))
    first = dialogue.timers[f"forget {INCIDENT}"]
    dialogue.come("RC-EDA", shared_case(freetext=["One thing more"]))
    assert dialogue.timers[f"forget {INCIDENT}"] > first
    dialogue.fires(f"forget {INCIDENT}")
    assert dialogue.state.cases == {}
    note = m.NoteAdded(party="police", text="Who is this?", audience=NoteAudience.ALL)
    dialogue.fed(INCIDENT, note)
    assert dialogue.state.cases == {}
    dialogue.come("RS-EDA-MAJ", change("P2"))
    assert len(dialogue.state.parked) == 1, "what is not known here is refused after a while"


def test_what_is_still_under_way_is_not_forgotten(dialogue: Any, shared_case: Shared) -> None:
    opened(dialogue, shared_case)
    dialogue.come("RS-EDA-MAJ", change("P1", status="CLOTURE"))
    dialogue.fed(INCIDENT, m.IncidentLocated(location=Location(municipality="Delft")))
    assert dialogue.state.told
    dialogue.fires(f"forget {INCIDENT}")
    assert INCIDENT in dialogue.state.cases
