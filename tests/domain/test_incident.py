"""The rules of an incident, row by row: what a command leads to, or why it is refused."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

import msgspec
import pytest
from abs_contracts import CORE
from abs_contracts.messages import incident as m
from abs_contracts.messages.values import (
    Caller,
    CallSource,
    Classification,
    Escalation,
    Hazard,
    LinkKind,
    Location,
    NoteAudience,
    Scene,
)
from abs_contracts.protocol import Warned
from abs_contracts.refusal import Refused
from hypothesis import given
from msgspec.structs import replace

from abs_core.domain.decision import By, Decision, Elsewhere, Known
from abs_core.domain.incident import Incident, evolve
from abs_core.domain.incident_rules import decide
from abs_core.domain.legal_clocks import overdue
from abs_core.domain.parts import Part, Stage, part
from abs_core.domain.unit import Unit

from .played import NOON, PARTIES, Played, Step, incident_of
from .strategies import histories

UNIT = Unit(party="fire", call_sign="17-4331", kind="TS-6")
OPEN = m.OpenIncident(source=CallSource.EMERGENCY)
OPENED = m.IncidentOpened(room="dh", lead="fire", source=CallSource.EMERGENCY)
POLICE = m.PartyAttached(party="police")
ASSIGNED = m.UnitAssigned(unit="u1", party="fire", call_sign="17-4331", kind="TS-6")
RELEASED = m.UnitReleased(unit="u1", party="fire")
DELFT, LEIDEN = Location(municipality="Delft"), Location(municipality="Leiden")
HOUSE = Classification(table="1.0", mc1="Brand", mc2="Gebouw")
NURSE = Classification(table="1.0", mc1="Gezondheid")
GRIP_1, GRIP_2 = Escalation(scale="grip", level="1"), Escalation(scale="grip", level="2")
FIRE_DONE, POLICE_DONE = (m.IncidentClosedForParty(party=p) for p in ("fire", "police"))
CLOSED = m.IncidentClosed()
CALL = m.AddCall(call="c1", source=CallSource.EMERGENCY, received=NOON, summary="smoke")
CALLED = m.CallAdded(call="c1", source=CallSource.EMERGENCY, received=NOON, summary="smoke")
CALLER = Caller(number="0612345678")
NOTE = m.AddNote(text="look out", audience=NoteAudience.ALL)
MOVED = m.RoomTransferred(previous="dh", room="nn", tenure=2)
AT_GRIP_1 = m.EscalationChanged(escalation=GRIP_1, decided_by="CaCo")
AT_GRIP_2 = m.EscalationChanged(escalation=GRIP_2, decided_by="CaCo")
COPI = m.ClockStarted(clock="copi", due=NOON + dt.timedelta(minutes=30))
UNSAFE = m.StateSafety(scene=Scene.UNSAFE, hazards=(Hazard.WEAPON,), staging="the corner")

Given = tuple[msgspec.Struct, ...]


def incident_after(*events: msgspec.Struct) -> Incident:
    state = Incident()
    for event in events:
        state = evolve(event, state)
    return state


I9 = incident_after(m.IncidentOpened(room="dh", lead="fire", source=CallSource.ROOM))
OTHERS: Mapping[str, Incident] = {
    "i9": I9,
    "police-own": incident_after(replace(OPENED, lead="police")),
    "exercise": replace(I9, exercise=True),
}


def decision(given: Given, command: msgspec.Struct, party: str, **known: Any) -> Decision:
    """What the rules make of it at noon, by a dispatcher of a party."""
    unit = UNIT if getattr(command, "unit", "") == "u1" else None
    target = OTHERS.get(getattr(command, "to", ""))
    looked_up = Known("dh", PARTIES, unit, target=target, at=NOON)._replace(**known)
    return decide(incident_after(*given), command, By(party, "desk-1", "dispatcher"), looked_up)


REFUSALS: list[tuple[str, Given, str, msgspec.Struct, str]] = [
    # rule, what happened before, who asks, what it asks, where the refusal points
    ("INCIDENT-001", (), "fire", NOTE, "/subject"),
    ("INCIDENT-001", (OPENED,), "police", NOTE, "/subject"),
    ("INCIDENT-001", (OPENED,), "police", m.AttachParty(party="police"), "/subject"),
    (
        "INCIDENT-001",
        (OPENED, POLICE, m.PartyDetached(party="police")),
        "police",
        NOTE,
        "/subject",
    ),
    ("INCIDENT-002", (OPENED,), "fire", OPEN, "/subject"),
    ("INCIDENT-002", (OPENED,), "police", OPEN, "/subject"),
    ("CODELIST-006", (), "fire", replace(OPEN, priority="A1"), "/data/priority"),
    (
        "CODELIST-002",
        (),
        "fire",
        replace(OPEN, classification=Classification(table="1.0", mc1="Ruimtevaart")),
        "/data/classification",
    ),
    ("INCIDENT-003", (OPENED, FIRE_DONE, CLOSED), "fire", m.AssignUnit(unit="u1"), "/subject"),
    ("INCIDENT-003", (OPENED, FIRE_DONE, CLOSED), "fire", m.CloseIncident(), "/subject"),
    ("INCIDENT-004", (OPENED, MOVED), "fire", NOTE, "/subject"),
    ("INCIDENT-006", (OPENED, POLICE), "fire", m.AttachParty(party="police"), "/data/party"),
    ("INCIDENT-007", (OPENED, ASSIGNED), "fire", m.CloseForParty(), "/subject"),
    (
        "INCIDENT-007",
        (OPENED, POLICE, replace(ASSIGNED, party="police")),
        "fire",
        m.DetachParty(party="police"),
        "/subject",
    ),
    ("INCIDENT-007", (OPENED, FIRE_DONE, ASSIGNED), "fire", m.CloseIncident(), "/subject"),
    ("INCIDENT-009", (OPENED,), "fire", m.CloseIncident(), "/subject"),
    ("INCIDENT-009", (OPENED, POLICE, FIRE_DONE), "fire", m.CloseIncident(), "/subject"),
    ("INCIDENT-010", (OPENED,), "fire", m.ReopenIncident(reason="again"), "/subject"),
    ("INCIDENT-011", (OPENED, POLICE), "police", m.TransferLead(to="police"), "/subject"),
    ("INCIDENT-011", (OPENED, POLICE), "police", m.TransferRoom(to="nn"), "/subject"),
    (
        "INCIDENT-011",
        (OPENED, POLICE, FIRE_DONE, POLICE_DONE),
        "police",
        m.CloseIncident(),
        "/subject",
    ),
    ("INCIDENT-012", (OPENED, POLICE), "fire", m.DetachParty(party="fire"), "/data/party"),
    (
        "INCIDENT-013",
        (OPENED, POLICE, m.PartyAttached(party="kmar")),
        "kmar",
        m.DetachParty(party="police"),
        "/data/party",
    ),
    ("INCIDENT-014", (OPENED,), "fire", m.DetachParty(party="kmar"), "/data/party"),
    ("INCIDENT-014", (OPENED,), "fire", m.TransferLead(to="kmar"), "/data/to"),
    ("INCIDENT-015", (OPENED,), "fire", m.TransferRoom(to="dh"), "/data/to"),
    ("INCIDENT-015", (OPENED,), "fire", m.TransferRoom(to="atlantis"), "/data/to"),
    (
        "INCIDENT-018",
        (OPENED,),
        "fire",
        m.AddNote(text="t", audience=NoteAudience.NAMED),
        "/data/named",
    ),
    (
        "INCIDENT-018",
        (OPENED,),
        "fire",
        m.AddNote(text="t", audience=NoteAudience.ALL, named=("police",)),
        "/data/named",
    ),
    ("INCIDENT-019", (OPENED, ASSIGNED), "fire", m.AssignUnit(unit="u1"), "/data/unit"),
    ("INCIDENT-020", (OPENED,), "fire", m.ReleaseUnit(unit="u1"), "/data/unit"),
    ("INCIDENT-020", (OPENED, POLICE, ASSIGNED), "police", m.ReleaseUnit(unit="u1"), "/data/unit"),
    (
        "INCIDENT-021",
        (OPENED, m.IncidentLocated(location=DELFT)),
        "fire",
        m.LocateIncident(location=LEIDEN, replaces=LEIDEN),
        "/data/replaces",
    ),
    (
        "INCIDENT-021",
        (OPENED, m.IncidentClassified(classification=HOUSE)),
        "fire",
        m.ClassifyIncident(classification=NURSE, replaces=None),
        "/data/replaces",
    ),
    (
        "INCIDENT-021",
        (OPENED, AT_GRIP_2),
        "fire",
        m.ChangeEscalation(escalation=GRIP_2, replaces=GRIP_1, decided_by="CaCo"),
        "/data/replaces",
    ),
    (
        "INCIDENT-021",
        (OPENED,),
        "fire",
        m.ChangeEscalation(escalation=GRIP_2, replaces=GRIP_1, decided_by="CaCo"),
        "/data/replaces",
    ),
    (
        "INCIDENT-022",  # the sender's own role, when nobody is named
        (OPENED,),
        "fire",
        m.ChangeEscalation(escalation=GRIP_1),
        "/data/decided_by",
    ),
    (
        "INCIDENT-022",
        (OPENED,),
        "fire",
        m.ChangeEscalation(
            escalation=Escalation(scale="grip", level="3-stil"), decided_by="Operationeel Leider"
        ),
        "/data/decided_by",
    ),
    (
        "INCIDENT-022",  # down from 3 is for who decides 3
        (OPENED, replace(AT_GRIP_1, escalation=Escalation(scale="grip", level="3"))),
        "fire",
        m.ChangeEscalation(escalation=GRIP_2, decided_by="CaCo"),
        "/data/decided_by",
    ),
    (
        "INCIDENT-022",
        (OPENED,),
        "fire",
        m.ChangeEscalation(escalation=Escalation(scale="ops-ambu", level="code-10")),
        "/data/escalation/scale",
    ),
    *(
        ("INCIDENT-023", (OPENED,), "fire", m.LinkIncident(to=to, kind=LinkKind.DOUBLE), "/data/to")
        for to in ("nowhere", "police-own")
    ),
    ("INCIDENT-024", (OPENED,), "fire", m.MeetClock(clock="copi"), "/data/clock"),
    (
        "INCIDENT-025",
        (OPENED,),
        "fire",
        m.LinkIncident(to="exercise", kind=LinkKind.RELATED),
        "/data/to",
    ),
    (
        "INCIDENT-025",
        (replace(OPENED, exercise=True),),
        "fire",
        m.LinkIncident(to="i9", kind=LinkKind.RELATED),
        "/data/to",
    ),
    *(
        ("INCIDENT-026", (OPENED,), "fire", replace(said, scene=Scene.SAFE), "/data/scene")
        for said in (replace(UNSAFE, staging=None), replace(UNSAFE, hazards=()))
    ),
    (
        "CODELIST-004",  # a term of a note sets what is shared: this one would tell
        (OPENED,),
        "fire",
        m.AddNote(text="as told\n-ademhaling snel", audience=NoteAudience.OWN),
        "/data/name",
    ),
    ("UNIT-001", (OPENED,), "fire", m.AssignUnit(unit="nobody"), "/data/unit"),
    ("UNIT-001", (OPENED, POLICE), "police", m.AssignUnit(unit="u1"), "/data/unit"),
    ("PARTY-001", (OPENED,), "fire", m.AttachParty(party="navy"), "/data/party"),
    (
        "PARTY-001",
        (OPENED,),
        "fire",
        m.AddNote(text="t", audience=NoteAudience.NAMED, named=("fire", "navy")),
        "/data/named/1",
    ),
    (
        "CODELIST-001",
        (OPENED,),
        "fire",
        m.ClassifyIncident(classification=Classification(table="0.9", mc1="Brand")),
        "/data/classification/table",
    ),
    (
        "CODELIST-002",
        (OPENED,),
        "fire",
        m.ClassifyIncident(classification=Classification(table="1.0", mc1="Brand", mc2="Water")),
        "/data/classification",
    ),
    (
        "CODELIST-003",
        (OPENED,),
        "fire",
        m.SetCharacteristic(name="Kleur", values=("rood",)),
        "/data/name",
    ),
    (
        "CODELIST-004",
        (OPENED,),
        "fire",
        m.SetCharacteristic(name="Ademhaling", values=("Snel",)),
        "/data/name",
    ),
    (
        "CODELIST-005",
        (OPENED,),
        "fire",
        m.SetCharacteristic(name="Aantal doden", values=("veel",)),
        "/data/values",
    ),
    ("CODELIST-006", (OPENED,), "fire", m.PrioritiseIncident(priority="A1"), "/data/priority"),
    (
        "CODELIST-007",
        (OPENED,),
        "fire",
        m.ChangeEscalation(escalation=Escalation(scale="grip", level="9")),
        "/data/escalation",
    ),
]


@pytest.mark.parametrize(("rule", "given_", "party", "command", "where"), REFUSALS)
def test_a_refusal_names_its_rule_and_points_at_what_is_wrong(
    rule: str, given_: Given, party: str, command: msgspec.Struct, where: str
) -> None:
    with pytest.raises(Refused) as caught:
        decision(given_, command, party)

    assert (caught.value.refusal.rule, caught.value.refusal.where) == (rule, where)
    assert caught.value.refusal.fix


def test_a_stranger_is_told_the_same_whether_the_incident_exists_or_not() -> None:
    told = []
    for given_ in ((), (OPENED,), (OPENED, FIRE_DONE, CLOSED), (OPENED, MOVED)):
        with pytest.raises(Refused) as caught:
            decision(given_, m.AssignUnit(unit="u1"), "police")
        told.append(caught.value.refusal)
    assert set(told) == {told[0]}


EFFECTS: list[tuple[Given, msgspec.Struct, Given]] = [
    # what happened before, what fire asks, what comes of it
    ((), OPEN, (OPENED,)),
    (
        (),
        m.OpenIncident(source=CallSource.ROOM, exercise=True),
        (m.IncidentOpened(room="dh", lead="fire", source=CallSource.ROOM, exercise=True),),
    ),
    (
        (),
        replace(OPEN, location=DELFT, classification=HOUSE, priority="1"),
        (
            OPENED,
            m.IncidentLocated(location=DELFT),
            m.IncidentClassified(classification=HOUSE),
            m.IncidentPrioritised(party="fire", priority="1"),
        ),
    ),
    ((OPENED,), CALL, (CALLED,)),
    ((OPENED,), replace(CALL, caller=CALLER), (replace(CALLED, caller=CALLER),)),
    ((OPENED, CALLED), CALL, ()),
    ((OPENED,), m.LocateIncident(location=DELFT), (m.IncidentLocated(location=DELFT),)),
    (
        (OPENED,),
        m.LocateIncident(location=DELFT, replaces=None),
        (m.IncidentLocated(location=DELFT),),
    ),
    (
        (OPENED, m.IncidentLocated(location=DELFT)),
        m.LocateIncident(location=LEIDEN, replaces=DELFT),
        (m.IncidentLocated(location=LEIDEN),),
    ),
    (
        (OPENED,),
        m.ClassifyIncident(classification=HOUSE),
        (m.IncidentClassified(classification=HOUSE),),
    ),
    (
        (OPENED,),
        m.SetCharacteristic(name="Aantal doden", values=("2",)),
        (m.CharacteristicSet(name="Aantal doden", values=("2",)),),
    ),
    (
        (OPENED,),
        m.PrioritiseIncident(priority="1"),
        (m.IncidentPrioritised(party="fire", priority="1"),),
    ),
    ((OPENED,), m.AttachParty(party="police"), (POLICE,)),
    ((OPENED, POLICE, POLICE_DONE), m.AttachParty(party="police"), (POLICE,)),
    (
        (OPENED, POLICE),
        m.DetachParty(party="police"),
        (m.PartyDetached(party="police"),),
    ),
    (
        (OPENED, POLICE),
        m.TransferLead(to="police"),
        (m.LeadTransferred(previous="fire", lead="police"),),
    ),
    ((OPENED,), m.TransferRoom(to="nn"), (MOVED,)),
    (
        (OPENED,),
        m.LinkIncident(to="i9", kind=LinkKind.DOUBLE),
        (m.IncidentLinked(to="i9", kind=LinkKind.DOUBLE),),
    ),
    (
        (OPENED, m.IncidentLinked(to="i9", kind=LinkKind.DOUBLE)),
        m.LinkIncident(to="i9", kind=LinkKind.DOUBLE),
        (),
    ),
    (
        (OPENED, FIRE_DONE, CLOSED),
        m.AddNote(text="look out", audience=NoteAudience.NAMED, named=("police",)),
        (
            m.NoteAdded(
                party="fire", text="look out", audience=NoteAudience.NAMED, named=("police",)
            ),
        ),
    ),
    ((OPENED,), m.AssignUnit(unit="u1"), (ASSIGNED,)),
    (
        (OPENED, ASSIGNED),
        m.ReleaseUnit(unit="u1", reason="done"),
        (m.UnitReleased(unit="u1", party="fire", reason="done"),),
    ),
    (
        (OPENED,),
        m.ChangeEscalation(escalation=Escalation(scale="ops-br", level="groot")),
        (
            m.EscalationChanged(
                escalation=Escalation(scale="ops-br", level="groot"), decided_by="dispatcher"
            ),
        ),
    ),
    ((OPENED, COPI), m.MeetClock(clock="copi"), (m.ClockMet(clock="copi", due=COPI.due),)),
    ((OPENED, COPI, m.ClockMet(clock="copi", due=COPI.due)), m.MeetClock(clock="copi"), ()),
    ((OPENED, COPI), m.BreachClock(clock="copi"), ()),  # it is not over yet
    ((OPENED,), m.TakeUpIncident(), (m.IncidentTakenUp(party="fire"),)),
    ((OPENED, m.IncidentTakenUp(party="fire")), m.TakeUpIncident(), ()),
    (
        (OPENED,),
        UNSAFE,
        (
            m.SafetyStated(
                party="fire", scene=Scene.UNSAFE, hazards=(Hazard.WEAPON,), staging="the corner"
            ),
        ),
    ),
    (
        (OPENED, m.SafetyStated(party="fire", scene=Scene.SAFE)),
        m.StateSafety(scene=Scene.SAFE),
        (),
    ),
    ((OPENED, ASSIGNED, RELEASED), m.CloseForParty(), (FIRE_DONE,)),
    ((OPENED, FIRE_DONE), m.CloseForParty(), ()),
    ((OPENED, POLICE, POLICE_DONE, FIRE_DONE), m.CloseIncident(), (CLOSED,)),
    (
        (OPENED, FIRE_DONE, CLOSED),
        m.ReopenIncident(reason="again"),
        (m.IncidentReopened(reason="again"),),
    ),
]


@pytest.mark.parametrize(("given_", "command", "events"), EFFECTS)
def test_an_accepted_command_leads_to_these_events(
    given_: Given, command: msgspec.Struct, events: Given
) -> None:
    assert decision(given_, command, "fire").events == events


def test_the_table_holds_every_command_of_an_incident() -> None:
    of_incidents = {c.payload for c in CORE.values() if issubclass(c.payload, m.Command)}
    of_incidents = {c for c in of_incidents if c.__module__ == m.__name__}
    assert of_incidents == {type(command) for _, command, _ in EFFECTS}


def test_a_unit_that_serves_elsewhere_is_assigned_with_a_warning() -> None:
    made = decision((OPENED,), m.AssignUnit(unit="u1"), "fire", elsewhere=(Elsewhere("i2"),))

    assert made.events == (ASSIGNED,)
    assert made.warnings == (
        Warned(rule="UNIT-101", what="17-4331 serves another incident as well"),
    )
    assert decision((OPENED,), m.AssignUnit(unit="u1"), "fire").warnings == ()


def test_a_whole_incident_stands_as_its_events_say() -> None:
    state = incident_after(
        OPENED,
        CALLED,
        m.IncidentLocated(location=DELFT),
        m.IncidentLocated(location=LEIDEN),
        m.IncidentClassified(classification=HOUSE),
        m.CharacteristicSet(name="Aantal doden", values=("2",)),
        m.IncidentPrioritised(party="fire", priority="2"),
        m.IncidentPrioritised(party="fire", priority="1"),
        POLICE,
        m.PartyAttached(party="kmar"),
        m.PartyDetached(party="kmar"),
        ASSIGNED,
        RELEASED,
        AT_GRIP_1,
        m.IncidentTakenUp(party="fire"),
        m.LeadTransferred(previous="fire", lead="police"),
        m.IncidentLinked(to="i9", kind=LinkKind.RELATED),
        POLICE_DONE,
        FIRE_DONE,
        CLOSED,
    )

    assert state == Incident(
        room="dh",
        lead="police",
        open=False,
        tenure=1,
        parties=("fire", "police"),
        taken_up=("fire",),
        closed_for=("police", "fire"),
        calls=("c1",),
        location=LEIDEN,
        classification=HOUSE,
        characteristics={"Aantal doden": ("2",)},
        priorities={"fire": "1"},
        escalation={"grip": "1"},
        units={},
        served=("u1",),
        linked_to=("i9",),
    )
    again = evolve(m.IncidentReopened(reason="again"), state)
    assert (again.open, again.closed_for) == (True, ())


def test_a_unit_is_never_taken_from_a_real_incident_for_an_exercise() -> None:
    exercise = (replace(OPENED, exercise=True),)
    assign, real = m.AssignUnit(unit="u1"), (Elsewhere("i2"),)
    with pytest.raises(Refused) as caught:
        decision(exercise, assign, "fire", elsewhere=real)
    assert (caught.value.refusal.rule, caught.value.refusal.where) == ("UNIT-003", "/data/unit")

    away = decision((OPENED,), assign, "fire", elsewhere=(Elsewhere("x", exercise=True),))
    assert away.events == (ASSIGNED,)
    assert [warned.rule for warned in away.warnings] == ["UNIT-102"]
    two = decision(exercise, assign, "fire", elsewhere=(Elsewhere("x", exercise=True),))
    assert [warned.rule for warned in two.warnings] == ["UNIT-101"]


def test_a_class_says_whom_it_calls_and_calls_them_when_asked() -> None:
    called = {"police": (("Brand", "Gebouw"),), "kmar": (("Ongeval",),), "fire": (("Brand",),)}
    classify = m.ClassifyIncident(classification=HOUSE)
    said = decision((OPENED,), classify, "fire", called_for=called)
    assert said.events == (m.IncidentClassified(classification=HOUSE),)
    assert said.warnings == (Warned(rule="INCIDENT-102", what="this class calls police as well"),)

    done = decision((OPENED,), replace(classify, call_parties=True), "fire", called_for=called)
    assert done.events == (m.IncidentClassified(classification=HOUSE), POLICE)
    assert decision((OPENED, POLICE), classify, "fire", called_for=called).warnings == ()


def test_whom_a_class_calls_is_said_in_one_order_whoever_became_known_first() -> None:
    """Two cores get to know the parties in the order in which their tokens came by."""
    called = dict.fromkeys(("police", "ambulance-16", "ambulance-15"), (("Brand",),))
    backwards = dict(reversed(called.items()))
    classify = m.ClassifyIncident(classification=HOUSE, call_parties=True)
    one, other = (
        decision((OPENED,), classify, "fire", called_for=known) for known in (called, backwards)
    )
    assert one == other
    parties = [event.party for event in one.events if isinstance(event, m.PartyAttached)]
    assert parties == ["ambulance-15", "ambulance-16", "police"]


def test_a_class_of_a_region_is_taken_with_a_warning() -> None:
    own = Classification(table="1.0", mc1="Brand", mc2="Buiten", mc3="Kassengebied")
    added = frozenset({("Brand", "Buiten", "Kassengebied")})
    made = decision((OPENED,), m.ClassifyIncident(classification=own), "fire", added_classes=added)
    assert made.events == (m.IncidentClassified(classification=own),)
    assert [warned.rule for warned in made.warnings] == ["CODELIST-101"]


# -- terms in notes ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "events"),
    [
        ("-aantal gewonden 3", (m.CharacteristicSet(name="Aantal gewonden", values=("3",)),)),
        ("-Aantal  Gewonden 3", (m.CharacteristicSet(name="Aantal gewonden", values=("3",)),)),
        ("-brct", None),
        ("-brbtct", ("Brand", "Buiten", "Container")),
        ("-BRGB01", ("Brand", "Gebouw", "01 Woning/Woongebouw")),
        ("-brgb05", None),  # two classes have this code
        ("-aantal gewonden", None),  # a value is missing
        ("-aantal gewonden veel", None),
        ("-grip 1", None),  # not for a dispatcher to decide
        ("- just a dash", ()),
        ("--", None),
        ("a line - with a dash", ()),
    ],
)
def test_a_line_of_a_note_sets_what_its_term_names(line: str, events: Any) -> None:
    """None: the line stays text, and a warning says why."""
    text = f"gas bottle on the balcony\n{line}"
    made = decision((OPENED,), m.AddNote(text=text, audience=NoteAudience.ALL), "fire")
    note, *rest = made.events
    assert note == m.NoteAdded(party="fire", text=text, audience=NoteAudience.ALL)
    if events and isinstance(events[0], str):
        mc1, mc2, mc3 = events
        row = Classification(table="1.0", mc1=mc1, mc2=mc2, mc3=mc3)
        events = (m.IncidentClassified(classification=row),)
    assert tuple(rest) == (events or ())
    assert [warned.rule for warned in made.warnings] == (["INCIDENT-101"] if events is None else [])


def test_several_terms_of_a_note_are_set_one_after_the_other() -> None:
    by = By("fire", "desk-1", "CaCo")
    text = "-grip 1\n-grip 2\n-ops br middel"
    note = m.AddNote(text=text, audience=NoteAudience.ALL)
    made = decide(incident_after(OPENED), note, by, Known("dh", PARTIES, at=NOON))
    changes = [e for e in made.events if isinstance(e, m.EscalationChanged)]
    assert [(c.escalation.level, c.previous) for c in changes] == [
        ("1", None), ("2", "1"), ("middel", None)
    ]  # fmt: skip
    closed = incident_after(OPENED, FIRE_DONE, CLOSED)
    assert len(decide(closed, note, by, Known("dh", PARTIES, at=NOON)).events) == 1


# -- legal clocks -------------------------------------------------------------------


def clocks(*levels: str, at: dt.datetime = NOON) -> tuple[Incident, Given]:
    """An incident taken through these levels of GRIP, and what the last one led to."""
    state, events = incident_after(OPENED), ()
    for level in levels:
        to = m.ChangeEscalation(
            escalation=Escalation(scale="grip", level=level),
            decided_by="Voorzitter veiligheidsregio",
        )
        events = decide(state, to, By("fire", "d", "r"), Known("dh", PARTIES, at=at)).events
        for event in events:
            state = evolve(event, state)
    return state, events


@pytest.mark.parametrize(
    ("level", "minutes"),
    [
        ("0", {}),
        ("1", {"alarming": 2, "description": 5, "copi": 30}),
        (
            "2-zonder-copi",
            {"alarming": 2, "description": 5, "rot-im-leader": 30, "rot-communication": 30,
             "rot-im": 40, "rot-leaders": 45, "rot-sections": 60, "care-communication": 30,
             "care": 90},
        ),
    ],
)  # fmt: skip
def test_a_level_starts_the_clocks_of_the_law(level: str, minutes: dict[str, int]) -> None:
    """Bvr 2.2.3 to 2.4.2, as facts 1.11 has them."""
    state, _ = clocks(level)
    assert {c: (k.due - NOON) / dt.timedelta(minutes=1) for c, k in state.clocks.items()} == minutes


def test_a_higher_level_adds_clocks_and_a_lower_one_drops_those_nobody_waits_for() -> None:
    assert "gbt" in clocks("3")[0].clocks
    running, changed = clocks("1", "2")
    assert set(running.clocks) == {"copi", *clocks("2-zonder-copi")[0].clocks}
    assert "copi" not in {e.clock for e in changed if isinstance(e, m.ClockStarted)}
    left, changed = clocks("1", "2", "1")
    assert set(left.clocks) == {"alarming", "description", "copi"}
    assert {e.clock for e in changed if isinstance(e, m.ClockDropped)} == set(running.clocks) - set(
        left.clocks
    )
    assert clocks("2", "0")[0].clocks == {}


def test_a_clock_that_ran_out_is_a_breach_once_unless_it_was_met() -> None:
    state, _ = clocks("1")
    at = NOON + dt.timedelta(minutes=3)
    assert overdue(state, at) == ("alarming",)
    assert overdue(state, NOON + dt.timedelta(minutes=2)) == ()  # at the minute is in time
    core = By("", "core", "observer")
    (breach,) = decide(
        state, m.BreachClock(clock="alarming"), core, Known("dh", PARTIES, at=at)
    ).events
    assert breach == m.ClockBreached(clock="alarming", due=NOON + dt.timedelta(minutes=2))
    after = evolve(breach, state)
    assert overdue(after, at) == ()
    met = evolve(m.ClockMet(clock="alarming", due=breach.due), after)  # late, and yet
    assert (met.clocks["alarming"].met, met.clocks["alarming"].breached) == (True, True)
    assert (
        decide(met, m.BreachClock(clock="alarming"), core, Known("dh", PARTIES, at=at)).events == ()
    )


# -- parts ----------------------------------------------------------------------------


def test_a_part_goes_from_called_to_closed() -> None:
    steps: list[tuple[msgspec.Struct, Stage]] = [
        (OPENED, Stage.CALLED),
        (m.IncidentTakenUp(party="fire"), Stage.TAKEN_UP),
        (m.IncidentPrioritised(party="fire", priority="1"), Stage.TAKEN_UP),
        (ASSIGNED, Stage.ENGAGED),
        (RELEASED, Stage.TAKEN_UP),
        (FIRE_DONE, Stage.CLOSED),
        (m.PartyAttached(party="fire"), Stage.TAKEN_UP),
    ]
    state = Incident()
    for event, stage in steps:
        state = evolve(event, state)
        assert part(state, "fire").stage == stage, event
    assert part(state, "fire") == Part("fire", Stage.TAKEN_UP, "1", ())


@given(histories)
def test_a_log_read_back_gives_the_incidents_that_were_decided_on(history: list[Step]) -> None:
    played = Played(history)
    read: dict[str, Incident] = {}
    for event in played.log:
        id_ = incident_of(event)
        if event.contract.name.startswith("incident.") and id_:
            read[id_] = evolve(event.payload, read.get(id_, Incident()))

    assert read == {id_: state for id_, state in played.incidents.items() if state.exists}


class Model:
    """Who takes part in what, worked out from the accepted commands alone."""

    def __init__(self, steps: list[Step]) -> None:
        self.lead: dict[str, str] = {}
        self.attached: dict[str, set[str]] = {}
        self.working: dict[str, set[str]] = {}  # the attached whose part is not closed
        self.open: set[str] = set()
        self.units: set[tuple[str, str, str]] = set()
        for step in steps:
            self.take(step)

    def take(self, step: Step) -> None:
        who, where = step.party, step.subject
        match step.payload:
            case m.OpenIncident():
                self.lead[where] = who
                self.attached[where], self.working[where] = {who}, {who}
                self.open.add(where)
            case m.AttachParty(party=party):
                self.attached[where].add(party)
                self.working[where].add(party)
            case m.DetachParty(party=party):
                self.attached[where].remove(party)
                self.working[where].discard(party)
            case m.TransferLead(to=party):
                self.lead[where] = party
            case m.AssignUnit(unit=unit):
                self.units.add((where, unit, who))
            case m.ReleaseUnit(unit=unit):
                self.units.remove((where, unit, who))
            case m.CloseForParty():
                self.working[where].discard(who)
            case m.CloseIncident():
                self.open.remove(where)
            case m.ReopenIncident():
                self.open.add(where)
                self.working[where] = set(self.attached[where])


@given(histories)
def test_any_history_keeps_the_invariants_of_involvement(history: list[Step]) -> None:
    played = Played()
    for step in history:
        played.take(step)
        model = Model(played.accepted)
        for id_, state in played.incidents.items():
            if not state.exists:
                continue
            assert state.lead == model.lead[id_]
            assert set(state.parties) == model.attached[id_]
            assert set(state.parties) - set(state.closed_for) == model.working[id_]
            assert state.open == (id_ in model.open)
            of_this = {(unit, party) for i, unit, party in model.units if i == id_}
            assert set(state.units.items()) == of_this
            assert state.lead in state.parties
            assert set(state.units.values()) <= set(state.parties)
            assert state.open or not state.units


@given(histories)
def test_only_the_attached_change_an_incident(history: list[Step]) -> None:
    played = Played()
    for step in history:
        before = dict(played.incidents)
        played.take(step)
        changed = {i for i, state in played.incidents.items() if before.get(i) != state}
        for id_ in changed:
            was = before.get(id_, Incident())
            assert not was.exists or step.party in was.parties
