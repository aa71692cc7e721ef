"""What comes in from a partner: taken once, answered once, or refused with the profile's code."""

import json
from typing import Any

import pytest
from standalone_ambulance import commands as c
from standalone_ambulance.model import Case, Place, Step, Urgency
from standalone_ambulance.profile import Fault
from standalone_ambulance.profile import contents as w

from .conftest import NOON, ROOM, Outside

THEIRS = "nl.meldkamer.dh.2026-000123"


def shared(ident: str = THEIRS, address: str | None = "Spui 70", **more: Any) -> w.SharedCase:
    where = {"detailedAddress": {"complete": address}} if address else {"city": {"name": "Delft"}}
    tree = {
        "caseId": ident,
        "creation": "2026-03-01T11:59:00+01:00",
        "referenceVersion": "1.3",
        "qualification": {"whatsHappen": {"code": "C02.08.00", "label": "A fall"}},
        "location": {"locID": "1", "country": "NL", **where},
        **more,
    }
    return w.SharedCase.model_validate(tree)


def resources(ident: str, *states: str, resource: str = "nl.fire.dh.resource.TS-1") -> w.Part:
    state = {"datetime": "2026-03-01T12:00:00+01:00", "status": states[0]}
    one = {"datetime": state["datetime"], "resourceId": resource, "vehicleType": "SIS"}
    return w.SharedResources.model_validate(
        {"caseId": ident, "resource": [{**one, "state": state}]}
    )


def status(
    ident: str, code: str, second: int = 1, resource: str = "nl.fire.dh.resource.TS-1"
) -> w.Part:
    state = {"datetime": f"2026-03-01T12:00:0{second}+01:00", "status": code}
    return w.ResourceStatus.model_validate(
        {"caseId": ident, "resourceId": resource, "state": state}
    )


def request(ident: str = THEIRS, **more: Any) -> w.Part:
    asked = {
        "requestId": "nl.meldkamer.dh.request.7",
        "datetime": "2026-03-01T12:00:00+01:00",
        "purpose": "SAMU",
    }
    return w.ResourceRequest.model_validate({"caseId": ident, "request": asked, **more})


def the_case(outside: Outside, ident: str = THEIRS) -> Case:
    case = outside.station.records.case(ident)
    assert case is not None
    return case


def code(outside: Outside) -> int:
    """The code of the RS-ERROR that was written last."""
    assert outside.letters()[-1].type == "RS-ERROR"
    error: Any = outside.said()["errorCode"]
    return int(error["statusCode"])


# -- what is taken ----------------------------------------------------------------


def test_a_shared_case_is_opened_numbered_here_and_acknowledged(outside: Outside) -> None:
    outside.hear(shared(freetext=["mind the dog"]), "Report")
    case = the_case(outside)
    assert (case.number, case.owner, case.partners) == ("R26060-0001", ROOM, (ROOM,))
    assert [note.text for note in case.notes] == ["mind the dog"]
    assert [each.type for each in outside.letters()] == ["RC-REF"]
    assert outside.said() == {"distributionID": f"{ROOM}_1", "step": "INTEGRE"}


def test_the_same_message_again_is_taken_once_and_answered_once(outside: Outside) -> None:
    raw = outside.hear(shared(freetext=["mind the dog"]), "Report")
    for _ in range(3):
        assert outside.station.receive(raw, ROOM, outside.now) == f"{ROOM}_1"
    assert len(the_case(outside).notes) == 1
    assert len(outside.letters()) == 1


def test_an_id_that_is_used_for_something_else_is_not_taken(outside: Outside) -> None:
    raw = outside.hear(shared(), "Report")
    with pytest.raises(Fault, match="used for another message") as fault:
        outside.station.receive(raw.replace(b"Spui", b"Plein"), ROOM, outside.now)
    assert fault.value.code == 300
    assert the_case(outside).place.address == "Spui 70"


def test_the_owner_is_followed_and_what_was_overruled_is_kept(outside: Outside) -> None:
    outside.hear(shared(), "Report")
    outside.do(c.Correct(case=THEIRS, place=Place(address="Plein 1")))
    assert outside.letters()[-1].type == "RC-EDA"
    outside.hear(shared(address="Buitenhof 3"))
    case = the_case(outside)
    assert case.place.address == "Buitenhof 3"
    kept = [(each.field, each.by) for each in case.overruled]
    assert kept == [("place", ROOM), ("place", "nl.ambulance.rav15")]


def test_what_the_owner_had_not_heard_of_is_not_undone(outside: Outside) -> None:
    outside.hear(shared(), "Report")
    outside.do(c.Correct(case=THEIRS, place=Place(address="Plein 1")))
    outside.hear(shared(freetext=["a line"]))
    assert the_case(outside).place.address == "Plein 1"


def test_a_proposal_that_the_owner_refuses_falls(outside: Outside) -> None:
    outside.hear(shared(), "Report")
    outside.do(c.Correct(case=THEIRS, place=Place(address="Plein 1")))
    refused = w.Error.model_validate(
        {
            "errorCode": {"statusCode": 700, "statusString": "CLIENT_ERROR"},
            "errorCause": "no",
            "referencedDistributionID": outside.letters()[-1].id,
        }
    )
    written = len(outside.letters())
    outside.hear(refused, "Error")
    assert the_case(outside).place.address == "Spui 70"
    assert outside.letters()[-1].answer == "700 no"
    assert len(outside.letters()) == written


def test_our_own_case_takes_what_a_partner_states_and_tells_everybody(outside: Outside) -> None:
    case = outside.call()
    outside.do(c.Share(case=case, partner=ROOM))
    outside.hear(shared(case, "Plein 1"))
    assert the_case(outside, case).place.address == "Plein 1"
    assert [each.type for each in outside.letters()[2:]] == ["RC-REF", "RC-EDA", "RS-EDA"]


def test_a_place_is_passed_on_as_it_was_said(outside: Outside) -> None:
    case = outside.call()
    outside.do(c.Share(case=case, partner=ROOM))
    where = {"locID": "7", "country": "NL", "access": {"floor": "3"}, "name": "the old mill"}
    outside.hear(shared(case, location=where))
    told = [each for each in outside.letters() if each.type in ("RC-EDA", "RS-EDA")][-2:]
    assert [str(each.body).count("{'floor': '3'}") for each in told] == [2, 1]


def test_vehicles_of_others_come_move_and_go(outside: Outside) -> None:
    outside.hear(shared(), "Report")
    outside.hear(resources(THEIRS, "DECLENCHE"))
    outside.hear(status(THEIRS, "ARRIVEE", 2))
    outside.hear(status(THEIRS, "DEPART", 1))
    assert [(v.id, v.status) for v in the_case(outside).others] == [
        ("nl.fire.dh.resource.TS-1", "ARRIVEE")
    ]
    outside.hear(resources(THEIRS, "DECLENCHE", resource="nl.fire.dh.resource.TS-2"))
    assert [v.id for v in the_case(outside).others] == ["nl.fire.dh.resource.TS-2"]


def test_an_ask_is_answered_with_a_vehicle(outside: Outside) -> None:
    outside.hear(shared(), "Report")
    outside.hear(request())
    [ask] = the_case(outside).asks
    outside.do(c.AnswerAsk(case=THEIRS, ask=ask.id, answer="ACCEPTEE", vehicle="15-101"))
    told = [each.type for each in outside.letters()[-3:]]
    assert told == ["RS-RR", "RS-RI", "RC-RI"]
    assert ask.id in json.dumps(outside.letters()[-2].body)
    outside.do(c.Report(vehicle="15-101", step=Step.CANCELLED))
    outside.hear(request(status="ANNULEE"))
    with pytest.raises(c.Refused, match="not ours to answer"):
        outside.do(c.AnswerAsk(case=THEIRS, ask=ask.id, answer="REFUSEE"))


def test_an_answer_to_our_ask_stands_with_it(outside: Outside) -> None:
    case = outside.call()
    outside.do(c.Share(case=case, partner=ROOM))
    ask = outside.do(c.AskHelp(case=case, partner=ROOM, purpose="SAP")).ask
    response = {"datetime": "2026-03-01T12:00:00+01:00", "answer": "PARTIELLE"}
    tree = {"caseId": case, "requestId": ask, "response": response}
    outside.hear(w.ResourceResponse.model_validate(tree))
    assert the_case(outside, case).asks[0].answer == "PARTIELLE"


def test_urgency_and_medical_notes_of_a_health_service_are_taken(outside: Outside) -> None:
    outside.hear(shared(), "Report")
    note = {"operator": {"role": "MEDECIN"}, "medicalNoteId": "n1", "freetext": "pale"}
    change = {
        "caseId": THEIRS,
        "qualification": {"details": {"priority": "P0", "status": "CLOTURE"}},
        "medicalNote": [note],
    }
    outside.hear(w.HealthChange.model_validate(change))
    outside.hear(w.HealthChange.model_validate(change))
    case = the_case(outside)
    assert case.urgency == Urgency.A0
    assert [each.text for each in case.medical] == ["pale"]
    assert [each.text for each in case.notes] == [f"{ROOM} has closed its part"]


def test_an_acknowledgement_stands_with_the_letter_and_is_not_answered(outside: Outside) -> None:
    case = outside.call()
    outside.do(c.Share(case=case, partner=ROOM))
    first = outside.letters()[0]
    reference = {"distributionID": first.id, "step": "CONSULTE"}
    outside.hear(w.Reference.model_validate(reference), "Ack")
    again = outside.station.records.letter(first.id)
    assert again is not None
    assert (again.state, again.answer) == ("delivered", "CONSULTE")
    assert len(outside.letters()) == 2


def test_a_cancelled_case_stays_for_the_desk_to_close(outside: Outside) -> None:
    outside.hear(shared(), "Report")
    outside.hear(shared(), "Cancel")
    case = the_case(outside)
    assert case.closed is None
    assert case.notes[-1].text == "cancelled by the system that opened it"


# -- what is refused --------------------------------------------------------------


def test_700_what_is_not_the_partners_to_say(outside: Outside) -> None:
    case = outside.call()
    outside.hear(shared(case, "Plein 1"))
    assert code(outside) == 700
    outside.do(c.Share(case=case, partner=ROOM))
    ours = "nl.ambulance.rav15.resource.15-101"
    outside.hear(status(case, "DEPART", resource=ours))
    assert code(outside) == 700
    outside.hear(resources(case, "DEPART", resource=ours))
    assert code(outside) == 700
    outside.hear(shared(case), "Cancel")
    assert code(outside) == 700


def test_701_a_case_that_is_known(outside: Outside) -> None:
    outside.hear(shared(), "Report")
    outside.hear(shared(), "Report")
    assert code(outside) == 701


@pytest.mark.parametrize(
    "content",
    [
        status(THEIRS, "DEPART"),
        resources(THEIRS, "DEPART"),
        request(),
        w.HealthChange.model_validate({"caseId": THEIRS}),
    ],
    ids=lambda each: type(each).__name__,
)
def test_702_what_comes_before_its_case(outside: Outside, content: w.Part) -> None:
    outside.hear(content)
    assert code(outside) == 702


def test_702_a_status_before_its_vehicle_an_answer_before_its_ask_a_cancel_before_its_case(
    outside: Outside,
) -> None:
    outside.hear(shared(), "Report")
    outside.hear(status(THEIRS, "DEPART"))
    assert code(outside) == 702
    response = {"datetime": "2026-03-01T12:00:00+01:00", "answer": "ACCEPTEE"}
    tree = {"caseId": THEIRS, "requestId": "nl.meldkamer.dh.request.9", "response": response}
    outside.hear(w.ResourceResponse.model_validate(tree))
    assert code(outside) == 702
    outside.hear(shared("nl.meldkamer.dh.other"), "Cancel")
    assert code(outside) == 702


def test_704_a_place_that_no_vehicle_finds(outside: Outside) -> None:
    outside.hear(shared(address=None), "Report")
    assert code(outside) == 704
    assert outside.station.records.case(THEIRS) is None


def edited(raw: bytes, **changes: Any) -> bytes:
    """The message with these places changed, by their path; None takes one away."""
    tree = json.loads(raw)
    tree["distributionID"] = f"{ROOM}_other"
    for path, value in changes.items():
        *above, last = path.split("__")
        here = tree
        for step in above:
            here = here[int(step) if step.isdigit() else step]
        if value is None:
            del here[last]
        else:
            here[last] = value
    return json.dumps(tree).encode()


MESSAGE = "content__0__jsonContent__embeddedJsonContent__message"
WRONG = [
    (300, {"dateTimeSent": None}, "/dateTimeSent Field required"),
    (300, {"distributionStatus": "Test"}, "/distributionStatus"),
    (300, {"extra": 1}, "/extra"),
    (300, {f"{MESSAGE}__kind": "Cancel"}, "/kind is not the kind of the envelope"),
    (300, {"distributionKind": "Ack", f"{MESSAGE}__kind": "Ack"}, ""),
    (300, {f"{MESSAGE}__sentAt": "2026-03-01T12:00:00Z"}, "/sentAt is not a time to the second"),
    (300, {f"{MESSAGE}__createCase__caseId": None}, "/createCase/caseId Field required"),
    (300, {f"{MESSAGE}__createCase__caseId": "a" * 40 + "!"}, "/createCase/caseId"),
    (300, {f"{MESSAGE}__createCase__allergy": "x"}, "/createCase/allergy"),
    (300, {f"{MESSAGE}__createCase__creation": 5}, "/createCase/creation"),
    (300, {f"{MESSAGE}__createCase__qualification__whatsHappen__code": "C1"}, "/whatsHappen/code"),
    (301, {f"{MESSAGE}__createCase": None}, "says nothing"),
    (301, {f"{MESSAGE}__appointment": {}}, "appointment"),
    (400, {"dateTimeExpires": "2020-01-01T00:00:00+00:00"}, "/dateTimeExpires has passed"),
    (501, {"descriptor__explicitAddress__explicitAddressValue": "nl.other.x"}, "/descriptor"),
]


@pytest.mark.parametrize(("expected", "changes", "cause"), WRONG)
def test_a_wrong_message_is_refused_with_its_code_and_place(
    outside: Outside, expected: int, changes: dict[str, Any], cause: str
) -> None:
    raw = edited(outside.hear(shared("nl.meldkamer.dh.good"), "Report"), **changes)
    before = len(outside.letters())
    outside.station.receive(raw, ROOM, outside.now)
    if json.loads(raw)["distributionKind"] == "Ack":
        assert len(outside.letters()) == before
        return
    assert code(outside) == expected
    assert cause in str(outside.said()["errorCause"])
    assert outside.said()["referencedDistributionID"] == f"{ROOM}_other"


def test_null_is_no_value(outside: Outside) -> None:
    raw = outside.hear(shared("nl.meldkamer.dh.good"), "Report")
    tree = json.loads(edited(raw))
    message = tree["content"][0]["jsonContent"]["embeddedJsonContent"]["message"]
    message["createCase"]["location"]["city"] = None
    outside.station.receive(json.dumps(tree).encode(), ROOM, outside.now)
    assert code(outside) == 300
    assert "/createCase/location/city is null" in str(outside.said()["errorCause"])


@pytest.mark.parametrize(
    "raw", [b"", b"{", b"[]", b"null", b"{}", b'{"senderID":1}', b"\xff", b"<a/>"]
)
def test_102_what_cannot_be_read_is_answered_at_once(outside: Outside, raw: bytes) -> None:
    with pytest.raises(Fault) as fault:
        outside.station.receive(raw, None, NOON)
    assert fault.value.code == 102


def test_200_and_703_who_the_sender_is(outside: Outside) -> None:
    raw = outside.hear(shared(), "Report")
    with pytest.raises(Fault) as fault:
        outside.station.receive(raw, "nl.other.x", NOON)
    assert fault.value.code == 200
    with pytest.raises(Fault) as fault:
        outside.hear(shared(), "Report", sender="nl.other.x")
    assert fault.value.code == 703
