"""Acknowledgements, errors and the checks of an envelope on its way."""

import datetime as dt

import msgspec
import pytest
from abs_ambulance_bridge.hub_sante.answers import (
    Answerer,
    acknowledged,
    question,
    refused,
    settled,
)
from abs_ambulance_bridge.hub_sante.catalogue import BY_NAME, TYPES
from abs_ambulance_bridge.hub_sante.envelope import ERRORS, Sending, check_routing, enveloped
from abs_ambulance_bridge.hub_sante.hub import ROUTES
from abs_ambulance_bridge.hub_sante.reading import parse, write
from abs_ambulance_bridge.hub_sante.specimen import specimen
from abs_ambulance_bridge.profile import Faulty, Issue, Message
from abs_ambulance_bridge.tree import Tree, leaves, replaced
from abs_contracts.protocol import Accepted, Rejected, Unknown
from abs_contracts.refusal import Refusal

NOON = dt.datetime(2026, 1, 1, 12, tzinfo=dt.UTC)
BY = Answerer(name="nl.meldkamer.dh", at=NOON)
SENDER = "nl.health.rav"
MESSAGE = "/content/0/jsonContent/embeddedJsonContent/message"


def envelope(kind: str = "RC-REF", distribution: str = "Report") -> dict[str, Tree]:
    sending = Sending(
        sender=SENDER,
        recipient=BY.name,
        id="1",
        kind=distribution,
        at=NOON,
        life=dt.timedelta(hours=1),
        exercise=True,
    )
    return enveloped(BY_NAME[kind].root, specimen(kind), sending)


def received(kind: str) -> Message:
    return parse(msgspec.json.encode(envelope(kind)))


def valid(answer: Message) -> dict[str, Tree]:
    """The answer as the other side reads it: a valid message that may be delivered."""
    back = parse(write(answer, "json"))
    assert parse(write(answer, "xml")).around == back.around
    assert back.around is not None
    check_routing(back.around, now=NOON, came_from=BY.name)
    return back.around


def test_an_acknowledgement_goes_back_to_the_sender_with_the_id_it_is_about() -> None:
    answer = acknowledged(question(received("RC-EDA")), "RECU", BY)
    around = valid(answer)
    assert answer.content == {"distributionID": f"{SENDER}_1", "step": "RECU"}
    assert around["distributionKind"] == "Ack"
    assert around["distributionStatus"] == "Exercise"
    assert around["descriptor"]["explicitAddress"]["explicitAddressValue"] == SENDER  # type: ignore[index,call-overload]  # an object


def test_the_same_answer_again_is_the_same_message_and_another_is_another() -> None:
    message = received("RC-EDA")
    assert acknowledged(question(message), "RECU", BY) == acknowledged(
        question(message), "RECU", BY
    )
    one, other = (acknowledged(question(message), step, BY).around for step in ("RECU", "INTEGRE"))
    assert one is not None
    assert other is not None
    assert one["distributionID"] != other["distributionID"]


@pytest.mark.parametrize("kind", [each.name for each in TYPES if each.name not in ROUTES])
def test_a_private_message_is_acknowledged_without_a_trace_of_what_it_says(kind: str) -> None:
    answer = write(acknowledged(question(received(kind)), "RECU", BY), "json").decode()
    for where, value in leaves(specimen(kind)):
        if isinstance(value, str) and value.startswith(("text-", "nl.health.rav.patient")):
            assert f'"{value}"' not in answer, where


def test_an_error_has_the_code_and_every_place() -> None:
    fault = Faulty(300, ERRORS[300], [Issue(where="/a", what="is odd"), Issue(where="", what="no")])
    answer = refused(question(received("RC-EDA")), fault, BY)
    valid(answer)
    assert answer.content == {
        "errorCode": {"statusCode": 300, "statusString": "INVALID_MESSAGE"},
        "errorCause": "/a is odd; / no",
        "referencedDistributionID": f"{SENDER}_1",
    }


@pytest.mark.parametrize(
    ("rule", "code"),
    [("INCIDENT-002", 701), ("INCIDENT-001", 702), ("UNIT-001", 704), ("X-1", 700)],
)
def test_a_refusal_of_the_core_is_told_by_a_functional_code(rule: str, code: int) -> None:
    refusal = Refusal(rule=rule, what="no", where="/x", fix="do else")
    answer = settled(question(received("RC-EDA")), Rejected(command="c", refusal=refusal), BY)
    assert answer is not None
    valid(answer)
    assert answer.content["errorCode"] == {"statusCode": code, "statusString": ERRORS[code]}


def test_what_the_core_took_is_integrated_and_of_the_unknown_nothing_is_said() -> None:
    message = received("RC-EDA")
    done = settled(question(message), Accepted(command="c", after=7), BY)
    assert done is not None
    assert done.content["step"] == "INTEGRE"
    assert settled(question(message), Unknown(command="c", what="no answer"), BY) is None


# -- on the way ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("place", "value", "code", "where"),
    [
        ("/senderID", "nl.health.other", 200, "/senderID"),
        ("/distributionID", "somebody_1", 200, "/distributionID"),
        ("/distributionID", f"{SENDER}x_1", 200, "/distributionID"),
        ("/dateTimeExpires", "2026-01-01T12:00:00Z", 400, "/dateTimeExpires"),
        ("/distributionKind", "Ack", 300, "/distributionKind"),
        (f"{MESSAGE}/kind", "Update", 300, f"{MESSAGE}/kind"),
    ],
)
def test_an_envelope_that_may_not_be_delivered_is_refused_where_it_is_wrong(
    place: str, value: str, code: int, where: str
) -> None:
    tree = envelope("RC-EDA")
    check_routing(tree, now=NOON, came_from=SENDER)
    wrong = replaced(tree, place, value)
    assert isinstance(wrong, dict)
    with pytest.raises(Faulty) as caught:
        check_routing(wrong, now=NOON, came_from=SENDER)
    assert caught.value.code == code
    assert where in [issue.where for issue in caught.value.issues]


def test_more_than_one_recipient_or_message_is_refused() -> None:
    tree = envelope("RC-EDA")
    recipient: Tree = {"name": "x", "URI": "x"}
    for place, value in (
        (f"{MESSAGE}/recipient", [recipient, recipient]),
        ("/content", [*tree["content"], *tree["content"]]),  # type: ignore[misc,union-attr]  # a list
    ):
        wrong = replaced(tree, place, value)
        assert isinstance(wrong, dict)
        with pytest.raises(Faulty) as caught:
            check_routing(wrong, now=NOON, came_from=SENDER)
        assert caught.value.issues[0].where == place


def test_a_partner_outside_health_is_held_to_the_same_sender_check() -> None:
    tree = {**envelope("RC-EDA"), "senderID": "nl.fire.dh", "distributionID": "nl.fire.dh_1"}
    check_routing(tree, now=NOON, came_from="nl.fire.dh")
    with pytest.raises(Faulty) as caught:
        check_routing(tree, now=NOON, came_from="nl.fire.rt")
    assert caught.value.code == 200
