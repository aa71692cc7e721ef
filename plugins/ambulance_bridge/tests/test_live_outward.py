"""What goes out over the bridge: what the other side lacks, no echo, within bounds, and asks."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from abs_ambulance_bridge.hub_sante.translation.ids import incident_of
from abs_ambulance_bridge.live import contracts as live
from abs_ambulance_bridge.live import telling
from abs_contracts.messages import incident as m
from abs_contracts.messages import unit as u
from abs_contracts.messages.values import (
    CallSource,
    Classification,
    Discipline,
    Hazard,
    Location,
    NoteAudience,
    Scene,
    StatusSource,
)
from abs_contracts.refusal import Refused

from abs_core.sdk import Inbound, OwnLines

THEIRS, OURS = "nl.ambulance.rav15", "nl.meldkamer.dh"
CASE = f"{THEIRS}.case-1"
INCIDENT = incident_of(CASE, "dh")
Shared = Callable[..., dict[str, Any]]


def place(street: str) -> m.IncidentLocated:
    return m.IncidentLocated(location=Location(municipality="Den Haag", street=street))


def opened_here(dialogue: Any, incident: str = "i-1", street: str = "Spui 70") -> None:
    opened = m.IncidentOpened(room="dh", lead="police", source=CallSource.EMERGENCY)
    dialogue.fed(incident, opened)
    dialogue.fed(incident, place(street))


def streets(dialogue: Any) -> list[str]:
    cases = dialogue.said("RC-EDA")
    return [each["location"]["detailedAddress"]["complete"] for each in cases]


def ordered(dialogue: Any) -> list[str]:
    return [each.location.street for each in dialogue.commands(m.LocateIncident)]


def test_an_incident_of_ours_is_reported_once_and_then_updated(dialogue: Any) -> None:
    opened_here(dialogue)
    dialogue.fed("i-1", place("Markt 1"))
    assert streets(dialogue) == ["Spui 70", "Markt 1"]
    assert [each["distributionKind"] for each in dialogue.letters] == ["Report", "Update"]
    assert dialogue.said("RC-EDA")[0]["caseId"] == f"{OURS}.i-1"


def test_what_came_from_the_other_side_is_not_sent_back(dialogue: Any, shared_case: Shared) -> None:
    dialogue.come("RC-EDA", shared_case(), distribution="Report")
    dialogue.come("RC-EDA", shared_case("Markt 1", freetext=["A line"]))
    assert dialogue.said("RC-EDA") == []


def test_what_stands_is_written_anew_only_of_something_new(
    dialogue: Any, shared_case: Shared
) -> None:
    """A vehicle on its way is no news of the incident, and a new place is."""
    dialogue.come("RC-EDA", shared_case(), distribution="Report")
    draft = dialogue.state.cases[INCIDENT].draft
    assert draft.content["location"]["detailedAddress"]["complete"] == "Spui 70"
    dialogue.fed(INCIDENT, m.UnitAssigned(unit="f-1", party="fire", call_sign="F-1", kind="TS-6"))
    assert dialogue.said("RC-RI")
    assert dialogue.state.cases[INCIDENT].draft is draft
    dialogue.fed(INCIDENT, place("Markt 1"))
    assert dialogue.state.cases[INCIDENT].draft is not draft
    assert streets(dialogue) == ["Markt 1"]


def test_what_is_repeated_after_it_was_told_is_not_ordered(
    dialogue: Any, shared_case: Shared
) -> None:
    dialogue.come("RC-EDA", shared_case(), distribution="Report")
    dialogue.fed(INCIDENT, place("Markt 1"))
    dialogue.fed(INCIDENT, place("Markt 2"))
    dialogue.come("RC-EDA", shared_case("Markt 1", "Den Haag"))
    assert ordered(dialogue) == ["Spui 70"]


def test_of_ours_too_what_we_told_and_is_repeated_is_no_statement(
    dialogue: Any, shared_case: Shared
) -> None:
    opened_here(dialogue)
    dialogue.fed("i-1", place("Markt 1"))
    dialogue.fed("i-1", place("Markt 2"))
    dialogue.come("RC-EDA", shared_case("Markt 1", case=f"{OURS}.i-1"))
    assert ordered(dialogue) == []


def test_where_messages_crossed_what_stands_is_said_once_more(
    dialogue: Any, shared_case: Shared
) -> None:
    opened_here(dialogue)
    dialogue.acknowledge(dialogue.letters[-1])
    dialogue.fed("i-1", place("Markt 1"))
    telling = dialogue.letters[-1]
    dialogue.come("RC-EDA", shared_case("Spui 70", case=f"{OURS}.i-1"))
    assert streets(dialogue) == ["Spui 70", "Markt 1"]
    dialogue.acknowledge(telling)
    assert streets(dialogue) == ["Spui 70", "Markt 1", "Markt 1"]
    dialogue.acknowledge(dialogue.letters[-1])
    assert len(streets(dialogue)) == 3


def test_a_line_for_all_goes_out_and_one_for_some_does_not(dialogue: Any) -> None:
    opened_here(dialogue)
    before = len(dialogue.letters)
    dialogue.fed("i-1", m.NoteAdded(party="police", text="Secret", audience=NoteAudience.OWN))
    assert len(dialogue.letters) == before
    dialogue.fed("i-1", m.NoteAdded(party="police", text="For all", audience=NoteAudience.ALL))
    assert "For all" in str(dialogue.said("RC-EDA")[-1])


def test_vehicles_of_fire_are_told_and_their_own_are_not(
    dialogue: Any, shared_case: Shared
) -> None:
    dialogue.come("RC-EDA", shared_case(), distribution="Report")
    vehicle = {
        "datetime": "2026-01-01T12:00:00-00:00",
        "resourceId": f"{THEIRS}.resource.15-101",
        "vehicleType": "TSU.AMB",
        "name": "15-101",
        "state": [{"datetime": "2026-01-01T12:00:00-00:00", "status": "DECLENCHE"}],
    }
    dialogue.come("RS-RI", {"caseId": CASE, "resource": [vehicle]})
    assert len(dialogue.commands(m.AssignUnit)) == 1
    assert dialogue.said("RC-RI") == []
    engine = m.UnitAssigned(unit="f-1", party="fire", call_sign="15-0131", kind="TS-6")
    dialogue.fed(INCIDENT, engine, party="fire")
    moved = u.UnitStatusChanged(
        party="fire", status="ut", source=StatusSource.RADIO, since=dialogue.now
    )
    dialogue.fed("f-1", moved, party="fire")
    told = [
        [(r["name"], r["state"]["status"]) for r in c["resource"]] for c in dialogue.said("RC-RI")
    ]
    assert told == [[("15-0131", "DECLENCHE")], [("15-0131", "DEPART")]]


def test_the_link_has_bounded_credit_and_a_cut_costs_one_message_an_incident(
    dialogue: Any,
) -> None:
    dialogue.is_cut = True
    for number in range(telling.WINDOW + 3):
        opened_here(dialogue, f"i-{number}")
    for street in ("Markt 1", "Markt 2", "Markt 3"):
        dialogue.fed(f"i-{telling.WINDOW}", place(street))
    assert len(dialogue.letters) == telling.WINDOW
    assert len(dialogue.state.unsent) == 3
    dialogue.is_cut = False
    dialogue.deliver()
    assert dialogue.state.unsent == ()
    mine = [c for c in dialogue.said("RC-EDA") if c["caseId"] == f"{OURS}.i-{telling.WINDOW}"]
    assert [c["location"]["detailedAddress"]["complete"] for c in mine] == ["Markt 3"]


def test_nothing_is_told_before_the_feed_has_told_of_our_own_commands(
    dialogue: Any, shared_case: Shared
) -> None:
    dialogue.come("RC-EDA", shared_case(), distribution="Report")
    dialogue.holds = True
    dialogue.come("RC-EDA", shared_case("Markt 1"))
    dialogue.fed(INCIDENT, m.IncidentPrioritised(party="police", priority="A1"))
    assert dialogue.said("RC-EDA") == []
    dialogue.settle()
    assert dialogue.said("RC-EDA") == []


def test_the_feed_may_tell_of_a_command_before_its_outcome_comes(
    dialogue: Any, shared_case: Shared
) -> None:
    dialogue.feed_is_first = True
    dialogue.come("RC-EDA", shared_case(), distribution="Report")
    dialogue.fed(INCIDENT, place("Markt 1"))
    assert streets(dialogue) == ["Markt 1"]
    assert (dialogue.state.cases[INCIDENT].expected, dialogue.timers) == ((), {})


def test_the_owner_settles_a_conflict_of_ours_we_take_it_and_tell(
    dialogue: Any, shared_case: Shared
) -> None:
    opened_here(dialogue)
    dialogue.acknowledge(dialogue.letters[-1])
    dialogue.fed("i-1", place("Markt 1"))
    dialogue.come("RC-EDA", shared_case("Plein 9", case=f"{OURS}.i-1"))
    assert ordered(dialogue) == ["Plein 9"]
    assert streets(dialogue)[-1] == "Plein 9", "ours was on its way: what stands is told"
    (line,) = [each for each in dialogue.lines("i-1") if each.startswith("CONFLICT")]
    for part in ("Markt 1", "by police at 2026-01-01T12:00", "Plein 9", f"by {THEIRS}", "the core"):
        assert part in line


def test_the_owner_settles_a_conflict_of_theirs_we_wait_for_what_they_say(
    dialogue: Any, shared_case: Shared
) -> None:
    dialogue.come("RC-EDA", shared_case(), distribution="Report")
    dialogue.fed(INCIDENT, place("Markt 1"))
    ours = dialogue.letters[-1]
    dialogue.come("RC-EDA", shared_case("Plein 9"))
    assert ordered(dialogue) == ["Spui 70"]
    assert any(f"{THEIRS} settles" in line for line in dialogue.lines(INCIDENT))
    dialogue.acknowledge(ours)
    dialogue.come("RC-EDA", shared_case("Plein 10"))
    assert ordered(dialogue) == ["Spui 70", "Plein 10"]


def test_a_refused_proposal_falls_back_to_what_the_owner_said(
    dialogue: Any, shared_case: Shared
) -> None:
    dialogue.come("RC-EDA", shared_case(), distribution="Report")
    dialogue.fed(INCIDENT, place("Markt 1"))
    error = {
        "errorCode": {"statusCode": 700, "statusString": "CLIENT_ERROR"},
        "errorCause": "no",
        "referencedDistributionID": dialogue.letters[-1]["distributionID"],
    }
    dialogue.come("RS-ERROR", error, distribution="Error")
    assert ordered(dialogue) == ["Spui 70", "Spui 70"]
    assert any(
        "REFUSED by the other side: RC-EDA: 700" in each for each in dialogue.lines(INCIDENT)
    )


def test_what_expired_on_the_way_is_told_anew_after_a_pause(dialogue: Any) -> None:
    opened_here(dialogue)
    error = {
        "errorCode": {"statusCode": 400, "statusString": "EXPIRED_MESSAGE_BEFORE_ROUTING"},
        "errorCause": "/dateTimeExpires has passed",
        "referencedDistributionID": dialogue.letters[-1]["distributionID"],
    }
    dialogue.come("RS-ERROR", error, distribution="Error")
    assert len(dialogue.said("RC-EDA")) == 1
    dialogue.fires("again i-1")
    assert len(dialogue.said("RC-EDA")) == 2
    assert dialogue.letters[-1]["distributionKind"] == "Report"


def test_what_the_other_side_never_takes_makes_way_and_leaves_a_line(dialogue: Any) -> None:
    dialogue.is_cut = True
    opened_here(dialogue)
    letter = dialogue.letters[-1]["distributionID"]
    not_taken = live.NotTaken(letter=letter, why="703 UNKNOWN_SENDER")
    dialogue.take(Inbound("n-1", dialogue.now, "link", not_taken))
    assert dialogue.state.unconfirmed == frozenset()
    assert any("NOT TAKEN" in line for line in dialogue.lines("i-1"))


def test_a_detached_party_tells_nothing_more(dialogue: Any) -> None:
    opened_here(dialogue)
    dialogue.fed("i-1", m.PartyDetached(party="ambulance"))
    dialogue.fed("i-1", place("Markt 1"))
    assert streets(dialogue) == ["Spui 70"]


# -- asks ------------------------------------------------------------------------------


def asked(dialogue: Any, purpose: str = "SAP") -> str:
    ident = f"{THEIRS}.request.r-1"
    request = {"requestId": ident, "datetime": "2026-01-01T12:02:00+00:00", "purpose": purpose}
    dialogue.come("RS-DR", {"caseId": CASE, "request": request})
    return ident


def test_their_ask_for_fire_is_answered_when_fire_sends_a_vehicle(
    dialogue: Any, shared_case: Shared
) -> None:
    dialogue.come("RC-EDA", shared_case(), distribution="Report")
    ident = asked(dialogue)
    assert dialogue.commands(m.AttachParty) == [m.AttachParty(party="fire")]
    assert dialogue.said("RS-RR") == []
    for unit in ("f-1", "f-2"):
        engine = m.UnitAssigned(unit=unit, party="fire", call_sign="15-0131", kind="TS-6")
        dialogue.fed(INCIDENT, engine, party="fire")
    assert [(r["requestId"], r["response"]["answer"]) for r in dialogue.said("RS-RR")] == [
        (ident, "ACCEPTEE")
    ]


def test_the_desk_answers_once_what_they_asked(dialogue: Any, shared_case: Shared) -> None:
    dialogue.come("RC-EDA", shared_case(), distribution="Report")
    said = live.AnswerAsk(incident=INCIDENT, request=asked(dialogue), answer="REFUSEE")
    dialogue.request(said)
    assert dialogue.said("RS-RR")[-1]["response"]["answer"] == "REFUSEE"
    with pytest.raises(Refused, match="no ask with this id"):
        dialogue.request(said)


def test_the_desk_asks_and_their_answer_is_a_line(dialogue: Any, shared_case: Shared) -> None:
    dialogue.come("RC-EDA", shared_case(), distribution="Report")
    dialogue.request(live.Ask(incident=INCIDENT, purpose="SAP"))
    (ask,) = dialogue.said("RS-DR")
    ident = ask["request"]["requestId"]
    assert dialogue.responses == [live.Asked(request=ident)]
    response = {"datetime": "2026-01-01T12:09:00+00:00", "answer": "ACCEPTEE"}
    dialogue.come("RS-RR", {"caseId": CASE, "requestId": ident, "response": response})
    assert any(f"ask {ident} was answered: ACCEPTEE" in line for line in dialogue.lines(INCIDENT))


@pytest.mark.parametrize(
    ("request_", "rule"),
    [
        (live.Ask(incident="i-9", purpose="SAP"), "BRIDGE-003"),
        (live.Ask(incident="i-1", purpose="NONSENSE"), "BRIDGE-005"),
        (live.AnswerAsk(incident="i-1", request="r", answer="ACCEPTEE"), "BRIDGE-004"),
        (live.HowItStands(), "BRIDGE-006"),
    ],
)
def test_what_the_desk_cannot_ask_is_refused(dialogue: Any, request_: Any, rule: str) -> None:
    opened_here(dialogue)
    before = dialogue.state
    with pytest.raises(Refused) as no:
        dialogue.request(request_)
    assert no.value.refusal.rule == rule
    assert dialogue.state == before


def test_how_it_stands_and_a_question_that_is_none(dialogue: Any) -> None:
    dialogue.is_cut = True
    opened_here(dialogue)
    told = dialogue.bridge.answer(dialogue.state, live.HowItStands())
    assert told == live.Standing(
        incidents=1, parked=0, working=0, unsent=0, unconfirmed=1, unanswered=1
    )
    assert dialogue.bridge.answer(dialogue.state, OwnLines(incident="i-9")).lines == ()
    with pytest.raises(Refused):
        dialogue.bridge.answer(dialogue.state, live.Asked(request="r"))


def engine(status: str, since: dt.datetime) -> u.UnitStatusChanged:
    return u.UnitStatusChanged(party="fire", status=status, source=StatusSource.RADIO, since=since)


def vehicles(dialogue: Any) -> list[list[tuple[str, str, str]]]:
    return [
        [(r["name"], r["state"]["status"], r["state"]["datetime"][11:19]) for r in c["resource"]]
        for c in dialogue.said("RC-RI")
    ]


@pytest.mark.parametrize(("reached", "done"), [("ut", "ANNULE"), ("tp", "FINPEC")])
def test_the_last_vehicle_of_others_that_is_released_is_told_as_done(
    dialogue: Any, reached: str, done: str
) -> None:
    opened_here(dialogue)
    there = m.UnitAssigned(unit="f-1", party="fire", call_sign="15-0131", kind="TS-6")
    dialogue.fed("i-1", there, party="fire")
    dialogue.fed("f-1", engine(reached, dialogue.now), party="fire")
    dialogue.fed("i-1", m.UnitReleased(unit="f-1", party="fire"), party="fire")
    assert [each[0][1] for each in vehicles(dialogue)][2:] == [done]
    dialogue.fed("i-1", place("Markt 1"))
    assert len(vehicles(dialogue)) == 3, "it is told once"
    other = m.UnitAssigned(unit="f-2", party="fire", call_sign="15-0132", kind="TS-6")
    dialogue.fed("i-1", other, party="fire")
    assert [each[:2] for each in vehicles(dialogue)[-1]] == [("15-0132", "DECLENCHE")]


def refuse(dialogue: Any, letter: dict[str, Any], code: int) -> None:
    content = {
        "errorCode": {"statusCode": code, "statusString": "NO"},
        "errorCause": "no",
        "referencedDistributionID": letter["distributionID"],
    }
    dialogue.come("RS-ERROR", content, distribution="Error")


def test_that_the_last_vehicle_went_is_told_anew_when_that_expired(dialogue: Any) -> None:
    opened_here(dialogue)
    there = m.UnitAssigned(unit="f-1", party="fire", call_sign="15-0131", kind="TS-6")
    dialogue.fed("i-1", there, party="fire")
    dialogue.fed("i-1", m.UnitReleased(unit="f-1", party="fire"), party="fire")
    refuse(dialogue, dialogue.letters[-1], 400)
    dialogue.fires("again i-1")
    assert [each[0][1] for each in vehicles(dialogue)] == ["DECLENCHE", "ANNULE", "ANNULE"]


def test_an_incident_is_told_before_its_vehicles(dialogue: Any) -> None:
    opened = m.IncidentOpened(room="dh", lead="police", source=CallSource.EMERGENCY)
    dialogue.fed("i-1", opened)
    there = m.UnitAssigned(unit="f-1", party="fire", call_sign="15-0131", kind="TS-6")
    dialogue.fed("i-1", there, party="fire")
    assert dialogue.letters == [], "without a place the other side does not know it"
    dialogue.fed("i-1", place("Spui 70"))
    assert [each["distributionKind"] for each in dialogue.letters] == ["Report", "Update"]
    assert len(vehicles(dialogue)) == 1


def test_a_first_report_that_was_refused_is_a_first_report_again(dialogue: Any) -> None:
    """It had no street; what was said in it is not known there."""
    dialogue.fed("i-1", m.IncidentOpened(room="dh", lead="police", source=CallSource.EMERGENCY))
    dialogue.fed("i-1", m.IncidentLocated(location=Location(municipality="Den Haag")))
    refuse(dialogue, dialogue.letters[-1], 704)
    dialogue.fed("i-1", m.NoteAdded(party="police", text="Seen", audience=NoteAudience.ALL))
    dialogue.fed("i-1", place("Spui 70"))
    assert [each["distributionKind"] for each in dialogue.letters] == ["Report", "Report", "Update"]
    assert "REFUSED by the other side: RC-EDA: 704" in dialogue.lines("i-1")[0]


def test_what_is_known_there_already_is_told_as_a_change(dialogue: Any) -> None:
    opened_here(dialogue)
    refuse(dialogue, dialogue.letters[-1], 701)
    assert [each["distributionKind"] for each in dialogue.letters] == ["Report", "Update"]
    assert streets(dialogue) == ["Spui 70", "Spui 70"]


def test_an_update_that_expired_is_an_update_again(dialogue: Any) -> None:
    opened_here(dialogue)
    dialogue.acknowledge(dialogue.letters[0])
    dialogue.fed("i-1", place("Markt 1"))
    refuse(dialogue, dialogue.letters[-1], 400)
    dialogue.fires("again i-1")
    kinds = [each["distributionKind"] for each in dialogue.letters]
    assert kinds == ["Report", "Update", "Update"]


def test_no_state_of_a_vehicle_goes_back_in_time(dialogue: Any) -> None:
    """The desk that assigned it has a clock two minutes ahead of the radio's."""
    opened_here(dialogue)
    ahead = dialogue.now + dt.timedelta(minutes=2)
    there = m.UnitAssigned(unit="f-1", party="fire", call_sign="15-0131", kind="TS-6")
    dialogue.fed("i-1", there, party="fire", at=ahead)
    dialogue.fed("f-1", engine("ut", dialogue.now), party="fire")
    dialogue.fed("i-1", m.UnitReleased(unit="f-1", party="fire"), party="fire")
    told = [each[0] for each in vehicles(dialogue)]
    assert [status for _, status, _ in told] == ["DECLENCHE", "DEPART", "ANNULE"]
    assert {at for _, _, at in told} == {f"{ahead:%H:%M:%S}"}


def test_a_class_without_a_code_is_a_statement_too(dialogue: Any, shared_case: Shared) -> None:
    """The room goes back to a class that it had told before the other side's own."""

    def classified(mc1: str) -> None:
        value = Classification(table="1.0", mc1=mc1)
        dialogue.fed("i-1", m.IncidentClassified(classification=value))

    opened_here(dialogue)
    classified("Brand")
    for letter in dialogue.letters:
        dialogue.acknowledge(letter)
    dialogue.come("RC-EDA", shared_case(case=f"{OURS}.i-1"))
    classified("Brand")
    labels = [c["qualification"]["whatsHappen"]["label"] for c in dialogue.said("RC-EDA")]
    assert labels == ["Not classified", "Brand", "Brand"]


def test_no_letter_is_older_than_the_one_before_it(dialogue: Any) -> None:
    """Our clock was put back by an hour."""
    opened_here(dialogue)
    dialogue.now -= dt.timedelta(hours=1)
    dialogue.fed("i-1", place("Markt 1"))
    first, then = (each["dateTimeSent"] for each in dialogue.letters)
    assert then == first


def test_lines_of_the_other_side_do_not_go_back_to_it_with_those_of_others(
    dialogue: Any, shared_case: Shared
) -> None:
    first = shared_case(freetext=["Theirs"])
    dialogue.come("RC-EDA", first, distribution="Report")
    dialogue.fed(INCIDENT, m.NoteAdded(party="police", text="Ours", audience=NoteAudience.ALL))
    (told,) = dialogue.said("RC-EDA")
    assert told["freetext"] == ["Ours"]


def test_the_old_picture_of_a_late_feed_is_not_told(dialogue: Any, shared_case: Shared) -> None:
    dialogue.come("RC-EDA", shared_case(), distribution="Report")
    late: list[Any] = []
    dialogue.fed, feed = lambda *said, **more: late.append((said, more)), dialogue.fed
    dialogue.come("RC-EDA", shared_case("Markt 1"))
    dialogue.fires(f"feed {INCIDENT}")
    assert dialogue.said("RC-EDA") == []
    dialogue.fed = feed
    for said, more in late:
        dialogue.fed(*said, **more)
    assert dialogue.said("RC-EDA") == []


def test_the_feed_may_be_late_and_the_bridge_goes_on_without_it(
    dialogue: Any, shared_case: Shared
) -> None:
    dialogue.come("RC-EDA", shared_case(), distribution="Report")
    case = dialogue.state.cases[INCIDENT]
    assert case.expected == ()
    assert dialogue.timers[f"feed {INCIDENT}"] <= dialogue.now + dt.timedelta(seconds=2)
    dialogue.fires(f"feed {INCIDENT}")
    assert dialogue.said("RC-EDA") == []


# -- what there is no field for ---------------------------------------------------------------


def freetext(dialogue: Any) -> list[str]:
    return list(dialogue.said("RC-EDA")[-1].get("freetext", ()))


def stated(scene: Scene, party: str = "police", **more: Any) -> m.SafetyStated:
    return m.SafetyStated(party=party, scene=scene, **more)


def test_where_to_wait_goes_out_in_words_and_goes_when_it_is_over(dialogue: Any) -> None:
    opened_here(dialogue)
    unsafe = stated(Scene.UNSAFE, staging="the corner", hazards=(Hazard.OTHER,), advice="Knife")
    dialogue.fed("i-1", unsafe)
    assert freetext(dialogue) == ["SAFETY police: unsafe; wait at the corner; other; Knife"]
    dialogue.fed("i-1", stated(Scene.UNSAFE, party="fire"))
    assert freetext(dialogue)[-1] == "SAFETY fire: unsafe; wait at a distance"
    dialogue.fed("i-1", stated(Scene.SAFE))
    assert freetext(dialogue)[0] == "SAFETY police: safe"


def test_what_the_ambulance_party_said_of_the_scene_is_no_news_there(dialogue: Any) -> None:
    opened_here(dialogue)
    before = len(dialogue.said("RC-EDA"))
    dialogue.fed("i-1", stated(Scene.UNSAFE, party="ambulance", advice="Mask"), party="ambulance")
    assert len(dialogue.said("RC-EDA")) == before


def test_a_characteristic_without_a_field_goes_out_in_words(dialogue: Any) -> None:
    opened_here(dialogue)
    dialogue.fed("i-1", m.CharacteristicSet(name="Beknel/Bedel/Insluit", values=("Ja",)))
    dialogue.fed("i-1", m.CharacteristicSet(name="Gewonde / Zieken", values=("1",)))
    assert freetext(dialogue) == ["Beknel/Bedel/Insluit: Ja"]
    assert dialogue.said("RC-EDA")[-1]["qualification"]["victims"] == {"count": "1"}


def test_vehicles_of_another_ambulance_party_are_not_taken_for_theirs(
    dialogue: Any, shared_case: Shared
) -> None:
    """They go out, are acknowledged, and are not released when the case closes outside."""
    dialogue.come("RC-EDA", shared_case(), distribution="Report")
    dialogue.joins("neighbour", Discipline.AMBULANCE)
    assigned = m.UnitAssigned(unit="u-9", party="neighbour", call_sign="16141", kind="Ambu")
    dialogue.fed(INCIDENT, assigned, party="neighbour")
    assert dialogue.said("RC-RI")[-1]["resource"][0]["name"] == "16141"
    dialogue.acknowledge(dialogue.letters[-1])
    closed = {"caseId": CASE, "qualification": {"details": {"status": "CLOTURE"}}}
    dialogue.come("RS-EDA-MAJ", closed)
    assert dialogue.commands(m.ReleaseUnit) == []
    assert len(dialogue.commands(m.CloseForParty)) == 1
