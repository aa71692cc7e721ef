"""The messages against the publisher's own schemas and examples, where those are at hand."""

import functools
import json
import os
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from standalone_ambulance import commands as c
from standalone_ambulance.model import Place, Step, Urgency
from standalone_ambulance.post import TYPES
from standalone_ambulance.profile import Fault, Sending, enveloped, read
from standalone_ambulance.profile.contents import ROOTS
from standalone_ambulance.profile.values import stamp

from .conftest import NOON, ROOM, Outside, raw
from .test_inward import request, resources, shared

CHECKOUT = Path(__file__).parents[3]
DATA = Path(os.environ.get("ABS_SHARED_DATA", CHECKOUT.parent / "shared/data")) / "hub-sante"
EXAMPLES = sorted(DATA.glob("examples/*/*.json"))
OURS = {kind for kind, _ in ROOTS.values()}

needs_data = pytest.mark.skipif(
    not EXAMPLES, reason="the publisher's messages are not part of this project: ABS_SHARED_DATA"
)


@functools.cache
def validator(name: str) -> Any:
    schemas = pytest.importorskip("jsonschema")
    schema = json.loads((DATA / f"json-schema/{name}.schema.json").read_text("utf-8"))
    return schemas.Draft202012Validator(schema)


@needs_data
@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_a_published_message_of_a_type_of_ours_is_read_and_of_another_refused(path: Path) -> None:
    tree = json.loads(path.read_text("utf-8"))
    [root] = tree
    how = Sending(
        sender=ROOM, recipient="nl.ambulance.rav15", id=f"{ROOM}_1", kind="Report", at=NOON
    )
    kind = {"reference": "Ack", "error": "Error"}.get(root, "Report")
    body: Any = enveloped(shared(), how.model_copy(update={"kind": kind}))
    message = body["content"][0]["jsonContent"]["embeddedJsonContent"]["message"]
    del message["createCase"]
    message[root] = tree[root]
    if path.parent.name in OURS:
        found = read(json.dumps(body).encode(), "nl.ambulance.rav15")
        assert found.type == path.parent.name
        assert as_compared(found.content.tree()) == as_compared(tree[root])
    else:
        with pytest.raises(Fault) as fault:
            read(json.dumps(body).encode(), "nl.ambulance.rav15")
        assert fault.value.code == 301


def as_compared(tree: Any) -> Any:
    """5 and 5.0 are one number."""
    if isinstance(tree, dict):
        return {name: as_compared(value) for name, value in tree.items()}
    if isinstance(tree, list):
        return [as_compared(value) for value in tree]
    return float(tree) if isinstance(tree, int) and not isinstance(tree, bool) else tree


def everything(outside: Outside) -> None:
    """Write every type of message at least once."""
    case = outside.call()
    outside.do(c.Share(case=case, partner=ROOM))
    outside.do(c.Triage(case=case, urgency=Urgency.A1, age_years=70, medical="short of breath"))
    outside.do(c.AddNote(case=case, text="the door is open"))
    outside.do(c.Correct(case=case, place=Place(name="the old mill", city="Delft")))
    outside.do(c.SendVehicle(case=case, vehicle="15-101"))
    for step in ("departed", "at_scene", "transporting", "at_hospital"):
        outside.do(c.Report(vehicle="15-101", step=Step(step), hospital="the hospital"))
    outside.do(c.Locate(vehicle="15-101", lat=52.0, lon=4.4))
    ask = outside.do(c.AskHelp(case=case, partner=ROOM, purpose="SAP", words="to lift")).ask
    assert ask is not None
    outside.do(c.Withdraw(case=case, ask=ask))
    outside.do(c.Report(vehicle="15-101", step=Step.FREE))
    outside.do(c.Close(case=case, outcome="brought to hospital"))
    outside.hear(shared(), "Report")
    outside.hear(request())
    outside.do(
        c.AnswerAsk(case=shared().case_id, ask="nl.meldkamer.dh.request.7", answer="ACCEPTEE")
    )
    outside.do(c.Triage(case=shared().case_id, urgency=Urgency.B2))
    outside.hear(resources("nl.meldkamer.dh.unknown", "DEPART"))


def test_every_type_is_written_and_read_back_as_it_was(outside: Outside) -> None:
    everything(outside)
    letters = outside.letters()
    assert {each.type for each in letters} == {*TYPES.values()}
    for letter in letters:
        found = read(raw(letter), ROOM)
        assert found.type == letter.type
        assert found.content.tree() == content_of(letter.body)


def content_of(body: Any) -> Any:
    message = body["content"][0]["jsonContent"]["embeddedJsonContent"]["message"]
    return list(message.values())[-1]


@needs_data
def test_all_that_is_written_holds_to_the_publishers_schemas(outside: Outside) -> None:
    everything(outside)
    for letter in outside.letters():
        body: Any = letter.body
        message = body["content"][0]["jsonContent"]["embeddedJsonContent"]["message"]
        header = {name: message[name] for name in list(message)[:6]}
        for name, tree in (
            ("EDXL-DE-envelope-only", body),
            ("RC-DE", header),
            (letter.type, content_of(body)),
        ):
            wrong = [error.message for error in validator(name).iter_errors(tree)]
            assert wrong == [], (letter.type, name)


def test_ids_are_of_one_database_and_rise(outside: Outside) -> None:
    everything(outside)
    ids = [each.id for each in outside.letters()]
    assert ids[0] == "nl.ambulance.rav15_t-00000001"
    assert ids == sorted(set(ids))


def test_utc_is_written_as_the_profile_wants_it() -> None:
    assert stamp(NOON) == "2026-03-01T12:00:00-00:00"
    from_here = NOON.astimezone(ZoneInfo("Europe/Amsterdam"))
    assert stamp(from_here) == "2026-03-01T13:00:00+01:00"
    assert stamp(NOON + timedelta(microseconds=999_999)) == stamp(NOON)
