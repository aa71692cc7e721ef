"""What operators can do, and what they are refused."""

import pytest
from standalone_ambulance import commands as c
from standalone_ambulance.model import ENDED, NEXT, Event, Place, Step, Urgency

from .conftest import ROOM, Outside

ELSEWHERE = Place(address="Dorpsstraat 1", city="Delft")


def types(outside: Outside, after: int = 0) -> list[str]:
    return [each.type for each in outside.letters(after)]


def test_a_call_is_a_case_of_our_own_and_nobody_hears_of_it(outside: Outside) -> None:
    case = outside.station.records.case(outside.call())
    assert case is not None
    assert (case.id, case.number) == ("nl.ambulance.rav15.R26060-0001", "R26060-0001")
    assert (case.owner, case.partners) == ("nl.ambulance.rav15", ())
    assert outside.letters() == []


def test_numbers_rise_by_the_day(outside: Outside) -> None:
    assert [outside.call()[-11:] for _ in range(3)] == [f"R26060-000{n}" for n in (1, 2, 3)]
    outside.now = outside.now.replace(day=2)
    assert outside.call()[-11:] == "R26061-0001"


def test_sharing_tells_all_of_a_case_at_once(outside: Outside) -> None:
    case = outside.call()
    outside.do(c.Triage(case=case, urgency=Urgency.A1, age_years=70, medical="short of breath"))
    outside.do(c.SendVehicle(case=case, vehicle="15-101"))
    assert outside.letters() == []
    outside.do(c.Share(case=case, partner=ROOM))
    assert types(outside) == ["RC-EDA", "RS-EDA", "RS-RI", "RC-RI"]


def test_what_is_medical_is_in_no_message_for_everybody(outside: Outside) -> None:
    case = outside.call()
    outside.do(c.Share(case=case, partner=ROOM))
    outside.do(c.Triage(case=case, urgency=Urgency.A1, age_years=70, medical="canary 4711"))
    outside.do(c.Correct(case=case, place=ELSEWHERE))
    told = {each.type: str(each.body) for each in outside.letters()}
    assert "canary 4711" in told["RS-EDA"]
    assert "P70Y" in told["RS-EDA"]
    assert "canary 4711" not in told["RC-EDA"]
    assert "P70Y" not in told["RC-EDA"]


def test_a_mission_goes_step_by_step_and_frees_its_vehicle(outside: Outside) -> None:
    case = outside.call()
    outside.do(c.Share(case=case, partner=ROOM))
    outside.do(c.SendVehicle(case=case, vehicle="15-101"))
    start = outside.letters()[-1].number
    for step in ("departed", "at_scene", "transporting", "at_hospital", "free"):
        outside.do(c.Report(vehicle="15-101", step=Step(step), hospital="the hospital"))
    told = [each for each in outside.letters(start) if each.type == "RS-SR"]
    statuses = [str(each.body).split("'status': '")[-1].split("'")[0] for each in told]
    assert statuses == ["DEPART", "ARRIVEE", "TRANSP", "DESTIN", "FINPEC"]
    vehicle = outside.station.records.vehicle("15-101")
    assert vehicle is not None
    assert vehicle.case is None


@pytest.mark.parametrize("now", [each for each in Step if each not in ENDED])
@pytest.mark.parametrize("then", [*Step])
def test_a_step_follows_only_where_it_can(outside: Outside, now: Step, then: Step) -> None:
    way = {
        Step.ORDERED: [],
        Step.DEPARTED: ["departed"],
        Step.AT_SCENE: ["departed", "at_scene"],
        Step.TRANSPORTING: ["departed", "at_scene", "transporting"],
        Step.AT_HOSPITAL: ["departed", "at_scene", "transporting", "at_hospital"],
    }
    outside.do(c.SendVehicle(case=outside.call(), vehicle="15-101"))
    for step in way[now]:
        outside.do(c.Report(vehicle="15-101", step=Step(step), hospital="the hospital"))
    report = c.Report(vehicle="15-101", step=then, hospital="the hospital")
    if then in NEXT[now]:
        outside.do(report)
    else:
        with pytest.raises(c.Refused, match="what can follow"):
            outside.do(report)


def test_a_vehicle_that_comes_twice_is_one_vehicle_in_the_snapshot(outside: Outside) -> None:
    case = outside.call()
    outside.do(c.Share(case=case, partner=ROOM))
    for _ in range(2):
        outside.do(c.SendVehicle(case=case, vehicle="15-101"))
        outside.do(c.Report(vehicle="15-101", step=Step.CANCELLED))
    resources = outside.said()["resource"]
    assert isinstance(resources, list)
    assert [each["state"]["status"] for each in resources] == ["ANNULE"]


def test_a_key_does_a_command_once(outside: Outside) -> None:
    call = c.AddNote(case=outside.call(), text="the door is open")
    first = outside.station.command(call, outside.now, "key-1")
    assert outside.station.command(call, outside.now, "key-1") == first
    case = outside.station.records.case(call.case)
    assert case is not None
    assert len(case.notes) == 1
    with pytest.raises(c.Refused, match="another command"):
        outside.station.command(call.model_copy(update={"text": "x"}), outside.now, "key-1")


def test_help_is_asked_of_a_partner_and_can_be_withdrawn(outside: Outside) -> None:
    case = outside.call()
    with pytest.raises(c.Refused, match="not shared"):
        outside.do(c.AskHelp(case=case, partner=ROOM, purpose="SAP"))
    outside.do(c.Share(case=case, partner=ROOM))
    ask = outside.do(c.AskHelp(case=case, partner=ROOM, purpose="SAP", words="to lift")).ask
    assert ask is not None
    assert outside.letters()[-1].type == "RS-DR"
    outside.do(c.Withdraw(case=case, ask=ask))
    assert outside.said()["status"] == "ANNULEE"
    with pytest.raises(c.Refused, match="not ours to withdraw"):
        outside.do(c.Withdraw(case=case, ask=ask))


def test_a_position_goes_to_those_who_share_the_case(outside: Outside) -> None:
    case = outside.call()
    outside.do(c.Share(case=case, partner=ROOM))
    outside.do(c.Locate(vehicle="15-101", lat=52.0, lon=4.3))
    assert types(outside)[-1] != "GEO-POS"
    outside.do(c.SendVehicle(case=case, vehicle="15-101"))
    outside.do(c.Locate(vehicle="15-101", lat=52.0, lon=4.4))
    assert types(outside)[-1] == "GEO-POS"


def test_a_case_is_closed_when_its_vehicles_are_free(outside: Outside) -> None:
    case = outside.call()
    outside.do(c.Share(case=case, partner=ROOM))
    outside.do(c.SendVehicle(case=case, vehicle="15-101"))
    with pytest.raises(c.Refused, match="15-101 is not free"):
        outside.do(c.Close(case=case, outcome="nothing found"))
    outside.do(c.Report(vehicle="15-101", step=Step.CANCELLED))
    outside.do(c.Close(case=case, outcome="nothing found"))
    assert outside.letters()[-1].type == "RS-EDA"
    assert "CLOTURE" in str(outside.said())


REFUSED = [
    (c.TakeCall(number="+31600000112", place=Place(), event=Event(code="C02.08.02", label="x"))),
    (c.Triage(case="nl.ambulance.rav15.R00000-0000", urgency=Urgency.A1)),
    (c.Report(vehicle="15-101", step=Step.DEPARTED)),
    (c.Report(vehicle="99-999", step=Step.DEPARTED)),
    (c.SendVehicle(case="CASE", vehicle="99-999")),
    (c.Share(case="CASE", partner="nl.nobody.nowhere")),
    (c.Correct(case="CASE")),
    (c.Correct(case="CASE", place=Place(city="Delft"))),
    (c.Withdraw(case="CASE", ask="none")),
    (c.AnswerAsk(case="CASE", ask="none", answer="ACCEPTEE")),
]


@pytest.mark.parametrize("command", REFUSED, ids=lambda each: type(each).__name__)
def test_a_refusal_says_what_where_and_how_to_mend_it(outside: Outside, command: c.Command) -> None:
    case = outside.call()
    if getattr(command, "case", None) == "CASE":
        command = command.model_copy(update={"case": case})
    before = outside.station.records.case(case)
    with pytest.raises(c.Refused) as refused:
        outside.do(command)
    assert refused.value.where.startswith("/")
    assert refused.value.what
    assert refused.value.fix
    assert outside.station.records.case(case) == before
    assert outside.letters() == []


def test_a_vehicle_that_is_busy_or_out_of_service_is_not_sent(outside: Outside) -> None:
    case = outside.call()
    outside.do(c.SendVehicle(case=case, vehicle="15-101"))
    with pytest.raises(c.Refused, match="is on nl"):
        outside.do(c.SendVehicle(case=case, vehicle="15-101"))
    with pytest.raises(c.Refused, match="on a mission"):
        outside.do(c.PutInService(vehicle="15-101", station="Delft", in_service=False))
    outside.do(c.PutInService(vehicle="15-102", station="Delft", in_service=False))
    with pytest.raises(c.Refused, match="out of service"):
        outside.do(c.SendVehicle(case=case, vehicle="15-102"))


def test_a_line_for_our_own_people_goes_to_nobody(outside: Outside) -> None:
    case = outside.call()
    outside.do(c.Share(case=case, partner=ROOM))
    before = len(outside.letters())
    outside.do(c.AddNote(case=case, text="for us", shared=False))
    assert len(outside.letters()) == before
    outside.do(c.AddNote(case=case, text="for all"))
    told = str([each.body for each in outside.letters(before)])
    assert ("for all" in told, "for us" in told) == (True, False)
    kept = outside.station.records.case(case)
    assert kept is not None
    assert [note.text for note in kept.notes] == ["for us", "for all"]


def test_what_is_medical_can_be_said_without_an_urgency(outside: Outside) -> None:
    case = outside.call()
    outside.do(c.Triage(case=case, urgency=Urgency.A1))
    outside.do(c.Triage(case=case, medical="short of breath"))
    kept = outside.station.records.case(case)
    assert kept is not None
    assert (kept.urgency, kept.medical[-1].text) == (Urgency.A1, "short of breath")


def test_a_helicopter_is_a_vehicle_with_a_name(outside: Outside) -> None:
    outside.do(c.PutInService(vehicle="Lifeliner-1", station="Amsterdam"))
    case = outside.call()
    outside.do(c.SendVehicle(case=case, vehicle="Lifeliner-1"))
    with pytest.raises(ValueError, match="pattern"):
        c.PutInService(vehicle="no number", station="Delft")
