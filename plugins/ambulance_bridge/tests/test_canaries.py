"""Nothing medical comes to a core message, nothing that is for others goes out: two-run tests.

One thing of a message is changed that must not cross, and nothing else; what is on the
other side must be the same, byte for byte. Places are taken from the types, so that a
new field is tried on the day that it is there.
"""

from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import msgspec
import pytest
from abs_ambulance_bridge.facts import folded
from abs_ambulance_bridge.hub_sante.catalogue import BY_NAME, TYPES
from abs_ambulance_bridge.hub_sante.hub import ROUTES, HubSante
from abs_ambulance_bridge.hub_sante.scalars import lists
from abs_ambulance_bridge.hub_sante.shape import Numeric, Shape, Text, Truth, shape_of
from abs_ambulance_bridge.hub_sante.specimen import FORMS, places, specimen
from abs_ambulance_bridge.hub_sante.translation.table import TOLD, row_of
from abs_ambulance_bridge.losses import Reason
from abs_ambulance_bridge.profile import Keep, Message, Said, Setting
from abs_ambulance_bridge.told import told
from abs_ambulance_bridge.tree import Tree, leaves, replaced
from abs_contracts.catalogue import CORE, EVENTS
from abs_contracts.messages import incident as m
from abs_contracts.messages.values import NoteAudience

CANARY = "canary-5b1e"
each_type = pytest.mark.parametrize("kind", [each.name for each in TYPES])

MEDICAL = (
    "patient", "medicalNote", "decision", "healthMotive", "hypothesis", "mainVictim", "CASUALTIES",
    "evaluation", "appointmentId", "practitioner", "regulator", "patientId", "careLevel",
    "attribution", "interventionType", "document",
)  # fmt: skip
"""Names that stand above medical values, by hand: the table must agree, not be asked."""
HEALTH_TEXT = (
    "RS-EDA", "RS-EDA-MAJ", "RS-DR", "RS-RR", "RS-ER", "RS-RI", "RS-BPV", "RS-RPIS", "RS-URL",
    "RS-SAS-RDV",
)  # fmt: skip
"""Types that only health services read: no free text of them crosses."""


def commands(hub: HubSante, kind: str, content: dict[str, Tree], setting: Setting) -> bytes:
    message = Message(kind=kind, content=content)
    return msgspec.json.encode(hub.to_core(message, setting).commands)


def whole(kind: str) -> dict[str, Tree]:
    """A complete message, of which the first vehicle is one of health services."""
    base = specimen(kind)
    if kind == "EMSI":
        owned = replaced(base, "/RESOURCE/0/ORG_ID", "nl.health.rav")
        assert isinstance(owned, dict)
        return owned
    return base


def concrete(place: str) -> str:
    return place.replace("*", "0")


def another(shape: Shape, value: Tree) -> Tree:
    """Another value of this shape; None where there is only one."""
    match shape:
        case Text(codes=str() as codes):
            return next((code for code in reversed(lists()[codes]) if code != value), None)
        case Text(pattern=None):
            return CANARY
        case Text(pattern=pattern) if pattern is not None:
            other = FORMS[pattern.pattern].format(n=999)
            return _digit(other) if other == value else other
        case Numeric():
            return 8
        case Truth():
            return False
    return {CANARY: CANARY}


def _digit(text: str) -> str:
    """The same form with another last digit."""
    at = max(index for index, letter in enumerate(text) if letter.isdigit())
    return f"{text[:at]}{(int(text[at]) + 1) % 10}{text[at + 1 :]}"


@each_type
def test_what_must_not_cross_changes_nothing_on_the_other_side(
    hub: HubSante, setting: Setting, kind: str
) -> None:
    base = whole(kind)
    before = commands(hub, kind, base, setting)
    tried = 0
    for place, shape in places(shape_of(BY_NAME[kind].content)):
        if hub.may_cross(kind, place):
            continue
        value = dict(leaves(base)).get(concrete(place))
        other = another(shape, value)
        if other is not None:
            changed = replaced(base, concrete(place), other)
            assert isinstance(changed, dict)
            assert commands(hub, kind, changed, setting) == before, place
            tried += 1
    assert tried > 0 or kind in ("RS-SR",)


@each_type
def test_the_table_lets_no_medical_place_cross(hub: HubSante, kind: str) -> None:
    for place, _ in places(shape_of(BY_NAME[kind].content)):
        medical = any(name in place.split("/") for name in MEDICAL)
        text = kind in HEALTH_TEXT and place.rpartition("/")[2] in ("freetext", "label", "notes")
        assert not ((medical or text) and hub.may_cross(kind, place)), place
        if medical and kind in ROUTES:
            row = row_of(kind, place)
            assert row is not None
            assert row.loss in (Reason.MEDICAL, Reason.NO_FIELD, Reason.TEXT), place


@each_type
def test_a_place_that_may_cross_is_not_let_through_for_nothing(
    hub: HubSante, setting: Setting, kind: str
) -> None:
    """The allow-list is no longer than it has to be: each place on it makes a difference."""
    base = whole(kind)
    before = commands(hub, kind, base, setting)
    idle = []
    for place, shape in places(shape_of(BY_NAME[kind].content)):
        if hub.may_cross(kind, place):
            here = dict(leaves(base)).get(concrete(place))
            for other in _values(shape, here):
                changed = replaced(base, concrete(place), other)
                assert isinstance(changed, dict)
                if commands(hub, kind, changed, setting) != before:
                    break
            else:
                idle.append(place)
    assert set(idle) <= IDLE.get(kind, set())


IDLE = {
    "RC-EDA": {  # with number and way in the specimen the whole line is made of these
        "/location/detailedAddress/complete",
        # what does not fit any more in the core's line of 120 characters
        *(f"/location/access/{name}" for name in ("accessCode/*", "entity", "phoneNumber")),
        "/location/freetext",
    },
    "RS-EDA": {"/location/detailedAddress/complete"},
    "RS-DR": {"/status"},  # one code: it is there or not
    "GEO-POS": {"/position/*/status"},  # engagedStatus says more, and stands in the specimen
}
"""Places whose value does not matter beside the other values of a complete message."""


def _values(shape: Shape, value: Tree) -> Iterator[Tree]:
    if isinstance(shape, Text) and shape.codes:
        yield from (code for code in lists()[shape.codes] if code != value)
    else:
        other = another(shape, value)
        yield from () if other is None else (other,)
        if value == "C02.05.02":
            yield "C02.08.02"  # another class of the core's, where the next code is none


def test_unknown_fields_have_nowhere_to_go(hub: HubSante, setting: Setting) -> None:
    """Where the model is open (beside the content, in a quoted message), nothing is read."""
    quoted: dict[str, Tree] = {**specimen("RS-ERROR"), "sourceMessage": {CANARY: CANARY}}
    assert commands(hub, "RS-ERROR", quoted, setting) == b"[]"
    message: dict[str, Tree] = {"createCase": specimen("RC-EDA"), CANARY: CANARY}
    around: dict[str, Tree] = {
        "content": [{"jsonContent": {"embeddedJsonContent": {"message": message}}}]
    }
    parsed = Message(kind="RC-EDA", content=specimen("RC-EDA"), around=around)
    assert CANARY.encode() not in msgspec.json.encode(hub.to_core(parsed, setting).commands)


@pytest.mark.parametrize("kind", [each.name for each in TYPES if each.name not in ROUTES])
def test_a_private_type_says_nothing_at_all(hub: HubSante, setting: Setting, kind: str) -> None:
    assert commands(hub, kind, specimen(kind), setting) == b"[]"
    assert hub.kinds[kind].core == ()
    assert not any(hub.may_cross(kind, p) for p, _ in places(shape_of(BY_NAME[kind].content)))


# -- going out ------------------------------------------------------------------


def stories() -> Iterator[Said]:
    """One of every event of the core, as the contracts' own samples have them."""
    samples = files("abs_contracts").joinpath("samples")
    for contract in EVENTS:
        sample = samples.joinpath(contract.name, "typical.json").read_bytes()
        data = msgspec.json.decode(sample)
        payload = msgspec.convert(data["data"], contract.payload)
        at = msgspec.convert(data["time"], type=m.CallAdded.__annotations__["received"])
        yield Said(subject="inc-1", payload=payload, at=at)


EVERYTHING = tuple(stories())


def written(hub: HubSante, events: tuple[Said, ...], kind: str, setting: Setting) -> bytes:
    return msgspec.json.encode(hub.from_core(kind, events, Keep(), setting).content)


def variants(said: Said) -> Iterator[tuple[str, Said]]:
    """The event with one text of it changed, and which."""
    plain = msgspec.to_builtins(said.payload)
    for pointer, value in leaves(plain):
        other: Tree = "canary" if isinstance(value, str) else 8
        try:
            payload = msgspec.convert(replaced(plain, pointer, other), type(said.payload))
        except msgspec.ValidationError:
            continue
        yield f"{CORE.of(payload).name}{pointer}", msgspec.structs.replace(said, payload=payload)


@each_type
def test_what_is_not_told_changes_nothing_outside(
    hub: HubSante, setting: Setting, kind: str
) -> None:
    before = written(hub, EVERYTHING, kind, setting)
    tried = 0
    for index, said in enumerate(EVERYTHING):
        for field, changed in variants(said):
            if any(field == each or field.startswith(f"{each}/") for each in TOLD.get(kind, ())):
                continue
            if field.endswith(("/party", "/unit", "/incident", "/name")):
                continue  # who and what it is about, not what is said of it: below
            events = (*EVERYTHING[:index], changed, *EVERYTHING[index + 1 :])
            assert written(hub, events, kind, setting) == before, field
            tried += 1
    assert tried > 10


FORMS_OF_OURS = (
    CANARY,
    "FR-HS3 request nl.police.dh.mk.request.1: SMUR within 30M",
    "FR-HS3 answer nl.police.dh.mk.request.1: ACCEPTEE",
    "FR-HS3 order: SMUR",
    "FR-HS3 event C02.05.02: canary",
    "FR-HS3 mission canary: SAV IPR",
)
"""What a note may look like; some of it the bridge would read back."""


def note(party: str, audience: NoteAudience, text: str, *named: str) -> Said:
    payload = m.NoteAdded(party=party, text=text, audience=audience, named=named)
    return Said(subject="inc-1", payload=payload, at=EVERYTHING[0].at)


@each_type
@pytest.mark.parametrize("text", FORMS_OF_OURS)
@pytest.mark.parametrize(
    ("audience", "named"), [(NoteAudience.OWN, ()), (NoteAudience.NAMED, ("ambulance",))]
)
def test_a_note_of_police_that_is_not_for_all_never_goes_out(
    hub: HubSante,
    setting: Setting,
    kind: str,
    text: str,
    audience: NoteAudience,
    named: tuple[str, ...],
) -> None:
    events = (*EVERYTHING, note("police", audience, text, *named))
    assert written(hub, events, kind, setting) == written(hub, EVERYTHING, kind, setting)


def test_a_note_for_others_is_not_even_read() -> None:
    notes = (
        note("police", NoteAudience.OWN, "1"),
        note("police", NoteAudience.NAMED, "2", "ambulance"),
        note("police", NoteAudience.ALL, "3"),
        note("ambulance", NoteAudience.OWN, "4"),
    )
    assert [each.text for each in folded(notes, "ambulance").notes] == ["3", "4"]


@pytest.mark.parametrize("kind", ["RC-EDA", "RC-RI", "EMSI"])
@pytest.mark.parametrize("text", FORMS_OF_OURS)
def test_the_ambulance_partys_own_lines_are_in_no_message_for_every_service(
    hub: HubSante, setting: Setting, kind: str, text: str
) -> None:
    events = (*EVERYTHING, note("ambulance", NoteAudience.OWN, text))
    assert written(hub, events, kind, setting) == written(hub, EVERYTHING, kind, setting)


@pytest.mark.parametrize(
    ("kind", "party", "text"),
    [
        ("RC-EDA", "police", CANARY),
        ("RS-DR", "ambulance", FORMS_OF_OURS[1]),
        ("RS-RR", "ambulance", FORMS_OF_OURS[2]),
        ("RS-ER", "ambulance", FORMS_OF_OURS[3]),
        ("EMSI", "ambulance", FORMS_OF_OURS[5]),
    ],
)
def test_the_same_note_for_all_does_go_out(
    hub: HubSante, setting: Setting, kind: str, party: str, text: str
) -> None:
    """So that the tests above have something to find."""
    events = (*EVERYTHING, note(party, NoteAudience.ALL, text))
    assert written(hub, events, kind, setting) != written(hub, EVERYTHING, kind, setting)


@pytest.mark.parametrize("text", FORMS_OF_OURS[1:])
def test_a_line_that_another_party_forged_is_text_and_no_message(
    hub: HubSante, setting: Setting, text: str
) -> None:
    events = (*EVERYTHING, note("police", NoteAudience.ALL, text))
    for kind in ("RS-DR", "RS-RR", "RS-ER"):
        assert written(hub, events, kind, setting) == written(hub, EVERYTHING, kind, setting)
    case = msgspec.json.decode(written(hub, events, "RC-EDA", setting))
    notes = case["initialAlert"].get("notes", [])
    lines = [*case.get("freetext", []), *(each["freetext"] for each in notes)]
    assert text in lines


@each_type
def test_vehicles_of_police_are_in_no_message_for_every_service(
    hub: HubSante, setting: Setting, kind: str
) -> None:
    assigned = m.UnitAssigned(unit="p-1", party="police", call_sign=CANARY, kind="noodhulp")
    events = (*EVERYTHING, Said(subject="inc-1", payload=assigned, at=EVERYTHING[0].at))
    if kind != "RS-RI":  # attached services know each other's units; it is read by health alone
        assert CANARY.encode() not in written(hub, events, kind, setting)


def test_the_stub_and_what_is_for_others_make_no_message(hub: HubSante, setting: Setting) -> None:
    stub = m.IncidentStub(room="dh", open=True, municipality="Zoetermeer", mc1="Brand")
    for kind in hub.kinds:
        said = (Said(subject="inc-1", payload=stub, at=None),)
        assert hub.from_core(kind, said, Keep(), setting).content is None


def test_published_messages_tell_the_core_nothing_of_their_patients(
    hub: HubSante, setting: Setting, published: Path
) -> None:
    """Every word of a patient, a note, a decision or a reason for care, in no command."""
    seen = 0
    for file in published.glob("examples/R?-EDA*/*.json"):
        message = hub.parse(file.read_bytes())
        said = msgspec.json.encode(told(hub.to_core(message, setting).commands, setting)).decode()
        for where, value in leaves(message.content):
            medical = any(name in where.split("/") for name in MEDICAL)
            if medical and isinstance(value, str) and len(value) > 4:
                assert value not in said, (file.name, where)
                seen += 1
    assert seen > 50
