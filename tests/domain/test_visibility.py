"""Facts 4.3, row by row: of every kind of news, who has it in its feed and who has not.

The incident is led by one party; another is attached; the others are not. A row
that belongs to one discipline's own contracts is refused here, with a pointer to where
it belongs: the blocks' own tests hold the other half.
"""

import datetime as dt
from typing import NamedTuple

import msgspec
import pytest
from abs_contracts import CORE, codelists
from abs_contracts.codec import decode_command, decode_event, seal
from abs_contracts.envelope import Envelope
from abs_contracts.messages import incident as m
from abs_contracts.messages import unit as u
from abs_contracts.messages.values import (
    Caller,
    CallSource,
    Classification,
    Hazard,
    Location,
    NoteAudience,
    Point,
    Scene,
    StatusSource,
)
from abs_contracts.refusal import Refused

from .played import NOON, PARTIES, Played, Step, render

OPEN = m.OpenIncident(source=CallSource.EMERGENCY)
UNIT = "{lead}-1"
EVERYBODY = frozenset(PARTIES)
BOTH = frozenset({"lead", "attached"})


class Row(NamedTuple):
    """A row of the matrix: the command that brings the news, and a text that is only in it."""

    label: str
    command: msgspec.Struct
    text: str


PLACE = Location(
    municipality="Delft",
    street="Tweede Teststraat",
    access="north gate",
    point=Point(lat=52, lon=4),
)
SHARED = [
    Row("place and access", m.LocateIncident(location=PLACE), "Tweede Teststraat"),
    Row("access info", m.LocateIncident(location=PLACE), "north gate"),
    Row(
        "class beyond its first level",
        m.ClassifyIncident(
            classification=Classification(table="1.0", mc1="Gezondheid", mc2="Reanimatie")
        ),
        "Reanimatie",
    ),
    Row("priority", m.PrioritiseIncident(priority="{prio}"), "incident.prioritised"),
    Row("unit", m.AssignUnit(unit=UNIT), "incident.unit_assigned"),
    Row(
        "number of victims",
        m.SetCharacteristic(name="Aantal gewonden", values=("7",)),
        "Aantal gewonden",
    ),
    *(
        Row(f"triage count {name}", m.SetCharacteristic(name=name, values=("2",)), f'"{name}"')
        for name in (
            "T 1 Levensbedreigend",
            "T 2 Zwaar gewond",
            "T 3 Licht gewond",
            "T 4 Dodelijk gewond",
        )
    ),
    Row(
        "caller",
        m.AddCall(
            call="c", source=CallSource.EMERGENCY, received=NOON, caller=Caller(number="+31 15 0")
        ),
        "+31 15 0",
    ),
    Row(
        "hazard",
        m.StateSafety(scene=Scene.UNSAFE, hazards=(Hazard.INFECTION_PRECAUTION,)),
        "infection_precaution",
    ),
    Row(
        "scene safe, stage at",
        m.StateSafety(scene=Scene.UNSAFE, staging="behind the church"),
        "behind the church",
    ),
    Row(
        "hazard as characteristic",
        m.SetCharacteristic(name="Gevaar hulpverleners", values=("Ja",)),
        "Gevaar hulpverleners",
    ),
    Row("note for all", m.AddNote(text="look out", audience=NoteAudience.ALL), "look out"),
]


def filled(command: msgspec.Struct, lead: str) -> msgspec.Struct:
    """The row's command as this lead gives it."""
    if isinstance(command, m.PrioritiseIncident):
        return m.PrioritiseIncident(priority=codelists.PRIORITIES.of(PARTIES[lead])[0].code)
    if isinstance(command, m.AssignUnit):
        return m.AssignUnit(unit=UNIT.format(lead=lead))
    return command


def readers(lead: str, attached: str, *steps: Step, text: str) -> frozenset[str]:
    """Who has the text in its feed."""
    unit = u.RegisterUnit(call_sign="1", kind="X")
    log = Played([
        Step(lead, UNIT.format(lead=lead), unit),
        Step(lead, "i1", OPEN),
        Step(lead, "i1", m.AttachParty(party=attached)),
        *steps,
    ]).log  # fmt: skip
    return frozenset(p for p in PARTIES if text.encode() in b"".join(render(log, p)))


@pytest.mark.parametrize("lead", PARTIES)
@pytest.mark.parametrize("row", SHARED, ids=[row.label for row in SHARED])
def test_what_is_shared_reaches_the_attached_and_no_others(lead: str, row: Row) -> None:
    for attached in PARTIES:
        if attached != lead:
            step = Step(lead, "i1", filled(row.command, lead))
            assert readers(lead, attached, step, text=row.text) == {lead, attached}


@pytest.mark.parametrize("lead", PARTIES)
def test_a_status_with_its_unit_reaches_the_attached(lead: str) -> None:
    code = "tp"
    for attached in PARTIES:
        if attached == lead:
            continue
        report = u.ReportStatus(status=code, source=StatusSource.RADIO, incident="i1")
        steps = (Step(lead, "i1", m.AssignUnit(unit=UNIT.format(lead=lead))),
                 Step(lead, UNIT.format(lead=lead), report))  # fmt: skip
        assert readers(lead, attached, *steps, text="unit.status_changed") == {lead, attached}


@pytest.mark.parametrize("who", PARTIES)
def test_an_emergency_is_pushed_to_every_party_of_the_room(who: str) -> None:
    unit = Step(who, "x", u.RegisterUnit(call_sign="1", kind="X"))
    log = Played([unit, Step(who, "x", u.RaiseEmergency())]).log
    for party in PARTIES:
        assert b"unit.emergency_raised" in b"".join(render(log, party))


OWNED = [row for row in codelists.CHARACTERISTICS if row.owner]


@pytest.mark.parametrize("row", OWNED, ids=[row.name for row in OWNED])
def test_what_is_medical_or_the_polices_alone_is_refused_with_where_it_belongs(
    row: codelists.Characteristic,
) -> None:
    """Rows medical and wpg-restricted: no party can share it, not even its owner."""
    value = row.values[0].value if row.values else "1"
    term = row.values[0].term if row.values else f"{row.term} 1"
    for party in PARTIES:
        before = [Step(party, "i1", OPEN)]
        for step in (
            Step(party, "i1", m.SetCharacteristic(name=row.name, values=(value,))),
            Step(party, "i1", m.AddNote(text=f"seen\n{term}", audience=NoteAudience.ALL)),
        ):
            played = Played(before)
            assert not played.take(step)
            assert len(played.log) == 1


MEDICAL = ("patient", "bsn", "complaint", "triage", "diagnosis", "hospital")
RESTRICTED = ("suspect", "signalement", "antecedents", "anpr", "plate", "authorisation")


@pytest.mark.parametrize("field", [*MEDICAL, *RESTRICTED])
@pytest.mark.parametrize("contract", [c for c in CORE.values() if c.kind == "command"])
def test_no_command_has_a_field_for_it(contract: object, field: str) -> None:
    """The shared contracts do not declare it, and a command is closed: it is refused."""
    payload = contract.payload  # type: ignore[attr-defined]  # a Contract
    assert field not in payload.__struct_fields__
    envelope = Envelope(
        specversion="1.0", id="c", source="/t", type=contract.type,  # type: ignore[attr-defined]  # the same
        subject="i1", time=NOON, authid="a", role="r", data=msgspec.Raw(b"{}"),
    )  # fmt: skip
    closing = seal(envelope, m.CloseIncident())
    raw = closing.replace(b'"data":{}', b'"data":{"%s":1}' % field.encode())
    with pytest.raises(Refused) as caught:
        decode_command(raw)
    assert caught.value.refusal.rule in ("CONTRACT-005", "CONTRACT-003")
    assert caught.value.refusal.where.startswith("/data")


def test_attaching_later_releases_the_permitted_history_and_detaching_ends_it() -> None:
    """Test rules 2 and 3 of facts 4.3."""
    own = m.AddNote(text="for us", audience=NoteAudience.OWN)
    shared = m.AddNote(text="for all", audience=NoteAudience.ALL)
    late = m.AddNote(text="afterwards", audience=NoteAudience.ALL)
    steps = [Step("police", "i1", OPEN), Step("police", "i1", own), Step("police", "i1", shared)]
    assert render(Played(steps).log, "kmar") == []
    steps += [Step("police", "i1", m.AttachParty(party="kmar")),
              Step("police", "i1", m.DetachParty(party="kmar")),
              Step("police", "i1", late)]  # fmt: skip
    seen = b"".join(render(Played(steps).log, "kmar"))
    assert b"for all" in seen
    assert b"for us" not in seen
    assert b"afterwards" not in seen


def test_a_note_is_given_to_others_by_an_event_that_says_which_one() -> None:
    """Test rule 7: the label is the writer's choice, and its change is an event."""
    own = m.AddNote(text="door code 12", audience=NoteAudience.NAMED, named=("fire",))
    before = [Step("police", "i1", OPEN), Step("police", "i1", m.AttachParty(party="ambulance"))]
    first = Played([*before, Step("police", "i1", own)])
    written = first.log[-1].envelope.id
    release = m.AddNote(text="door code 12", audience=NoteAudience.ALL, releases=written)
    log = Played([*before, Step("police", "i1", own), Step("police", "i1", release)]).log
    (seen,) = [
        payload
        for raw in render(log, "ambulance")
        if isinstance(payload := decode_event(raw).payload, m.NoteAdded)
    ]
    assert (seen.text, seen.releases) == ("door code 12", written)


def test_a_stub_is_marked_when_it_is_of_an_exercise() -> None:
    exercise = m.OpenIncident(source=CallSource.ROOM, exercise=True)
    (raw,) = render(Played([Step("fire", "i1", exercise)]).log, "police")
    stub = decode_event(raw).payload
    assert isinstance(stub, m.IncidentStub)
    assert stub.exercise
    assert decode_event(raw).envelope.time - NOON < dt.timedelta(minutes=1)
